"""Find plans to look at: what other systems said of plans is taken over first."""

from graphs.parts import Parts, Tenancy
from graphs.planning.adopting import adopt
from graphs.planning.explaining import PlanOut, told_of
from state.governance.plan import Plan, PlanStatus
from state.ids import AccountId


def plans(
    parts: Parts, tenancy: Tenancy, account: AccountId | None = None, *, is_all: bool = False
) -> tuple[PlanOut, ...]:
    """List plans that are not over, or all, oldest first."""
    take_over(parts, tenancy)
    wanted = [status for status in PlanStatus if is_all or not status.is_over]
    with parts.stores.read(tenancy.id) as unit:
        found = unit.plans.listed(wanted, account)
    return tuple(told_of(parts, tenancy, plan) for plan in found)


def plan_named(parts: Parts, tenancy: Tenancy, name: str) -> Plan:
    """Find the one plan whose id begins so. Raises: NotFound, Ambiguous."""
    take_over(parts, tenancy)
    with parts.stores.read(tenancy.id) as unit:
        return unit.plans.by_prefix(name)


def take_over(parts: Parts, tenancy: Tenancy) -> None:
    """Take over or answer what was heard."""
    with parts.stores.read(tenancy.id) as unit:
        is_heard = bool(unit.plans.heard())
    if is_heard:
        with parts.stores.begin(tenancy.id) as unit:
            adopt(unit, tenancy)
