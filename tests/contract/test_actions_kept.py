"""What every store of actions keeps and lists alike."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from state.errors import Ambiguous, NotFound
from state.governance.action import OPEN, Status
from state.governance.effect import effect_hash
from state.governance.happening import (
    Cancel,
    Edit,
    Snooze,
)
from state.ids import AccountId, ActionId, EvidenceId, ThreadId, UserId
from state.ports.unit import Stores
from tests.contract.acting import apply, claimed, drafted
from tests.fakes.drafts import (
    MAX,
    NOW,
    OTHER,
    TENANT,
    UMA,
    VIC,
    WALL,
    an_action,
    approve,
    change,
    effect,
    stamp,
)


def due(stores: Stores, now: datetime, wall: datetime) -> list[str]:
    with stores.read(TENANT) as unit:
        return [each.id for each in unit.actions.due(now, wall)]


def test_what_was_drafted_reads_back_equal(stores: Stores) -> None:
    wanted = replace(an_action(), predecessor=ActionId("ac_0"), interrupt="i", thread=ThreadId("t"))
    drafted(stores, wanted)
    with stores.read(TENANT) as unit:
        assert unit.actions.get(wanted.id) == wanted


def test_what_moved_reads_back_equal(stores: Stores) -> None:
    action = claimed(stores)
    with stores.read(TENANT) as unit:
        assert unit.actions.get(action.id) == action
    assert action.grant is not None
    assert action.claimers[0].worker == "worker-1"


def test_a_tenant_never_sees_the_action_of_another(stores: Stores) -> None:
    action = drafted(stores, an_action())
    with stores.begin(OTHER) as unit:
        assert unit.actions.listed(OPEN) == ()
        assert list(unit.actions.due(NOW + timedelta(days=99), WALL)) == []
        for look in (unit.actions.get, unit.actions.by_prefix):
            with pytest.raises(NotFound):
                look(action.id)
        with pytest.raises(NotFound):
            unit.actions.apply([change(action, Cancel(UMA, "no"))], stamp())


def test_drafting_again_returns_the_open_card_with_the_new_evidence(stores: Stores) -> None:
    first = drafted(stores, an_action())
    twin = replace(an_action(2), dedup_key=first.dedup_key, evidence=(EvidenceId("ev-2"), EvidenceId("ev-1")))
    with stores.begin(TENANT) as unit:
        again = unit.actions.draft([twin, an_action(3)], stamp())
        assert [each.is_created for each in again] == [False, True]
        assert again[0].action.id == first.id
        assert unit.actions.get(first.id).evidence == ("ev-1", "ev-2")


def test_drafting_the_same_twice_writes_nothing(stores: Stores) -> None:
    drafted(stores, an_action())
    with stores.begin(TENANT) as unit:
        before = unit.ledger.head()
        again = unit.actions.draft([an_action()], stamp("trace-2"))
        assert not again[0].is_created
        assert unit.ledger.head() == before


def test_two_drafts_of_one_thing_in_one_batch_are_one_card(stores: Stores) -> None:
    twin = replace(an_action(2), dedup_key="key-1", evidence=(EvidenceId("ev-9"),))
    with stores.begin(TENANT) as unit:
        both = unit.actions.draft([an_action(), twin], stamp())
        assert both[0].action.id == both[1].action.id
        assert unit.actions.get(both[0].action.id).evidence == ("ev-1", "ev-9")


def test_an_untrusted_origin_never_blocks_a_trusted_one(stores: Stores) -> None:
    drafted(stores, replace(an_action(), origin_trusted=False))
    with stores.begin(TENANT) as unit:
        assert unit.actions.draft([replace(an_action(2), dedup_key="key-1")], stamp())[0].is_created


def test_after_its_end_only_a_new_occurrence_drafts_again(stores: Stores) -> None:
    action = drafted(stores, an_action())
    apply(stores, change(action, Cancel(UMA, "not worth it")))
    with stores.begin(TENANT) as unit:
        same, new = unit.actions.draft([an_action(), replace(an_action(2), dedup_key="key-1")], stamp())
    assert (same.is_created, same.action.status) == (False, Status.CANCELLED)
    assert new.is_created


def test_an_id_is_found_by_its_beginning(stores: Stores) -> None:
    drafted(stores, an_action(1), an_action(2), an_action(30))
    with stores.read(TENANT) as unit:
        assert unit.actions.by_prefix("03").id == "ac_030"
        assert unit.actions.by_prefix("ac_002").id == "ac_002"
        with pytest.raises(NotFound):
            unit.actions.by_prefix("zz%")


def test_a_beginning_that_fits_two_names_both(stores: Stores) -> None:
    drafted(stores, an_action(1), an_action(2))
    with pytest.raises(Ambiguous) as fault, stores.read(TENANT) as unit:
        unit.actions.by_prefix("00")
    assert fault.value.candidates == ("ac_001", "ac_002")


def test_lists_are_by_inbox_account_and_status(stores: Stores) -> None:
    drafted(stores, an_action(1), replace(an_action(2), account=AccountId("account-2")), an_action(3))
    with stores.begin(TENANT) as unit:
        unit.actions.assign(ActionId("ac_001"), VIC.user, stamp())
        inbox = {
            who: [each.id for each in unit.actions.listed(OPEN, person=UserId(who))] for who in ("uma", "vic")
        }
        assert inbox == {"uma": ["ac_002", "ac_003"], "vic": ["ac_001"]}
        at_two = unit.actions.listed(OPEN, account=AccountId("account-2"))
        assert [each.id for each in at_two] == ["ac_002"]
        assert unit.actions.listed([Status.EXECUTED]) == ()
        assert unit.ledger.of_action(ActionId("ac_001"))[-1].entry.kind == "DELEGATION"


def test_an_interrupt_is_bound_to_the_action_that_waits(stores: Stores) -> None:
    drafted(stores, an_action(1), an_action(2))
    with stores.begin(TENANT) as unit:
        unit.actions.bind({ActionId("ac_001"): (ThreadId("thread-1"), "interrupt-1")})
        found = unit.actions.several([ActionId("ac_001"), ActionId("ac_002")])
    assert [each.interrupt for each in found] == ["interrupt-1", None]


def test_what_is_over_while_an_interrupt_waits_for_it_is_listed_until_nothing_waits(stores: Stores) -> None:
    drafted(stores, an_action(1), an_action(2), an_action(3))
    bound = {ActionId(f"ac_00{n}"): (ThreadId("thread-1"), f"interrupt-{n}") for n in (1, 2)}
    with stores.begin(TENANT) as unit:
        unit.actions.bind(bound)
        assert unit.actions.answered() == ()
    apply(stores, change("ac_001", Cancel(UMA, "no")), change("ac_003", Cancel(UMA, "no")))
    with stores.begin(OTHER) as unit:
        assert unit.actions.answered() == ()
    with stores.begin(TENANT) as unit:
        assert [each.id for each in unit.actions.answered()] == ["ac_001"]
        unit.actions.bind({ActionId("ac_001"): (ThreadId("thread-1"), None)})
        assert unit.actions.answered() == ()
        assert unit.actions.get(ActionId("ac_002")).interrupt == "interrupt-2"


def test_who_edited_stays_with_what_waits_then(stores: Stores) -> None:
    action = drafted(stores, an_action())
    words = effect(body="Hello there")
    fresh = replace(action, id=ActionId("ac_009"), effect=words, effect_hash=effect_hash(words))
    apply(stores, change(action, Edit(MAX, fresh, frozenset({"body"}))))
    with stores.read(TENANT) as unit:
        assert unit.actions.get(ActionId("ac_009")).editors == (MAX.user,)


def test_due_is_what_time_calls_for(stores: Stores) -> None:
    later = timedelta(minutes=5)
    armed = replace(an_action(1, external=False), auto_at=WALL + later)
    held, set_aside, quiet = an_action(2), an_action(3), an_action(4)
    drafted(stores, armed, held, set_aside, quiet)
    apply(
        stores,
        change(held, approve(held), hold=later),
        change(set_aside, Snooze(MAX, NOW + later)),
    )
    assert due(stores, NOW, WALL) == []
    assert due(stores, NOW, WALL + later) == ["ac_001", "ac_002"]
    assert due(stores, NOW + later, WALL) == ["ac_003"]
    assert len(due(stores, quiet.expires_at, WALL)) == 4


def test_effects_read_back_with_the_same_hash(stores: Stores) -> None:
    action = drafted(stores, an_action(body="Grüße – 10 % — “quoted” \u2028 end"))
    with stores.read(TENANT) as unit:
        assert effect_hash(unit.actions.get(action.id).effect) == action.effect_hash
