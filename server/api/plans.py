"""Plans for programs: list, read, ask why, draft, and what people do about them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from graphs.planning.explaining import PlanOut, explained, told_of
from graphs.planning.finding import plan_named, plans
from graphs.planning.planning import Planning
from server.api.account_views import row_of
from server.api.repeating import OnceOnly
from server.api.shapes import PROBLEMS
from server.auth import AnyHome, Approving, Caller, Reading
from server.home import Home
from state.canonical import digest
from state.ids import AccountId

router = APIRouter(prefix="/api/plans", tags=["plans"], responses=PROBLEMS)
Name = Annotated[str, Path(min_length=1, max_length=80)]
MOST = 100


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanList(_Shape):
    """A page of plans, oldest first."""

    items: tuple[PlanOut, ...]
    next: str | None
    """Give it as `after` for what follows; None at the end."""


class PlanWanted(_Shape):
    """Which plan to draft, and where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"account": "acme-corp", "type": "renewal"}]})
    account: str = Field(min_length=1, max_length=120)
    type: str = Field(min_length=1, max_length=40)
    """renewal, onboarding, revival, expansion or upsell."""


class PlanPause(_Shape):
    """Why a plan is set aside."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "merger talks"}]})
    reason: str = Field(default="", max_length=300)


class PlanCancel(_Shape):
    """Why a plan, or one step of it, ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "they left", "step": "reminder"}]})
    reason: str = Field(default="", max_length=300)
    step: str = Field(default="", max_length=80)
    """Only this step; empty: the whole plan."""


@router.get("", name="plans")
def listed(
    home: AnyHome,
    caller: Reading,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    after: Annotated[str, Query(max_length=80)] = "",
    account: Annotated[str, Query(max_length=120)] = "",
    over: Annotated[bool, Query(description="Those that are over as well.")] = False,  # noqa: FBT002 - of the URL
) -> PlanList:
    """List plans."""
    with home.look(caller.tenant) as tenancy:
        found = plans(home.looking, tenancy, AccountId(account) if account else None, is_all=over)
    names = [one.id for one in found]
    start = names.index(after) + 1 if after in names else 0
    page = found[start : start + limit]
    return PlanList(items=page, next=page[-1].id if start + limit < len(found) else None)


@router.get("/{name}", responses={304: {"description": "It is as you know it."}})
def plan(
    home: AnyHome,
    caller: Reading,
    name: Name,
    response: Response,
    if_none_match: Annotated[str, Header(max_length=200)] = "",
) -> PlanOut:
    """Read one plan; its ETag changes when anything of it does."""
    with home.look(caller.tenant) as tenancy:
        found = told_of(home.looking, tenancy, plan_named(home.looking, tenancy, name))
    response.headers["etag"] = f'"{digest(found.model_dump(mode="json"))[:24]}"'
    if response.headers["etag"] == if_none_match:
        response.status_code = 304
    return found


@router.get("/{name}/explain")
def explain(home: AnyHome, caller: Reading, name: Name) -> PlanOut:
    """Say why a plan is where it is: what it waits for, and what happened so far."""
    with home.look(caller.tenant) as tenancy:
        return explained(home.looking, tenancy, plan_named(home.looking, tenancy, name))


@router.post("", response_model=PlanOut)
def draft(home: AnyHome, caller: Approving, asked: PlanWanted, once: OnceOnly) -> Response:
    """Draft a plan from its template; nothing of it runs before somebody approves and starts it."""
    row = row_of(home, caller.tenant, asked.account)
    return once(lambda: _done(home, caller, lambda desk: desk.draft(row.account, asked.type)))


@router.post("/{name}/approve", response_model=PlanOut)
def approve(home: AnyHome, caller: Approving, name: Name, once: OnceOnly) -> Response:
    """Say that a plan is right; each step's action still has its own approval."""
    return once(lambda: _done(home, caller, lambda desk: desk.approve(name)))


@router.post("/{name}/activate", response_model=PlanOut)
def activate(home: AnyHome, caller: Approving, name: Name, once: OnceOnly) -> Response:
    """Start an approved plan; 409 PLAN_ACTIVATION_REJECTED where another of its type is active."""
    return once(lambda: _done(home, caller, lambda desk: desk.activate(name)))


@router.post("/{name}/pause", response_model=PlanOut)
def pause(home: AnyHome, caller: Approving, name: Name, asked: PlanPause, once: OnceOnly) -> Response:
    """Set a plan aside; open cards of its steps go."""
    return once(lambda: _done(home, caller, lambda desk: desk.pause(name, asked.reason)))


@router.post("/{name}/resume", response_model=PlanOut)
def resume(home: AnyHome, caller: Approving, name: Name, once: OnceOnly) -> Response:
    """Let a paused plan go on; what waits moves by the days of the pause."""
    return once(lambda: _done(home, caller, lambda desk: desk.resume(name)))


@router.post("/{name}/cancel", response_model=PlanOut)
def cancel(home: AnyHome, caller: Approving, name: Name, asked: PlanCancel, once: OnceOnly) -> Response:
    """End a plan for good, or take one step out of it."""
    return once(lambda: _done(home, caller, lambda desk: desk.cancel(name, asked.reason, asked.step)))


def _done(home: Home, caller: Caller, act: Callable[[Planning], PlanOut]) -> PlanOut:
    """Do it on the acting thread."""

    def acted() -> PlanOut:
        house = home.house
        return act(Planning(house.runner, house.parts.tenancy.refresh(caller.tenant), caller.principal))

    return home.act(acted)
