"""Move a plan: record it, take back the cards of steps that no longer run, and tell the situation.

Invariant: all of it in the caller's transaction; an effect that has begun is never taken back.
"""

from collections.abc import Sequence

from graphs.parts import Tenancy
from graphs.perceiving.world import receive
from graphs.planning.calling import ECHO
from state.canonical import Json
from state.governance.action import Action, Outcome, Status
from state.governance.guard import GuardContext
from state.governance.happening import PolicyChanged
from state.governance.plan import Plan, PlanHappening, PlanId, StepState
from state.governance.plan_moving import Acted
from state.governance.verdict import Deny
from state.ids import EventId, stable_id
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.event import Event
from state.world.records import PlanUpdated

RECORDED = "recorded:"
"""In place of a template: the source that first spoke of the plan."""
BEGUN = (Status.CLAIMED, Status.AMBIGUOUS)
TOLD = {StepState.DONE: "done", StepState.WAITING: "waiting", StepState.RUNNING: "waiting"}
"""As records of plans call it; everything else is cancelled."""


def orchestrator(tenancy: Tenancy) -> Principal:
    """Nobody asked: the plan itself goes on; it decides nothing."""
    return Principal(
        tenant=tenancy.id,
        user=tenancy.tenant.default_user,
        role=Role.AGENT,
        method="schedule",
        channel="plan",
    )


def move(unit: Unit, tenancy: Tenancy, stamp: Stamp, name: PlanId, what: PlanHappening) -> Acted:
    """Do one event of a plan with all that goes with it. Raises: NotFound."""
    before = unit.plans.by_prefix(name)
    running = _running(unit, before)
    kept = tuple(step for step, actions in running.items() if any(one.status in BEGUN for one in actions))
    acted = unit.plans.apply(before.id, what.model_copy(update={"kept": kept}), stamp)
    if acted.outcome in (Outcome.MOVED, Outcome.STAYS):
        _take_back(unit, tenancy, stamp, before, acted.plan)
        if _is_known(acted.plan) and (told(before) != told(acted.plan) or not _is_known(before)):
            echo(unit, tenancy, acted.plan)
    return acted


def _is_known(plan: Plan) -> bool:
    """Say whether the situation has heard of it: it was active once, or another system spoke of it."""
    return plan.activated_at is not None or plan.template.startswith(RECORDED)


def _running(unit: Unit, plan: Plan) -> dict[str, tuple[Action, ...]]:
    steps = [step for step in plan.steps if step.state is StepState.RUNNING and step.actions]
    return {step.step: tuple(unit.actions.several(step.actions)) for step in steps}


def _take_back(unit: Unit, tenancy: Tenancy, stamp: Stamp, before: Plan, after: Plan) -> None:
    """End the open cards that were drafted for a step which was set aside: policy denies them now."""
    still = {name for step in after.open_steps for name in step.actions}
    aside = [
        action
        for step in before.open_steps
        for action in unit.actions.several([name for name in step.actions if name not in still])
        if action.run == step.run and action.status in (Status.PENDING, Status.APPROVED)
    ]
    end_cards(unit, tenancy, stamp, aside)


def end_cards(unit: Unit, tenancy: Tenancy, stamp: Stamp, aside: Sequence[Action]) -> tuple[Action, ...]:
    """End open cards whose plan or step was set aside: policy denies them now."""
    guard = GuardContext(
        now=tenancy.now,
        wall=tenancy.clock.wall(),
        policy_version=tenancy.judge.version,
        verdict=Deny(rule="plan", reasons=("Its plan, or its step, was set aside.",)),
    )
    changes = [Change(one.id, PolicyChanged(), guard, key=f"plan:{one.version}") for one in aside]
    return tuple(one.result.action for one in unit.actions.apply(changes, stamp)) if changes else ()


def echo(unit: Unit, tenancy: Tenancy, plan: Plan, again: str = "") -> None:
    """Tell the situation how the plan stands."""
    receive(unit, [echo_of(tenancy, plan, again)], tenancy.profile, tenancy.now)


def echo_of(tenancy: Tenancy, plan: Plan, again: str = "") -> Event:
    """Write a plan as a record; `again` names what is answered."""
    parts = (plan.id, str(plan.version), *([again] if again else []))
    return Event(
        id=EventId(stable_id(ECHO, plan.tenant, *parts)),
        tenant=plan.tenant,
        account=plan.account,
        source="crm",
        type=PlanUpdated.type,
        time=tenancy.now,
        recorded_at=tenancy.now,
        data=PlanUpdated.model_validate(told(plan)),
    )


def told(plan: Plan) -> dict[str, Json]:
    """Say a plan in the words of records."""
    steps: list[Json] = [
        {
            "step": step.step,
            "title": step.title,
            "action_type": step.action_type,
            "due_at": step.due_at.isoformat(),
            "status": TOLD.get(step.state, "cancelled"),
        }
        for step in plan.steps
    ]
    return {"plan": plan.id, "kind": plan.type, "status": plan.status.value, "steps": steps}
