"""plan.pause and plan.cancel_step: stop what a plan would still do."""

from typing import Literal

from state.canonical import Json
from state.errors import InvalidInput
from state.ports.tooling import Inside
from state.world.records import PlanStep, PlanUpdated
from state.world.view import PlanRecord
from tools.catalog.references import plan_of
from tools.catalog.task import Arguments, Drawn, Row, Task
from tools.catalog.tool import writes
from tools.catalog.words import Line
from tools.catalog.writing import Pen


class PauseArguments(Arguments):
    """Which plan; none: the only active one."""

    plan: Line | None = None
    reason: Line | None = None


class PauseRow(Row):
    """A plan set aside."""

    plan: str
    status: Literal["PAUSED"] = "PAUSED"
    reason: Line


def _pause(task: Task, arguments: PauseArguments) -> Drawn[PauseRow]:
    plan = plan_of(task, arguments.plan)
    if not plan.is_active:
        raise InvalidInput("The plan is not running.", field="plan", value=plan.identifier)
    return Drawn(PauseRow(plan=plan.identifier, reason=arguments.reason or task.proposal.context_summary))


def _put_pause(pen: Pen, row: PauseRow) -> Inside:
    record = PlanUpdated(plan=row.plan, status=row.status, acted_by=pen.action.id, reason=row.reason)
    return pen.inside([pen.record("plan_step", f"Plan/{row.plan}", row)], [pen.event(record)])


class CancelArguments(Arguments):
    """Which step of which plan; without a step, the only waiting one that is due."""

    plan: Line | None = None
    step: Line | None = None
    reason: Line | None = None


class CancelRow(Row):
    """All steps of a plan, one of them cancelled."""

    plan: str
    step: str
    steps: tuple[PlanStep, ...]
    reason: Line


def _cancel(task: Task, arguments: CancelArguments) -> Drawn[CancelRow]:
    plan = plan_of(task, arguments.plan)
    step = _step(task, plan, arguments.step)
    steps = tuple(
        one.model_copy(update={"status": "cancelled"}) if one.step == step.step else one for one in plan.steps
    )
    reason = arguments.reason or task.proposal.context_summary
    return Drawn(CancelRow(plan=plan.identifier, step=step.step, steps=steps, reason=reason))


def _step(task: Task, plan: PlanRecord, name: str | None) -> PlanStep:
    waiting = [step for step in plan.steps if step.status == "waiting"]
    if name is not None:
        found = [step for step in waiting if step.step == name]
    else:
        found = [step for step in waiting if step.due_at.date() <= task.today]
    if len(found) != 1:
        raise InvalidInput(
            "It names no single waiting step of the plan.",
            field="step",
            value=name or plan.identifier,
            remedy="Choose a step that is still waiting.",
        )
    return found[0]


def _put_cancel(pen: Pen, row: CancelRow) -> Inside:
    steps: Json = [step.model_dump(mode="json") for step in row.steps]
    said = {"acted_by": pen.action.id, "acted_step": row.step, "reason": row.reason}
    record = PlanUpdated.model_validate({"plan": row.plan, "steps": steps, **said})
    return pen.inside([pen.record("plan_step", f"Plan/{row.plan}", row)], [pen.event(record)])


INSIDE = (
    writes(
        "plan.pause",
        "Set a running plan aside until somebody starts it again.",
        (PauseArguments, PauseRow),
        (_pause, _put_pause),
        effects=("the plan stops",),
    ),
    writes(
        "plan.cancel_step",
        "Take one waiting step out of a plan.",
        (CancelArguments, CancelRow),
        (_cancel, _put_cancel),
        effects=("the step will not run",),
    ),
)
