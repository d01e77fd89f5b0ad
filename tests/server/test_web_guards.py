"""What stands around every answer: over https, when something fails that nobody foresaw, and what an operator reads."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from server.api.repeating import Once
from server.app import Beside, create_app, hosts_of
from server.auth import Caller
from server.shield import HEADERS, POLICY
from server.stream import number_of
from state.errors import Unavailable
from state.ids import UserId
from state.ports.credentials import Credential
from state.principal import Principal, Role
from tests.site import FIELDSTONE, HTML, Site, copied, settings_for, site_on

HTTPS = {"public_url": "https://revloop.example"}
SECRET = "postgresql://works@db.internal/revloop"


@pytest.fixture(scope="module")
def public(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy that people reach over https."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("public") / "home"), named=HTTPS) as site:
        yield site


def parts(cookie: str) -> set[str]:
    return {part.strip().lower() for part in cookie.split(";")[1:]}


def test_over_https_a_session_is_bound_to_this_host_and_taken_back_as_it_was_given(public: Site) -> None:
    found = public.client.post("/signin", data={"link": public.link()}, follow_redirects=False)
    given = next(one for one in found.headers.get_list("set-cookie") if "HttpOnly" in one)
    assert given.startswith("__Host-revloop=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts(given)
    assert not [part for part in parts(given) if part.startswith("domain")]
    maya = public.as_("maya")
    out = public.client.post(
        "/signout", data={"csrf": maya.csrf}, headers=maya.headers, follow_redirects=False
    )
    (taken,) = out.headers.get_list("set-cookie")
    assert taken.startswith('__Host-revloop="";')
    assert {"secure", "path=/", "max-age=0"} <= parts(taken)


def test_over_https_a_browser_is_told_to_come_back_over_https_alone(public: Site, looked_at: Site) -> None:
    assert "max-age" in public.client.get("/health").headers["strict-transport-security"]
    assert "strict-transport-security" not in looked_at.client.get("/health").headers


def test_only_names_that_are_ours_are_answered() -> None:
    assert hosts_of(settings_for(Path("/nowhere"), host="0.0.0.0", **HTTPS)) == [
        "127.0.0.1", "::1", "[::1]", "localhost", "revloop.example",
    ]  # fmt: skip


def test_nothing_is_loaded_run_framed_or_sent_elsewhere() -> None:
    told = dict(one.split(" ", 1) for one in POLICY.split("; "))
    own = re.sub(r" 'sha256-[^']+'", "", told.pop("style-src"))
    assert own == "'self'"
    assert told == {
        "default-src": "'none'", "script-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
        "form-action": "'self'", "manifest-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    assert HEADERS == {
        "content-security-policy": POLICY, "x-content-type-options": "nosniff", "x-frame-options": "DENY",
        "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }  # fmt: skip


def test_what_a_page_told_is_kept_by_nobody_and_a_file_for_ever(looked_at: Site) -> None:
    key = looked_at.key("maya")
    for place in ("/inbox", "/api/me", "/signin", "/nowhere"):
        assert looked_at.client.get(place, headers=key).headers["cache-control"] == "no-store"
    assert "immutable" in looked_at.client.get("/static/revloop.css").headers["cache-control"]


@pytest.fixture
def failing(tmp_path: Path) -> FastAPI:
    """Make an application with two routes that fail; its home is never opened."""
    app = create_app(settings_for(tmp_path, log="json"), Beside(works=False))

    @app.get("/unforeseen")
    def unforeseen() -> None:
        raise ValueError(SECRET)

    @app.get("/away")
    def away() -> None:
        raise Unavailable(f"The database cannot be used: {SECRET}.", remedy=f"Look at {SECRET}.")

    return app


@pytest.mark.parametrize(("place", "status"), [("/unforeseen", 500), ("/away", 503)])
@pytest.mark.parametrize("headers", [{}, HTML], ids=["program", "page"])
def test_a_failure_tells_nobody_what_is_inside_and_is_counted_logged_and_shielded_all_the_same(
    failing: FastAPI, capfd: pytest.CaptureFixture[str], place: str, status: int, headers: dict[str, str]
) -> None:
    asked = TestClient(failing, base_url="http://127.0.0.1:8710", raise_server_exceptions=False)
    found = asked.get(place, headers=headers)
    assert (found.status_code, "internal" in found.text) == (status, False)
    assert found.headers["content-security-policy"] == POLICY
    assert failing.state.counts.answered["GET", status] == 1
    log = capfd.readouterr().err
    assert f'"status":{status}' in log
    assert ("503 The database cannot be used: postgresql" in log) is (status == 503)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("", None), ("-1", None), ("²", None), ("9" * 19, None), ("1.5", None)]
)
def test_a_reader_that_says_nonsense_reads_from_now_on(text: str, number: int | None) -> None:
    assert number_of(text) == number


class Done(BaseModel):
    """What the act gives."""

    number: int


def test_who_asks_again_while_the_first_is_under_way_waits_for_its_answer(looked_at: Site) -> None:
    one = looked_at.home.clock.wall()
    way = Credential(
        id="cr_x", kind="key", hash="x", user=UserId("maya"), scopes=(), made_at=one, expires_at=None
    )
    maya = Caller(
        Principal(tenant=FIELDSTONE, user=UserId("maya"), role=Role.SELLER), "Maya", frozenset(), way, ""
    )
    together, told, acted = Barrier(2), list[bytes](), list[int]()

    def act() -> Done:
        acted.append(1)
        with pytest.raises(BrokenBarrierError):
            together.wait(0.2)
        return Done(number=len(acted))

    def ask() -> None:
        told.append(bytes(Once(looked_at.home, maya, "once", "r")(act).body))

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told, acted) == ([b'{"number":1}'] * 2, [1])


LINE = re.compile(r'revloop_[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+-]+')


def test_what_prometheus_reads_is_whole_and_each_name_is_explained(looked_at: Site) -> None:
    assert looked_at.client.get("/health").status_code == 200
    lines = looked_at.client.get("/metrics", headers=looked_at.key("dana")).text.splitlines()
    values = [line for line in lines if not line.startswith("#")]
    assert [line for line in values if not LINE.fullmatch(line)] == []
    told, typed = (
        {line.split(" ")[2] for line in lines if line.startswith(f"# {what}")} for what in ("HELP", "TYPE")
    )
    named = {re.sub("(_bucket|_sum|_count)?[{ ].*", "", line) for line in values}
    assert named <= told == typed
    known = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in values}
    answered = sum(number for line, number in known.items() if line.startswith("revloop_requests_total"))
    beyond = known['revloop_request_seconds_bucket{le="+Inf"}']
    assert beyond == known["revloop_request_seconds_count"] == answered > 0
    assert known['revloop_actions{tenant="fieldstone",status="pending"}'] > 3
    assert known['revloop_jobs{state="waiting"}'] == 0, "no worker was ever here"
