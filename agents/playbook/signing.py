"""A draft in its sender's own manner: greeting, length of the talk it proposes, and the line above the name.

Invariant: only what the sender stated changes a word; no fact, number of a record, recipient or citation is touched.
"""

import re
from collections.abc import Iterator, Sequence

from state.decision.brief import Statement
from state.principal import User
from state.writing import Tone, Writer, WritingStyle

GREETINGS: dict[Tone, str] = {"plain": "Hello", "warm": "Hi", "formal": "Dear"}
_GREETING = re.compile(r"^(?:Hello|Hi|Dear)(?=\s\S{1,60},)")
_TALK = re.compile(r"\b(?:ten|fifteen|twenty|thirty|forty-five|\d{1,3}) minutes\b", re.IGNORECASE)


def in_manner_of(statements: Sequence[Statement], sender: User | None) -> tuple[Statement, ...]:
    """Write a draft as its sender wishes."""
    if not isinstance(sender, Writer):
        return tuple(statements)
    return tuple(_written(statements, sender.style, sender.name))


def _written(statements: Sequence[Statement], style: WritingStyle, name: str) -> Iterator[Statement]:
    for place, one in enumerate(statements):
        text = one.text
        if place == 0 and style.tone is not None:
            text = _GREETING.sub(GREETINGS[style.tone], text)
        if style.meeting_minutes is not None:
            text = _TALK.sub(f"{style.meeting_minutes} minutes", text)
        if place == len(statements) - 1 and style.sign_off is not None and text.startswith(name):
            text = f"{style.sign_off}\n{text}"
        yield one if text == one.text else one.model_copy(update={"text": text})
