"""What a meeting came to on one page: each item with the line it stands in, then what was kept."""

from collections.abc import Iterator

from graphs.perceiving.after_meeting import AfterOut
from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, line, sentence, stacked
from server.render.words import Reader
from state.evidence import Trust
from state.world.meeting_summary import ItemKind, SummaryItem

TITLES: dict[ItemKind, str] = {
    ItemKind.DECISION: "Decided",
    ItemKind.COMMITMENT: "Promised",
    ItemKind.NEXT_STEP: "Next steps",
    ItemKind.OBJECTION: "Objections",
    ItemKind.QUESTION: "Open questions",
}
LONGEST = 300


def after_page(found: AfterOut, reader: Reader) -> Shape:
    """Show the summary."""
    return stacked(
        [
            line(f"{one_line(found.name)}: after the meeting of {reader.moment(found.held_at)}", STRONG),
            *_parts(found, reader),
            *_kept(found),
        ]
    )


def _parts(found: AfterOut, reader: Reader) -> Iterator[Shape]:
    if not found.summary.items:
        yield line(
            f"  Nothing in its {found.summary.lines} lines is a decision, a promise or a next step by rule.",
            GREY,
        )
    for kind, title in TITLES.items():
        items = found.summary.of(kind)
        if items:
            yield heading(title)
            yield from (
                bullet(sentence(f"“{one_line(one.text, LONGEST)}”", _behind(one, reader))) for one in items
            )


def _behind(item: SummaryItem, reader: Reader) -> str:
    """Say who, by when, and in which line; what the customer wrote is marked."""
    who = item.actor or item.speaker
    parts = [
        one_line(reader.names.get(who, who)),
        _due(item),
        f"line {', '.join(map(str, item.lines))}",
        "their words" if item.trust is Trust.UNTRUSTED else "",
    ]
    return f"({'; '.join(part for part in parts if part)})"


def _due(item: SummaryItem) -> str:
    if item.kind is not ItemKind.COMMITMENT:
        return ""
    return f"due {item.due_on:%a} {item.due_on.day} {item.due_on:%b}" if item.due_on else "no date"


def _kept(found: AfterOut) -> Iterator[Shape]:
    yield line("")
    if found.stored == "no":
        yield line("Nothing was kept (--dry-run).", GREY)
        return
    told = "Kept as note" if found.stored == "new" else "This text was kept before as note"
    yield line(f"{told} {found.note}. {_open(len(found.promises))}", GREY)


def _open(count: int) -> str:
    if count == 0:
        return "It holds no open promise."
    return "One promise of it is open." if count == 1 else f"{count} promises of it are open."
