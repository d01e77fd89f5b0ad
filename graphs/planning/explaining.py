"""Where a plan stands and why: each step's day, condition, verdict and outcome, and what it waits for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agents.playbook.catalogue import PLAN_FACTS
from graphs.parts import Parts, Tenancy
from graphs.planning.orchestrating import look
from state.governance.action import Action, Status
from state.governance.condition import in_words
from state.governance.plan import Plan, PlanEvent, PlanHappening, PlanStatus, Step
from state.ids import ActionId
from state.ports.plans import PlanMove

BY_PEOPLE = {
    PlanStatus.DRAFT: "Somebody approves it: revloop plan approve",
    PlanStatus.APPROVED: "Somebody starts it: revloop plan activate",
    PlanStatus.PAUSED: "Somebody lets it go on: revloop plan resume",
}
NEXT = {
    PlanEvent.BEGIN_STEP: "begins “{step}”",
    PlanEvent.CANCEL_STEP: "takes “{step}” out",
    PlanEvent.END_STEP: "notes how “{step}” ended",
    PlanEvent.LOOK_LATER: "puts “{step}” off",
    PlanEvent.PAUSE: "sets it aside",
    PlanEvent.CANCEL: "ends it early",
    PlanEvent.COMPLETE: "ends it: nothing is left to do",
    PlanEvent.FAIL: "gives it up",
}
"""What the orchestrator would do at its next look; `place_step` is the guard's."""
STARTED = frozenset({PlanStatus.APPROVED, PlanStatus.PAUSED})
"""What could be active, were it not for another."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepActionOut(_Out):
    """An action of a step."""

    id: str
    action_type: str
    status: str
    summary: str
    owner: str


class StepOut(_Out):
    """One step as people and programs read it."""

    step: str
    title: str
    action_type: str
    rule: str
    after: tuple[str, ...]
    condition: str
    due_at: datetime
    state: str
    verdict: str
    verdict_rule: str
    reason: str
    ended_at: datetime | None
    actions: tuple[StepActionOut, ...]


class PlanMoveOut(_Out):
    """One recorded event."""

    at: datetime
    event: str
    step: str
    status: str
    by: str
    reason: str
    entry: int


class PlanOut(_Out):
    """A plan with its steps."""

    id: str
    account: str
    name: str
    type: str
    title: str
    status: str
    since: datetime
    reason: str
    owner: str | None
    approved_by: str | None
    activated_at: datetime | None
    next_at: datetime | None
    pauses_when: str
    ends_when: str
    steps: tuple[StepOut, ...]
    waits: tuple[str, ...] = ()
    """Only where it was asked why."""
    history: tuple[PlanMoveOut, ...] = ()


def told_of(parts: Parts, tenancy: Tenancy, plan: Plan) -> PlanOut:
    """Tell how a plan stands."""
    with parts.stores.read(tenancy.id) as unit:
        row = unit.situations.account(plan.account)
        names = dict.fromkeys(name for step in plan.steps for name in step.actions)
        actions = {one.id: one for one in unit.actions.several(list(names))}
    return PlanOut(
        id=plan.id,
        account=plan.account,
        name=row.name if row else plan.account,
        type=plan.type,
        title=plan.title,
        status=plan.status.value,
        since=plan.since,
        reason=plan.reason,
        owner=plan.owner,
        approved_by=plan.approved_by,
        activated_at=plan.activated_at,
        next_at=plan.next_at,
        pauses_when="" if plan.pause_when is None else in_words(plan.pause_when, PLAN_FACTS),
        ends_when="" if plan.cancel_when is None else in_words(plan.cancel_when, PLAN_FACTS),
        steps=tuple(_step(step, actions) for step in plan.steps),
    )


def _step(step: Step, actions: Mapping[ActionId, Action]) -> StepOut:
    return StepOut(
        step=step.step,
        title=step.title,
        action_type=step.action_type,
        rule=step.rule,
        after=step.after,
        condition="" if step.when is None else in_words(step.when, PLAN_FACTS),
        due_at=step.due_at,
        state=step.state.value,
        verdict=step.verdict,
        verdict_rule=step.verdict_rule,
        reason=step.reason,
        ended_at=step.ended_at,
        actions=tuple(
            StepActionOut(
                id=one.id,
                action_type=one.action_type,
                status=one.status.value,
                summary=one.summary,
                owner=one.assignee or one.owner,
            )
            for one in (actions[name] for name in step.actions)
        ),
    )


def explained(parts: Parts, tenancy: Tenancy, plan: Plan) -> PlanOut:
    """Tell how a plan stands, what brought it there, and what it waits for."""
    found = told_of(parts, tenancy, plan)
    with parts.stores.read(tenancy.id) as unit:
        moves = unit.plans.history(plan.id)
    waits = tuple(_waits(parts, tenancy, plan, found))
    return found.model_copy(update={"waits": waits, "history": tuple(map(_move, moves))})


def _move(move: PlanMove) -> PlanMoveOut:
    return PlanMoveOut(
        at=move.at,
        event=move.event,
        step=move.step,
        status=move.to_status,
        by=move.by,
        reason=move.reason,
        entry=move.entry,
    )


def _waits(parts: Parts, tenancy: Tenancy, plan: Plan, told: PlanOut) -> Sequence[str]:
    if plan.status is not PlanStatus.ACTIVE:
        by_people = [f"{BY_PEOPLE[plan.status]} {plan.id}"] if plan.status in BY_PEOPLE else []
        return [*_rival(parts, tenancy, plan), *by_people]
    cards = [_card(one) for step in told.steps for one in step.actions if one.status == Status.PENDING]
    if cards:
        return cards
    found = look(parts, tenancy, plan)
    return [_next(plan, found)] if isinstance(found, PlanHappening) else found.waits


def _rival(parts: Parts, tenancy: Tenancy, plan: Plan) -> Iterator[str]:
    """Name the plan that keeps this one from being active."""
    with parts.stores.read(tenancy.id) as unit:
        rival = unit.plans.active(plan.account, plan.type) if plan.status in STARTED else None
    if rival is not None:
        yield f"The account's active {plan.type} plan, {rival.id}, ends or is set aside first"


def _next(plan: Plan, found: PlanHappening) -> str:
    title = next((one.title for one in plan.steps if one.step == found.step), found.step)
    because = f": {found.reason.rstrip('.')}" if found.reason else ""
    return f"Its next look, which {NEXT[found.event].format(step=title)}{because}"


def _card(one: StepActionOut) -> str:
    return f"{one.owner} decides on {one.action_type} {one.id}: {one.summary}"
