"""Cards for programs: list, read, and decide exactly as on the page."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from graphs.telling.card import CardOut
from graphs.telling.displaying import displayed
from server import deciding
from server.api.repeating import OnceOnly
from server.api.shapes import (
    PROBLEMS,
    AnsweredOut,
    AnswerOption,
    Approve,
    CardList,
    DecidedOut,
    Delegate,
    EditFields,
    Reject,
    Snooze,
    decided_out,
    moved_out,
    tagged,
)
from server.auth import AnyHome, Approving, Reading

router = APIRouter(prefix="/api", tags=["cards"], responses=PROBLEMS)
Name = Annotated[str, Path(min_length=1, max_length=80)]
MOST = 100


@router.get("/cards")
def cards(
    home: AnyHome,
    caller: Reading,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    after: Annotated[str, Query(max_length=80)] = "",
) -> CardList:
    """List what waits for the caller, most urgent first."""
    found = deciding.waiting(home, caller)
    names = [one.id for one in found.cards]
    start = names.index(after) + 1 if after in names else 0
    page = found.cards[start : start + limit]
    displayed(home.looking, caller.principal, page)
    is_more = start + limit < len(found.cards)
    questions = found.questions if start == 0 else ()
    return CardList(
        items=page, questions=questions, snoozed=found.snoozed, next=page[-1].id if is_more else None,
        held=found.held if start == 0 else (), pace=found.pace,
    )  # fmt: skip


@router.get("/cards/{name}", responses={304: {"description": "It is as you know it."}})
def card(
    home: AnyHome,
    caller: Reading,
    name: Name,
    response: Response,
    if_none_match: Annotated[str, Header(max_length=200)] = "",
) -> CardOut:
    """Read one card; its ETag changes when what it shows or where it stands does."""
    found = deciding.shown(home, caller, name).card
    if tagged(response, found) == if_none_match:
        response.status_code = 304
    else:
        displayed(home.looking, caller.principal, [found])
    return found


@router.post("/cards/{name}/approve", response_model=DecidedOut)
def approve(home: AnyHome, caller: Approving, name: Name, asked: Approve, once: OnceOnly) -> Response:
    """Approve exactly what was shown."""
    return once(lambda: decided_out(deciding.approve(home, caller, name, asked.shown)))


@router.post("/cards/{name}/reject", response_model=DecidedOut)
def reject(home: AnyHome, caller: Approving, name: Name, asked: Reject, once: OnceOnly) -> Response:
    """Say no, and why; a wrong fact may be put right at once."""
    fact = (asked.fact.subject, asked.fact.attribute, asked.fact.value) if asked.fact else None
    return once(lambda: decided_out(deciding.reject(home, caller, name, asked.reason, fact)))


@router.post("/cards/{name}/snooze", response_model=DecidedOut)
def snooze(home: AnyHome, caller: Approving, name: Name, asked: Snooze, once: OnceOnly) -> Response:
    """Set a card aside."""
    return once(lambda: decided_out(deciding.snooze(home, caller, name, asked.until)))


@router.post("/cards/{name}/delegate", response_model=DecidedOut)
def delegate(home: AnyHome, caller: Approving, name: Name, asked: Delegate, once: OnceOnly) -> Response:
    """Put a card into a colleague's inbox."""
    return once(lambda: moved_out(deciding.delegate(home, caller, name, asked.to), "delegated"))


@router.post("/cards/{name}/done", response_model=DecidedOut)
def done(home: AnyHome, caller: Approving, name: Name, once: OnceOnly) -> Response:
    """Note that it was done by hand."""
    return once(lambda: decided_out(deciding.done(home, caller, name)))


@router.post("/cards/{name}/undo", response_model=DecidedOut)
def undo(home: AnyHome, caller: Approving, name: Name, once: OnceOnly) -> Response:
    """Take an approval back while nothing has left."""
    return once(lambda: decided_out(deciding.undo(home, caller, name)))


@router.post("/cards/{name}/edit", response_model=DecidedOut)
def edit(home: AnyHome, caller: Approving, name: Name, asked: EditFields, once: OnceOnly) -> Response:
    """Change words; the fresh card waits for its own approval."""
    return once(lambda: decided_out(deciding.edit(home, caller, name, asked.fields)))


@router.post("/questions/{name}/answer", response_model=AnsweredOut)
def answer(home: AnyHome, caller: Approving, name: Name, asked: AnswerOption, once: OnceOnly) -> Response:
    """Answer the one question."""
    return once(lambda: AnsweredOut(account=deciding.answer(home, caller, name, asked.option)))
