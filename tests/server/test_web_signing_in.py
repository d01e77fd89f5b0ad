"""Ways in at their edges: two at once, from elsewhere, too often, as somebody else, and how long they last."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from server.auth import SESSION_LASTS, cookie_name, csrf_of, found, issue
from server.shield import Pace
from state.ids import TenantId, UserId
from state.ports.credentials import Credential
from state.ports.unit import Stores, Unit
from tests.site import FIELDSTONE, Site, Watch


def use(site: Site, link: str, **headers: str) -> int:
    """Press the button; give the status."""
    sent = site.client.post("/signin", data={"link": link}, headers=headers, follow_redirects=False)
    return sent.status_code


def begun(site: Site) -> tuple[str, Credential]:
    """Sign in by a link. Shape: the session's secret, and what is kept of it."""
    sent = site.client.post("/signin", data={"link": site.link()}, follow_redirects=False)
    secret = sent.cookies[cookie_name(site.home)]
    return secret, found(site.home, secret, "session")[1]


@dataclass
class Overtaken:
    """Stores whose next writer comes second."""

    stores: Stores
    first: Callable[[], None]
    is_over: bool = False

    def read(self, tenant: TenantId) -> AbstractContextManager[Unit]:
        """Look."""
        return self.stores.read(tenant)

    @contextmanager
    def begin(self, tenant: TenantId) -> Generator[Unit, None, None]:
        """Let the other one go first."""
        if not self.is_over:
            self.is_over = True
            self.first()
        with self.stores.begin(tenant) as unit:
            yield unit


def test_of_two_who_use_a_link_at_once_one_gets_a_session(
    looked_at: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, told = looked_at.link(), list[int]()
    looking = looked_at.home.looking
    overtaken = Overtaken(looking.stores, lambda: told.append(use(looked_at, link)))
    monkeypatch.setattr(looked_at.home, "looking", replace(looking, stores=overtaken))
    told.append(use(looked_at, link))
    assert told == [303, 401]


@pytest.mark.parametrize(
    ("where", "headers", "status"),
    [
        ("203.0.113.9", {}, 403), ("somewhere", {}, 403), ("127.0.0.1", {"x-forwarded-for": "::1"}, 403),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, 403), ("::1", {}, 303),
    ],
)  # fmt: skip
def test_a_link_works_for_who_is_on_this_machine_and_comes_through_nothing(
    looked_at: Site, where: str, headers: Mapping[str, str], status: int
) -> None:
    asked = TestClient(looked_at.app, base_url="http://127.0.0.1:8710", client=(where, 5))
    sent = asked.post("/signin", data={"link": looked_at.link()}, headers=headers, follow_redirects=False)
    assert sent.status_code == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_form_neither_signs_in_nor_acts(looked_at: Site, site: str) -> None:
    link, maya = looked_at.link(), looked_at.as_("maya")
    assert use(looked_at, link, **{"sec-fetch-site": site}) == 403
    assert use(looked_at, link, **{"sec-fetch-site": "same-origin"}) == 303
    headers = maya.headers | {"sec-fetch-site": site, "x-csrf": maya.csrf}
    assert looked_at.client.post("/api/cards/ac_nothing/done", headers=headers).status_code == 403


def test_who_tries_to_sign_in_too_often_is_told_to_wait_and_nobody_else(
    looked_at: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at.watch.ahead += timedelta(minutes=1)
    monkeypatch.setattr(looked_at.app.state.pace, "most", 2)
    assert [use(looked_at, "fieldstone.x") for _ in range(3)] == [401, 401, 429]
    other = TestClient(looked_at.app, base_url="http://127.0.0.1:8710", client=("127.0.0.2", 5))
    assert other.post("/signin", data={"link": "fieldstone.x"}).status_code == 401


def test_the_pace_remembers_the_latest_clients_alone_and_begins_anew_each_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.shield.CLIENTS", 2)
    watch = Watch()
    watch.stand_still()
    pace = Pace(watch, most=1)
    assert [pace.is_over(one) for one in "aabc"] == [False, True, False, False]
    assert set(pace.seen) == {"b", "c"}
    watch.ahead += timedelta(seconds=59)
    assert pace.is_over("c")
    watch.ahead += timedelta(seconds=1)
    assert not pace.is_over("c")


def test_the_owner_goes_on_as_another_in_a_new_session_that_is_no_newer_sign_in(looked_at: Site) -> None:
    secret, mine = begun(looked_at)
    person = looked_at.as_("maya")
    person.headers, person.csrf = {"cookie": f"{cookie_name(looked_at.home)}={secret}"}, csrf_of(secret)
    assert person.post("/signin/as", user="mallory").status == 404
    looked_at.watch.ahead += timedelta(minutes=1)
    sent = looked_at.client.post(
        "/signin/as",
        data={"user": "lee", "csrf": person.csrf},
        headers=person.headers,
        follow_redirects=False,
    )
    theirs = found(looked_at.home, sent.cookies[cookie_name(looked_at.home)], "session")[1]
    assert (theirs.user, theirs.made_at, theirs.label) == ("lee", mine.made_at, mine.label)
    assert person.get("/inbox").location == "/signin"


def test_a_session_lasts_two_weeks_and_a_user_who_is_gone_has_no_way_in(looked_at: Site) -> None:
    _, made = begun(looked_at)
    assert made.expires_at is not None
    assert timedelta(0) <= made.expires_at - made.made_at - SESSION_LASTS < timedelta(minutes=1)
    gone = issue(looked_at.home, FIELDSTONE, UserId("mallory"), "key", ("read",), lasts=None)
    assert looked_at.client.get("/api/me", headers={"authorization": f"Bearer {gone}"}).status_code == 401
