"""Dispatch: what a plan calls for now: the next thing to record, or what it rests on.

Invariant: pure and deterministic; it only ever names events, and whether a step's action may run is policy's to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from state.governance.action import Status
from state.governance.condition import Condition
from state.governance.plan import Plan, PlanEvent, PlanHappening, PlanStatus, Step, StepState
from state.ids import ActionId

Holds = Callable[[Condition], bool]
UNFORMED = "unformed"
"""In place of a verdict: the step's row had nothing to propose."""
AGAIN = timedelta(days=1)
"""A condition that is waited for is looked at once a day."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing is to be recorded now."""

    at: datetime | None
    """When time calls next; None where only an action's end, a person or nothing does."""
    waits: tuple[str, ...]
    """What it waits for, one sentence each."""
    is_forming: bool = False
    """A step has begun whose proposal is still to be formed: the account's loop is to run."""


@dataclass(frozen=True, slots=True)
class Said:
    """A condition, and the words for it."""

    pause: str = "its condition to pause holds"
    cancel: str = "its condition to end holds"


def dispatch(
    plan: Plan,
    ended: Mapping[ActionId, Status],
    holds: Holds,
    now: datetime,
    said: Said = Said(),
    until: datetime | None = None,
) -> PlanHappening | Rest:
    """Name the next event, or the rest; called again after each event until it rests.

    Shape: `ended` has the status of every action of a running step; what is due by `until`, else by now, begins.
    """
    if plan.status is not PlanStatus.ACTIVE:
        return Rest(None, (_still(plan),))
    for step in plan.steps:
        if step.state is StepState.RUNNING and (found := _outcome(step, ended, now)) is not None:
            return found
    if plan.cancel_when is not None and holds(plan.cancel_when):
        return PlanHappening(event=PlanEvent.CANCEL, at=now, reason=said.cancel)
    if plan.pause_when is not None and holds(plan.pause_when):
        return PlanHappening(event=PlanEvent.PAUSE, at=now, reason=said.pause)
    for step in plan.steps:
        if (found := _due(plan, step, holds, now, until or now)) is not None:
            return found
    return _rest(plan, now)


def _outcome(step: Step, ended: Mapping[ActionId, Status], now: datetime) -> PlanHappening | None:
    """Say what a begun step came to, once its actions have ended."""
    if step.verdict == UNFORMED:
        return _unmet(step, now, step.reason)
    if step.verdict and not step.actions:
        return _end(step, StepState.MISSED, now, step.reason or "Policy refused it.")
    found = [ended.get(name, Status.PENDING) for name in step.actions]
    if not found or any(status.is_open for status in found):
        return None
    lost = next((status for status in found if status is not Status.EXECUTED), None)
    if lost is None:
        return _end(step, StepState.DONE, now, "")
    return _end(step, StepState.MISSED, now, f"its action is {lost.value}")


def _due(plan: Plan, step: Step, holds: Holds, now: datetime, until: datetime) -> PlanHappening | None:
    """Begin a step whose time has come, unless its condition does not hold."""
    if step.state is not StepState.WAITING or not plan.is_ready(step):
        return None
    if max(step.due_at, step.look_at or step.due_at) > until:
        return None
    if step.when is None or holds(step.when):
        return PlanHappening(event=PlanEvent.BEGIN_STEP, at=now, step=step.step)
    return _unmet(step, now, "its condition does not hold")


def _unmet(step: Step, now: datetime, reason: str) -> PlanHappening:
    if step.if_unmet == "fail":
        return PlanHappening(event=PlanEvent.FAIL, at=now, step=step.step, reason=f"{step.title}: {reason}")
    if step.if_unmet == "wait" and now - step.due_at < timedelta(days=step.patience_days):
        later = now + AGAIN
        return PlanHappening(event=PlanEvent.LOOK_LATER, at=now, step=step.step, look_at=later, reason=reason)
    return _end(step, StepState.SKIPPED, now, reason)


def _end(step: Step, state: StepState, now: datetime, reason: str) -> PlanHappening:
    return PlanHappening(event=PlanEvent.END_STEP, at=now, step=step.step, end=state, reason=reason)


def _rest(plan: Plan, now: datetime) -> PlanHappening | Rest:
    if not plan.open_steps:
        if any(step.state is StepState.DONE for step in plan.steps):
            return PlanHappening(event=PlanEvent.COMPLETE, at=now, reason="every step has ended")
        return PlanHappening(event=PlanEvent.CANCEL, at=now, reason="no step of it was done")
    is_forming = any(step.is_unplaced for step in plan.steps)
    return Rest(plan.next_at, tuple(_wait(plan, step) for step in plan.open_steps[:1]), is_forming)


def _wait(plan: Plan, step: Step) -> str:
    if step.state is StepState.RUNNING:
        return f"{step.title}: " + ("its action" if step.actions else "its proposal")
    if step.look_at is not None:
        return f"{step.title}: {step.reason}"
    return f"{step.title}: its day"


def _still(plan: Plan) -> str:
    why = f": {plan.reason}" if plan.reason else ""
    return f"The plan is {plan.status.value}{why}"
