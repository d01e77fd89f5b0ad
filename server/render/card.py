"""Cards: what an approver must see before saying yes, in the order in which it is asked.

Invariant: the exact effect, the raw addresses and the rule are on the card; nothing of it is shortened unsaid.
"""

from collections.abc import Sequence
from datetime import datetime
from email import message_from_string, policy

from rich.padding import Padding

from graphs.inbox import AskedOut, CardOut, Inbox
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, labelled, line, stacked, title
from server.render.words import Reader, money, percent, short, without

EFFECT_LINES = 12
GROUP_SHOWN = 12
HEADERS = ("From", "To", "Cc", "Subject")


def inbox_page(
    found: Inbox, reader: Reader, wall: datetime, *, grouped_from: int, is_full: bool = False
) -> Shape:
    """Show questions first, then cards, equal ones as one."""
    who = reader.person(found.user)
    count = f"{_counted(len(found.questions), 'question')}, {_counted(len(found.cards), 'card')}"
    aside = f", {found.snoozed} set aside" if found.snoozed else ""
    parts: list[Shape | None] = [
        line(f"Inbox of {who}, {reader.moment(found.as_of)}: {count}{aside}", STRONG)
    ]
    parts += [asked(one, reader) for one in found.questions]
    groups = _groups(found.cards, grouped_from)
    told: set[str] = set()
    for one in found.cards:
        members = groups.get(one.group or "")
        if members is None:
            parts.append(card(one, reader, wall, is_full=is_full))
        elif one.group not in told:
            told.add(str(one.group))
            parts.append(group_card(str(one.group), members, reader))
    if not found.questions and not found.cards:
        parts.append(line("  Nothing waits for you.", GREY))
    return stacked(parts)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _groups(cards: Sequence[CardOut], grouped_from: int) -> dict[str, list[CardOut]]:
    found: dict[str, list[CardOut]] = {}
    for one in cards:
        if one.group is not None and one.status == "pending":
            found.setdefault(one.group, []).append(one)
    return {name: members for name, members in found.items() if len(members) >= grouped_from}


def asked(one: AskedOut, reader: Reader) -> Shape:
    """Show an open question."""
    options = [bullet(inert(text), mark=f"{number}.") for number, text in enumerate(one.options, start=1)]
    return stacked(
        [
            title(f"{inert(one.account_name)}: a question"),
            line(f"  {inert(one.text)}", STRONG),
            *options,
            labelled(
                [
                    (
                        "Changes",
                        "; ".join(without(one_line(text), one.account_name) for text in one.changes[:3]),
                    ),
                    ("Until", reader.moment(one.expires_at)),
                    ("Answer", f"revloop answer {short(one.id)} NUMBER"),
                ]
            ),
        ]
    )


def card(
    one: CardOut, reader: Reader, wall: datetime, *, is_full: bool = False, is_deciding: bool = False
) -> Shape:
    """Show one action."""
    limit = 0 if is_full else EFFECT_LINES
    return stacked(
        [
            title(f"{inert(one.account_name)}: {_what(one)}"),
            labelled(
                [
                    ("About", one_line(one.summary)),
                    ("Why now", one_line(one.why_now)),
                    ("Reaches", _reaches(one)),
                    ("In whose name", _name(one, reader)),
                    ("Decide by", _deadline(one, reader)),
                    ("Worth", _worth(one)),
                    (
                        "Sure",
                        f"{percent(one.confidence)} right, {percent(one.p_outcome)} effect (estimates, no record yet)",
                    ),
                    (
                        "Undo",
                        "can be taken back" if one.reversible else "cannot be taken back once it has left",
                    ),
                    ("Careful", _careful(one)),
                    ("Instead", one_line(one.alternative or "", 120)),
                    ("If nothing", _if_nothing(one, reader)),
                    ("Rule", " ".join(one_line(reason) for reason in one.verdict.reasons)),
                    ("Approved by", ", ".join(map(reader.person, one.approved_by))),
                    ("State", state_of(one, wall)),
                ]
            ),
            effect(one, limit),
            None if is_deciding else labelled([("Decide", _buttons(one)), ("Edit", _edits(one))]),
        ]
    )


