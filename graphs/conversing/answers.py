"""What comes back in a conversation: typed answers, and the same as plain text for a list of messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from graphs.telling.assembling import cited
from graphs.telling.card import CardOut
from graphs.telling.report import Report, StatementOut
from state.decision.brief import Statement
from state.decision.next_items import NextList

AnswerKind = Literal[
    "brief", "statements", "next", "draft", "card", "why", "decided", "corrected", "asked", "refused", "help", "failed",
    "not_understood",
]  # fmt: skip
SHOWN = 6


class Answer(BaseModel):
    """One answer; an utterance about two accounts has two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: AnswerKind
    account: str | None = None
    name: str = ""
    note: str = ""
    """What was assumed."""
    text: str = ""
    statements: tuple[StatementOut, ...] = ()
    report: Report | None = None
    list: NextList | None = None
    minutes: int | None = None
    cards: tuple[CardOut, ...] = ()
    options: tuple[str, ...] = ()
    exit_code: int = 0


def stated(statements: Iterable[Statement], now: datetime) -> tuple[StatementOut, ...]:
    """Put statements into the contract's form."""
    return tuple(
        StatementOut(
            id=one.id,
            text=one.text,
            kind=one.kind,
            evidence=tuple(cited(item, now) for item in one.evidence),
        )
        for one in statements
    )


def plain(answers: Iterable[Answer]) -> str:
    """Write answers as text, shortest first line first; everything else is in the answer itself."""
    return "\n\n".join("\n".join(line for line in _lines(one) if line) for one in answers)


def _lines(one: Answer) -> list[str]:
    lines = [one.note, one.text, *map(_sentence, one.statements)]
    if one.report is not None:
        lines += _of_report(one.report)
    if one.list is not None:
        lines += [
            f"{number}. {item.name}: {item.text} ({item.minutes:f} min)"
            for number, item in enumerate(one.list.items, 1)
        ]
    lines += [_card(card) for card in one.cards]
    return lines + [f"{number}. {option}" for number, option in enumerate(one.options, start=1)]


def _card(card: CardOut) -> str:
    """Name a card; beside no button, with the exact words that approve it."""
    told = f"[{card.id}] {card.summary}"
    return f"{told} To approve it: approve {card.id}" if card.status == "pending" else told


def _sentence(statement: StatementOut) -> str:
    newest = min(statement.evidence, key=lambda item: item.age_days, default=None)
    behind = "" if newest is None else f" ({newest.source}, {newest.age_days} d)"
    return f"- {statement.text}{behind}"


def _of_report(report: Report) -> list[str]:
    first = report.brief.sections[0].statements if report.brief and report.brief.sections else ()
    lines = [*map(_sentence, first)]
    lines += [
        f"- {one.description}{f' [{one.action}]' if one.status == 'pending' else ''}"
        for one in report.proposals[:SHOWN]
    ]
    if report.question is not None:
        lines.append(report.question.text)
    return lines
