"""Who may do what over the web: every route, every role, and whoever is nobody here."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from server.app import ROUTERS
from server.auth import ROLE_SCOPES, Caller, Requires, found, issue
from server.freshness import BY_LINK, is_fresh
from server.problems import MEDIA
from state.ids import UserId
from state.ports.credentials import SCOPES
from state.principal import Principal, Role
from tests.site import FIELDSTONE, HTML, LASTS, Person, Site

SIGNED = "/webhooks/{tenant}/{connector}"
"""Whoever asks is proved by the signature: tests/server/test_web_hooks.py."""
PROVIDED = ("/signin/oidc", "/signin/oidc/back")
"""What the provider says is proved by its signature: tests/server/test_web_oidc.py."""
OPEN = frozenset({"/health", "/ready", "/static/{name}", "/favicon.ico", "/signin", SIGNED, *PROVIDED})
"""Routes that tell nothing of a company."""
PEOPLE = {Role.SELLER: "maya", Role.MANAGER: "dana", Role.ADMIN: "lee"}


def routes(site: Site) -> Iterator[tuple[str, APIRoute, Requires | None]]:
    """List every route with what it requires."""
    assert site.app.state.home is not None
    for route in (one for router in ROUTERS for one in router.routes):
        assert isinstance(route, APIRoute), route
        needs = [one.call for one in route.dependant.dependencies if isinstance(one.call, Requires)]
        for method in sorted(route.methods or ()):
            yield method, route, needs[0] if needs else None


def place(route: APIRoute) -> str:
    """Fill the path with names of nothing."""
    return route.path.replace("{name}", "ac_nothing").replace("{account}", "nothing")


def test_every_route_requires_somebody_unless_it_tells_nothing(looked_at: Site) -> None:
    bare = {route.path for _, route, needs in routes(looked_at) if needs is None}
    assert bare <= OPEN
    assert len(list(routes(looked_at))) > 15


def test_the_application_serves_the_listed_routers_and_its_own_description_alone(looked_at: Site) -> None:
    loose = [route for route in looked_at.app.routes if not hasattr(route, "original_router")]
    assert {getattr(route, "path", "") for route in loose} == {"/api/openapi.json"}


@pytest.mark.parametrize("who", ["none", "expired", "elsewhere", "link as session"])
def test_nobody_gets_past_any_route(looked_at: Site, who: str) -> None:
    headers = stranger(looked_at, who)
    for method, route, needs in routes(looked_at):
        if needs is not None:
            found = looked_at.client.request(method, place(route), headers=headers, follow_redirects=False)
            assert found.status_code == 401, (method, route.path)
            assert found.headers["content-type"] == "application/problem+json"


def stranger(site: Site, who: str) -> dict[str, str]:
    """Make the headers of somebody who is nobody."""
    good = site.as_("maya").headers["cookie"]
    return {
        "none": {},
        "expired": site.as_("maya", lasts=timedelta(seconds=-1)).headers,
        "elsewhere": {"cookie": good.replace(f"={FIELDSTONE}.", "=other.")},
        "link as session": {"cookie": f"{good.partition('=')[0]}={site.link()}"},
    }[who]


@pytest.mark.parametrize("role", list(PEOPLE))
def test_each_role_passes_where_its_scopes_reach_and_nowhere_else(looked_at: Site, role: Role) -> None:
    headers = looked_at.key(PEOPLE[role])
    for method, route, needs in routes(looked_at):
        if needs is None or needs.scope in ROLE_SCOPES[role]:
            continue
        found = looked_at.client.request(method, place(route), headers=headers)
        assert found.status_code == 403, (method, route.path)
    assert looked_at.client.get("/inbox", headers=headers | HTML).status_code == 200


def test_a_key_reaches_no_further_than_its_scopes(looked_at: Site) -> None:
    headers = looked_at.key("maya", scopes=("read",))
    refused = [
        looked_at.client.request(method, place(route), headers=headers).status_code
        for method, route, needs in routes(looked_at)
        if needs is not None and needs.scope != "read"
    ]
    assert set(refused) == {403}


def test_agents_and_auditors_hold_no_scope_that_decides() -> None:
    assert all("approve" not in ROLE_SCOPES[role] for role in (Role.AGENT, Role.AUDITOR))


def test_a_form_of_another_page_is_refused(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    stolen = Person(looked_at, "another secret")
    stolen.headers = maya.headers
    assert stolen.post("/stop", reason="theirs").status == 403
    site_elsewhere = {"sec-fetch-site": "cross-site"}
    found = looked_at.client.post(
        "/stop", data={"csrf": maya.csrf}, headers=maya.headers | site_elsewhere, follow_redirects=False
    )
    assert found.status_code == 403
    with looked_at.home.looking.stores.read(FIELDSTONE) as unit:
        assert not unit.actions.stop().is_on


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_session_needs_its_token_whatever_it_sends(looked_at: Site, kind: str) -> None:
    maya, place = looked_at.as_("maya"), "/api/cards/ac_nothing/approve"
    sent = maya.headers | {"content-type": kind}
    assert looked_at.client.post(place, headers=sent, content=b'{"shown": "x"}').status_code == 403
    own = maya.headers | {"x-csrf": maya.csrf}
    assert looked_at.client.post(place, headers=own, json={"shown": "x"}).status_code == 404


def test_the_link_signs_in_once(looked_at: Site) -> None:
    link = looked_at.link()
    first = looked_at.client.post("/signin", data={"link": link}, follow_redirects=False)
    cookie = first.headers["set-cookie"]
    assert first.status_code == 303
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    again = looked_at.client.post("/signin", data={"link": link}, follow_redirects=False)
    assert again.status_code == 401


def test_opening_the_link_uses_nothing_up(looked_at: Site) -> None:
    link = looked_at.link()
    for _ in range(3):
        assert link in looked_at.client.get(f"/signin?link={link}").text
    assert looked_at.client.post("/signin", data={"link": link}, follow_redirects=False).status_code == 303


def test_a_link_is_over_after_ten_minutes(looked_at: Site) -> None:
    link = looked_at.link()
    looked_at.watch.ahead += timedelta(minutes=10, seconds=1)
    assert looked_at.client.post("/signin", data={"link": link}, follow_redirects=False).status_code == 401


def test_a_link_from_another_machine_is_refused(looked_at: Site) -> None:
    answer = looked_at.client.post(
        "/signin", data={"link": looked_at.link()}, headers={"x-forwarded-for": "203.0.113.9"}
    )
    assert answer.status_code == 403


def test_only_the_owner_of_the_home_acts_as_somebody_else(looked_at: Site) -> None:
    assert looked_at.as_("maya").post("/signin/as", user="lee").status == 403


def test_signing_out_ends_the_session_itself(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    assert maya.post("/signout").status == 303
    assert maya.get("/inbox").location == "/signin"


def test_another_host_name_is_not_answered(looked_at: Site) -> None:
    elsewhere = looked_at.client.get("/health", headers={"host": "evil.example"})
    assert (elsewhere.status_code, elsewhere.headers["content-type"]) == (400, MEDIA)
    assert elsewhere.json()["code"] == "refused"


def test_a_body_beyond_the_bound_is_refused_declared_or_not(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    big = b"csrf=" + b"x" * 300_000
    form = {"content-type": "application/x-www-form-urlencoded"}
    declared = looked_at.client.post("/stop", content=big, headers=maya.headers | form)
    undeclared = looked_at.client.post("/stop", content=iter([big]), headers=maya.headers | form)
    assert (declared.status_code, undeclared.status_code) == (413, 413)
    only_declared = looked_at.client.post("/stop", headers=maya.headers | form | {"content-length": "300000"})
    assert only_declared.status_code == 413


@pytest.mark.parametrize(
    ("change", "fresh"),
    [({}, True), ({"kind": "key"}, False), ({"label": ""}, False), ({"minutes": -1}, False), ({"minutes": 5}, False)],
)  # fmt: skip
def test_only_a_session_that_a_link_began_within_five_minutes_is_fresh(
    looked_at: Site, change: dict[str, object], fresh: bool
) -> None:
    secret = issue(looked_at.home, FIELDSTONE, UserId("lee"), "session", SCOPES, lasts=LASTS, label=BY_LINK)
    made = found(looked_at.home, secret, "session")[1]
    ago = timedelta(minutes=int(str(change.pop("minutes", 0))))
    one = made.model_copy(update={"made_at": made.made_at - ago, **change})
    lee = Principal(tenant=FIELDSTONE, user=UserId("lee"), role=Role.ADMIN)
    assert is_fresh(looked_at.home, Caller(lee, "Lee Park", frozenset(), one, "")) is fresh
