"""The stop switch: whoever sells turns it on from any page; an admin who has just signed in lets go of it."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.stopping import Switchboard, company_of
from graphs.governing.switches import ReleaseOut
from server.auth import Administering, AnyHome, Approving, Caller, Reading
from server.freshness import in_person, is_fresh
from server.home import Home
from server.pages.drawing import page
from state.errors import Conflict, Forbidden, RevloopError

router = APIRouter(include_in_schema=False)


def board_of(home: Home, caller: Caller) -> Switchboard:
    """Take the switches into the caller's hands; no file of the company is read."""
    tenant, users = company_of(home.looking.stores, caller.tenant)
    return Switchboard(home.looking.stores, home.clock, tenant, users, in_person(home, caller))


@router.get("/stop")
def stop_page(home: AnyHome, caller: Reading) -> HTMLResponse:
    """Say how the switches stand and what is in flight."""
    return _drawn(home, caller)


def _drawn(home: Home, caller: Caller, error: RevloopError | None = None) -> HTMLResponse:
    standing = board_of(home, caller).standing()
    context = {"standing": standing, "release": _release(home, caller), "error": error}
    return page(home, caller, "stop.html", context, error.status if error else 200)


def _release(home: Home, caller: Caller) -> ReleaseOut | None:
    """Say what letting go would change, to an admin who may do it now."""
    board = board_of(home, caller)
    if not caller.may("admin") or not is_fresh(home, caller) or not board.standing().company.on:
        return None
    return board.release(everywhere=False)


@router.post("/stop")
def stop(home: AnyHome, caller: Approving, reason: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Stop at once."""
    board_of(home, caller).on(everywhere=False, reason=reason)
    return RedirectResponse("/stop", 303)


@router.post("/stop/off")
def let_go(
    home: AnyHome,
    caller: Administering,
    yes: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Let go of what was shown, or agree to it and wait for a second admin."""
    try:
        board_of(home, caller).off(everywhere=False, seen=yes, reason=reason)
    except (Conflict, Forbidden) as error:
        return _drawn(home, caller, error)
    return RedirectResponse("/stop", 303)
