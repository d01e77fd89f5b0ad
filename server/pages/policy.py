"""Policy: what runs, what a person decides and what never happens, in plain sentences, and answers to "would this?"."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from server.auth import AnyHome, Reading
from server.pages.drawing import page
from server.pages.policy_pasted import judged_now
from server.pages.policy_reach import reach_of
from server.pages.policy_view import ASKED, policy_context, suppose, tried, typed
from state.errors import Ambiguous, Conflict, InvalidInput, NotFound

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Query(max_length=80)]


@router.get("/policy")
def policy_page(
    request: Request, home: AnyHome, caller: Reading, action: Short = "",
    tick: Annotated[list[str] | None, Query(max_length=20)] = None,
    more: Annotated[str, Query(max_length=2000)] = "", kept: Short = "",
    days: Annotated[int, Query(ge=1, le=365)] = 30,
) -> HTMLResponse:  # fmt: skip
    """Show the policy in force; with an action, what it says of it; with a kept policy, what that would have said."""
    values = {name: request.query_params.get(name, "")[:80] for name, _ in ASKED}
    wanted = {"action": action, "tick": tick or [], "more": more, **values}
    context = policy_context(home, caller) | {"wanted": wanted, "tried": kept, "days": days}
    address, card = (request.query_params.get(name, "")[:254] for name in ("address", "card"))
    context |= {"address": address, "card": card, **_said(request)}
    try:
        if card:
            context["answer"] = judged_now(home, caller, card)
        elif action:
            context["answer"] = suppose(home, caller, action, typed(values, tick or [], more))
        if kept:
            context["dry"] = tried(home, caller, kept, days)
        if address:
            context["reach"] = reach_of(home, caller, address)
    except (Ambiguous, Conflict, InvalidInput, NotFound) as error:
        return page(home, caller, "policy.html", context | {"error": error}, error.status)
    return page(home, caller, "policy.html", context)


def _said(request: Request) -> dict[str, object]:
    """Read what was just done, and to which policy."""
    said, version = request.query_params.get("said", ""), request.query_params.get("of", "")
    return {
        "said": said if said in {"activated", "asked", "to_come", "withdrawn"} else "",
        "said_of": version[:64],
    }
