"""What the loop reads of plans: the steps that have begun, and what other systems say of plans."""

from collections.abc import Sequence

from state.decision.planning import Deliberated, Deliberation, NoAction
from state.governance.plan import PlanId, PlanStatus, Step, StepState
from state.ids import AccountId
from state.ports.deciding import Deliberating, PlanCall, Reasoner
from state.ports.plans import Heard
from state.ports.unit import Unit
from state.world.event import Event
from state.world.records import PlanUpdated

ECHO = "pe"
"""Prefix of the events by which we tell the situation of our plans."""


def called(unit: Unit, account: AccountId) -> tuple[PlanCall, ...]:
    """List the begun steps of an account's active plans that nothing has been drafted for, or whose card is open."""
    return tuple(
        PlanCall(plan=plan.id, step=step.step, rule=step.rule)
        for plan in unit.plans.listed([PlanStatus.ACTIVE], account)
        for step in plan.steps
        if step.state is StepState.RUNNING and (step.is_unplaced or _has_open_card(unit, step))
    )


def _has_open_card(unit: Unit, step: Step) -> bool:
    return any(action.status.is_open for action in unit.actions.several(step.actions))


def with_steps(said: Deliberated, about: Deliberating, playbook: Reasoner) -> Deliberated:
    """Add what the rows of begun steps propose, where whoever spoke left it out; a plan is not a model's to drop."""
    decision, wanted = said.decision, {call.rule for call in about.steps}
    if not wanted or not isinstance(decision, Deliberation | NoAction):
        return said
    there = decision.proposals if isinstance(decision, Deliberation) else ()
    told = {one.rule for one in there}
    missing = [one for one in playbook.candidates(about) if one.rule in wanted - told]
    if not missing:
        return said
    keys = {one.dedup_key for one in missing}
    proposals = (*(one for one in there if one.dedup_key not in keys), *missing)
    question = decision.question if isinstance(decision, Deliberation) else None
    return said.model_copy(update={"decision": Deliberation(proposals=proposals, question=question)})


def heard_in(events: Sequence[Event]) -> list[Heard]:
    """Find what events say of plans, our own echoes apart."""
    return [
        Heard(PlanId(event.data.plan), event.id)
        for event in events
        if isinstance(event.data, PlanUpdated) and not event.id.startswith(f"{ECHO}_")
    ]
