"""The stop switch: whoever sells turns it on from any page; an admin lets go at the command line, freshly signed in."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.stopping import Switchboard, company_of
from server.auth import AnyHome, Approving, Caller, Reading
from server.home import Home
from server.pages.drawing import page

router = APIRouter(include_in_schema=False)


def board_of(home: Home, caller: Caller) -> Switchboard:
    """Take the switches into the caller's hands; no file of the company is read."""
    tenant, users = company_of(home.looking.stores, caller.tenant)
    return Switchboard(home.looking.stores, home.clock, tenant, users, caller.principal)


@router.get("/stop")
def stop_page(home: AnyHome, caller: Reading) -> HTMLResponse:
    """Say how the switches stand and what is in flight."""
    return page(home, caller, "stop.html", {"standing": board_of(home, caller).standing()})


@router.post("/stop")
def stop(home: AnyHome, caller: Approving, reason: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Stop at once."""
    board_of(home, caller).on(everywhere=False, reason=reason)
    return RedirectResponse("/stop", 303)
