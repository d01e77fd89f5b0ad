"""Ask: a conversation about accounts, with follow-ups; what it proposes appears as the same card as in the inbox.

Invariant: only who may decide speaks here; a form sent twice is said once; no sentence stands for an approval.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from graphs.conversing.answers import Answer
from graphs.conversing.rating import rate, ratings
from graphs.telling.transcripts import Transcript, fresh_name, transcript, transcripts
from server import chat, deciding
from server.auth import AnyHome, Approving, Caller, Reading
from server.deciding import FIELDS, REASONS
from server.home import Home, reader_of
from server.pages.drawing import fragment, is_fragment, page, part
from server.pages.inbox_view import snoozes
from state.canonical import Json
from state.errors import Conflict
from state.governance.action import OPEN
from state.ids import ActionId

router = APIRouter(include_in_schema=False)
EXAMPLES = (
    "What should I do next?", "Prep me for Acme", "What changed at Acme since our last meeting?",
    "Why is Acme at risk?", "Draft a follow-up to Acme",
)  # fmt: skip
Said = Annotated[str, Form(max_length=chat.MOST_CHARS)]
Id = Annotated[str, Form(max_length=80)]


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
    request: Request, home: AnyHome, caller: Approving, name: str, text: Said = "", after: Id = ""
) -> Response:
    """Say one thing; without JavaScript the whole page answers, with it the answer comes piece by piece."""
    saver, who = home.house.saver, caller.principal
    said = text.strip()
    before = transcript(saver, who, name)
    if not said or before.last != after:
        return _again(request, f"/ask/{name}")
    chat.opened(home, caller, name, after)
    if chat.EVENT_STREAM in request.headers.get("accept", ""):
        events = _events(home, caller, name, said, after)
        return StreamingResponse(events, media_type=chat.EVENT_STREAM, headers=chat.UNBUFFERED)
    try:
        answers = chat.say(home, caller, name, said, after)
    except Conflict:
        return _again(request, f"/ask/{name}")
    turn = _turn(home, caller, name, said, answers)
    if is_fragment(request):
        return fragment("ask_turn.html", turn)
    return _page(home, caller, before, transcripts(saver, who), turn=turn)


def _again(request: Request, place: str) -> Response:
    """Show what is there: this was said already, or the conversation went on elsewhere."""
    is_script = is_fragment(request) or chat.EVENT_STREAM in request.headers.get("accept", "")
    return Response(headers={"hx-redirect": place}) if is_script else RedirectResponse(place, 303)


async def _events(home: Home, caller: Caller, name: str, text: str, after: str) -> AsyncIterator[bytes]:
    """Tell the pieces as they come, then the turn as it stays on the page."""
    heard: list[Mapping[str, Json]] = []
    async for piece in chat.told(home, caller, name, text, after):
        heard.append(piece)
        if piece["kind"] in {"step", "token", "failed"}:
            yield chat.wire(str(piece["kind"]), piece)
    if heard and heard[-1]["kind"] != "failed":
        yield chat.wire("turn", await run_in_threadpool(_drawn, home, caller, name, text, heard))


def _drawn(
    home: Home, caller: Caller, name: str, text: str, heard: list[Mapping[str, Json]]
) -> Mapping[str, Json]:
    turn = _turn(home, caller, name, text, chat.answers_of(heard))
    return {"html": part("ask_turn.html", turn), "after": str(turn["after"]), "place": f"/ask/{name}"}


def _turn(home: Home, caller: Caller, name: str, text: str, answers: tuple[Answer, ...]) -> dict[str, object]:
    now = transcript(home.house.saver, caller.principal, name)
    names = [ActionId(card.id) for one in answers for card in one.cards]
    return _around(home, caller, names) | {
        "text": text, "answers": answers, "name": now.name, "after": now.last, "number": len(now.said),
        "rated": {},
    }  # fmt: skip


def _around(home: Home, caller: Caller, names: Sequence[ActionId]) -> dict[str, object]:
    """Collect what cards need where they are drawn."""
    with home.look(caller.tenant) as tenancy:
        reader, later = reader_of(tenancy), snoozes(tenancy)
        colleagues = [one for one in tenancy.users if one.id != caller.principal.user]
    return {
        "me": caller, "reader": reader, "cards_shown": {one: deciding.shown(home, caller, one) for one in names},
        "wall": home.clock.wall(), "reasons": REASONS, "later": later, "colleagues": colleagues,
        "fields_prefix": FIELDS,
    }  # fmt: skip


@router.post("/ask/{name}/rate")
def rate_answer(
    request: Request, home: AnyHome, caller: Approving, name: str, message: Id, good: Annotated[bool, Form()]
) -> Response:
    """Record what a person thinks of an answer; nothing is learned from it."""
    with home.look(caller.tenant) as tenancy:
        rate(home.looking, tenancy, caller.principal, home.house.saver, name, message, is_good=good)
    if is_fragment(request):
        context = {"me": caller, "name": name, "message": message, "rated": {message: good}}
        return fragment("ask_rating.html", context)
    return RedirectResponse(f"/ask/{name}", 303)


def _page(
    home: Home, caller: Caller, shown: Transcript, kept: tuple[Transcript, ...], q: str = "",
    turn: dict[str, object] | None = None,
) -> HTMLResponse:  # fmt: skip
    with home.looking.stores.read(caller.tenant) as unit:
        rated = ratings(unit, caller.principal, shown)
    waiting = () if turn else _waiting(home, caller, shown)
    context = {
        "shown": shown, "kept": kept, "q": q, "examples": EXAMPLES, "most": chat.MOST_CHARS, "is_turn": bool(turn),
        "waiting": waiting, "name": shown.name, "after": shown.last, "number": len(shown.said),
    }  # fmt: skip
    more = turn or _around(home, caller, waiting)
    return page(home, caller, "ask.html", {**context, **more, "rated": rated})


def _waiting(home: Home, caller: Caller, shown: Transcript) -> tuple[ActionId, ...]:
    """Name the cards of the last answer that still wait; what a checkpoint names is not believed to be there."""
    with home.looking.stores.read(caller.tenant) as unit:
        open_ = (
            {one.id for one in unit.actions.listed(OPEN)} if shown.said and shown.said[-1].cards else set()
        )
    return tuple(name for name in shown.said[-1].cards if name in open_) if open_ else ()
