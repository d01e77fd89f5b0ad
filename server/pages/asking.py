"""Ask: a conversation about accounts, with follow-ups; what it proposes appears as the same card as in the inbox.

Invariant: only who may decide speaks here; a form sent twice is said once; no sentence stands for an approval.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from graphs.chat import DEFAULT, Conversation
from graphs.conversing.answers import Answer
from graphs.telling.transcripts import Transcript, fresh_name, transcript, transcripts
from server import deciding
from server.auth import AnyHome, Approving, Caller, Reading
from server.deciding import FIELDS, REASONS
from server.home import Home, reader_of
from server.pages.drawing import fragment, is_fragment, page
from server.pages.inbox_view import snoozes
from state.errors import NotFound

router = APIRouter(include_in_schema=False)
MOST_CHARS = 600
EXAMPLES = (
    "What should I do next?", "Prep me for Acme", "What changed at Acme since our last meeting?",
    "Why is Acme at risk?", "Draft a follow-up to Acme",
)  # fmt: skip


@router.get("/ask")
def ask_page(home: AnyHome, caller: Reading, q: Annotated[str, Query(max_length=120)] = "") -> HTMLResponse:
    """Show the newest conversation, or what a search finds."""
    kept = transcripts(home.house.saver, caller.principal, q)
    return _page(home, caller, kept[0] if kept else _empty(home, caller), kept, q)


@router.get("/ask/new")
def new_page(home: AnyHome, caller: Reading) -> HTMLResponse:
    """Show an empty conversation."""
    return _page(home, caller, _empty(home, caller), transcripts(home.house.saver, caller.principal))


def _empty(home: Home, caller: Caller) -> Transcript:
    return Transcript(fresh_name(home.house.saver, caller.principal), ())


@router.get("/ask/{name}")
def talk_page(home: AnyHome, caller: Reading, name: str) -> HTMLResponse:
    """Open a conversation again."""
    saver, who = home.house.saver, caller.principal
    return _page(home, caller, transcript(saver, who, name), transcripts(saver, who))


@router.post("/ask/{name}")
def say(
    request: Request, home: AnyHome, caller: Approving, name: str,
    text: Annotated[str, Form(max_length=MOST_CHARS)] = "", after: Annotated[str, Form(max_length=80)] = "",
) -> Response:  # fmt: skip
    """Say one thing; without JavaScript the whole page answers, with it the turn is added."""
    saver, who = home.house.saver, caller.principal
    before = transcript(saver, who, name)
    if not text.strip() or before.last != after:
        return _again(request, f"/ask/{name}")
    answers = home.act(_said, home, caller, name, text.strip())
    turn = _turn(home, caller, transcript(saver, who, name), text.strip(), answers)
    if is_fragment(request):
        answer = fragment("ask_turn.html", turn)
        answer.headers["hx-push-url"] = f"/ask/{name}"
        return answer
    return _page(home, caller, before, transcripts(saver, who), turn=turn)


def _again(request: Request, place: str) -> Response:
    """Show what is there: this was said already, or the conversation went on elsewhere."""
    return Response(headers={"hx-redirect": place}) if is_fragment(request) else RedirectResponse(place, 303)


def _said(home: Home, caller: Caller, name: str, text: str) -> tuple[Answer, ...]:
    """Say it on the acting thread. Raises: NotFound for a number that is not the next one."""
    saver, who = home.house.saver, caller.principal
    if name not in (DEFAULT, fresh_name(saver, who)) and not transcript(saver, who, name).said:
        raise NotFound(
            "There is no such conversation.", field="thread", value=name, remedy="Begin a new one."
        )
    return Conversation(home.house.desk, who, saver, name).say(text)


def _turn(
    home: Home, caller: Caller, now: Transcript, text: str, answers: tuple[Answer, ...]
) -> dict[str, object]:
    with home.look(caller.tenant) as tenancy:
        reader, later = reader_of(tenancy), snoozes(tenancy)
        colleagues = [one for one in tenancy.users if one.id != caller.principal.user]
    cards = {card.id: deciding.shown(home, caller, card.id) for one in answers for card in one.cards}
    return {
        "me": caller, "reader": reader, "text": text, "answers": answers, "cards_shown": cards, "name": now.name,
        "after": now.last, "number": len(now.said), "wall": home.clock.wall(), "reasons": REASONS, "later": later,
        "colleagues": colleagues, "fields_prefix": FIELDS, "is_added": True,
    }  # fmt: skip


def _page(
    home: Home, caller: Caller, shown: Transcript, kept: tuple[Transcript, ...], q: str = "",
    turn: dict[str, object] | None = None,
) -> HTMLResponse:  # fmt: skip
    context = {
        "shown": shown,
        "kept": kept,
        "q": q,
        "examples": EXAMPLES,
        "most": MOST_CHARS,
        "is_turn": bool(turn),
    }
    more = turn or {"name": shown.name, "after": shown.last}
    return page(home, caller, "ask.html", context | more | {"is_added": False})
