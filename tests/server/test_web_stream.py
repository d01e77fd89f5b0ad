"""The change stream: what it tells, where it goes on, and that reading it again is all it asks for."""

import asyncio
from contextlib import AbstractContextManager
from dataclasses import replace
from math import inf
from threading import Event

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from server.auth import Requires, found
from server.shield import MOST_BYTES, PER_MINUTE, Counts, Pace
from server.stream import ENDED, MOST, Changes, News, news_of
from state.errors import Unavailable
from state.ids import TenantId
from state.ledger.entry import Kind
from state.ports.unit import Stores, Unit
from tests.server.test_web_inbox import a_mail
from tests.site import FIELDSTONE, Person, Site, Watch


def stream(site: Site) -> Changes:
    """Give the stream of a site."""
    found: Changes = site.app.state.changes
    return found


def test_a_decision_is_told_once_with_its_card_and_nothing_else(site: Site) -> None:
    card, changes = a_mail(site), stream(site)
    before = changes.head(FIELDSTONE)
    site.as_("maya").post(f"/inbox/{card.id}/approve", shown=card.shown)
    told = changes.after(FIELDSTONE, before)
    assert {one.action for one in told if one.name == "card"} == {card.id}
    assert changes.after(FIELDSTONE, told[-1].seq) == []
    assert card.recipients[0].encode() not in b"".join(one.wire() for one in told)


def test_a_reader_that_is_far_behind_is_told_to_read_all_again(looked_at: Site) -> None:
    changes = stream(looked_at)
    head = changes.head(FIELDSTONE)
    assert head > MOST
    assert changes.after(FIELDSTONE, 0) == [News(head, "all")]
    assert changes.after(FIELDSTONE, head) == []


def test_what_shows_on_no_page_moves_a_reader_on_without_its_content(looked_at: Site) -> None:
    with looked_at.home.looking.stores.read(FIELDSTONE) as unit:
        entries = unit.ledger.entries(after=0, limit=400)
    hidden = [entry for entry in entries if news_of(entry) is None]
    assert hidden
    assert Kind.ACTION not in {entry.kind for entry in hidden}


async def test_a_reader_gets_what_it_missed_and_then_what_comes(looked_at: Site) -> None:
    changes = stream(looked_at)
    head = changes.head(FIELDSTONE)
    missed = changes.after(FIELDSTONE, head - 50)
    reading = changes.follow("", FIELDSTONE, head - 50)
    got = [await anext(reading) for _ in range(1 + len(missed))]
    assert got[1:] == [one.wire() for one in missed]
    changes.tell(FIELDSTONE, News(head, "card", "known already"))
    changes.tell(FIELDSTONE, News(head + 1, "card", "ac_new"))
    assert b"ac_new" in await asyncio.wait_for(anext(reading), 120)
    changes.tell(FIELDSTONE, ENDED)
    with pytest.raises(StopAsyncIteration):
        await anext(reading)
    assert looked_at.app.state.counts.streams == 0


def test_a_route_that_requires_nobody_is_seen() -> None:
    """A planted route without a requirement is what the walk over all routes looks for."""
    router = APIRouter()

    @router.get("/planted")
    def planted() -> None:
        """Tell everything to everybody."""

    route = router.routes[0]
    assert isinstance(route, APIRoute)
    assert not [one for one in route.dependant.dependencies if isinstance(one.call, Requires)]


def test_the_pace_is_of_one_minute_and_one_client() -> None:
    watch = Watch()
    pace = Pace(watch, most=2)
    assert [pace.is_over("a") for _ in range(3)] == [False, False, True]
    assert not pace.is_over("b")
    assert PER_MINUTE >= 100
    assert MOST_BYTES >= 100_000


async def test_who_has_signed_out_is_let_go_and_who_has_not_hears_on(site: Site) -> None:
    changes, stays, leaves = stream(site), site.as_("maya"), site.as_("maya")
    ids = [caller_id(site, one) for one in (stays, leaves)]
    readings = [changes.follow(one, FIELDSTONE, None) for one in ids]
    for reading in readings:
        await anext(reading)
    await asyncio.to_thread(leaves.post, "/signout")
    await changes.keep(FIELDSTONE)
    assert await anext(readings[0]) == b": here\n\n"
    with pytest.raises(StopAsyncIteration):
        await anext(readings[1])
    await readings[0].aclose()  # type: ignore[attr-defined]  # an asynchronous generator


def caller_id(site: Site, person: Person) -> str:
    """Name the session of somebody."""
    secret = person.headers["cookie"].partition("=")[2]
    return found(site.home, secret, "session")[1].id


async def test_a_reader_that_leaves_while_others_are_looked_for_stops_nobody(looked_at: Site) -> None:
    changes = stream(looked_at)
    reading = changes.follow("", FIELDSTONE, None)
    await anext(reading)
    await reading.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
    assert changes.fresh(FIELDSTONE) == []


async def test_what_this_process_writes_is_told_without_waiting_for_the_next_look(site: Site) -> None:
    changes = Changes(site.home, Counts(), _looked=inf, _kept=inf)
    turning = asyncio.create_task(changes.turn())
    reading, card = changes.follow("", FIELDSTONE, None), a_mail(site)
    await anext(reading)
    await asyncio.to_thread(site.as_("maya").post, f"/inbox/{card.id}/reject", reason="wrong time")
    assert card.id.encode() in await asyncio.wait_for(anext(reading), 120)
    turning.cancel()
    await asyncio.wait([turning])


async def test_a_database_that_was_away_ends_no_stream(site: Site) -> None:
    away = Away(site.home.looking.stores)
    home = replace(site.home, looking=replace(site.home.looking, stores=away))
    changes = Changes(home, Counts(), _kept=inf)
    turning = asyncio.create_task(changes.turn())
    reading, card = changes.follow("", FIELDSTONE, None), a_mail(site)
    await anext(reading)
    away.is_away = True
    await asyncio.to_thread(away.missed.wait)
    away.is_away = False
    await asyncio.to_thread(site.as_("maya").post, f"/inbox/{card.id}/reject", reason="wrong time")
    assert card.id.encode() in await asyncio.wait_for(anext(reading), 120)
    turning.cancel()
    await asyncio.wait([turning])


class Away:
    """Stores whose database is away for a while."""

    def __init__(self, stores: Stores) -> None:
        self.stores, self.is_away, self.missed = stores, False, Event()
        self.begin = stores.begin

    def read(self, tenant: TenantId) -> AbstractContextManager[Unit]:
        """Look, or say that it is away."""
        if self.is_away:
            self.missed.set()
            raise Unavailable(f"no database for {tenant}")
        return self.stores.read(tenant)
