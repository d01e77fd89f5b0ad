"""Today: meetings with their briefs, what to do next in the time there is, what ran by itself, what was not asked."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.letting import Letting
from graphs.telling.displaying import sees_all
from graphs.telling.narrowing import Narrowing
from graphs.telling.today import Today, today
from server.auth import AnyHome, Approving, Caller, Reading, Running
from server.home import Home
from server.mornings import next_morning_at
from server.pages.drawing import page
from state.decision.next_items import NextItem
from state.principal import Role

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Query(max_length=80)]
CHOICES = (15, 30, 60, 120)
BANDS = {"now": "Now", "this_week": "This week", "can_wait": "Can wait"}


def door(found: Today, item: NextItem) -> tuple[str, str]:
    """Say where an item leads. Shape: address and words."""
    card = next((found.cards[one] for one in item.proposals if one in found.cards), None)
    if item.question:
        return f"/inbox/{item.question}", "Answer"
    if item.account is None:
        return "/inbox", "Open the inbox"
    if found.briefs.intersection(item.proposals):
        return f"/accounts/{item.account}/brief", "Open the brief"
    return (f"/inbox/{card}", "Open the card") if card else (f"/accounts/{item.account}", "Open the account")


@router.get("/")
def root(caller: Reading) -> RedirectResponse:
    """Begin with the day."""
    del caller
    return RedirectResponse("/today", 303)


def narrowing(account: Short = "", deal: Short = "", region: Short = "", segment: Short = "") -> Narrowing:
    """Read to what the day is narrowed."""
    return Narrowing(named=account.strip(), deal=deal.strip(), region=region, segment=segment)


@router.get("/today")
def today_page(
    home: AnyHome, caller: Reading, within: Annotated[Narrowing, Depends(narrowing)],
    minutes: Annotated[int | None, Query(ge=1, le=600)] = None, said: str = "", of: Short = "",
) -> HTMLResponse:  # fmt: skip
    """Show the day of whoever asks, narrowed where they like; who sells nothing sees a seller's as well."""
    with home.look(caller.tenant) as tenancy:
        sellers = (
            [one for one in tenancy.users if one.role is Role.SELLER] if sees_all(caller.principal) else []
        )
        whose = next((one for one in sellers if one.id == of), None)
        found = today(home.looking, tenancy, caller.principal, minutes, whose.id if whose else None, within)
    context = {
        "found": found,
        "minutes": minutes,
        "choices": CHOICES,
        "bands": BANDS,
        "door": partial(door, found),
        "sellers": sellers,
        "whose": whose,
        "said": said == "wrong",
        "within": within,
        "link": partial(_link, {"minutes": minutes, "of": whose.id if whose else ""}, within),
    }
    return page(home, caller, "today.html", context)


def _link(chosen: Mapping[str, object], within: Narrowing, **other: object) -> str:
    """Lead to the same page with something chosen otherwise; what is empty is left out."""
    narrowed = {
        "account": within.named, "deal": within.deal, "region": within.region, "segment": within.segment,
    }  # fmt: skip
    asked = urlencode({name: value for name, value in {**chosen, **narrowed, **other}.items() if value})
    return f"/today?{asked}" if asked else "/today"


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
