"""Hold the hand-written conversations against a home and say which turns went wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from graphs.chat import Conversation
from graphs.conversing.answers import Answer, plain
from tools.files import load_model

FILE = Path(__file__).parent / "datasets" / "chat" / "chats.yaml"


class Turn(BaseModel):
    """One utterance and what must hold of the answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    say: str
    kinds: tuple[str, ...]
    account: str | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    pending: int | None = None
    """Cards shown that wait for a person."""
    fresh: bool | None = None
    """The card shown is another one than the last."""
    mails: int | None = None
    """Mails that have left in all."""


class Chat(BaseModel):
    """One conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    turns: tuple[Turn, ...]


class Chats(BaseModel):
    """All conversations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chats: tuple[Chat, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one turn."""

    chat: str
    said: str
    message: str


def load_chats(path: Path = FILE) -> tuple[Chat, ...]:
    """Read the conversations. Raises: NotFound, InvalidInput."""
    return load_model(path, Chats).chats


def held(chat: Chat, talk: Conversation, mails: Callable[[], int]) -> tuple[Fault, ...]:
    """Hold one conversation in a home of its own; a turn without faults is right."""
    faults: list[Fault] = []
    draft = ""
    for turn in chat.turns:
        slots = {"draft": draft}
        said = _filled(turn.say, slots)
        answers = talk.say(said)
        shown = next((card.id for one in answers for card in one.cards), draft)
        found = [*_wrong(turn, answers, slots), *_wrong_effects(turn, answers, draft, shown, mails())]
        faults += [Fault(chat.name, said, message) for message in found]
        draft = shown
    return tuple(faults)


def _filled(text: str, slots: Mapping[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return text


def _wrong(turn: Turn, answers: tuple[Answer, ...], slots: Mapping[str, str]) -> Iterator[str]:
    kinds = tuple(one.kind for one in answers)
    if kinds != turn.kinds:
        yield f"{list(kinds)} instead of {list(turn.kinds)}: {plain(answers)[:200]}"
    if turn.account is not None and answers[0].account != turn.account:
        yield f"about {answers[0].account} instead of {turn.account}"
    text = _told(answers)
    yield from (f"lacks {one!r}" for one in turn.has if _filled(one, slots) not in text)
    yield from (f"says {one!r}" for one in turn.lacks if _filled(one, slots) in text)


def _told(answers: tuple[Answer, ...]) -> str:
    """Everything a seller reads."""
    effects = [card.effect for one in answers for card in one.cards]
    names = [one.name for one in answers]
    return "\n".join([plain(answers), *names, *effects])


def _wrong_effects(
    turn: Turn, answers: tuple[Answer, ...], before: str, shown: str, mails: int
) -> Iterator[str]:
    pending = [card for one in answers for card in one.cards if card.status == "pending"]
    if turn.pending is not None and len(pending) != turn.pending:
        yield f"{len(pending)} cards wait instead of {turn.pending}"
    if turn.fresh is not None and (shown != before) is not turn.fresh:
        yield "the card is the old one" if turn.fresh else "the card is another one"
    if turn.mails is not None and mails != turn.mails:
        yield f"{mails} mails have left instead of {turn.mails}"
