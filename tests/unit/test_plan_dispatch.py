"""Dispatch names what is next and nothing else: when a step begins, waits, is skipped, or ends the plan."""

from collections.abc import Mapping

import pytest

from state.governance.action import Status
from state.governance.expression import Compare, Op
from state.governance.plan import Plan, PlanEvent, PlanHappening, PlanStatus, StepState
from state.governance.plan_dispatch import UNFORMED, Rest, dispatch
from state.governance.plan_moving import act
from state.ids import ActionId
from tests.fakes.drafts import NOW
from tests.fakes.plan_drafts import DAY, a_plan, a_step, happening

NO = Compare(fact="account.fire", op=Op.EQ, value=True)
MAIL = ActionId("ac_001")


def running(**step: object) -> Plan:
    """Make an active plan whose first step is due now, and differs by these fields."""
    first = a_step("look", (), 0, **step)
    return a_plan(steps=(first, a_step("write", ("look",), 3)), status=PlanStatus.ACTIVE, activated_at=NOW)


def told(
    plan: Plan, ended: Mapping[ActionId, Status] | None = None, *, holds: bool = False, days: int = 0
) -> PlanHappening | Rest:
    return dispatch(plan, ended or {}, lambda _: holds, NOW + days * DAY)


def event_of(found: PlanHappening | Rest) -> tuple[str, str]:
    assert isinstance(found, PlanHappening)
    return found.event.value, found.step


def placed(plan: Plan, **more: object) -> Plan:
    what = happening("place_step").model_copy(update=more)
    return act(act(plan, happening("begin_step")).plan, what).plan


def test_a_step_begins_when_its_time_has_come_and_not_before() -> None:
    assert event_of(told(running())) == ("begin_step", "look")
    early = told(running(due_at=NOW + DAY))
    assert isinstance(early, Rest)
    assert (early.at, early.is_forming) == (NOW + DAY, False)


def test_a_begun_step_without_a_proposal_asks_for_the_loop() -> None:
    rest = told(act(running(), happening("begin_step")).plan)
    assert isinstance(rest, Rest)
    assert rest.is_forming


@pytest.mark.parametrize("status", [one for one in Status if one.is_open])
def test_a_step_waits_while_its_action_is_open(status: Status) -> None:
    rest = told(placed(running()), {MAIL: status})
    assert isinstance(rest, Rest)
    assert (rest.at, rest.is_forming, rest.waits) == (None, False, ("Look: its action",))


@pytest.mark.parametrize("status", [one for one in Status if not one.is_open])
def test_a_step_ends_as_its_action_did(status: Status) -> None:
    found = told(placed(running()), {MAIL: status})
    assert isinstance(found, PlanHappening)
    assert found.end is (StepState.DONE if status is Status.EXECUTED else StepState.MISSED)


@pytest.mark.parametrize(("way", "left"), [("pause", "PAUSED"), ("go_on", "ACTIVE"), ("fail", "FAILED")])
def test_a_refused_step_pauses_its_plan_unless_the_template_says_otherwise(way: str, left: str) -> None:
    plan = placed(running(if_missed=way), actions=(), verdict="deny", reason="no consent")
    found = told(plan)
    assert isinstance(found, PlanHappening)
    assert (found.end, found.reason) == (StepState.MISSED, "no consent")
    assert act(plan, found).plan.status.value == left


def test_a_condition_that_does_not_hold_skips_fails_or_is_looked_at_again() -> None:
    skipped = told(running(when=NO))
    later = told(running(when=NO, if_unmet="wait"))
    assert isinstance(skipped, PlanHappening)
    assert isinstance(later, PlanHappening)
    assert skipped.end is StepState.SKIPPED
    assert (later.event, later.look_at) == (PlanEvent.LOOK_LATER, NOW + DAY)
    assert event_of(told(running(when=NO, if_unmet="fail"))) == ("fail", "look")
    assert event_of(told(running(when=NO), holds=True)) == ("begin_step", "look")


def test_patience_ends_on_its_day() -> None:
    plan = running(when=NO, if_unmet="wait", patience_days=3)
    ends = [told(plan, days=days) for days in (2, 3)]
    assert [one.end for one in ends if isinstance(one, PlanHappening)] == [None, StepState.SKIPPED]


def test_a_row_with_nothing_to_propose_counts_as_a_condition_that_does_not_hold() -> None:
    found = told(placed(running(), actions=(), verdict=UNFORMED))
    assert isinstance(found, PlanHappening)
    assert found.end is StepState.SKIPPED


def test_what_ends_a_plan_comes_before_what_pauses_it_and_both_before_a_step() -> None:
    guarded = running().model_copy(update={"pause_when": NO, "cancel_when": NO})
    assert event_of(told(guarded, holds=True)) == ("cancel", "")
    assert event_of(told(guarded.model_copy(update={"cancel_when": None}), holds=True)) == ("pause", "")
    assert event_of(told(guarded)) == ("begin_step", "look")


@pytest.mark.parametrize(
    ("state", "event"), [("done", "complete"), ("skipped", "cancel"), ("missed", "cancel")]
)
def test_a_plan_is_completed_when_something_of_it_was_done(state: str, event: str) -> None:
    steps = (a_step("look", (), 0, state=state), a_step("write", ("look",), 3, state="cancelled"))
    assert event_of(told(running().model_copy(update={"steps": steps}))) == (event, "")


@pytest.mark.parametrize("status", [one for one in PlanStatus if one is not PlanStatus.ACTIVE])
def test_nothing_begins_in_a_plan_that_is_not_active(status: PlanStatus) -> None:
    rest = told(running().model_copy(update={"status": status}), holds=True, days=30)
    assert isinstance(rest, Rest)
    assert rest.at is None
