"""Take over what a system of record says of a plan we do not know, and answer what it says of one we keep.

Invariant: a plan is taken over once, from a source that is trusted with it; from then on our store is the truth and
every record of it an echo.
"""

from collections.abc import Sequence
from itertools import pairwise

from graphs.parts import Tenancy, trace_of
from graphs.planning.moving import RECORDED, echo, orchestrator, told
from state.evidence import Trust
from state.governance.plan import Plan, PlanId, PlanStatus, Step, StepState
from state.ids import AccountId
from state.ports.unit import Unit
from state.world.event import Event
from state.world.record import NodeKind
from state.world.records import PlanStep, PlanUpdated

RIVAL = "Another plan of its type is active."
ADOPTED = {"waiting": StepState.WAITING, "done": StepState.DONE, "cancelled": StepState.CANCELLED}


def adopt(unit: Unit, tenancy: Tenancy) -> tuple[Plan, ...]:
    """Take over or answer what was heard of plans; give those taken over."""
    heard = unit.plans.heard()
    if not heard:
        return ()
    seed = trace_of(tenancy.id, "plan:adopt", tenancy.now, unit.ledger.head().hash)
    stamp = tenancy.stamp(orchestrator(tenancy), seed)
    found: list[Plan] = []
    for one in heard:
        event = unit.events.get(one.event)
        if event is None or not isinstance(event.data, PlanUpdated):
            continue
        known = unit.plans.get(one.plan)
        if known is None and (plan := _adopted(unit, tenancy, event, event.data)) is not None:
            found.append(unit.plans.add(plan, "adopt", stamp))
            known = plan
        if known is not None and _says_otherwise(event.data, known):
            echo(unit, tenancy, known, again=event.id)
    unit.plans.answer(heard)
    return tuple(found)


def _says_otherwise(said: PlanUpdated, plan: Plan) -> bool:
    ours = PlanUpdated.model_validate(told(plan))
    return any(getattr(said, name) != getattr(ours, name) for name in said.model_fields_set)


def _adopted(unit: Unit, tenancy: Tenancy, event: Event, said: PlanUpdated) -> Plan | None:
    """Read a plan out of its first record; one without type or steps, or from a source not trusted with it, is left."""
    trust = tenancy.profile.sources.trust_of(event.source, NodeKind.PLAN.value, "status")
    is_trusted = trust.rank >= Trust.SYSTEM_OF_RECORD.rank
    row = None if event.account is None else unit.situations.account(AccountId(event.account))
    if not is_trusted or row is None or said.kind is None or not said.steps:
        return None
    status = PlanStatus(said.status or PlanStatus.DRAFT)
    is_second = status is PlanStatus.ACTIVE and unit.plans.active(row.account, said.kind) is not None
    template = tenancy.book.plans.get(said.kind)
    return Plan(
        id=PlanId(said.plan),
        tenant=tenancy.id,
        account=row.account,
        type=said.kind,
        title=f"{said.kind.capitalize()}, {row.name}",
        template=f"{RECORDED}{event.source}",
        owner=row.owner,
        zone=tenancy.profile.company.zone,
        pause_when=template.pause_when if template else None,
        cancel_when=template.cancel_when if template else None,
        steps=_steps(tenancy, said.kind, said.steps),
        status=PlanStatus.PAUSED if is_second else status,
        created_at=event.time,
        since=event.time,
        activated_at=None if status in (PlanStatus.DRAFT, PlanStatus.APPROVED) else event.time,
        reason=RIVAL if is_second else "",
    )


def _steps(tenancy: Tenancy, kind: str, said: Sequence[PlanStep]) -> tuple[Step, ...]:
    template = next((plan for name, plan in tenancy.book.plans.items() if name == kind), None)
    rules = {str(name): rule for name, rule in template.stands_for.items()} if template else {}
    before = {later.step: (earlier.step,) for earlier, later in pairwise(said)}
    return tuple(
        Step(
            step=one.step,
            title=one.title,
            rule=rules.get(one.action_type, tenancy.book.by_hand),
            action_type=one.action_type,
            after=before.get(one.step, ()),
            due_at=one.due_at,
            state=ADOPTED[one.status],
            ended_at=None if one.status == "waiting" else one.due_at,
        )
        for one in said
    )
