"""Accounts: the list with search, and one account whole: now or on a day, with a way to put a fact right.

Invariant: looking records nothing; a past day is decided anew by the playbook, never by a model that costs.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.perceiving.correcting import correct
from graphs.telling.retrospect import end_of_day
from server.auth import AnyHome, Approving, Caller, Reading, Running
from server.home import Home
from server.pages.accounts_view import account_context, list_context, row_of
from server.pages.drawing import fragment, is_fragment, page
from state.errors import Ambiguous, Forbidden, InvalidInput, NotFound, RevloopError
from state.ports.world import AccountRow
from state.world.business_time import local_day

router = APIRouter(include_in_schema=False)
REFUSALS = (Ambiguous, Forbidden, InvalidInput, NotFound)
Text = Annotated[str, Form(max_length=300)]
Place = Annotated[int, Query(ge=1, le=100_000)]
Day = Annotated[str, Query(max_length=10)]
Back = Annotated[int | None, Query(ge=-20_000, le=0)]


@router.get("/accounts")
def accounts_page(
    home: AnyHome,
    caller: Reading,
    q: Annotated[str, Query(max_length=120)] = "",
    mine: str = "",
    at: Place = 1,
) -> HTMLResponse:
    """List accounts; a search looks at names, other names, domains and owners."""
    return page(home, caller, "accounts.html", list_context(home, caller, q, at, is_mine=bool(mine)))


@router.get("/accounts/{account}")
def account_page(
    home: AnyHome, caller: Reading, account: str, as_of: Day = "", days: Back = None, said: str = "",
    wrong: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:  # fmt: skip
    """Show one account, now or on a day; with a form that puts right what is wrong."""
    row = row_of(home, caller, account)
    try:
        at = moment_of(home, caller, as_of, days)
        context = account_context(home, caller, row, at)
    except (InvalidInput, NotFound) as error:
        context = account_context(home, caller, row, None) | {"error": error}
        return page(home, caller, "accounts_one.html", context, error.status)
    return page(home, caller, "accounts_one.html", context | {"said": said == "corrected", "wrong": wrong})


def moment_of(home: Home, caller: Caller, as_of: str, days: int | None) -> datetime | None:
    """Read the day somebody looks from; today and nothing are now. Raises: InvalidInput."""
    with home.look(caller.tenant) as tenancy:
        today = local_day(tenancy.now, tenancy.profile.company.zone)
        wanted = day_of(as_of) if as_of else today + timedelta(days=days or 0)
        return None if wanted == today else end_of_day(tenancy, wanted)


def day_of(text: str) -> date:
    """Read a day as a form sends it. Raises: InvalidInput."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a day.", field="as_of", value=text, remedy="Write it as 2026-02-01."
        ) from error


@router.post("/accounts/{account}/correct")
def correct_fact(
    request: Request, home: AnyHome, caller: Approving, account: str, fact: Text = "", right: Text = "",
    reason: Text = "",
) -> Response:  # fmt: skip
    """Put a fact right; the source's own value stays visible beside it."""
    row = row_of(home, caller, account)
    subject, _, attribute = fact.rpartition("|")
    try:
        if not subject:
            raise InvalidInput("Choose what is wrong.", field="fact", value=fact)
        if not right.strip():
            raise InvalidInput(
                "Say what is right.", field="right", value="", remedy="Write `none` to clear it."
            )
        home.act(_corrected, home, caller, row, subject, attribute, right.strip(), reason.strip())
    except REFUSALS as error:
        return _refused(request, home, caller, row, error)
    if is_fragment(request):
        return fragment("accounts_body.html", account_context(home, caller, row, None) | {"said": True})
    return RedirectResponse(f"/accounts/{row.account}?said=corrected", 303)


def _corrected(
    home: Home, caller: Caller, row: AccountRow, subject: str, attribute: str, value: str, reason: str
) -> None:
    parts = home.house.parts
    tenancy = parts.tenancy.refresh(caller.tenant)
    correct(parts, tenancy, caller.principal, row.account, subject, attribute, value, reason)


def _refused(request: Request, home: Home, caller: Caller, row: AccountRow, error: RevloopError) -> Response:
    context = account_context(home, caller, row, None) | {"error": error}
    if is_fragment(request):
        return fragment("accounts_body.html", context, error.status)
    return page(home, caller, "accounts_one.html", context, error.status)


@router.post("/accounts/{account}/prepare")
def prepare(home: AnyHome, caller: Running, account: str) -> Response:
    """Decide about the account now, as `prep` does, and open the brief."""
    row = row_of(home, caller, account)
    home.act(_prepared, home, caller, row)
    return RedirectResponse(f"/accounts/{row.account}/brief", 303)


def _prepared(home: Home, caller: Caller, row: AccountRow) -> None:
    home.house.parts.tenancy.refresh(caller.tenant)
    home.house.runner.start(caller.principal, row.account, "prep")
