"""Plans in the cases: the clock's day is brought forward, or another plan of a type is started, and plans are read."""

from evals.case import Request
from evals.world import Opened
from graphs.planning.orchestrating import advance_due
from graphs.planning.planning import Planning
from state.errors import RevloopError
from state.ids import AccountId


def brought_forward(opened: Opened) -> None:
    """Do what plans call for on this day."""
    tenancy = opened.house.parts.tenancy.refresh(opened.stage.sample.tenant)
    advance_due(opened.house.runner, tenancy)


def started_again(opened: Opened, request: Request, account: AccountId) -> str:
    """Draft, approve and start another plan; say how it stands, or the code of the refusal."""
    desk = Planning(opened.house.runner, opened.tenancy, opened.principal(request.user))
    plan = desk.draft(account, request.said)
    desk.approve(plan.id)
    try:
        return desk.activate(plan.id).status
    except RevloopError as refusal:
        return refusal.code


def plans_of(opened: Opened, account: AccountId) -> tuple[str, ...]:
    """Read every plan of an account in one line: type, status, and the state of each step."""
    desk = Planning(opened.house.runner, opened.tenancy, opened.principal("maya"))
    found = desk.listed(account, is_all=True)
    return tuple(f"{one.type} {one.status}: {' '.join(step.state for step in one.steps)}" for one in found)
