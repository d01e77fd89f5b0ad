"""A plan moves as a hand-written list says, whatever comes in whatever order; a weakened law is caught."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.governance.action import Outcome
from state.governance.plan import PLAN_TABLE, Plan, PlanEvent, PlanHappening, PlanId, PlanStatus, StepState
from state.governance.plan_moving import APPROVERS, HUMAN, REJECTED, Acted, act
from tests.fakes.drafts import ROBOT, UMA
from tests.fakes.plan_drafts import PEOPLE, STEPS, a_plan, happening

MOVES = {
    "approve": "DRAFT→APPROVED",
    "activate": "APPROVED→ACTIVE",
    "pause": "ACTIVE→PAUSED",
    "resume": "PAUSED→ACTIVE",
    "cancel": "DRAFT→CANCELLED APPROVED→CANCELLED ACTIVE→CANCELLED PAUSED→CANCELLED",
    "end_step": "ACTIVE→PAUSED ACTIVE→FAILED",
    "complete": "ACTIVE→COMPLETED",
    "fail": "ACTIVE→FAILED",
}
"""Written by hand from the life of a plan: DRAFT → APPROVED → ACTIVE ⇄ PAUSED → COMPLETED | FAILED | CANCELLED."""
RIVAL = PlanId("pl_other")
Law = Callable[[Plan, PlanHappening, PlanId | None], Acted]


def test_the_table_moves_a_plan_as_the_list_says_and_nowhere_else() -> None:
    found = {
        (event.value, f"{status.value}→{target.value}")
        for event, row in PLAN_TABLE.items()
        for status, cell in row.items()
        for target in cell.targets
    }
    assert found == {(event, move) for event, moves in MOVES.items() for move in moves.split()}


def test_every_event_has_a_cell_in_every_status() -> None:
    assert set(PLAN_TABLE) == set(PlanEvent)
    assert all(set(row) == set(PlanStatus) for row in PLAN_TABLE.values())


def faults(before: Plan, what: PlanHappening, rival: PlanId | None, acted: Acted) -> list[str]:
    """Name the invariants that a step of the law broke."""
    after, cell = acted.plan, PLAN_TABLE[what.event][before.status]
    is_moved = after.status is not before.status
    return [
        name
        for name, is_broken in {
            "the table": acted.outcome not in cell.outcomes
            or (is_moved and after.status not in cell.targets),
            "over is over": before.status.is_over and after != before,
            "a refusal changes nothing": acted.outcome in (Outcome.REFUSED, Outcome.NOOP) and after != before,
            "only people start": is_moved and what.event in HUMAN and not _may(what),
            "one active plan": is_moved and after.status is PlanStatus.ACTIVE and rival is not None,
            "nothing is open when it is over": is_moved and after.status.is_over and bool(_left(after, what)),
            "each event counts once": after != before and after.version != before.version + 1,
            "time calls only active plans": after.status is not PlanStatus.ACTIVE
            and after.next_at is not None,
            "a step follows what it comes after": any(
                step.state is StepState.RUNNING and not after.is_ready(step) for step in after.steps
            ),
        }.items()
        if is_broken
    ]


def _may(what: PlanHappening) -> bool:
    return what.by is not None and what.by.role in APPROVERS


def _left(plan: Plan, what: PlanHappening) -> list[str]:
    return [step.step for step in plan.open_steps if step.step not in what.kept]


def walked(law: Law, seed: int, length: int = 40) -> list[str]:
    """Let anything happen to a plan, in an order that the seed gives; name what was broken on the way."""
    random, plan, broken = Random(seed), a_plan(), list[str]()
    for day in range(length):
        event = random.choice(list(PlanEvent)) if random.random() < 0.6 else _fitting(plan)
        what = happening(event, random.choice(STEPS), by=random.choice(PEOPLE), days=day)
        if event is PlanEvent.END_STEP:
            what = what.model_copy(update={"end": random.choice(list(StepState))})
        rival = RIVAL if random.random() < 0.2 else None
        acted = law(plan, what, rival)
        broken += faults(plan, what, rival, acted)
        plan = acted.plan
    return broken


def _fitting(plan: Plan) -> PlanEvent:
    forward = {PlanStatus.DRAFT: PlanEvent.APPROVE, PlanStatus.APPROVED: PlanEvent.ACTIVATE}
    return forward.get(
        plan.status, PlanEvent.RESUME if plan.status is PlanStatus.PAUSED else PlanEvent.BEGIN_STEP
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_whatever_happens_in_whatever_order_no_invariant_breaks(seed: int) -> None:
    assert walked(act, seed) == []


MUTANTS: dict[str, tuple[Law, str]] = {
    "anybody starts": (
        lambda plan, what, rival: act(plan, what.model_copy(update={"by": UMA}), rival), "only people start"
    ),
    "no look at the other plan": (lambda plan, what, _: act(plan, what, None), "one active plan"),
    "events are not counted": (
        lambda plan, what, rival: _changed(plan, act(plan, what, rival), version=plan.version),
        "each event counts once",
    ),
    "steps stay open": (
        lambda plan, what, rival: _changed(plan, act(plan, what, rival), steps=plan.steps),
        "nothing is open when it is over",
    ),
    "steps begin at will": (
        lambda plan, what, rival: act(_without_order(plan), what, rival), "a step follows what it comes after"
    ),
    "what is over goes on": (
        lambda plan, what, rival: act(_revived(plan), what, rival), "over is over"
    ),
}  # fmt: skip


def _changed(before: Plan, acted: Acted, **fields: object) -> Acted:
    is_same = acted.plan == before
    return acted if is_same else Acted(acted.plan.model_copy(update=fields), acted.outcome, acted.code)


def _without_order(plan: Plan) -> Plan:
    """Let a step forget what it comes after, and remember when it has begun."""
    return plan.model_copy(
        update={"steps": tuple(step.model_copy(update={"after": ()}) for step in plan.steps)}
    )


def _revived(plan: Plan) -> Plan:
    return plan.model_copy(update={"status": PlanStatus.PAUSED}) if plan.status.is_over else plan


@pytest.mark.parametrize("name", MUTANTS)
def test_a_weakened_law_is_caught(name: str) -> None:
    law, broken = MUTANTS[name]
    found = {one for seed in range(80) for one in walked(law, seed)}
    if name == "steps begin at will":
        found = {one for seed in range(80) for one in _remembered(law, seed)}
    assert broken in found


def _remembered(law: Law, seed: int) -> list[str]:
    """Walk with a law that forgets the order, and look at the result with the order known."""

    def with_order(plan: Plan, what: PlanHappening, rival: PlanId | None) -> Acted:
        acted, order = law(plan, what, rival), {step.step: step.after for step in plan.steps}
        steps = tuple(step.model_copy(update={"after": order[step.step]}) for step in acted.plan.steps)
        return Acted(acted.plan.model_copy(update={"steps": steps}), acted.outcome, acted.code)

    return walked(with_order, seed)


def started() -> Plan:
    plan = act(a_plan(), happening("approve")).plan
    return act(plan, happening("activate")).plan


def test_a_plan_that_is_not_approved_does_not_start() -> None:
    acted = act(a_plan(), happening("activate"))
    assert (acted.outcome, acted.code) == (Outcome.REFUSED, REJECTED)


def test_an_agent_neither_approves_nor_starts_nor_resumes() -> None:
    paused = act(started(), happening("pause", by=ROBOT)).plan
    assert act(a_plan(), happening("approve", by=ROBOT)).code == "human"
    assert act(paused, happening("resume", by=ROBOT)).code == REJECTED
    assert paused.status is PlanStatus.PAUSED


def test_what_waits_moves_by_the_days_of_a_pause_at_the_same_hour() -> None:
    plan = act(act(started(), happening("pause", days=1)).plan, happening("resume", days=5)).plan
    dues = [step.due_at for step in a_plan().steps]
    assert [(step.due_at - due).days for step, due in zip(plan.steps, dues, strict=True)] == [4, 4, 4]


def test_a_step_that_ends_late_moves_those_after_it() -> None:
    begun = act(started(), happening("begin_step", "look")).plan
    ended = act(begun, happening("end_step", "look", days=2)).plan
    dues = [step.due_at for step in a_plan().steps]
    assert [(step.due_at - due).days for step, due in zip(ended.steps, dues, strict=True)] == [0, 2, 2]


def test_a_pause_takes_back_a_step_without_effect_and_leaves_one_that_has_begun() -> None:
    placed = act(act(started(), happening("begin_step")).plan, happening("place_step")).plan
    pause = happening("pause")
    aside = act(placed, pause).plan.steps[0]
    kept = act(placed, pause.model_copy(update={"kept": ("look",)})).plan.steps[0]
    assert (aside.state, aside.actions) == (StepState.WAITING, ())
    assert (kept.state, kept.actions) == (StepState.RUNNING, placed.steps[0].actions)
