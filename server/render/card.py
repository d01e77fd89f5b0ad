"""Cards: what an approver must see before saying yes, in the order in which it is asked.

Invariant: the exact effect, the raw addresses and the rule are on the card; nothing of it is shortened unsaid.
"""

from collections.abc import Sequence
from datetime import datetime

from rich.padding import Padding

from graphs.telling.card import AskedOut, CardOut, HeldOut
from graphs.telling.inbox import Inbox
from server.render.card_words import (
    approved_by,
    careful,
    counted,
    deadline,
    grouped,
    if_nothing,
    in_name,
    paced,
    reaches,
    readable,
    state_of,
    undo,
    usually,
    what,
)
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, labelled, line, stacked, title
from server.render.words import Reader, money, percent, rests_on, short, without, worth

EFFECT_LINES = 12
GROUP_SHOWN = 12


def inbox_page(
    found: Inbox, reader: Reader, wall: datetime, *, grouped_from: int, is_full: bool = False
) -> Shape:
    """Show questions first, then cards, equal ones as one."""
    who = reader.person(found.user)
    count = f"{counted(len(found.questions), 'question')}, {counted(len(found.cards), 'card')}"
    aside = f", {found.snoozed} set aside" if found.snoozed else ""
    aside += f", {len(found.held)} held back" if found.held else ""
    parts: list[Shape | None] = [line(f"Inbox of {who}, {reader.dated(found.as_of)}: {count}{aside}", STRONG)]
    parts += [
        bullet(one_line(one.text), [f"put away: revloop alert seen {one.id[:11]}"], mark="!")
        for one in found.alerts
        if one.kind != "signal"
    ]
    parts += [asked(one, reader) for one in found.questions]
    groups = grouped(found.cards, grouped_from)
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
    if found.held:
        parts.append(held_back(found.held, reader))
    if pace := paced(found.pace):
        parts.append(line(pace, GREY))
    return stacked(parts)


def held_back(held: Sequence[HeldOut], reader: Reader) -> Shape:
    """List what waits for a later day, and why; each can be decided by its id all the same."""
    rows = [
        bullet(
            f"{one_line(one.account_name, 40)}: {without(one_line(one.text, 90), one.account_name)} [{short(one.id)}]",
            [f"until {reader.moment(one.until)}: {one.reason}"],
        )
        for one in held
    ]
    return stacked([title(f"{len(held)} held back"), *rows])


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
            title(f"{inert(one.account_name)}: {what(one)}"),
            labelled(
                [
                    ("About", one_line(one.summary)),
                    ("Why now", one_line(one.why_now)),
                    ("Alert", one_line(one.alert)),
                    ("Usually", usually(one)),
                    ("Reaches", reaches(one)),
                    ("In whose name", in_name(one, reader)),
                    ("Decide by", deadline(one, reader)),
                    ("Worth", worth(one.expected_value)),
                    ("Range", rests_on(one.expected_value)),
                    ("Sure", sure(one)),
                    ("Undo", undo(one)),
                    ("Careful", careful(one)),
                    ("Instead", one_line(one.alternative or "", 120)),
                    ("If nothing", if_nothing(one, reader)),
                    ("Rule", " ".join(one_line(reason) for reason in one.verdict.reasons)),
                    ("Approved by", approved_by(one, reader)),
                    ("State", state_of(one, wall)),
                ]
            ),
            effect(one, limit),
            None if is_deciding else labelled([("Decide", _buttons(one)), ("Edit", _edits(one))]),
        ]
    )


def sure(one: CardOut) -> str:
    """Write both numbers as they were stated, and beside the first how such proposals have done."""
    known = one.track
    record = f"{known.right} of {known.decided} like it were" if known.decided else "no record yet"
    return f"{percent(one.confidence)} right ({record}), {percent(one.p_outcome)} effect (estimate)"


def _buttons(one: CardOut) -> str:
    name = short(one.id)
    if one.status == "approved":
        return f"revloop undo {name}"
    if one.status == "ambiguous":
        return f"revloop done {name} if it happened · done {name} --not if it did not · why {name}"
    return f"revloop approve {name} · reject {name} --reason WHY · snooze {name} --until DAY · why {name}"


def _edits(one: CardOut) -> str:
    return f"approve with --edit FILE may change {', '.join(one.editable)}" if one.editable else ""


def effect(one: CardOut, limit: int = 0) -> Shape:
    """Show exactly what would happen: a mail as it is read, anything else line by line."""
    lines = readable(one.effect)
    shown = lines if not limit else lines[:limit]
    rest = len(lines) - len(shown)
    more = [line(f"    … {counted(rest, 'more line')}: revloop inbox --full", GREY)] if rest > 0 else []
    body = [Padding(line(text or " "), (0, 0, 0, 4), expand=False) for text in shown]
    return stacked([line(f"  Exactly this ({one_line(one.tool)})", GREY), *body, *more])


def group_card(name: str, members: Sequence[CardOut], reader: Reader) -> Shape:
    """Show equal cards of one owner as one; each is still its own action with its own hash."""
    first = members[0]
    kind = first.action_type.replace("_", " ")
    rows = [
        bullet(f"{one_line(one.account_name, 40)}: {one_line(what(one), 110)} [{short(one.id)}]")
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
                    ("Decide by", deadline(first, reader)),
                    ("Rule", " ".join(one_line(reason) for reason in first.verdict.reasons)),
                    ("Decide", f"revloop approve --all-of {short(name)} · or one by one"),
                ]
            ),
        ]
    )
