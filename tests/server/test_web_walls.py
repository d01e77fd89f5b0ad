"""Two companies with people of the same names in one home: what is the other's is not there, nothing of it moves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.routing import APIRoute

from graphs.perceiving.intake import ensure_tenant
from server.app import ROUTERS
from server.auth import Caller, found, issue
from server.oidc import user_of
from server.stream import ENDED, News, changes
from state.errors import Forbidden
from state.ids import TenantId, UserId
from state.ports.credentials import SCOPES
from state.principal import Principal, Role
from tests.server.test_web_inbox import a_mail
from tests.site import FIELDSTONE, HTML, Site, copied, site_on

NEIGHBOUR = TenantId("neighbour")
ENDING = ("/changes", "/signout")
"""One does not end, the other ends the way in that is tried on."""
TOLD_ONLY_HERE = re.compile(r"Acme Corp|Oakhaven Hotels|Granite HVAC|Sarah Chen|SUP-4412")


@pytest.fixture(scope="module")
def shared(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the sample company beside one that has its people and nothing else."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("shared") / "home")) as site:
        parts = site.home.house.parts
        with site.home.look(FIELDSTONE) as tenancy:
            users, tenant = tenancy.users, tenancy.tenant
        fresh = tenant.model_copy(
            update={"id": NEIGHBOUR, "folder": "", "files": {}, "policy": "", "config": ""}
        )
        ensure_tenant(parts, fresh, users)
        yield site


def neighbour(site: Site, user: str) -> dict[str, str]:
    """Give the header of somebody of the other company."""
    secret = issue(site.home, NEIGHBOUR, UserId(user), "key", SCOPES, lasts=None)
    return {"authorization": f"Bearer {secret}"}


def places(site: Site, method: str) -> Iterator[str]:
    """List every route of a method, its path filled with names of the sample company."""
    card, key = a_mail(site), site.key("maya")
    known = {
        "account": card.account, "key": site.client.get("/api/me", headers=key).json()["user"], "thread": "talk-1",
        "tenant": FIELDSTONE, "connector": "crm",
    }  # fmt: skip
    for route in (one for router in ROUTERS for one in router.routes):
        if isinstance(route, APIRoute) and method in (route.methods or ()) and route.path not in ENDING:
            yield re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], card.id), route.path)


@pytest.mark.parametrize("headers", [{}, HTML], ids=["program", "page"])
def test_no_page_and_no_answer_tells_a_neighbour_anything(shared: Site, headers: dict[str, str]) -> None:
    theirs, ours = neighbour(shared, "lee") | headers, shared.key("maya") | headers
    told = {place: shared.client.get(place, headers=theirs).text for place in places(shared, "GET")}
    assert {place: found[0] for place, text in told.items() if (found := TOLD_ONLY_HERE.search(text))} == {}
    assert TOLD_ONLY_HERE.search(shared.client.get("/accounts", headers=ours | HTML).text)


def test_no_form_and_no_request_of_a_neighbour_moves_anything(shared: Site) -> None:
    card, theirs = a_mail(shared), neighbour(shared, "maya")
    every = {
        "shown": card.shown, "reason": "wrong time", "until": "2026-03-12T08:00", "to": "priya", "option": "1",
        "field-subject": "Theirs", "fact": f"Account/{card.account}|owner", "right": "lee", "text": "help",
    }  # fmt: skip
    before = head(shared)
    for place in places(shared, "POST"):
        shared.client.post(place, data=every, headers=theirs, follow_redirects=False)
        for sent in ({"shown": card.shown}, {"reason": "theirs"}, {"right": "lee"}, {}):
            shared.client.post(place, json=sent, headers=theirs)
    assert head(shared) == before


def test_a_person_whom_two_companies_know_by_one_address_is_signed_in_at_neither(shared: Site) -> None:
    with pytest.raises(Forbidden):
        user_of(shared.home, "maya@fieldstone.example")


async def test_a_stream_tells_of_the_company_of_whoever_asked_alone(shared: Site) -> None:
    asked = {"type": "http", "app": shared.app, "headers": [], "query_string": b""}
    way = found(shared.home, neighbour(shared, "maya")["authorization"].partition(" ")[2], "key")[1]
    who = Principal(tenant=NEIGHBOUR, user=UserId("maya"), role=Role.SELLER)
    answer = await changes(Request(asked), Caller(who, "Maya", frozenset(), way, ""))
    told = aiter(answer.body_iterator)
    assert await anext(told) == b"retry: 1000\n\n"
    shared.app.state.changes.tell(FIELDSTONE, News(10**6, "card", "ac_theirs"))
    shared.app.state.changes.tell(NEIGHBOUR, ENDED)
    with pytest.raises(StopAsyncIteration):
        await anext(told)


def head(site: Site) -> int:
    """Say where the sample company's ledger ends."""
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        return unit.ledger.head().seq
