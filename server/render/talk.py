"""Answers of a conversation on the screen: the same pages as the commands show, and cited sentences."""

from datetime import datetime

from graphs.conversing.answers import Answer
from graphs.telling.report import StatementOut
from server.render.brief import MARKS, brief_page
from server.render.card import card
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, line, sentence, stacked
from server.render.next_list import next_page
from server.render.proposals import decisions
from server.render.words import Reader, sources


def answer_page(one: Answer, reader: Reader, user: str, wall: datetime) -> Shape:
    """Show one answer."""
    parts: list[Shape | None] = [
        line(inert(one.note), GREY) if one.note else None,
        line(inert(one.name), STRONG) if one.kind == "statements" and one.name else None,
        line(inert(one.text)) if one.text else None,
        *(_statement(said) for said in one.statements),
    ]
    if one.report is not None:
        parts += [brief_page(one.report, one.name, reader), decisions(one.report, reader)]
    if one.list is not None and one.list.items:
        parts.append(next_page(one.list, one.minutes, reader, user))
    parts += [card(shown, reader, wall, is_full=True) for shown in one.cards]
    parts += [bullet(one_line(text), mark=f"{number}.") for number, text in enumerate(one.options, start=1)]
    return stacked(parts)


def _statement(said: StatementOut) -> Shape:
    text = inert(said.text)
    behind, below = sources(said.evidence, text)
    return bullet(sentence(text, behind), [below] if below else [], MARKS.get(said.kind, "•"))
