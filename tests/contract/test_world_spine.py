"""What every store of raw events and view rows does alike: parking, corrections of the envelope, proofs, waking."""

from datetime import date, timedelta

import pytest

from state.errors import InvalidInput
from state.ids import AccountId, EventId, NodeKey, SignalId
from state.ledger.merkle import root
from state.ports.unit import Stores, Unit
from state.ports.views import CROSSING_BYTES, LIVE_BYTES, ViewRow, Watch, fitting
from state.world.event import Event
from state.world.glance import Glance, Told
from state.world.lookout import Border, Crossing, Live
from state.world.records import RECORD_TYPES
from state.world.signal import Severity
from tests.contract.world import ACCOUNT, ELSEWHERE, admit, claims, company, told
from tests.fakes.drafts import NOW, OTHER, TENANT

LATER = NOW + timedelta(days=9)


def test_parked_events_are_listed_and_wait_once_their_account_is_known(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-2", account=None), told("e-1", account=None), told("e-3")])
        assert [kept.event.id for kept in unit.events.parked(9)] == ["e-1", "e-2"]
        assert [kept.event.id for kept in unit.events.parked(1)] == ["e-1"]
        assert unit.events.resolve({EventId("e-1"): ACCOUNT, EventId("e-3"): ELSEWHERE}) == 1
        assert unit.events.counts() == {"parked": 1, "waiting": 2}
    with stores.begin(TENANT) as unit:
        found = unit.events.due(NOW, ACCOUNT)
        assert [(event.id, event.account) for event in found] == [("e-1", ACCOUNT), ("e-3", ACCOUNT)]
        assert found[0].hash == told("e-1", account=None).hash


def test_a_redelivery_that_names_the_account_is_no_conflict_and_unparks(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1", account=None)])
    with stores.begin(TENANT) as unit:
        counted = unit.events.receive([told("e-1")])
        assert (counted.duplicate, counted.conflict, counted.new) == (1, 0, 0)
        assert [event.account for event in unit.events.due(NOW)] == [ACCOUNT]
        assert unit.events.receive([told("e-1"), told("e-1", account=None)]).duplicate == 2


def test_conflicts_are_listed_beside_the_first_that_stays(stores: Stores) -> None:
    other = told("e-1", data={"note": "e-1", "author": "vic", "text": "Another text"})
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1"), other])
        found = unit.events.conflicts(9)
        assert [(kept.event.data, kept.copy_number) for kept in found] == [(other.data, 1)]
        assert unit.events.get(EventId("e-1")) == told("e-1")
        assert unit.events.waiting() == 1


def test_the_leaves_of_a_batch_are_those_of_its_new_events_in_order(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1"), told("e-2"), told("e-1")], "b-1")
        unit.events.receive([told("e-2"), told("e-3")], "b-2")
        first, second = unit.events.leaves("b-1"), unit.events.leaves("b-2")
    with stores.read(TENANT) as unit:
        assert (unit.events.leaves("b-1"), unit.events.leaves("b-2")) == (first, second)
        assert (len(first), len(second), unit.events.leaves("b-3")) == (2, 1, ())
    assert root(first) != root(tuple(reversed(first)))


def test_what_came_and_was_folded_in_one_transaction_is_kept_as_folded(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1"), told("e-2", day=4)])
        unit.events.mark_folded([event.id for event in unit.events.due(NOW)])
    with stores.read(TENANT) as unit:
        assert unit.events.counts() == {"folded": 1, "waiting": 1}


def asleep(unit_account: AccountId = ACCOUNT, at: int = 5) -> ViewRow:
    return ViewRow(account=unit_account, version=1, look_at=NOW + timedelta(days=at))


def test_an_event_wakes_the_row_of_its_account_and_counts(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.views.put(asleep())
        unit.views.move([told("e-1", day=-2), told("e-2", day=-4), told("e-3", account=ELSEWHERE)])
        row = unit.views.get(ACCOUNT)
        assert row is not None
        assert (row.is_moved, row.version, row.counts) == (True, 1, {"note.added": 2})
        assert row.last == {"note.added": NOW - timedelta(days=2)}
        assert [one.account for one in unit.views.due(NOW, 9)] == [ACCOUNT, ELSEWHERE]


@pytest.mark.parametrize(("days", "is_due"), [(4, False), (5, True), (6, True)])
def test_a_row_is_due_from_its_border_on(stores: Stores, days: int, is_due: bool) -> None:
    with stores.begin(TENANT) as unit:
        unit.views.put(asleep())
        now = NOW + timedelta(days=days)
        assert bool(unit.views.due(now, 9)) is is_due
        assert bool(unit.views.due_of([ACCOUNT], now)) is is_due
        assert unit.views.due_of([ELSEWHERE], LATER) == ()
        assert unit.views.due(LATER, 9, ACCOUNT) == ()


def test_what_accounts_share_wakes_those_it_concerns(stores: Stores) -> None:
    usage = {"series": "active_users", "first_day": "2031-01-01", "values": [0], "feed": "pipe"}
    deal = told("e-d", "deal.updated", {"deal": "D", "opened_on": "2031-01-05"}, account=ELSEWHERE)
    batch = [company("e-c", domain="x.example"), told("e-u", "usage.reported", usage, account="cedar"), deal]
    with stores.begin(TENANT) as unit:
        assert admit_all(unit, batch) == {"x.example"}
        for row in (asleep(), asleep(ELSEWHERE), asleep(AccountId("cedar"))):
            unit.views.put(row)
        day = date(2031, 1, 5)
        assert unit.views.wake_deals(day - timedelta(days=3), day - timedelta(days=1)) == 0
        assert unit.views.wake_deals(day, day) == 1
        assert (unit.views.wake_feed("other"), unit.views.wake_feed("pipe")) == (0, 1)
        assert (unit.views.wake_domains(["x.example"]), unit.views.wake_all()) == (1, 0)
        assert len(unit.views.due(NOW, 9)) == 3


def admit_all(unit: Unit, batch: list[Event]) -> frozenset[str]:
    unit.around.note(batch)
    return unit.situations.admit(batch, [claims(event) for event in batch])


def crowded() -> Glance:
    """Make a glance that holds as much as it may."""
    told_ = Told("crm/deal.updated/" + "e" * 40, "crm", 1_900_000_000_000_000, (("stage", "Negotiation", 4),))
    glance = Glance().fitted({f"Opportunity/{number:04}": (told_,) for number in range(999)})
    assert glance.left_out
    return glance


def test_rows_of_several_accounts_are_read_and_written_together(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.views.put_all([asleep(), asleep(ELSEWHERE).model_copy(update={"glance": crowded()})])
        found = unit.views.rows([ACCOUNT, ELSEWHERE, AccountId("nobody")])
        assert {name: row.glance is not None for name, row in found.items()} == {
            ACCOUNT: False,
            ELSEWHERE: True,
        }
        unit.views.move([told("e-1", account=ELSEWHERE)])
        assert unit.views.rows([ELSEWHERE])[ELSEWHERE].glance is None


def test_a_row_is_bounded_with_all_it_may_hold(stores: Stores) -> None:
    name = NodeKey("Opportunity/" + "d" * 200)
    live = Live(
        id=SignalId("sg_" + "0" * 20),
        name="N" * 24,
        subject=name,
        sub_state="moved-12",
        severity=Severity.HIGH,
    )
    crossing = Crossing(name="N" * 24, subject=name)
    border = Border(at=NOW, crossings=fitting([crossing] * 99, CROSSING_BYTES))
    full = asleep().model_copy(
        update={
            "live": fitting([live] * 99, LIVE_BYTES),
            "border": border,
            "last": dict.fromkeys(RECORD_TYPES, NOW),
            "counts": dict.fromkeys(RECORD_TYPES, 99999),
            "glance": crowded(),
        }
    )
    with stores.begin(TENANT) as unit:
        unit.views.put(full)
        assert unit.views.get(ACCOUNT) == full
        with pytest.raises(InvalidInput):
            unit.views.put(full.model_copy(update={"live": (live,) * 99}))


def test_rows_and_watches_of_two_tenants_do_not_meet(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.views.put(asleep())
        unit.views.keep_watch(Watch(config="mine", stale_above=127))
    with stores.begin(OTHER) as unit:
        assert (unit.views.get(ACCOUNT), unit.views.watch(), unit.views.due(LATER, 9)) == (None, Watch(), ())
        assert (unit.views.wake_all(), unit.views.wake([ACCOUNT])) == (0, 0)
    with stores.read(TENANT) as unit:
        assert unit.views.watch() == Watch(config="mine", stale_above=127)


def test_an_index_keeps_what_a_second_batch_does_not_say(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, company("e-1", name="Zeta", domain="zeta.example"))
        admit(unit, company("e-2", city="Oslo"), told("e-3"))
        row = unit.situations.account(ACCOUNT)
        assert row is not None
        assert (row.name, row.domain, row.city, row.version) == ("Zeta", "zeta.example", "Oslo", 3)
