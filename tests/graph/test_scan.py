"""The due scan: it reads what is due and nothing else, and finds what a look at every account would find."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from evals.bench.town import ROUND, account_of, morning, syncs, town
from graphs.bootstrap import House, bootstrap, shipped
from graphs.identity import local_principal
from graphs.parts import Tenancy
from graphs.perceiving.due import Found, due_scan
from graphs.perceiving.intake import ensure_tenant, move_clock, replay_parked, take_events
from graphs.perceiving.world import admit_due
from graphs.working.scanning import nightly, scan, scanner
from state.ids import AccountId, TenantId
from state.ledger.entry import Kind
from state.ports.unit import Unit
from state.ports.world import Tenant
from state.settings import read_settings
from state.stores.situations import SqlSituations
from state.world import borders
from state.world.detection import detect
from state.world.event import Event, parse_event
from state.world.lookout import crossings
from state.world.signal import Signal
from state.world.view import AccountView
from tools.files import load_profile

TOWN, CLOCK = TenantId("town"), morning(date(2026, 3, 10))
Settle = Callable[[int], House]


@pytest.fixture(scope="module")
def settle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settle]:
    """Build homes with a town of a given size."""
    users = load_profile([shipped() / "profile"]).company.users
    houses: list[House] = []

    def build(size: int) -> House:
        home = Path(tmp_path_factory.mktemp("town")) / "home"
        house = bootstrap(read_settings({"home": str(home), "tenant": TOWN}, {}))
        houses.append(house)
        tenant = Tenant(
            id=TOWN, zone="America/New_York", currency="USD", clock=CLOCK, default_user=users[0].id
        )
        ensure_tenant(house.parts, tenant, users)
        taken(house, [*syncs(TOWN, CLOCK), *town(TOWN, size, CLOCK)])
        return house

    yield build
    for house in houses:
        house.close()


def tenancy_of(house: House) -> Tenancy:
    return house.parts.tenancy(TOWN)


def taken(house: House, events: list[Event]) -> None:
    tenancy = tenancy_of(house)
    who = local_principal(house.settings, tenancy.tenant, tenancy.users)
    take_events(house.parts, tenancy, who, events, "test")


def scanned(house: House) -> list[Found]:
    tenancy = tenancy_of(house)
    return list(due_scan(house.parts, tenancy, scanner(tenancy)))


def later(house: House, days: int) -> None:
    tenancy = tenancy_of(house)
    who = local_principal(house.settings, tenancy.tenant, tenancy.users)
    move_clock(house.parts, tenancy, who, tenancy.now + timedelta(days=days))


def missed(house: House) -> tuple[set[str], set[str]]:
    """Look at all accounts. Shape: accounts whose row tells something else, and every signal that is live."""
    tenancy, parts = tenancy_of(house), house.parts
    wrong: set[str] = set()
    seen: set[str] = set()
    with parts.stores.read(TOWN) as unit:
        for head in unit.situations.accounts():
            signals = looked(house, unit, tenancy, head.account)
            row = unit.views.get(head.account)
            seen |= {one.name for one in signals}
            if row is None or crossings(row.live, signals) or row.version != head.version:
                wrong.add(head.account)
    return wrong, seen


def looked(house: House, unit: Unit, tenancy: Tenancy, account: AccountId) -> tuple[Signal, ...]:
    situation = unit.situations.load(account)
    around = house.parts.sights.around(unit, tenancy, situation, tenancy.now)
    return detect(
        AccountView.of(situation, tenancy.profile.company.verified_domains), around, tenancy.profile
    )


@pytest.mark.timeout(600)
def test_it_equals_a_full_scan_of_a_thousand_accounts_with_every_rule(settle: Settle) -> None:
    house = settle(ROUND)
    assert len(scanned(house)) == ROUND
    assert scanned(house) == []
    later(house, 1)
    first = scanned(house)
    later(house, 6)
    second = scanned(house)
    wrong, seen = missed(house)
    assert wrong == set()
    assert len(seen) >= 30
    for found in (first, second):
        assert len(found) <= 1.05 * sum(bool(one.changed) for one in found)
    assert 0.01 * ROUND < len(first) < 0.05 * ROUND


@pytest.mark.parametrize("left_out", ["_contracts", "_lives", "_meetings"])
def test_a_rule_whose_borders_are_forgotten_is_seen(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    kept = tuple(mark for mark in borders.MARKS if mark.__name__ != left_out)
    monkeypatch.setattr(borders, "MARKS", kept)
    house = settle(64)
    scanned(house)
    later(house, 4)
    scanned(house)
    assert missed(house)[0]


def dues(house: House) -> set[str]:
    with house.parts.stores.read(TOWN) as unit:
        return {
            delta.event
            for number in range(64)
            for delta in unit.situations.load(account_of(number)).deltas
            if delta.attribute == "border"
        }


def test_a_crossing_becomes_one_event_however_often_and_late_the_scan_runs(settle: Settle) -> None:
    daily, weekly = settle(64), settle(64)
    scanned(weekly)
    for _ in range(3):
        scanned(daily)
        later(daily, 1)
        later(weekly, 1)
    scanned(daily)
    assert scanned(daily) == []
    scanned(weekly)
    assert dues(daily) == dues(weekly) != set()


def test_a_source_that_is_lost_and_a_peer_that_appears_wake_those_they_concern(settle: Settle) -> None:
    house = settle(64)
    scanned(house)
    twin = {"account": "house-000002", "name": "House 1", "domain": "house-000001.example"}
    taken(house, [told("e-twin", "account.updated", "house-000002", twin)])
    assert {one.account for one in scanned(house)} == {"house-000001", "house-000002"}
    taken(house, [told("e-lost", "source.synced", None, {"feed": "calendar", "connected": False})])
    assert len(scanned(house)) == 64
    assert missed(house)[0] == set()


def told(
    name: str, kind: str, account: str | None, data: Mapping[str, object], fixes: str | None = None
) -> Event:
    head = {"id": name, "account": account, "source": "crm", "type": kind, "time": CLOCK.isoformat()}
    return parse_event({**head, "data": data, "supersedes": fixes}, TOWN)


def test_each_signal_leaves_one_entry_when_it_fires_and_one_when_it_closes(settle: Settle) -> None:
    house = settle(64)
    for days in (0, 3, 3):
        later(house, days)
        scanned(house)
    with house.parts.stores.read(TOWN) as unit:
        entries = [one for one in unit.ledger.sealed(0, 9999) if one.entry.kind is Kind.SIGNAL]
        told_ = [one.payload or "" for one in entries]
        rows = [unit.views.get(account_of(number)) for number in range(64)]
        live = {one.id for row in rows if row is not None for one in row.live}
    fired = [text for text in told_ if '"change":"fired"' in text]
    closed = [text for text in told_ if '"change":"closed"' in text]
    assert len(told_) == len(set(told_))
    assert len(fired) - len(closed) == len(live) > 0 < len(closed)


def test_ingest_never_loads_a_situation(settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    house = settle(3)
    monkeypatch.setattr(SqlSituations, "load", property())
    taken(house, [told("e-more", "note.added", "house-000001", {"note": "n", "author": "maya", "text": "x"})])
    with house.parts.stores.read(TOWN) as unit:
        row = unit.views.get(account_of(1))
    assert row is not None
    assert row.counts["note.added"] == 1


def test_a_batch_leaves_one_entry_with_its_counts_cursor_and_root(settle: Settle) -> None:
    house = settle(1)
    with house.parts.stores.read(TOWN) as unit:
        payload = [one.payload or "" for one in unit.ledger.sealed(0, 99) if one.entry.kind is Kind.INGEST][
            -1
        ]
    for name in (
        "received",
        "new",
        "duplicate",
        "conflict",
        "parked",
        "rejected",
        "cursor_before",
        "merkle_root",
    ):
        assert f'"{name}":' in payload


def test_a_correction_from_another_account_takes_the_claims_away_where_they_were(settle: Settle) -> None:
    house = settle(3)
    deal = {"deal": "D-77", "stage": "Discovery"}
    taken(house, [told("e-a", "deal.updated", "house-000001", deal)])
    taken(house, [told("e-b", "deal.updated", "house-000002", deal, fixes="e-a")])
    with house.parts.stores.read(TOWN) as unit:
        there = {d.event for d in unit.situations.load(account_of(1)).deltas if d.attribute == "stage"}
        here = {d.event for d in unit.situations.load(account_of(2)).deltas if d.attribute == "stage"}
    assert "e-a" not in there
    assert "e-b" in here


@pytest.mark.parametrize(("fixes", "days"), [(None, 1), ("e-c", 0)])
def test_a_deal_whose_closing_is_corrected_is_no_closed_cycle(
    settle: Settle, fixes: str | None, days: int
) -> None:
    house = settle(1)
    opened = {"deal": "D-88", "stage": "Discovery", "opened_on": "2026-01-02"}
    closed = {"deal": "D-88", "outcome": "won", "closed_on": "2026-03-02"}
    before = cycles_of(house)
    taken(house, [told("e-o", "deal.updated", "house-000000", opened)])
    taken(house, [told("e-c", "deal.closed", "house-000000", closed)])
    taken(house, [told("e-f", "deal.updated", "house-000000", opened, fixes)])
    assert len(cycles_of(house)) - len(before) == days


def cycles_of(house: House) -> tuple[int, ...]:
    with house.parts.stores.read(TOWN) as unit:
        return unit.around.closed_cycles(tenancy_of(house).now)


def test_parked_events_are_replayed_at_their_own_time(settle: Settle) -> None:
    house = settle(3)
    taken(house, [told("e-p", "note.added", None, {"note": "n-p", "author": "maya", "text": "x"})])
    tenancy = tenancy_of(house)
    with house.parts.stores.begin(TOWN) as unit:
        assert replay_parked(unit, lambda _: None) == 0
        assert replay_parked(unit, lambda event: account_of(2) if event.id == "e-p" else None) == 1
        assert admit_due(unit, tenancy.profile, tenancy.now) == 1
        claims = [d for d in unit.situations.load(account_of(2)).deltas if d.event == "e-p"]
    assert {claim.valid_from for claim in claims} == {CLOCK}


def test_a_night_runs_the_loops_of_what_crossed_and_the_next_scan_runs_none(settle: Settle) -> None:
    house = settle(40)
    scanned(house)
    later(house, 1)
    night = nightly(house.runner, tenancy_of(house))
    assert (night.read, night.busy) == (len(night.looked), 0)
    assert night.read > 0
    ran = {one.account.account for one in night.looked}
    with house.parts.stores.read(TOWN) as unit:
        heads = [head for head in unit.situations.accounts() if head.account in ran]
    assert not any(one.is_new for one in scan(house.runner, tenancy_of(house), heads))
