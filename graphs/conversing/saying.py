"""What is told while an answer is made: steps as they begin, then words, what they rest on, and the whole answer.

Invariant: words are told of an answer that is whole and checked; nothing is shown that a check could still take back.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from agents.clarifier.intents import Intent
from graphs.conversing.answers import Answer, plain
from graphs.telling.report import CitedOut, StatementOut
from state.canonical import Json


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepTold(_Piece):
    """Something begins that takes a moment."""

    kind: Literal["step"] = "step"
    text: str


class TokenTold(_Piece):
    """A word of an answer, with the white space after it."""

    kind: Literal["token"] = "token"
    number: int
    """Which answer of this utterance, from 0; here and below."""
    text: str


class EvidenceTold(_Piece):
    """What a sentence of an answer rests on."""

    kind: Literal["evidence"] = "evidence"
    number: int
    statement: str
    evidence: tuple[CitedOut, ...]


class AnswerTold(_Piece):
    """An answer, whole."""

    kind: Literal["answer"] = "answer"
    number: int
    answer: Answer


Piece = StepTold | TokenTold | EvidenceTold | AnswerTold
Write = Callable[[dict[str, Json]], None]
_WORD = re.compile(r"\S+\s*|\s+")
MEANT = {
    "prep": "prepare", "next": "what to do next", "why_at_risk": "why it is at risk", "changed": "what changed",
    "who_matters": "who matters", "unknowns": "what is not known", "draft": "draft a mail",
    "again": "the same question",
    "reword": "change the draft’s words", "redirect": "write to somebody else instead", "show": "show a card",
    "why": "why it was proposed", "approve": "an approval, by its exact command", "reject": "a rejection",
    "undo": "take an approval back", "correct": "a fact is wrong", "wrong": "something is wrong",
    "answer": "the answer to the open question", "assent": "a yes that names no card", "help": "what can be asked",
    "refused": "something nobody gets here", "out_of_scope": "nothing known, perhaps a name",
}  # fmt: skip
"""Kind of intent → how it is told."""


def _unheard(_: dict[str, Json]) -> None:
    """Nobody listens."""


def both(first: Write, second: Write) -> Write:
    """Let two listen."""

    def write(piece: dict[str, Json]) -> None:
        first(piece)
        second(piece)

    return write


@dataclass
class Telling:
    """Tells whoever listens; an answer is told once."""

    write: Write = _unheard
    told: int = 0
    """Answers told."""

    def step(self, text: str) -> None:
        """Say what begins."""
        self.write(StepTold(text=text).model_dump(mode="json"))

    def answers(self, answers: Sequence[Answer]) -> None:
        """Tell those that were not told yet."""
        for number, one in list(enumerate(answers))[self.told :]:
            for piece in pieces(number, one):
                self.write(piece.model_dump(mode="json"))
        self.told = max(self.told, len(answers))


def understood(intent: Intent) -> str:
    """Say what was understood."""
    name = getattr(intent, "account", "") or getattr(intent, "to", "") or getattr(intent, "id", "")
    return f"Understood: {MEANT[intent.kind]}{f' · {name}' if name else ''}"


def pieces(number: int, answer: Answer) -> Iterator[Piece]:
    """Cut an answer into what a reader sees first and what stands behind it."""
    for word in _WORD.findall(plain((answer,))):
        yield TokenTold(number=number, text=word)
    for said in _sentences(answer):
        if said.evidence:
            yield EvidenceTold(number=number, statement=said.id, evidence=said.evidence)
    yield AnswerTold(number=number, answer=answer)


def _sentences(answer: Answer) -> tuple[StatementOut, ...]:
    brief = answer.report.brief if answer.report else None
    return answer.statements + tuple(
        one for section in (brief.sections if brief else ()) for one in section.statements
    )