def _what(one: CardOut) -> str:
    return without(one_line(one.description), one.account_name)


def _reaches(one: CardOut) -> str:
    if not one.recipients:
        return "nobody outside; it changes our own records"
    if one.in_name_of is None:
        return f"inside only: {', '.join(map(one_line, one.recipients))}"
    new = "; first mail to this address" if one.is_first_to_address else ""
    touched = f"; {_counted(one.touches_14d, 'mail')} to them in 14 days"
    return f"{', '.join(map(one_line, one.recipients))}{touched}{new}"


def _name(one: CardOut, reader: Reader) -> str:
    thread = f", in the thread {one_line(one.thread, 60)}" if one.thread else ""
    name = one.in_name_of or one.owner
    stand_in = f"; {reader.person(one.inbox_of)} stands in" if one.inbox_of != name else ""
    return f"{reader.person(name)}{thread}{stand_in}"


def _deadline(one: CardOut, reader: Reader) -> str:
    by = one.decide_by or one.expires_at
    return f"{reader.moment(by)} ({reader.away(by)})"


def _worth(one: CardOut) -> str:
    value = one.expected_value
    shown = money(value.amount, value.currency)
    formula = one_line(value.arithmetic)
    return formula if formula.endswith(shown) else f"{shown} ({formula})"


def _careful(one: CardOut) -> str:
    said = ["it rests on text that nobody has verified"] if one.rests_on_untrusted else []
    said += ["it cannot be undone"] if not one.reversible and one.recipients else []
    return "; ".join(said)


def _if_nothing(one: CardOut, reader: Reader) -> str:
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


def _buttons(one: CardOut) -> str:
    name = short(one.id)
    if one.status == "approved":
        return f"revloop undo {name}"
    return f"revloop approve {name} · reject {name} --reason WHY · snooze {name} --until DAY · why {name}"


def _edits(one: CardOut) -> str:
    return f"approve with --edit FILE may change {', '.join(one.editable)}" if one.editable else ""


def effect(one: CardOut, limit: int = 0) -> Shape:
    """Show exactly what would happen: a mail as it is read, anything else line by line."""
    lines = _readable(one.effect)
    shown = lines if not limit else lines[:limit]
    rest = len(lines) - len(shown)
    more = [line(f"    … {_counted(rest, 'more line')}: revloop inbox --full", GREY)] if rest > 0 else []
    body = [Padding(line(text or " "), (0, 0, 0, 4), expand=False) for text in shown]
    return stacked([line(f"  Exactly this ({one_line(one.tool)})", GREY), *body, *more])


def _readable(content: str) -> list[str]:
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
    import json

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


def group_card(name: str, members: Sequence[CardOut], reader: Reader) -> Shape:
    """Show equal cards of one owner as one; each is still its own action with its own hash."""
    first = members[0]
    kind = first.action_type.replace("_", " ")
    rows = [
        bullet(f"{one_line(one.account_name, 40)}: {one_line(_what(one), 110)} [{short(one.id)}]")
        for one in members[:GROUP_SHOWN]
    ]
    rest = len(members) - GROUP_SHOWN
    total = sum(float(one.expected_value.amount) for one in members)
    return stacked(
        [
            title(f"{len(members)} × {kind}, one card"),
            *rows,
            line(f"    and {rest} more: revloop inbox --json", GREY) if rest > 0 else None,
            labelled(
                [
                    ("Why now", one_line(first.why_now)),
                    ("Worth", f"{money(f'{total:.0f}', first.expected_value.currency)} in all"),
                    ("Decide by", _deadline(first, reader)),
                    ("Rule", " ".join(one_line(reason) for reason in first.verdict.reasons)),
                    ("Decide", f"revloop approve --all-of {short(name)} · or one by one"),
                ]
            ),
        ]
    )
