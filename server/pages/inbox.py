"""The inbox: what waits on the left, one card whole on the right, and everything one can do about it.

Invariant: each act is a form that works without JavaScript; with it the same answer replaces a part of the page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.governing.compensating import COMPENSATES
from graphs.telling.inbox import Inbox
from server import deciding
from server.auth import AnyHome, Approving, Caller, Reading
from server.deciding import FIELDS, REASONS, Shown
from server.home import Home
from server.pages.drawing import fragment, is_fragment, page
from server.pages.inbox_view import Row, grouped_rows, inbox_context, inbox_rows
from state.errors import Conflict, Denied, Forbidden, InvalidInput, NotFound, RevloopError

router = APIRouter(include_in_schema=False)
SAID = frozenset(
    {"approved", "rejected", "snoozed", "done", "delegated", "undone", "drafted", "edited", "answered"}
)
Text = Annotated[str, Form()]


@router.get("/inbox")
def inbox_page(home: AnyHome, caller: Reading) -> HTMLResponse:
    """Show the inbox with its first card open."""
    return page(home, caller, "inbox.html", inbox_context(home, caller))


@router.get("/inbox/{name}")
def card_page(
    request: Request, home: AnyHome, caller: Reading, name: str, just: str = "", said: str = ""
) -> HTMLResponse:
    """Show the inbox with one card open; what was just done to another stands above it."""
    context = inbox_context(home, caller, "" if name == "next" else name)
    context |= _just(home, caller, just, said)
    if is_fragment(request):
        return fragment("inbox_body.html", context)
    return page(home, caller, "inbox.html", context)


def _just(home: Home, caller: Caller, just: str, said: str) -> dict[str, object]:
    if not just or said not in SAID:
        return {}
    one = deciding.shown(home, caller, just) if said != "answered" else None
    return {"just": one, "said": said, "is_opened": True}


def after(
    request: Request, home: Home, caller: Caller, rows: Sequence[Row], name: str, said: str
) -> Response:
    """Go on with the next card, and say above it what was done."""
    names = [row.id for row in rows]
    place = names.index(name) if name in names else 0
    found = deciding.waiting(home, caller)
    left = {row.id for row in grouped_rows(home, caller, found)}
    ahead = [one for one in (*names[place + 1 :], *reversed(names[:place])) if one in left and one != name]
    return moved(request, home, caller, ahead[0] if ahead else "next", name, said, found)


def moved(
    request: Request, home: Home, caller: Caller, to: str, just: str, said: str, found: Inbox | None = None
) -> Response:  # fmt: skip
    """Show a card after an act on another."""
    place = f"/inbox/{to}?just={just}&said={said}"
    if not is_fragment(request):
        return RedirectResponse(place, 303)
    context = inbox_context(home, caller, "" if to == "next" else to, found)
    answer = fragment("inbox_body.html", context | _just(home, caller, just, said))
    answer.headers["hx-push-url"] = "/inbox" if to == "next" else f"/inbox/{to}"
    return answer


def refused(request: Request, home: Home, caller: Caller, name: str, error: RevloopError) -> Response:
    """Show the card as it is now, with the reason on top; the draft that was typed stays in the browser."""
    context = inbox_context(home, caller, name) | {"error": error, "is_opened": True}
    if is_fragment(request):
        return fragment("inbox_body.html", context, error.status)
    return page(home, caller, "inbox.html", context, error.status)


REFUSALS = (Conflict, Denied, Forbidden, InvalidInput)


@router.post("/inbox/{name}/approve")
def approve(request: Request, home: AnyHome, caller: Approving, name: str, shown: Text) -> Response:
    """Approve exactly what was shown."""
    rows = inbox_rows(home, caller)
    try:
        deciding.approve(home, caller, name, shown)
    except REFUSALS as error:
        return refused(request, home, caller, name, error)
    return after(request, home, caller, rows, name, "approved")


@router.post("/inbox/{name}/reject")
def reject(
    request: Request, home: AnyHome, caller: Approving, name: str, reason: Text, more: Text = "", fact: Text = "",
    right: Text = "",
) -> Response:  # fmt: skip
    """Say no, and why; a wrong fact may be put right at once."""
    rows = inbox_rows(home, caller)
    try:
        if reason not in REASONS:
            raise InvalidInput("Choose a reason.", field="reason", value=reason)
        told = more.strip() if reason == "other" and more.strip() else reason
        deciding.reject(home, caller, name, told, _fact(fact, right))
    except (*REFUSALS, NotFound) as error:
        return refused(request, home, caller, name, error)
    return after(request, home, caller, rows, name, "rejected")


def _fact(fact: str, right: str) -> tuple[str, str, str] | None:
    subject, bar, attribute = fact.rpartition("|")
    return (subject, attribute, right.strip()) if bar and right.strip() else None


@router.post("/inbox/{name}/snooze")
def snooze(request: Request, home: AnyHome, caller: Approving, name: str, until: Text) -> Response:
    """Set a card aside."""
    rows = inbox_rows(home, caller)
    try:
        deciding.snooze(home, caller, name, _moment(home, caller, until))
    except REFUSALS as error:
        return refused(request, home, caller, name, error)
    return after(request, home, caller, rows, name, "snoozed")


def _moment(home: Home, caller: Caller, text: str) -> datetime:
    """Read a time as the form sends it, in the company's zone. Raises: InvalidInput."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("Choose a day and a time.", field="until", value=text) from error
    with home.look(caller.tenant) as tenancy:
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(tenancy.profile.company.zone))


