"""What became of a begun step's proposal: its actions, or the verdict that refused it, in the transaction that judges.

Invariant: a step is placed once; running the node again finds it placed and changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from graphs.governing.judging import Judged
from graphs.parts import Tenancy
from graphs.planning.moving import end_cards, move
from state.governance.action import Outcome, Status
from state.governance.plan import PlanEvent, PlanHappening, PlanId, PlanStatus, Step, StepState
from state.governance.plan_dispatch import UNFORMED
from state.ids import RunId
from state.ledger.entry import Stamp
from state.ports.acting import Drafted
from state.ports.deciding import PlanCall
from state.ports.unit import Unit
from state.world.record import NodeKind

ABOUT = f"{NodeKind.PLAN.value}/"
"""How a proposal names the plan it is about."""


def place(
    unit: Unit,
    tenancy: Tenancy,
    stamp: Stamp,
    run: str,
    calls: Sequence[PlanCall],
    judged: Sequence[Judged],
    drafted: Mapping[str, Drafted],
) -> dict[str, Drafted]:
    """Tell each begun step what became of what its row proposed; give what stands there afterwards.

    Invariant: what was drafted for a step that was set aside in the meantime ends at once.
    """
    after = dict(drafted)
    for call in calls:
        plan = unit.plans.by_prefix(call.plan)
        step = plan.step(call.step)
        mine = [one for one in judged if one.proposal.rule == call.rule]
        if step is not None and step.is_unplaced and mine:
            move(unit, tenancy, stamp, plan.id, _placed(tenancy, step, run, mine, drafted))
        is_on = plan.status is PlanStatus.ACTIVE and step is not None and step.state is StepState.RUNNING
        if not is_on and call.rule in tenancy.book.steps:
            there = [after[one.action.dedup_key].action for one in mine if one.action is not None]
            fresh = [one for one in there if one.run == run and one.status is Status.PENDING]
            for ended in end_cards(unit, tenancy, stamp, fresh):
                after[ended.dedup_key] = Drafted(ended, is_created=False)
    for one in judged:
        if one.action is not None and str(one.proposal.subject).startswith(ABOUT):
            _place_ahead(unit, tenancy, stamp, run, one, drafted)
    return after


def _place_ahead(
    unit: Unit, tenancy: Tenancy, stamp: Stamp, run: str, one: Judged, drafted: Mapping[str, Drafted]
) -> None:
    """Count what any row drafted for a plan's next step before its day as that step, so that it is not done twice."""
    plan, said = unit.plans.get(PlanId(str(one.proposal.subject).removeprefix(ABOUT))), one.proposal
    is_active = plan is not None and plan.status is PlanStatus.ACTIVE
    ready = [] if plan is None or not is_active else [step for step in plan.open_steps if plan.is_ready(step)]
    step = next((s for s in ready if s.rule == said.rule or s.action_type == said.action_type), None)
    if plan is None or step is None or step.state is not StepState.WAITING:
        return
    begin = PlanHappening(event=PlanEvent.BEGIN_STEP, at=tenancy.now, step=step.step)
    if move(unit, tenancy, stamp, plan.id, begin).outcome is Outcome.STAYS:
        move(unit, tenancy, stamp, plan.id, _placed(tenancy, step, run, [one], drafted))


def _placed(
    tenancy: Tenancy, step: Step, run: str, mine: Sequence[Judged], drafted: Mapping[str, Drafted]
) -> PlanHappening:
    refused = next((one for one in mine if one.action is None), None)
    last = refused or max(mine, key=lambda one: one.proposal.action_class)
    actions = [drafted[one.action.dedup_key].action.id for one in mine if one.action is not None]
    return PlanHappening(
        event=PlanEvent.PLACE_STEP,
        at=tenancy.now,
        step=step.step,
        actions=() if refused else tuple(dict.fromkeys(actions)),
        run=RunId(run),
        verdict=last.verdict.kind,
        verdict_rule=last.verdict.rule,
        reason=" ".join(last.verdict.reasons),
    )


def unformed(step: Step, run: str, now: datetime) -> PlanHappening:
    """Say that a begun step's row had nothing to propose in the run that was made for it."""
    return PlanHappening(
        event=PlanEvent.PLACE_STEP,
        at=now,
        step=step.step,
        run=run,
        verdict=UNFORMED,
        reason=f"its row {step.rule} has nothing to propose now",
    )
