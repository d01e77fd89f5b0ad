"""Live events are news in their own transaction, from the row of the account alone; an import is history."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from evals.bench.settled import CLOCK, TOWN
from evals.bench.stage import principal_of
from evals.bench.town import account_of, syncs, town
from graphs.bootstrap import House, bootstrap, shipped
from graphs.perceiving.due import due_scan
from graphs.perceiving.intake import Delivery, Imported, ensure_tenant, take_events
from graphs.working.scanning import scanner
from state.ledger.entry import Kind
from state.ports.world import Tenant
from state.settings import read_settings
from state.stores.ledger import SqlLedger
from state.stores.situations import SqlSituations
from state.world.event import Event, parse_event
from tools.files import load_profile

LIVE = Delivery(is_live=True)
LOST = {"deal": "x-1", "outcome": "lost", "closed_on": "2026-03-10"}
MAIL = {"mail": "x-2", "sender": "ada@house.example", "subject": "Routes", "text": "Please send the prices."}

DROP = {"series": "active_users", "first_day": "2025-11-09", "values": [*([60] * 93), *([30] * 28)]}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Settle a little town, and look at it once."""
    opened = bootstrap(read_settings({"home": str(tmp_path / "home"), "tenant": TOWN}, {}))
    users = load_profile([shipped() / "profile"]).company.users
    tenant = Tenant(id=TOWN, zone="America/New_York", currency="USD", clock=CLOCK, default_user=users[0].id)
    ensure_tenant(opened.parts, tenant, users)
    take(opened, [*syncs(TOWN, CLOCK), *town(TOWN, 3, CLOCK)], Delivery())
    look(opened)
    yield opened
    opened.close()


def take(house: House, events: list[Event], delivery: Delivery = LIVE) -> Imported:
    tenancy = house.parts.tenancy(TOWN)
    return take_events(house.parts, tenancy, principal_of(house, TOWN), events, "test", delivery=delivery)


def look(house: House) -> None:
    tenancy = house.parts.tenancy(TOWN)
    for _ in due_scan(house.parts, tenancy, scanner(tenancy)):
        pass


def told(name: str, kind: str, data: Mapping[str, object]) -> Event:
    head = {"id": name, "account": account_of(1), "source": "crm", "type": kind, "time": CLOCK.isoformat()}
    return parse_event({**head, "data": data}, TOWN)


def entries(house: House) -> list[str]:
    with house.parts.stores.read(TOWN) as unit:
        return [one.payload or "" for one in unit.ledger.sealed(0, 9999) if one.entry.kind is Kind.SIGNAL]


def test_live_events_are_news_at_once_and_no_situation_is_loaded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(entries(house))
    with monkeypatch.context() as blind:
        blind.setattr(SqlSituations, "load", property())
        found = take(house, [told("e-1", "deal.closed", LOST), told("e-2", "mail.received", MAIL)])
    assert [(one.signal.name, one.change) for one in found.fired] == [
        ("DEAL_CLOSED", "fired"),
        ("REPLY_RECEIVED", "fired"),
    ]
    new = entries(house)[before:]
    assert [f'"signal":"{one.signal.id}"' in text for one, text in zip(found.fired, new, strict=True)] == [
        True,
        True,
    ]
    with house.parts.stores.read(TOWN) as unit:
        row = unit.views.get(account_of(1))
    assert row is not None
    assert all(one.signal in row.live for one in found.fired)
    assert row.is_moved


def test_the_look_that_follows_says_nothing_twice(house: House) -> None:
    fired = {one.signal.id for one in take(house, [told("e-1", "deal.closed", LOST)]).fired}
    assert len(fired) == 1
    look(house)
    again = take(house, [told("e-1", "deal.closed", LOST)])
    assert again.fired == ()
    about = [text for text in entries(house) if any(name in text for name in fired)]
    assert len(about) == 1


def test_a_trend_fires_at_the_look_for_which_its_event_makes_the_account_due(house: House) -> None:
    quiet = entries(house)
    assert take(house, [told("e-1", "usage.reported", DROP)]).fired == ()
    assert entries(house) == quiet
    look(house)
    [fired] = [text for text in entries(house)[len(quiet) :] if "USAGE_DROP_PERCENT" in text]
    assert '"change":"fired"' in fired


def test_an_import_is_history_and_the_look_after_it_makes_the_row_anew(house: House) -> None:
    assert take(house, [told("e-1", "deal.closed", LOST)], Delivery()).fired == ()
    with house.parts.stores.read(TOWN) as unit:
        row = unit.views.get(account_of(1))
    assert row is not None
    assert row.glance is None
    look(house)
    assert take(house, [told("e-2", "mail.received", MAIL)]).fired != ()


def test_signals_and_their_entries_are_kept_together_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries(house)
    with monkeypatch.context() as failing:
        failing.setattr(SqlLedger, "flush", property())
        with pytest.raises(AttributeError):
            take(house, [told("e-1", "deal.closed", LOST)])
    assert entries(house) == before
    with house.parts.stores.read(TOWN) as unit:
        row = unit.views.get(account_of(1))
    assert row is not None
    assert "deal.closed" not in row.counts
