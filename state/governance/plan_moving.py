"""One step of a plan's life: event in, plan out; what the table does not allow is refused with the reason.

Invariant: pure; a plan that is over never changes; a refused event changes nothing at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from state.governance.action import Outcome
from state.governance.plan import (
    PLAN_TABLE,
    Plan,
    PlanEvent,
    PlanHappening,
    PlanId,
    PlanStatus,
    Step,
    StepState,
)
from state.principal import Role

REJECTED = "PLAN_ACTIVATION_REJECTED"
"""The stable code of a plan that may not begin, or go on."""
HUMAN = frozenset({PlanEvent.APPROVE, PlanEvent.ACTIVATE, PlanEvent.RESUME})
"""Only a person with the right to approve does these."""
APPROVERS = frozenset({Role.SELLER, Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Acted:
    """What one event came to."""

    plan: Plan
    outcome: Outcome
    code: str = ""
    text: str = ""


def act(plan: Plan, what: PlanHappening, rival: PlanId | None = None) -> Acted:
    """Do what the event does in the plan's status.

    Shape: `rival` is another active plan of this account and type.
    Invariant: the outcome and where it leads stand in the table.
    """
    allowed = PLAN_TABLE[what.event][plan.status].outcomes
    if allowed == {Outcome.NOOP}:
        return Acted(plan, Outcome.NOOP, "same")
    if allowed == {Outcome.REFUSED}:
        return _refused(plan, what, "status", f"The plan is {plan.status.value}.")
    if what.event in HUMAN and (what.by is None or what.by.role not in APPROVERS):
        return _refused(plan, what, "human", "Only a person who may approve does this.")
    if what.event in _STARTS and rival is not None:
        return _refused(plan, what, "rival", f"The account already has an active {plan.type} plan, {rival}.")
    changed = _LAWS[what.event](plan, what)
    if isinstance(changed, str):
        return _refused(plan, what, "step", changed)
    is_moved = changed.status is not plan.status
    after = changed.model_copy(
        update={"version": plan.version + 1} | ({"since": what.at} if is_moved else {})
    )
    return Acted(after, Outcome.MOVED if is_moved else Outcome.STAYS)


_STARTS = frozenset({PlanEvent.ACTIVATE, PlanEvent.RESUME})


def _refused(plan: Plan, what: PlanHappening, code: str, text: str) -> Acted:
    return Acted(plan, Outcome.REFUSED, REJECTED if what.event in _STARTS else code, text)


def _to(plan: Plan, status: PlanStatus, what: PlanHappening, **more: object) -> Plan:
    return plan.model_copy(update={"status": status, "reason": what.reason, **more})


def _with(plan: Plan, *steps: Step) -> Plan:
    """Put changed steps in the place of the old."""
    new = {step.step: step for step in steps}
    return plan.model_copy(update={"steps": tuple(new.get(step.step, step) for step in plan.steps)})


def _approve(plan: Plan, what: PlanHappening) -> Plan:
    return _to(plan, PlanStatus.APPROVED, what, approved_by=what.by.user if what.by else None)


def _activate(plan: Plan, what: PlanHappening) -> Plan:
    dated = [step.model_copy(update={"due_at": what.due.get(step.step, step.due_at)}) for step in plan.steps]
    return _to(_with(plan, *dated), PlanStatus.ACTIVE, what, activated_at=what.at)


def _pause(plan: Plan, what: PlanHappening) -> Plan:
    """Take back what had begun and has had no effect; its step waits again."""
    return _to(_with(plan, *_withdrawn(plan, what, StepState.WAITING)), PlanStatus.PAUSED, what)


def _resume(plan: Plan, what: PlanHappening) -> Plan:
    """Move what still waits by the days of the pause, so that the gaps stay as they were meant."""
    days = _days(plan.since, what.at, plan.zone)
    waiting = [step for step in plan.steps if step.state is StepState.WAITING]
    return _to(_with(plan, *(_later(step, days, plan.zone) for step in waiting)), PlanStatus.ACTIVE, what)


def _cancel(plan: Plan, what: PlanHappening) -> Plan:
    ended = _withdrawn(plan, what, StepState.CANCELLED)
    waiting = [step for step in plan.steps if step.state is StepState.WAITING]
    over = [_ended(step, StepState.CANCELLED, what) for step in waiting]
    return _to(_with(plan, *ended, *over), PlanStatus.CANCELLED, what)


def _withdrawn(plan: Plan, what: PlanHappening, state: StepState) -> list[Step]:
    running = [step for step in plan.steps if step.state is StepState.RUNNING and step.step not in what.kept]
    if state is StepState.CANCELLED:
        return [_ended(step, state, what) for step in running]
    return [_waiting(step) for step in running]


def _waiting(step: Step, **more: object) -> Step:
    blank = {"actions": (), "run": "", "verdict": "", "verdict_rule": "", "began_at": None}
    return step.model_copy(update={**blank, "state": StepState.WAITING, **more})


def _ended(step: Step, state: StepState, what: PlanHappening) -> Step:
    return step.model_copy(update={"state": state, "ended_at": what.at, "reason": what.reason})


def _cancel_step(plan: Plan, what: PlanHappening) -> Plan | str:
    step = plan.step(what.step)
    if step is None or not step.state.is_open:
        return f"The plan has no open step {what.step!r}."
    if step.step in what.kept:
        return f"The step {step.step} has begun and can no longer be taken back."
    return _with(plan, _ended(step, StepState.CANCELLED, what))


def _begin_step(plan: Plan, what: PlanHappening) -> Plan | str:
    step = plan.step(what.step)
    if step is None or step.state is not StepState.WAITING or not plan.is_ready(step):
        return f"The step {what.step!r} is not the next one."
    return _with(
        plan, step.model_copy(update={"state": StepState.RUNNING, "began_at": what.at, "reason": ""})
    )


def _place_step(plan: Plan, what: PlanHappening) -> Plan | str:
    step = plan.step(what.step)
    if step is None or not step.is_unplaced:
        return f"The step {what.step!r} does not wait for its proposal."
    told = {"actions": what.actions, "run": what.run, "verdict": what.verdict}
    told |= {"verdict_rule": what.verdict_rule, "reason": what.reason}
    return _with(plan, step.model_copy(update=told))


def _look_later(plan: Plan, what: PlanHappening) -> Plan | str:
    step = plan.step(what.step)
    if step is None or not step.state.is_open or step.actions:
        return f"The step {what.step!r} does not wait for its condition."
    return _with(plan, _waiting(step, look_at=what.look_at, reason=what.reason))


def _end_step(plan: Plan, what: PlanHappening) -> Plan | str:
    step = plan.step(what.step)
    if step is None or not step.state.is_open or what.end is None or what.end.is_open:
        return f"The plan has no open step {what.step!r}."
    late = max(0, _days(step.due_at, what.at, plan.zone))
    after = [one for one in plan.steps if one.state is StepState.WAITING and one.due_at > step.due_at]
    ended = _with(plan, _ended(step, what.end, what), *(_later(one, late, plan.zone) for one in after))
    if what.end is not StepState.MISSED or step.if_missed == "go_on" or plan.status is not PlanStatus.ACTIVE:
        return ended
    why = what.model_copy(update={"reason": f"{step.title}: {what.reason}"})
    return _pause(ended, why) if step.if_missed == "pause" else _fail(ended, why)


def _complete(plan: Plan, what: PlanHappening) -> Plan | str:
    if plan.open_steps:
        return "A step is still open."
    return _to(plan, PlanStatus.COMPLETED, what)


def _fail(plan: Plan, what: PlanHappening) -> Plan:
    return _cancel(plan, what).model_copy(update={"status": PlanStatus.FAILED})


def _days(start: datetime, end: datetime, zone: str) -> int:
    """Count days between two instants by the calendar of the place."""
    there = ZoneInfo(zone)
    return (end.astimezone(there).date() - start.astimezone(there).date()).days


def _later(step: Step, days: int, zone: str) -> Step:
    """Move a step by days, at the same hour of the day."""
    there = step.due_at.astimezone(ZoneInfo(zone)) + timedelta(days=days)
    return step.model_copy(update={"due_at": there.astimezone(step.due_at.tzinfo)})


_LAWS: Mapping[PlanEvent, Callable[[Plan, PlanHappening], Plan | str]] = {
    PlanEvent.APPROVE: _approve,
    PlanEvent.ACTIVATE: _activate,
    PlanEvent.PAUSE: _pause,
    PlanEvent.RESUME: _resume,
    PlanEvent.CANCEL: _cancel,
    PlanEvent.CANCEL_STEP: _cancel_step,
    PlanEvent.BEGIN_STEP: _begin_step,
    PlanEvent.PLACE_STEP: _place_step,
    PlanEvent.LOOK_LATER: _look_later,
    PlanEvent.END_STEP: _end_step,
    PlanEvent.COMPLETE: _complete,
    PlanEvent.FAIL: _fail,
}
