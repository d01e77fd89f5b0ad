"""What was believed of an account, newest first: each claim with its days, its source and what took its place."""

from collections.abc import Sequence
from itertools import groupby

from graphs.telling.believed import BeliefOut, HistoryOut
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, line, sentence, stacked
from server.render.words import Reader, origin

MOST = 40
WORDS = {
    "admin": "said by an admin", "user": "said by a person", "system_of_record": "system of record",
    "model": "derived by a model", "untrusted": "from outside, not verified",
}  # fmt: skip


def history_page(found: HistoryOut, reader: Reader) -> Shape:
    """Show the claims under the thing and field they are about."""
    what = f": {inert(found.field).replace('_', ' ')}" if found.field else ""
    past = f", as of {reader.moment(found.as_of)}" if found.as_of != reader.now else ""
    head = line(f"{inert(found.name)} — what was believed, and why{what}{past}", STRONG)
    if not found.beliefs:
        return stacked([head, line("  Nothing was recorded by then.", GREY)])
    parts: list[Shape] = [head]
    ordered = sorted(found.beliefs[:MOST], key=lambda one: (one.subject, one.field))
    for (name, field), group in groupby(ordered, key=lambda one: (one.name, one.field)):
        parts += [heading(f"{inert(name)}, {field.replace('_', ' ')}"), *_claims(list(group), reader)]
    rest = len(found.beliefs) - MOST
    return stacked([*parts, line(f"  and {rest} more (--json)", GREY) if rest > 0 else None])


def _claims(group: Sequence[BeliefOut], reader: Reader) -> list[Shape]:
    return [_claim(one, reader) for one in group]


def _claim(one: BeliefOut, reader: Reader) -> Shape:
    mark = "•" if one.is_in_force else "◦"
    known = "" if one.recorded_at == one.valid_from else f", known since {reader.day(one.recorded_at)}"
    why = (
        "in force"
        if one.is_in_force
        else f"{one_line(one.reason) or 'no longer in force'}{_instead(one, reader)}"
    )
    text = f"{one_line(one.value, 90)} — true since {reader.day(one.valid_from)}{known}; {why}"
    behind = f"({origin(one.evidence)}; {WORDS.get(one.trust, one.trust)})"
    quote = [f"“{one_line(one.evidence.quote, 110)}”"] if one.evidence.quote else []
    return bullet(sentence(text, behind), quote, mark)


def _instead(one: BeliefOut, reader: Reader) -> str:
    if one.superseded_at is None:
        return ""
    new = f": {one_line(one.superseded_value, 60)}" if one.superseded_value not in (None, one.value) else ""
    return f" on {reader.day(one.superseded_at)}{new}"
