"""What every store of situations and their surroundings does alike."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.errors import NotFound
from state.ids import EventId
from state.ports.unit import Stores
from state.stores import situations
from state.world.event import Event
from state.world.situation import EMPTY_DIGEST, Situation, extend
from tests.contract.world import ACCOUNT, ELSEWHERE, admit, claims, company, told
from tests.fakes.drafts import NOW, OTHER, TENANT
from tests.fakes.stores import MemoryStores


def test_the_head_moves_one_version_per_event_along_the_chained_digest(stores: Stores) -> None:
    events = [told(f"e-{number}") for number in range(3)]
    with stores.begin(TENANT) as unit:
        admit(unit, *events[:2])
        admit(unit, events[2])
        row = unit.situations.account(ACCOUNT)
        head = unit.situations.load(ACCOUNT)
    assert row is not None
    assert (row.version, head.version, head.digest) == (3, 3, row.digest)
    assert row.digest == extend(EMPTY_DIGEST, [claims(event) for event in events])
    assert [delta.event for delta in head.deltas if delta.attribute == "text"] == ["e-0", "e-1", "e-2"]


def test_an_event_counts_since_its_version_and_an_unknown_one_since_none(stores: Stores) -> None:
    events = [told("e-0"), told("e-1")]
    with stores.begin(TENANT) as unit:
        admit(unit, *events)
        found = unit.situations.versions_of([events[1].id, EventId("e-9")])
    with stores.begin(OTHER) as unit:
        assert unit.situations.versions_of([events[1].id]) == {}
    assert found == {events[1].id: 2}


def test_another_order_gives_another_digest_and_the_same_content(stores: Stores) -> None:
    events = [told("e-1"), told("e-2")]
    with stores.begin(TENANT) as unit:
        admit(unit, *events)
        mine = unit.situations.load(ACCOUNT)
    with stores.begin(OTHER) as unit:
        admit(unit, *reversed(events))
        theirs = unit.situations.load(ACCOUNT)
    assert mine.digest != theirs.digest
    assert mine.content_digest == theirs.content_digest


def test_a_pinned_version_never_changes(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, told("e-1"), told("e-2"))
        before = unit.situations.load(ACCOUNT, 1)
    with stores.begin(TENANT) as unit:
        admit(unit, told("e-0", day=-9))
        after = unit.situations.load(ACCOUNT, 1)
    assert (before.deltas, before.digest) == (after.deltas, after.digest)
    assert {delta.event for delta in after.deltas} == {"e-1"}


def test_a_situation_from_a_snapshot_equals_the_replayed_one(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situations, "SNAPSHOT_EVERY", 4)
    events = [told(f"e-{number}") for number in range(11)]
    with stores.begin(TENANT) as unit:
        admit(unit, *events[:3])
        admit(unit, *events[3:6])
        admit(unit, *events[6:])
        for version in range(1, 12):
            found = unit.situations.load(ACCOUNT, version)
            batches = [claims(event) for event in events[:version]]
            assert found.deltas == tuple(delta for batch in batches for delta in batch)
            assert found.digest == extend(EMPTY_DIGEST, batches)


def test_an_older_import_is_part_of_every_moment_it_belongs_to(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situations, "SNAPSHOT_EVERY", 3)
    live = [told(f"live-{number}", day=number) for number in range(7)]
    history = [told(f"old-{number}", day=number - 30) for number in range(7)]
    with stores.begin(TENANT) as unit:
        admit(unit, *live)
        pinned = unit.situations.load(ACCOUNT, 7)
        admit(unit, *history)
        now, again = unit.situations.load(ACCOUNT), unit.situations.load(ACCOUNT, 7)
    assert (again.deltas, again.digest) == (pinned.deltas, pinned.digest)
    for day in (-28, -1, 3, 6):
        past = now.as_of(NOW + timedelta(days=day))
        expected = {event.id for event in (*live, *history) if event.time <= NOW + timedelta(days=day)}
        assert {delta.event for delta in past.deltas} == expected


def test_what_was_told_late_is_unknown_before_it_was_told(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, told("e-1", day=-9), told("late", day=-8, late=5))
        whole = unit.situations.load(ACCOUNT)
    assert {d.event for d in whole.as_of(NOW - timedelta(days=4)).deltas} == {"e-1"}
    assert {d.event for d in whole.as_of(NOW - timedelta(days=3)).deltas} == {"e-1", "late"}


def test_what_was_never_admitted_cannot_be_loaded(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, told("e-1"))
        assert unit.situations.load(ACCOUNT, 0).deltas == ()
        with pytest.raises(NotFound):
            unit.situations.load(ELSEWHERE)
        with pytest.raises(NotFound):
            unit.situations.load(ACCOUNT, 2)


def test_the_index_knows_the_newest_word_on_each_account(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, company("e-1", name="Zeta", domain="zeta.example", owner="uma", aliases=["Z"]))
        admit(unit, company("e-2", name="Alder", country="US"), company("e-3", ELSEWHERE, name="Birch"))
        admit(unit, told("e-4", "account.churned", {"account": ELSEWHERE}, account=ELSEWHERE))
        rows = unit.situations.accounts()
    assert [(row.name, row.status, row.version) for row in rows] == [
        ("Alder", "prospect", 2),
        ("Birch", "churned", 2),
    ]
    assert (rows[0].domain, rows[0].owner, rows[0].aliases, rows[0].region) == (
        "zeta.example", "uma", ("Z",), "US",
    )  # fmt: skip


def test_a_row_says_whether_something_visible_is_not_yet_part_of_it(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1"), told("e-2", day=2), told("e-3", account=ELSEWHERE)])
        admit(unit, told("e-1"))
        unit.events.mark_folded([EventId("e-1")])
    with stores.read(TENANT) as unit:
        row = unit.situations.account(ACCOUNT)
        assert unit.situations.standing(ACCOUNT, NOW + timedelta(days=1)) == (row, False)
        assert unit.situations.standing(ACCOUNT, NOW + timedelta(days=2)) == (row, True)
        assert unit.situations.standing(ELSEWHERE, NOW)[0] is None


def test_peers_share_the_domain_inside_one_tenant(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, company("e-1", domain="x.example"), company("e-2", ELSEWHERE, domain="x.example"))
        admit(unit, company("e-3", "cedar", domain="y.example"))
        assert [peer.account for peer in unit.situations.peers("x.example", ACCOUNT)] == [ELSEWHERE]
    with stores.read(OTHER) as unit:
        assert unit.situations.peers("x.example", ACCOUNT) == ()


def test_equal_accounts_of_two_tenants_do_not_meet(stores: Stores) -> None:
    for tenant, name in ((TENANT, "Ours"), (OTHER, "Theirs")):
        with stores.begin(tenant) as unit:
            admit(unit, company(name=name))
    with stores.read(OTHER) as unit:
        assert [row.name for row in unit.situations.accounts()] == ["Theirs"]
        assert {str(d.value) for d in unit.situations.load(ACCOUNT).deltas if d.attribute == "name"} == {
            "Theirs"
        }


def deal(name: str, opened: str | None, closed: str | None = None, outcome: str = "won") -> list[Event]:
    events = [told(f"{name}-o", "deal.updated", {"deal": name, "opened_on": opened, "stage": "x"})]
    if closed:
        events.append(
            told(f"{name}-c", "deal.closed", {"deal": name, "outcome": outcome, "closed_on": closed})
        )
    return events


def test_cycles_are_counted_from_opening_to_close_and_not_before_the_close(stores: Stores) -> None:
    told_ = [
        *deal("D-1", "2031-01-01", "2031-01-31"),
        *deal("D-2", "2031-01-01", "2031-01-11"),
        *deal("D-3", "2031-01-01"),
        *deal("D-4", None, "2031-02-01"),
        *deal("D-5", "2031-01-01", "2031-12-01"),
        *deal("D-6", "2031-01-01", "2031-01-05", "reopened"),
    ]
    with stores.begin(TENANT) as unit:
        unit.around.note(told_)
        assert unit.around.closed_cycles(NOW) == (10, 30)
        assert unit.around.closed_cycles(NOW + timedelta(days=400)) == (10, 30, 334)
        unit.around.note(
            [told("again", "deal.closed", {"deal": "D-1", "outcome": "reopened", "closed_on": "2031-02-01"})]
        )
        assert unit.around.closed_cycles(NOW) == (10,)
    with stores.read(OTHER) as unit:
        assert unit.around.closed_cycles(NOW) == ()


def test_a_closing_that_was_taken_back_counts_no_more(stores: Stores) -> None:
    first, second = deal("D-1", "2031-01-01", "2031-01-31"), deal("D-2", "2031-01-01", "2031-01-11")
    with stores.begin(TENANT) as unit:
        unit.around.note([*first, *second])
        unit.around.take_back([first[-1]])
        assert unit.around.closed_cycles(NOW) == (10,)
        unit.around.note([told("later", "deal.closed", {**LOST, "closed_on": "2031-02-10"})])
        unit.around.take_back([second[-1]])
        assert unit.around.closed_cycles(NOW + timedelta(days=400)) == (40,)


LOST = {"deal": "D-2", "outcome": "lost"}


def sync(name: str, day: int, *, connected: bool = True) -> Event:
    return told(
        f"s-{name}-{day}", "source.synced", {"feed": name, "connected": connected}, account=None, day=day
    )


def test_sources_tell_their_last_sync_and_a_resync_moves_the_connected_ones(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.around.note(
            [sync("mail", -3), sync("crm", -5), sync("crm", -2), sync("news", -4, connected=False)]
        )
        assert [name for name, _ in unit.around.sources().items()] == ["crm", "mail", "news"]
        assert unit.around.sources()["crm"].synced_at == NOW - timedelta(days=2)
        unit.around.resync(NOW)
        found = {name: (state.synced_at, state.connected) for name, state in unit.around.sources().items()}
    assert found["crm"] == found["mail"] == (NOW, True)
    assert found["news"] == (NOW - timedelta(days=4), False)


def usage(account: str, first: str, values: Sequence[int], name: str = "u") -> Event:
    data = {"series": "active_users", "first_day": first, "values": list(values), "feed": "pipe"}
    return told(f"{name}-{account}-{first}", "usage.reported", data, account=account)


def test_a_feed_is_silent_where_most_accounts_fell_to_zero_on_one_day(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.around.note([usage(name, "2031-01-01", [5, 0, 0]) for name in ("a", "b")])
        unit.around.note([usage("c", "2031-01-01", [0, 0, 0]), usage("d", "2031-01-01", [0, 0, 1])])
        assert unit.around.silent_feeds() == {"pipe": (date(2031, 1, 2), 2)}
        unit.around.note([usage("a", "2031-01-04", [0]), usage("b", "2031-01-04", [3, 0])])
        assert unit.around.silent_feeds() == {"pipe": (date(2031, 1, 5), 1)}
    with stores.read(OTHER) as unit:
        assert unit.around.silent_feeds() == {}


EVENTS = [told(f"e-{number}", day=number % 3) for number in range(4)] + [company(name="Alder")]


def loaded(events: Sequence[Event]) -> Situation:
    stores = MemoryStores()
    with stores.begin(TENANT) as unit:
        admit(unit, *events)
        return unit.situations.load(ACCOUNT)


@settings(max_examples=40, deadline=None)
@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS), max_size=4))
def test_any_order_with_duplicates_gives_the_same_content(order: list[Event], again: list[Event]) -> None:
    found, expected = loaded([*order, *again]), loaded(EVENTS)
    assert found.content_digest == expected.content_digest
    for node in expected.graph:
        assert {name: found.claims(node, name) for name in found.attributes(node)} == {
            name: expected.claims(node, name) for name in expected.attributes(node)
        }
