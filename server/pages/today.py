"""Today: meetings with their briefs, what to do next in the time there is, what ran by itself, what was not asked."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.letting import Letting
from graphs.telling.today import today
from server.auth import AnyHome, Approving, Caller, Reading, Running
from server.home import Home
from server.mornings import next_morning_at
from server.pages.drawing import page

router = APIRouter(include_in_schema=False)
CHOICES = (15, 30, 60, 120)
BANDS = {"now": "Now", "this_week": "This week", "can_wait": "Can wait"}


@router.get("/")
def root(caller: Reading) -> RedirectResponse:
    """Begin with the day."""
    del caller
    return RedirectResponse("/today", 303)


@router.get("/today")
def today_page(
    home: AnyHome, caller: Reading, minutes: Annotated[int | None, Query(ge=1, le=600)] = None, said: str = ""
) -> HTMLResponse:
    """Show the day of whoever asks."""
    with home.look(caller.tenant) as tenancy:
        found = today(home.looking, tenancy, caller.principal, minutes)
    context = {
        "found": found,
        "minutes": minutes,
        "choices": CHOICES,
        "bands": BANDS,
        "said": said == "wrong",
    }
    return page(home, caller, "today.html", context)


@router.post("/today/wrong/{name}")
def wrong(home: AnyHome, caller: Approving, name: str) -> Response:
    """Say that something which ran by itself was wrong; it counts against the agent."""
    home.act(_wrong, home, caller, name)
    return RedirectResponse("/today?said=wrong", 303)


def _wrong(home: Home, caller: Caller, name: str) -> None:
    parts = home.house.parts
    Letting(parts, parts.tenancy.refresh(caller.tenant), caller.principal).wrong(name)


@router.post("/today/next-morning")
def next_morning(home: AnyHome, caller: Running) -> Response:
    """Move a clock that stands still to the next business morning, and look at every account."""
    home.act(next_morning_at, home, caller)
    return RedirectResponse("/today", 303)
