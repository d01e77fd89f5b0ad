"""What a card says, line by line, whoever shows it: the terminal and the pages say the same words.

Invariant: raw addresses, the rule and the exact effect are said whole; nothing of them is shortened unsaid.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy

from markupsafe import Markup, escape

from graphs.telling.inbox import CardOut
from graphs.telling.report import ProposalOut
from server.render.inert import inert, one_line
from server.render.words import Reader, money, way, without


@dataclass(frozen=True, slots=True)
class EffectParts:
    """An exact effect as a page lays it out."""

    heads: tuple[tuple[str, str], ...]
    """Short lines: who, to whom, about what."""
    text: str
    """The words themselves."""


HEADERS = ("From", "To", "Cc", "Subject")
HEAD_CHARS, LINE_CHARS = 24, 160
NAMED = re.compile(r"\bac_[0-9a-f]{8,20}\b")


def counted(count: int, word: str) -> str:
    """Write a number with its noun."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def grouped(cards: Sequence[CardOut], grouped_from: int) -> dict[str, list[CardOut]]:
    """Find the groups of equal waiting cards that are large enough to be one."""
    found: dict[str, list[CardOut]] = {}
    for one in cards:
        if one.group is not None and one.status == "pending":
            found.setdefault(one.group, []).append(one)
    return {name: members for name, members in found.items() if len(members) >= grouped_from}


ENDINGS = {
    "claimed": "being carried out",
    "executed": "done",
    "failed": "failed",
    "cancelled": "withdrawn",
    "expired": "expired",
    "ambiguous": "unclear: it may or may not have happened",
}
"""What a status is called where a card is shown after it was decided."""


def status_words(status: str) -> str:
    """Say how an action stands."""
    return ENDINGS.get(status, status)


def plain_text(text: str, name: str) -> str:
    """Say what would be done, without the account's name that stands beside it."""
    return without(one_line(text), name)


def linked(text: str) -> Markup:
    """Make the actions that a text names lead to their cards; everything else of it is escaped and inert."""
    safe = str(escape(inert(text)))
    return Markup(NAMED.sub(lambda found: f'<a href="/inbox/{found[0]}">{found[0][:11]}</a>', safe))  # noqa: S704


def way_of(one: ProposalOut) -> str:
    """Say which way a proposal goes."""
    return way(one)


def what(one: CardOut) -> str:
    """Say what would be done, without what stands beside it already."""
    return without(one_line(one.description), one.account_name)


def reaches(one: CardOut) -> str:
    """Say whom it reaches: raw addresses, how often lately, and whether for the first time."""
    if not one.recipients:
        return "nobody outside; it changes our own records"
    if one.in_name_of is None:
        return f"inside only: {', '.join(map(one_line, one.recipients))}"
    new = "; first mail to this address" if one.is_first_to_address else ""
    touched = f"; {counted(one.touches_14d, 'mail')} to them in 14 days"
    return f"{', '.join(map(one_line, one.recipients))}{touched}{new}"


def in_name(one: CardOut, reader: Reader) -> str:
    """Say in whose name it leaves, in which thread, and who stands in."""
    thread = f", in the thread {one_line(one.thread, 60)}" if one.thread else ""
    name = one.in_name_of or one.owner
    stand_in = f"; {reader.person(one.inbox_of)} stands in" if one.inbox_of != name else ""
    return f"{reader.person(name)}{thread}{stand_in}"


def deadline(one: CardOut, reader: Reader) -> str:
    """Say by when to decide."""
    by = one.decide_by or one.expires_at
    return f"{reader.moment(by)} ({reader.away(by)})"


def worth(one: CardOut) -> str:
    """Write the expected value with its arithmetic."""
    value = one.expected_value
    shown = money(value.amount, value.currency)
    formula = one_line(value.arithmetic)
    return formula if formula.endswith(shown) else f"{shown} ({formula})"


def careful(one: CardOut) -> str:
    """Say what to be careful about."""
    said = ["it cannot be undone"] if not one.reversible and one.recipients else []
    return "; ".join((*unverified(one), *said))


def unverified(one: CardOut) -> list[str]:
    """Say what words that nobody verified changed, and quote the first of them."""
    if not one.rests_on_untrusted and not one.without_untrusted:
        return []
    does = "decide" if one.rests_on_untrusted else "move"
    changed = one_line(", ".join(one.without_untrusted) or "not tested without them")
    quoted = f" ({one_line(one.unverified[0], 120)})" if one.unverified else ""
    return [f"words that nobody verified {does} it; without them {changed}{quoted}"]


def if_nothing(one: CardOut, reader: Reader) -> str:
    """Say what happens if nobody decides."""
    value = one.expected_value
    lost = f"; about {money(value.amount, value.currency)} is given up" if float(value.amount) > 0 else ""
    return f"the card expires {reader.day(one.expires_at)} and nothing happens{lost}"


def state_of(one: CardOut, wall: datetime) -> str:
    """Say where it stands when it is not simply waiting."""
    if one.status == "approved":
        left = max(0, round((one.hold_until - wall).total_seconds())) if one.hold_until else 0
        return f"approved; {left} s left to undo" if left else "approved; it leaves with the next command"
    if one.status == "ambiguous":
        return "it may or may not have happened; somebody has to look"
    if one.runs_at is not None:
        left = max(0, round((one.runs_at - wall).total_seconds() / 60))
        return f"runs by itself in {left} min unless rejected"
    return ""


def readable(content: str) -> list[str]:
    """Write the exact effect as it is read: a mail as a mail, a record line by line."""
    if content.startswith("{"):
        return _record(content)
    if content.startswith("BEGIN:VCALENDAR"):
        return [inert(text) for text in content.splitlines()]
    message = message_from_string(content, policy=policy.default)
    if not message.get("From"):
        return [inert(text) for text in content.splitlines()]
    head = [f"{name}: {one_line(str(message[name]))}" for name in HEADERS if message[name]]
    part = message.get_body(preferencelist=("plain",))
    text = str(part.get_content()) if part is not None else ""
    attached = [f"Attached: {one_line(str(item.get_filename()))}" for item in message.iter_attachments()]
    return [*head, *attached, "", *(inert(row) for row in text.strip().splitlines())]


def _record(content: str) -> list[str]:
    try:
        found = json.loads(content)
    except ValueError:
        return [inert(content)]
    told: list[str] = []
    for key, value in found.items():
        first, *rest = _cell(value).splitlines() or [""]
        told += [f"{inert(str(key)).replace('_', ' ')}: {first}", *rest] if first else []
    return told


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{inert(str(key))} {_cell(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return "" if value is None else inert(str(value))


def effect_parts(content: str) -> EffectParts:
    """Split what is readable into short lines and the words under them; nothing is left out."""
    told = readable(content)
    heads: list[tuple[str, str]] = []
    for row in told:
        name, colon, text = row.partition(": ")
        if not colon or len(name) > HEAD_CHARS or len(text) > LINE_CHARS:
            break
        heads.append((name, text))
    return EffectParts(tuple(heads), "\n".join(told[len(heads) :]).strip("\n"))


def usually(one: CardOut) -> str:
    """Say what the trigger map names for it, where another kind was drafted."""
    if not one.instead_of:
        return ""
    kind = one.instead_of.replace("_", " ")
    return f"the trigger map names {kind} for this; what stands here ranks higher"
