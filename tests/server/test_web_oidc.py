"""Signing in with a provider: one way through, and each thing that must fit refused when it does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from server.app import Beside, create_app
from server.auth import SESSION_LASTS, found
from server.oidc import COOKIE, begun_in
from tests.server.identity_provider import CLIENT, KEY, OTHER_KEY, IdentityProvider, provider
from tests.site import HTML, Site, Watch, copied, settings_for

MAYA = "maya@fieldstone.example"
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(scope="module")
def served(
    demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, IdentityProvider]]:
    """Serve a copy whose people sign in with a provider."""
    home = copied(demo_home, tmp_path_factory.mktemp("oidc") / "home")
    with provider() as found:
        told = {
            "oidc_issuer": found.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": "s",
            "inside_hosts": f"127.0.0.1:{found.port}",
        }  # fmt: skip
        watch = Watch()
        app = create_app(settings_for(home).model_copy(update=told), Beside(works=False, clock=watch))
        with TestClient(app, base_url="http://127.0.0.1:8710", client=("127.0.0.1", 50_000)) as client:
            yield Site(app, client, watch), found


@pytest.fixture
def ready(served: tuple[Site, IdentityProvider]) -> tuple[Site, IdentityProvider]:
    """Give both as they begin."""
    site, found = served
    found.claims, found.key, found.algorithm, found.kid = {}, KEY, "RS256", "k1"
    site.watch.ahead += timedelta(minutes=2)
    return site, found


def sign_in(
    ready: tuple[Site, IdentityProvider], address: str = MAYA, **changed: str
) -> tuple[int, dict[str, str]]:
    """Go the whole way as a browser does. Shape: the last status, the cookies it set."""
    site, found = ready
    first = site.client.get("/signin/oidc", follow_redirects=False)
    assert first.status_code == 303, first.text
    query = parse_qs(urlsplit(first.headers["location"]).query)
    code = found.authorized(query, address)
    cookie = changed.get("cookie", first.cookies.get(COOKIE, ""))
    given = {"code": code, "state": query["state"][0]} | {k: v for k, v in changed.items() if k != "cookie"}
    last = site.client.get(
        "/signin/oidc/back", params=given, headers={"cookie": f"{COOKIE}={cookie}"}, follow_redirects=False
    )
    return last.status_code, dict(last.cookies)


def test_a_verified_address_of_a_user_signs_in_as_that_user(ready: tuple[Site, IdentityProvider]) -> None:
    site, _ = ready
    status, cookies = sign_in(ready, MAYA.upper())
    ((name, secret),) = ((one, value) for one, value in cookies.items() if one != COOKIE)
    assert status == 303
    headers = {"cookie": f"{name}={secret}"}
    assert site.client.get("/api/me", headers=headers).json()["user"] == "maya"
    assert site.client.get("/inbox", headers=headers | HTML).status_code == 200
    made = found(site.home, secret, "session")[1]
    assert made.expires_at is not None
    assert made.expires_at - made.made_at <= SESSION_LASTS + timedelta(minutes=1)


FORGED: dict[str, dict[str, object]] = {
    "of another client": {"aud": "another"},
    "for several, and ours is not the one it acts for": {"aud": [CLIENT, "another"], "azp": "another"},
    "of another issuer": {"iss": "https://elsewhere.example"},
    "over": {"exp": LONG_AGO},
    "for another sign-in": {"nonce": "another"},
    "with an address nobody verified": {"email_verified": False},
    "with an address verified in words only": {"email_verified": "true"},
    "of somebody unknown": {"email": "mallory@fieldstone.example"},
    "without an address": {"email": None},
}


@pytest.mark.parametrize("name", FORGED)
def test_an_answer_is_not_believed(ready: tuple[Site, IdentityProvider], name: str) -> None:
    ready[1].claims = FORGED[name]
    status, cookies = sign_in(ready)
    assert status in (401, 403)
    assert cookies == {}


def test_an_answer_signed_by_another_key_or_none_is_not_believed(
    ready: tuple[Site, IdentityProvider],
) -> None:
    public = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for key, algorithm, kid in ((OTHER_KEY, "RS256", "k1"), (KEY, "RS256", "k2"), (None, "none", "k1"), (public, "HS256", "k1")):  # fmt: skip # noqa: E501
        ready[1].key, ready[1].algorithm, ready[1].kid = key, algorithm, kid
        assert sign_in(ready) == (401, {})


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"}, {"cookie": ""}, {"cookie": "a.b"}, {"code": ""}, {"error": "access_denied"},
        {"code": "another"}, {"cookie": "x.y.z"},
    ],
    ids=str,
)  # fmt: skip
def test_a_sign_in_that_began_elsewhere_or_was_refused_is_none(
    ready: tuple[Site, IdentityProvider], changed: dict[str, str]
) -> None:
    assert sign_in(ready, **changed) == (401, {})


def test_a_verifier_that_another_browser_has_not_is_refused_by_the_provider(
    ready: tuple[Site, IdentityProvider],
) -> None:
    site, _ = ready
    cookie = site.client.get("/signin/oidc", follow_redirects=False).cookies[COOKIE]
    state = cookie.split(".")[0]
    assert sign_in(ready, cookie=cookie, state=state) == (401, {})


def test_a_provider_that_names_another_issuer_than_the_one_that_is_set_is_not_used(
    ready: tuple[Site, IdentityProvider], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, provided = ready
    monkeypatch.setattr(provided, "issuer", f"{provided.issuer}/another")
    assert site.client.get("/signin/oidc", follow_redirects=False).status_code == 503


def test_who_begins_too_often_waits_and_a_sign_in_under_way_is_for_no_script(
    ready: tuple[Site, IdentityProvider], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _ = ready
    begun = site.client.get("/signin/oidc", follow_redirects=False).headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "max-age=600"} <= {part.strip() for part in begun.split(";")}
    monkeypatch.setattr(site.app.state.pace, "most", 0)
    for place in ("/signin/oidc", "/signin/oidc/back?code=x&state=y"):
        assert site.client.get(place, follow_redirects=False).status_code == 429


def test_over_https_no_neighbour_can_plant_a_sign_in_of_its_own(ready: tuple[Site, IdentityProvider]) -> None:
    home = ready[0].home
    settings = home.settings.model_copy(update={"public_url": "https://revloop.example"})
    over = replace(home, house=replace(home.house, settings=settings))
    assert (begun_in(over), begun_in(home)) == (f"__Host-{COOKIE}", COOKIE)


def test_without_a_provider_there_is_no_such_page_and_with_one_the_page_offers_it(
    looked_at: Site, ready: tuple[Site, IdentityProvider]
) -> None:
    assert looked_at.client.get("/signin/oidc").status_code == 404
    assert "/signin/oidc" not in looked_at.client.get("/signin").text
    assert "/signin/oidc" in ready[0].client.get("/signin").text


def test_a_provider_inside_that_no_admin_named_is_never_called(demo_home: Path, tmp_path: Path) -> None:
    home = copied(demo_home, tmp_path / "home")
    with provider() as found:
        told = {"oidc_issuer": found.issuer, "oidc_client_id": CLIENT}
        app = create_app(settings_for(home).model_copy(update=told), Beside(works=False))
        with TestClient(app, base_url="http://127.0.0.1:8710") as client:
            assert client.get("/signin/oidc", follow_redirects=False).status_code == 503
        assert found.asked == []
