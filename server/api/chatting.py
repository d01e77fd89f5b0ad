"""Conversations for programs: say one thing and hear the answer as it is made, read, search and rate what was said."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from graphs.conversing.rating import rate, ratings
from graphs.telling.transcripts import fresh_name, transcript, transcripts
from server import chat
from server.api.shapes import PROBLEMS
from server.auth import AnyHome, Approving, Caller, Reading
from server.home import Home

router = APIRouter(prefix="/api/chat", tags=["chat"], responses=PROBLEMS)
Name = Annotated[str, Path(min_length=1, max_length=20)]
STREAM: dict[int | str, dict[str, object]] = {
    200: {
        "description": (
            "Events: `step` {text}; `token` {number, text}; `evidence` {number, statement, evidence}; "
            "`answer` {number, answer}; at the end `done` {thread, after}, or `failed` {problem}. Cards in an "
            "answer are those of `/api/cards`, and are decided there."
        ),
        "content": {chat.EVENT_STREAM: {"schema": {"type": "string"}}},
    }
}


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(_Shape):
    """One thing to say."""

    text: str = Field(min_length=1, max_length=chat.MOST_CHARS)
    thread: str = Field(default="", max_length=20)
    """Conversation to go on with; empty: a new one."""
    after: str | None = Field(default=None, max_length=80)
    """Id of the newest message as you know it; where it is another one by now, nothing is said."""


class MessageOut(_Shape):
    """One message of a conversation."""

    id: str
    text: str
    is_mine: bool
    cards: tuple[str, ...]
    """Actions shown with it."""
    is_good: bool | None
    """How it was rated; None: not."""


class ChatLine(_Shape):
    """One conversation of the list."""

    thread: str
    title: str
    last: str
    """Id of its newest message."""


class ChatList(_Shape):
    """The newest conversations first."""

    items: tuple[ChatLine, ...]


class ChatOut(_Shape):
    """What was said."""

    thread: str
    messages: tuple[MessageOut, ...]


class Rate(_Shape):
    """What a person thinks of an answer; it feeds nothing but the record."""

    message: str = Field(min_length=1, max_length=80)
    is_good: bool


@router.get("")
def chats(home: AnyHome, caller: Reading, q: Annotated[str, Query(max_length=120)] = "") -> ChatList:
    """List your conversations, or those that hold every word of a search."""
    found = transcripts(home.house.saver, caller.principal, q)
    return ChatList(items=tuple(ChatLine(thread=one.name, title=one.title, last=one.last) for one in found))


@router.get("/{thread}")
def messages(home: AnyHome, caller: Reading, thread: Name) -> ChatOut:
    """Read a conversation again; one that has not begun is empty."""
    return _told(home, caller, thread)


def _told(home: Home, caller: Caller, thread: str) -> ChatOut:
    found = transcript(home.house.saver, caller.principal, thread)
    with home.looking.stores.read(caller.tenant) as unit:
        rated = ratings(unit, caller.principal, found)
    said = [
        MessageOut(id=one.id, text=one.text, is_mine=one.is_mine, cards=one.cards, is_good=rated.get(one.id))
        for one in found.said
    ]
    return ChatOut(thread=found.name, messages=tuple(said))


@router.post("", response_class=StreamingResponse, responses=STREAM)
def say(home: AnyHome, caller: Approving, asked: Say) -> StreamingResponse:
    """Say one thing; the answer comes as server-sent events while it is made."""
    name = asked.thread or fresh_name(home.house.saver, caller.principal)
    chat.opened(home, caller, name, asked.after)
    events = _events(home, caller, name, asked)
    return StreamingResponse(events, media_type=chat.EVENT_STREAM, headers=chat.UNBUFFERED)


async def _events(home: Home, caller: Caller, name: str, asked: Say) -> AsyncIterator[bytes]:
    kind = ""
    async for piece in chat.told(home, caller, name, asked.text.strip(), asked.after):
        kind = str(piece["kind"])
        yield chat.wire(kind, piece)
    if kind != "failed":
        now = await run_in_threadpool(transcript, home.house.saver, caller.principal, name)
        yield chat.wire("done", {"thread": name, "after": now.last})


@router.post("/{thread}/ratings")
def rate_answer(home: AnyHome, caller: Approving, thread: Name, asked: Rate) -> ChatOut:
    """Say whether an answer was good."""
    with home.look(caller.tenant) as tenancy:
        rate(
            home.looking, tenancy, caller.principal, home.house.saver, thread, asked.message,
            is_good=asked.is_good,
        )  # fmt: skip
    return _told(home, caller, thread)
