"""What was said in a person's conversations: the newest first, found by words, opened again by their name.

Invariant: only the asking person's own threads are read; nothing here writes, and nothing is granted by what was said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver

from graphs.chat import DEFAULT, thread_of
from graphs.nodes.chatting import CARDS
from state.errors import NotFound
from state.ids import ActionId
from state.principal import Principal

NUMBERED = "talk-"
NAME = re.compile(rf"{NUMBERED}[1-9][0-9]{{0,5}}")
MOST = 30
"""Conversations listed, and looked through by a search."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    id: str
    text: str
    is_mine: bool
    cards: tuple[ActionId, ...] = ()
    """Actions that were shown with it."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation as it is kept: the words, not the cards."""

    name: str
    said: tuple[Said, ...]

    @property
    def title(self) -> str:
        """Its first question."""
        return next((one.text for one in self.said if one.is_mine), "")

    @property
    def last(self) -> str:
        """Id of the newest message; empty before the first."""
        return self.said[-1].id if self.said else ""


def transcript(saver: BaseCheckpointSaver[str], principal: Principal, name: str) -> Transcript:
    """Open a conversation; one that has not begun is empty. Raises: NotFound for what is no name of one."""
    if name != DEFAULT and not NAME.fullmatch(name):
        raise NotFound(
            "There is no such conversation.", field="thread", value=name, remedy="Begin a new one."
        )
    thread = thread_of(principal, name)
    found = saver.get_tuple(RunnableConfig(configurable={"thread_id": thread, "checkpoint_ns": ""}))
    messages: Sequence[AnyMessage] = found.checkpoint["channel_values"].get("messages", []) if found else []
    return Transcript(name, tuple(map(_said, messages)))


def _said(one: AnyMessage) -> Said:
    """Read a message; what a checkpoint names as cards is looked up by whoever shows it."""
    named = one.additional_kwargs.get(CARDS, [])
    cards = (
        tuple(ActionId(name) for name in named if isinstance(name, str)) if isinstance(named, list) else ()
    )
    return Said(str(one.id), one.text, isinstance(one, HumanMessage), cards)


def transcripts(
    saver: BaseCheckpointSaver[str], principal: Principal, wanted: str = ""
) -> tuple[Transcript, ...]:
    """List the newest conversations that hold every word of a search; the command line's own comes last."""
    last = begun(saver, principal)
    names = [*(f"{NUMBERED}{number}" for number in range(last, max(0, last - MOST), -1)), DEFAULT]
    words = wanted.casefold().split()
    kept = (transcript(saver, principal, name) for name in names)
    return tuple(one for one in kept if one.said and _holds(one, words))


def _holds(one: Transcript, words: Sequence[str]) -> bool:
    text = " ".join(said.text for said in one.said).casefold()
    return all(word in text for word in words)


def begun(saver: BaseCheckpointSaver[str], principal: Principal) -> int:
    """Count the numbered conversations; numbers have no gaps, so a few looks are enough."""
    low, high = 0, 1
    while _is_begun(saver, principal, high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if _is_begun(saver, principal, middle):
            low = middle
        else:
            high = middle
    return low


def _is_begun(saver: BaseCheckpointSaver[str], principal: Principal, number: int) -> bool:
    return bool(transcript(saver, principal, f"{NUMBERED}{number}").said)


def fresh_name(saver: BaseCheckpointSaver[str], principal: Principal) -> str:
    """Name the next conversation."""
    return f"{NUMBERED}{begun(saver, principal) + 1}"
