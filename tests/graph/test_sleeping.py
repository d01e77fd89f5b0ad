"""A card that a person said no to: its key sleeps, wakes when it grew worse, and returns as another card."""

from dataclasses import replace
from datetime import timedelta

import pytest

from graphs.bootstrap import House
from graphs.conversing.questions import gathered
from graphs.conversing.talking import Talk
from graphs.governing.declining import facts_of
from graphs.governing.hands import proposal_of, recorded_plan
from graphs.governing.sleeping import said_no
from graphs.telling.report import ProposalOut
from state.errors import Conflict, Forbidden, NotFound
from state.governance.action import Action, Status
from state.ids import AccountId, ActionId, EventId, UserId, stable_id
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.world.records import NoteAdded
from state.world.signal import Severity
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_stopping import board

HOTEL, ACME = AccountId("oakhaven-hotels"), AccountId("acme-corp")


def proposed(house: House, account: AccountId = HOTEL, kind: str = "send_email") -> ProposalOut:
    """Prep an account and give its proposal of a kind."""
    report = house.runner.start(principal_of(house), account, "prep")
    return next(one for one in report.proposals if one.action_type == kind)


def later(house: House, days: int) -> None:
    """Move the clock; every source is read again."""
    at = house.parts.tenancy.refresh(TENANT).now + timedelta(days=days)
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.set_clock(TENANT, at)
        unit.around.resync(at)
    house.parts.tenancy.refresh(TENANT)


def rejected(
    house: House, account: AccountId = HOTEL, kind: str = "send_email", reason: str = "not worth it"
) -> Action:
    """Reject what a prep proposes."""
    name = str(proposed(house, account, kind).action)
    return house.desk.reject(principal_of(house), name, reason).action


def test_a_rejected_key_sleeps_and_comes_back_as_another_card(house: House) -> None:
    gone = rejected(house)
    later(house, 13)
    asleep = proposed(house)
    assert (asleep.action, asleep.status) == (gone.id, "cancelled")
    later(house, 1)
    back = proposed(house)
    assert (back.action != gone.id, back.status) == (True, "pending")
    later(house, 1)
    assert proposed(house).action == back.action


@pytest.mark.parametrize(("rise", "is_asleep"), [(0, True), (1, False), (-1, True)])
def test_a_rejected_key_wakes_when_it_grew_more_severe_and_only_then(
    house: House, rise: int, is_asleep: bool
) -> None:
    gone = rejected(house, ACME, "escalate_support")
    parts, tenancy = house.parts, house.parts.tenancy(TENANT)
    about = gathered(Talk(house.desk, principal_of(house)), ACME)
    changed = [
        one.model_copy(update={"severity": list(Severity)[one.severity.rank + rise]})
        for one in about.judgement.signals
        if one.severity is Severity.MEDIUM
    ]
    now = replace(about, judgement=about.judgement.model_copy(update={"signals": tuple(changed)}))
    with parts.stores.read(TENANT) as unit:
        proposal = proposal_of(recorded_plan(parts, unit, tenancy, gone)[0], gone)
        past = unit.actions.past(ACME, [proposal.dedup_key])
        found = said_no(parts, unit, tenancy, now, [proposal], past.rejected)
    assert found[proposal.dedup_key].is_asleep is is_asleep


def test_a_wrong_fact_names_what_the_card_rests_on(house: House) -> None:
    gone = rejected(house, reason="wrong fact")
    facts = facts_of(house.parts, house.parts.tenancy(TENANT), gone.id)
    assert facts
    assert all(one.subject and one.attribute and one.value for one in facts)


def test_what_was_done_already_is_kept_as_a_touch(house: House) -> None:
    name = str(proposed(house).action)
    assert house.desk.done(principal_of(house), name).action.reason == "already done"
    with house.parts.stores.read(TENANT) as unit:
        event = unit.events.get(EventId(stable_id("ev", TENANT, "already done", name)))
    assert event is not None
    assert isinstance(event.data, NoteAdded)
    assert event.data.participants == ("elena.ruiz@oakhaven.example",)


def test_a_refused_no_leaves_no_touch(house: House) -> None:
    name = str(proposed(house).action)
    stranger = Principal(tenant=TENANT, user=UserId("priya"), role=Role.SELLER)
    with pytest.raises(Forbidden):
        house.desk.done(stranger, name)
    with house.parts.stores.read(TENANT) as unit:
        assert unit.events.get(EventId(stable_id("ev", TENANT, "already done", name))) is None


def test_a_card_handed_over_stands_in_the_other_inbox_and_still_waits_for_its_owner(house: House) -> None:
    name = str(proposed(house).action)
    moved = house.desk.delegate(principal_of(house), name, "priya")
    assert (moved.assignee, moved.owner) == ("priya", "maya")
    priya = Principal(tenant=TENANT, user=UserId("priya"), role=Role.SELLER)
    with pytest.raises(Forbidden, match="owner"):
        house.desk.approve(priya, name)
    with house.parts.stores.read(TENANT) as unit:
        assert [one.entry.kind for one in unit.ledger.of_action(ActionId(name))][-2:] == [
            Kind.DELEGATION,
            Kind.REFUSED,
        ]


@pytest.mark.parametrize(
    ("who", "to", "error"),
    [("priya", "tom", Forbidden), ("maya", "ada", Forbidden), ("maya", "nobody", NotFound)],
)
def test_a_card_is_handed_over_by_those_it_is_for_to_those_who_decide(
    house: House, who: str, to: str, error: type[Exception]
) -> None:
    name = str(proposed(house).action)
    with pytest.raises(error):
        house.desk.delegate(Principal(tenant=TENANT, user=UserId(who), role=Role.SELLER), name, to)


def test_a_card_that_no_longer_waits_is_not_handed_over(house: House) -> None:
    gone = rejected(house)
    with pytest.raises(Conflict):
        house.desk.delegate(principal_of(house), gone.id, "priya")


def test_a_stop_in_between_changes_nothing_about_the_sleep(house: House) -> None:
    gone = rejected(house)
    board(house).on(everywhere=False, reason="")
    with house.parts.stores.read(TENANT) as unit:
        past = unit.actions.past(HOTEL, [gone.dedup_key])
    assert past.stop.is_on
    assert past.rejected[gone.dedup_key].action.status is Status.CANCELLED
