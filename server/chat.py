"""One utterance over the web: said on the acting thread, told piece by piece while the answer is made.

Invariant: what is not the next thing of its conversation is refused before anything is done, so nothing is said twice.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import cast

from fastapi.concurrency import run_in_threadpool

from graphs.chat import DEFAULT, Conversation
from graphs.conversing.answers import Answer
from graphs.telling.transcripts import Transcript, fresh_name, transcript
from server.auth import Caller
from server.home import Home
from server.problems import problem_of, unforeseen
from state.canonical import Json
from state.errors import Conflict, NotFound, RevloopError

MOST_CHARS = 600
EVENT_STREAM = "text/event-stream"
UNBUFFERED = {"x-accel-buffering": "no"}
Heard = Callable[[Mapping[str, Json]], None]


def opened(home: Home, caller: Caller, name: str, after: str | None) -> Transcript:
    """Open the conversation where the next thing may be said. Raises: NotFound, Conflict where it went on already."""
    saver, who = home.house.saver, caller.principal
    found = transcript(saver, who, name)
    if not found.said and name not in (DEFAULT, fresh_name(saver, who)):
        raise NotFound(
            "There is no such conversation.", field="thread", value=name, remedy="Begin a new one."
        )
    if after is not None and found.last != after:
        raise Conflict(
            "The conversation went on meanwhile.", field="after", value=after, remedy="Read it again first."
        )
    return found


def say(home: Home, caller: Caller, name: str, text: str, after: str | None) -> tuple[Answer, ...]:
    """Say one thing and wait for the answers. Raises: NotFound, Conflict."""
    heard: list[Mapping[str, Json]] = []
    home.act(_said, home, caller, name, text, after, heard.append)
    return answers_of(heard)


def answers_of(heard: list[Mapping[str, Json]]) -> tuple[Answer, ...]:
    """Take the whole answers out of what was told."""
    return tuple(Answer.model_validate(one["answer"]) for one in heard if one["kind"] == "answer")


def _said(home: Home, caller: Caller, name: str, text: str, after: str | None, hear: Heard) -> None:
    opened(home, caller, name, after)
    Conversation(home.house.desk, caller.principal, home.house.saver, name).tell(text, hear)


async def told(
    home: Home, caller: Caller, name: str, text: str, after: str | None
) -> AsyncIterator[Mapping[str, Json]]:
    """Say one thing and yield what is told of it, a failure as the last; it is done also when nobody listens on."""
    here = asyncio.get_running_loop()
    queue: asyncio.Queue[Mapping[str, Json] | None] = asyncio.Queue()

    def hear(piece: Mapping[str, Json] | None) -> None:
        here.call_soon_threadsafe(queue.put_nowait, piece)

    def work() -> None:
        try:
            home.act(_said, home, caller, name, text, after, hear)
        except RevloopError as error:
            hear({"kind": "failed", "problem": cast("Mapping[str, Json]", problem_of(error))})
        finally:
            hear(None)

    working = asyncio.create_task(run_in_threadpool(work))
    while (piece := await queue.get()) is not None:
        yield piece
    await asyncio.wait([working])
    if working.exception() is not None:
        yield {"kind": "failed", "problem": cast("Mapping[str, Json]", problem_of(unforeseen()))}
    await working


def wire(kind: str, told_of: Mapping[str, Json]) -> bytes:
    """Write one event as the protocol wants it."""
    return f"event: {kind}\ndata: {json.dumps(told_of, separators=(',', ':'))}\n\n".encode()
