"""How every store of actions moves them alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from state.errors import InvalidInput, NotFound
from state.governance.action import OPEN, Outcome, Status
from state.governance.happening import (
    AutoDue,
    Cancel,
    Claim,
    Edit,
    PolicyChanged,
    Receipt,
    Undo,
    WorldChanged,
)
from state.governance.result import Moved, Refused, Unreachable
from state.governance.verdict import Deny
from state.ids import AccountId
from state.ports.unit import Stores
from tests.contract.acting import apply, claimed, drafted, lease
from tests.fakes.drafts import (
    LEASE_UNTIL,
    NOW,
    OTHER,
    TENANT,
    UMA,
    WALL,
    an_action,
    approve,
    change,
    effect,
    stamp,
)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("status", {"status": Status.APPROVED}),
        ("attempt", {"attempt": 1}),
        ("effect_hash", {"effect": effect(body="other")}),
        ("rest_hash", {"rest_facts": {"other": 1}}),
        ("tenant", {"tenant": OTHER}),
    ],
)
def test_a_draft_that_claims_more_than_it_is_gets_refused(
    stores: Stores, name: str, wrong: dict[str, object]
) -> None:
    with stores.begin(TENANT) as unit, pytest.raises(InvalidInput) as fault:
        unit.actions.draft([replace(an_action(), **wrong)], stamp())  # type: ignore[arg-type]  # one field each
    assert fault.value.field == name


def test_of_two_approvals_one_wins_and_the_other_is_told(stores: Stores) -> None:
    action = drafted(stores, an_action())
    first = apply(stores, change(action, approve(action), "decision-1"))[0].result
    second = apply(stores, change(action, approve(action), "decision-2"))[0].result
    assert isinstance(first, Moved)
    assert (second.outcome, second.code) == (Outcome.REFUSED, "already")


def test_the_same_decision_twice_gives_the_recorded_result_and_writes_nothing(stores: Stores) -> None:
    action = drafted(stores, an_action())
    apply(stores, change(action, approve(action), "decision-1"))
    with stores.begin(TENANT) as unit:
        before, steps = unit.ledger.head(), unit.actions.history(action.id)
        again = unit.actions.apply([change(action, approve(action), "decision-1")], stamp())[0]
        assert again.is_replayed
        assert isinstance(again.result, Moved)
        assert (unit.ledger.head(), unit.actions.history(action.id)) == (before, steps)


def test_one_key_twice_in_one_batch_steps_once(stores: Stores) -> None:
    action = drafted(stores, an_action())
    both = apply(stores, change(action, approve(action)), change(action, approve(action)))
    assert [each.is_replayed for each in both] == [False, True]


def test_a_whole_life_in_one_batch_leaves_each_step(stores: Stores) -> None:
    action, held = drafted(stores, an_action(external=False)), lease(stores)
    steps = (AutoDue(), Claim(held.owner, held.fence), Receipt(1, "row 7"))
    applied = apply(stores, *(change(action, each) for each in steps))
    assert [each.result.action.status for each in applied] == ["approved", "claimed", "executed"]
    with stores.read(TENANT) as unit:
        assert [step.event for step in unit.actions.history(action.id)] == ["auto_due", "claim", "receipt"]
        events = [each.entry.kind.value for each in unit.ledger.of_action(action.id)]
    assert events == ["ACTION", "GRANT", "CLAIM", "RECEIPT"]


def test_a_step_that_hangs_on_another_is_left_out_when_that_was_no_step_forward(stores: Stores) -> None:
    action, held = drafted(stores, an_action(external=False)), lease(stores)
    void = change(action, Claim(held.owner, held.fence), policy_version="policy-2")
    after = replace(change(action, Receipt(1, "row 7")), only_after_move=True)
    applied = apply(stores, change(action, AutoDue()), void, after)
    assert [each.result.action.status for each in applied] == ["approved", "pending"]


def test_the_store_reads_lease_and_stop_itself_whatever_the_caller_says(stores: Stores) -> None:
    action, held = drafted(stores, an_action()), lease(stores)
    lease(stores, held.owner)
    applied = apply(stores, change(action, approve(action)), change(action, Claim(held.owner, held.fence)))
    assert (applied[-1].result.outcome, applied[-1].result.code) == (Outcome.STAYS, "fence")


def test_stop_takes_permissions_and_its_release_gives_none_back(stores: Stores) -> None:
    approved, armed = drafted(stores, an_action(1)), drafted(stores, an_action(2, external=False))
    apply(stores, change(approved, approve(approved)))
    with stores.begin(TENANT) as unit:
        assert unit.actions.switch(is_on=True, stamp=stamp(), key="on-1").epoch == 1
        assert unit.actions.switch(is_on=True, stamp=stamp(), key="on-1").epoch == 1
        assert unit.actions.switch(is_on=False, stamp=stamp(), key="off-1").is_on is False
        assert unit.actions.get(approved.id).status is Status.PENDING
        assert unit.actions.get(armed.id).auto_at is None


def test_the_stop_of_the_installation_holds_for_each_tenant(stores: Stores) -> None:
    action = drafted(stores, an_action())
    with stores.begin(OTHER) as unit:
        unit.actions.switch(is_on=True, stamp=stamp(), key="all", everywhere=True)
    assert apply(stores, change(action, approve(action)))[0].result.code == "stop_on"


def test_a_claimed_action_is_marked_in_flight_at_stop(stores: Stores) -> None:
    action = claimed(stores)
    with stores.begin(TENANT) as unit:
        unit.actions.switch(is_on=True, stamp=stamp(), key="on")
        assert unit.actions.get(action.id).in_flight_at_stop


def test_what_cannot_be_raises_the_alarm_and_stops_the_tenant(stores: Stores) -> None:
    action = drafted(stores, an_action())
    result = apply(stores, change(action, Receipt(1, "from nowhere")))[0].result
    assert isinstance(result, Unreachable)
    with stores.read(TENANT) as unit:
        assert unit.actions.stop().is_on
        assert unit.actions.get(action.id).status is Status.PENDING


def test_an_edit_ends_the_old_card_and_begins_a_fresh_one(stores: Stores) -> None:
    action = drafted(stores, an_action())
    fresh = replace(an_action(2, body="Shorter"), dedup_key="key-1", evidence=())
    result = apply(stores, change(action, Edit(UMA, fresh, frozenset({"body"}))))[0].result
    with stores.read(TENANT) as unit:
        old, new = unit.actions.several([action.id, fresh.id])
    assert isinstance(result, Moved)
    assert (old.status, old.reason, old.successor) == (Status.CANCELLED, "edited", new.id)
    assert (new.status, new.predecessor, new.human_touched) == (Status.PENDING, old.id, True)


def test_an_edit_into_an_open_card_is_refused_with_that_card(stores: Stores) -> None:
    action, other = drafted(stores, an_action()), drafted(stores, an_action(2))
    fresh = replace(an_action(3, body="Shorter"), dedup_key=other.dedup_key)
    result = apply(stores, change(action, Edit(UMA, fresh, frozenset({"body"}))))[0].result
    assert isinstance(result, Refused)
    assert result.other == other.id


def test_a_redraft_that_differs_supersedes(stores: Stores) -> None:
    action = drafted(stores, an_action())
    facts = {"deal.amount": "1"}
    fresh = replace(an_action(2, body="New numbers", facts=facts), dedup_key="key-1")
    apply(stores, change(action, WorldChanged(facts, fresh)))
    with stores.read(TENANT) as unit:
        assert unit.actions.get(action.id).reason == "superseded"
        assert [each.id for each in unit.actions.listed(OPEN)] == [fresh.id]


def test_an_unknown_action_stops_the_whole_batch(stores: Stores) -> None:
    action = drafted(stores, an_action())
    with pytest.raises(NotFound):
        apply(stores, change(action, approve(action)), change("ac_none", Cancel(UMA, "no")))
    with stores.read(TENANT) as unit:
        assert unit.actions.get(action.id).status is Status.PENDING


def test_a_transaction_that_fails_keeps_nothing(stores: Stores) -> None:
    def fail() -> None:
        with stores.begin(TENANT) as unit:
            unit.actions.draft([an_action()], stamp())
            unit.actions.acquire(AccountId("account-1"), "w", LEASE_UNTIL, WALL)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with stores.read(TENANT) as unit:
        assert (unit.actions.listed(OPEN), unit.ledger.head().seq) == ((), 0)
        assert unit.actions.lease(AccountId("account-1")) is None


def test_undo_before_the_claim_sends_it_back_for_good(stores: Stores) -> None:
    action, held = drafted(stores, an_action()), lease(stores)
    steps = [
        change(action, approve(action)),
        change(action, Undo(UMA)),
        change(action, Claim(held.owner, held.fence)),
    ]
    applied = apply(stores, *steps)
    assert [each.result.outcome for each in applied] == [Outcome.MOVED, Outcome.MOVED, Outcome.REFUSED]


def test_a_lease_is_one_owners_and_its_number_only_grows(stores: Stores) -> None:
    account, over = AccountId("account-1"), LEASE_UNTIL
    first = lease(stores, "worker-1")
    with stores.begin(TENANT) as unit:
        assert unit.actions.acquire(account, "worker-2", over, WALL) is None
        kept = unit.actions.renew(first, over + timedelta(minutes=1), WALL)
        assert kept is not None
        assert kept.fence == first.fence
        taken = unit.actions.acquire(account, "worker-2", over + timedelta(hours=1), kept.until)
        assert taken is not None
        assert taken.fence == first.fence + 1
        assert unit.actions.renew(kept, over + timedelta(hours=2), WALL) is None
        unit.actions.release(kept, WALL)
        assert unit.actions.lease(account) == taken
        unit.actions.release(taken, WALL)
        again = unit.actions.acquire(account, "worker-3", over, WALL)
        assert again is not None
        assert again.fence == taken.fence + 1


def test_a_lease_that_is_over_cannot_be_renewed(stores: Stores) -> None:
    held = lease(stores)
    with stores.begin(TENANT) as unit:
        assert unit.actions.renew(held, LEASE_UNTIL + timedelta(hours=1), LEASE_UNTIL) is None


def test_a_lease_taken_again_by_its_owner_leaves_the_older_one_worthless(stores: Stores) -> None:
    old, new = lease(stores), lease(stores)
    assert new.fence == old.fence + 1
    with stores.begin(TENANT) as unit:
        assert unit.actions.renew(old, LEASE_UNTIL + timedelta(hours=1), WALL) is None
        unit.actions.release(old, WALL)
        assert unit.actions.lease(new.account) == new


def test_a_no_is_found_by_its_key_and_says_when_a_card_is_open_again(stores: Stores) -> None:
    first, other = drafted(stores, an_action(1)), drafted(stores, an_action(2))
    apply(stores, change(first, Cancel(UMA, "not worth it")))
    key, account = first.dedup_key, first.account
    with stores.begin(TENANT) as unit:
        past = unit.actions.past(account, [key, other.dedup_key])
        assert {name: (one.action.id, one.at) for name, one in past.rejected.items()} == {
            key: (first.id, NOW)
        }
        assert not unit.actions.past(AccountId("elsewhere"), [key]).rejected
        unit.actions.draft([replace(an_action(3), dedup_key=key)], stamp())
        assert unit.actions.past(account, [key]).rejected[key].is_open_again


def test_what_policy_or_time_ended_is_no_persons_no(stores: Stores) -> None:
    action = drafted(stores, an_action())
    apply(stores, change(action, PolicyChanged(), verdict=Deny(rule="r", reasons=("no",))))
    with stores.read(TENANT) as unit:
        assert unit.actions.get(action.id).status is Status.CANCELLED
        assert not unit.actions.past(action.account, [action.dedup_key]).rejected


def test_both_switches_are_read_one_by_one_with_what_turned_them(stores: Stores) -> None:
    with stores.begin(OTHER) as unit:
        unit.actions.switch(is_on=True, stamp=stamp(), key="all", everywhere=True)
    with stores.begin(TENANT) as unit:
        unit.actions.switch(is_on=True, stamp=stamp(), key="on")
        unit.actions.switch(is_on=False, stamp=stamp(), key="off")
        own, whole = unit.actions.switches()
    assert (own.is_on, own.epoch, own.key) == (False, 1, "off")
    assert (whole.is_on, whole.epoch, whole.key) == (True, 1, "all")