@router.post("/inbox/{name}/delegate")
def delegate(request: Request, home: AnyHome, caller: Approving, name: str, to: Text) -> Response:
    """Put a card into a colleague's inbox."""
    rows = inbox_rows(home, caller)
    try:
        deciding.delegate(home, caller, name, to)
    except (*REFUSALS, NotFound) as error:
        return refused(request, home, caller, name, error)
    return after(request, home, caller, rows, name, "delegated")


@router.post("/inbox/{name}/done")
def done(request: Request, home: AnyHome, caller: Approving, name: str) -> Response:
    """Note that it was done by hand."""
    rows = inbox_rows(home, caller)
    try:
        deciding.done(home, caller, name)
    except REFUSALS as error:
        return refused(request, home, caller, name, error)
    return after(request, home, caller, rows, name, "done")


@router.post("/inbox/{name}/undo")
def undo(request: Request, home: AnyHome, caller: Approving, name: str) -> Response:
    """Take an approval back while nothing has left; what was done, by a card of its own."""
    try:
        decided = deciding.undo(home, caller, name)
    except REFUSALS as error:
        return refused(request, home, caller, name, error)
    said = "drafted" if decided.code == COMPENSATES else "undone"
    return moved(request, home, caller, decided.action.id, decided.action.id, said)


@router.post("/inbox/{name}/edit")
async def edit(request: Request, home: AnyHome, caller: Approving, name: str) -> Response:
    """Change words; the fresh card is shown with what changed, and waits for its own approval."""
    form = await request.form()
    fields = {
        key.removeprefix(FIELDS): str(value).replace("\r\n", "\n")
        for key, value in form.items()
        if key.startswith(FIELDS)
    }
    return await run_in_threadpool(_edited, request, home, caller, name, fields)


def _edited(request: Request, home: Home, caller: Caller, name: str, fields: dict[str, str]) -> Response:
    try:
        before = deciding.shown(home, caller, name)
        changed = _changed(before, fields)
        fresh = deciding.edit(home, caller, name, changed).action.successor
    except REFUSALS as error:
        return refused(request, home, caller, name, error)
    return moved(request, home, caller, fresh or name, fresh or name, "edited")


def _changed(before: Shown, fields: dict[str, str]) -> dict[str, str]:
    """Keep what differs from the card. Raises: InvalidInput when nothing does."""
    known = {one.name: one.value for one in before.fields}
    found = {name: value for name, value in fields.items() if known.get(name) != value}
    if not found:
        raise InvalidInput(
            "Nothing was changed.", field="edit", remedy="Change a word, or approve it as it is."
        )
    return found


@router.post("/inbox/bulk")
async def bulk(request: Request, home: AnyHome, caller: Approving) -> Response:
    """Approve the chosen cards of a group, each by its own hash; each row says what came of it."""
    form = await request.form()
    chosen = [str(value) for value in form.getlist("row")]
    return await run_in_threadpool(_each, request, home, caller, chosen)


def _each(request: Request, home: Home, caller: Caller, chosen: Sequence[str]) -> Response:
    rows = [(name, shown) for name, _, shown in (row.partition("|") for row in dict.fromkeys(chosen))]
    results = tuple(deciding.approve_rows(home, caller, rows))
    context = inbox_context(home, caller) | {"results": results, "is_opened": True}
    if is_fragment(request):
        return fragment("inbox_body.html", context)
    return page(home, caller, "inbox.html", context)


@router.post("/inbox/alerts/{name}")
def put_away(request: Request, home: AnyHome, caller: Approving, name: str) -> Response:
    """Put an alert away: it was seen."""
    with home.look(caller.tenant) as tenancy:
        now = tenancy.now
    with home.looking.stores.begin(caller.tenant) as unit:
        is_mine = unit.alerts.see(name, caller.principal.user, now)
    if not is_mine:
        return refused(
            request, home, caller, "", NotFound("No such alert waits for you.", field="alert", value=name)
        )
    if is_fragment(request):
        return fragment("inbox_body.html", inbox_context(home, caller))
    return RedirectResponse("/inbox", 303)


@router.post("/inbox/questions/{name}")
def answer(request: Request, home: AnyHome, caller: Approving, name: str, option: Text) -> Response:
    """Answer the one question."""
    rows = inbox_rows(home, caller)
    try:
        deciding.answer(home, caller, name, option)
    except (*REFUSALS, NotFound) as error:
        return refused(request, home, caller, "", error)
    return after(request, home, caller, rows, name, "answered")
