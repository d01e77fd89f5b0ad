"""The answer to "what should I do next": a numbered list by band, and what was left out with the reason."""

from rich.padding import Padding

from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from server.render.proposals import BANDS
from server.render.words import Reader, without
from state.decision.next_items import NextItem, NextList

LEFT_OUT = 5


def next_page(found: NextList, minutes: int | None, reader: Reader, user: str, within: str = "") -> Shape:
    """Show the list; `within` says to what it is narrowed."""
    free = f" in {minutes} minutes" if minutes else ""
    only = f" ({one_line(within)})" if within else ""
    head = f"What {reader.person(user)} should do next{free}{only}, {reader.dated(reader.now)}"
    if not found.items:
        why = (
            f"Nothing waits{' there' if within else ''}."
            if not found.left_out
            else "Nothing fits; see below."
        )
        return stacked([line(head, STRONG), line(f"  {why}"), _left_out(found)])
    parts: list[Shape | None] = [line(head, STRONG), line(f"about {_minutes(found)} in all", GREY)]
    band = ""
    for number, item in enumerate(found.items, start=1):
        if item.band != band:
            parts.append(heading(BANDS.get(item.band, item.band)))
            band = item.band
        parts.append(_item(number, item))
    return stacked([*parts, _left_out(found)])


def _minutes(found: NextList) -> str:
    return f"{found.minutes:f} minute{'' if found.minutes == 1 else 's'}"


def _item(number: int, item: NextItem) -> Shape:
    what = one_line(without(item.text, item.name), 160)
    return stacked(
        [
            bullet(what, mark=f"{number}.", style=STRONG),
            labelled(
                [
                    ("At", f"{inert(item.name)}, {item.minutes:f} min"),
                    ("Why", one_line(item.why)),
                    ("Start", _start(item)),
                ],
                indent=5,
            ),
        ]
    )


def _start(item: NextItem) -> str:
    if item.question:
        return f"revloop answer {item.question[:11]} NUMBER"
    return f"revloop prep {item.account}" if item.account else "revloop inbox"


def _left(item: NextItem) -> str:
    return one_line(without(item.text, item.name), 90)


def _left_out(found: NextList) -> Shape | None:
    if not found.left_out:
        return None
    reasons = list(dict.fromkeys(one.reason for one in found.left_out))
    parts: list[Shape] = [heading("Left out")]
    for reason in reasons:
        items = [one.item for one in found.left_out if one.reason == reason]
        parts.append(bullet(one_line(reason) if reason.endswith("?") else f"{one_line(reason)}:"))
        parts += [
            Padding(line(f"{one_line(item.name, 30)}: {_left(item)}", GREY), (0, 0, 0, 6), expand=False)
            for item in items[:LEFT_OUT]
        ]
        if len(items) > LEFT_OUT:
            parts.append(line(f"      and {len(items) - LEFT_OUT} more (--json)", GREY))
    return stacked(parts)
