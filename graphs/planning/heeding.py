"""What a carried-out action says of a plan is done to the plan itself; the situation then hears of the result.

Invariant: only an executed action's own writing is heeded; an imported record that says the same is not.
"""

from graphs.parts import Tenancy, trace_of
from graphs.planning.moving import move, orchestrator
from state.governance.plan import PlanEvent, PlanHappening, PlanId
from state.ids import ActionId
from state.ports.unit import Unit
from state.world.event import Event
from state.world.records import PlanUpdated

EVENTS = {"pause_plan": PlanEvent.PAUSE, "cancel_step": PlanEvent.CANCEL_STEP}


def heed(unit: Unit, tenancy: Tenancy, event: Event) -> bool:
    """Do to our plan what the action did; say whether it is ours, and so told already."""
    said = event.data
    if not isinstance(said, PlanUpdated) or said.acted_by is None:
        return False
    action = unit.actions.get(ActionId(said.acted_by))
    plan, kind = unit.plans.get(PlanId(said.plan)), EVENTS.get(action.action_type)
    if plan is None or kind is None or plan.account != action.account:
        return False
    what = PlanHappening(event=kind, at=tenancy.now, step=said.acted_step or "", reason=said.reason or "")
    trace = trace_of(tenancy.id, f"plan:{action.id}", tenancy.now, unit.ledger.head().hash)
    move(unit, tenancy, tenancy.stamp(orchestrator(tenancy), trace), plan.id, what)
    return True
