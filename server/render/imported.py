"""What an import came to: understood, parked, kept out, rejected and why, and what to do next."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from server.render.card_words import counted
from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from server.render.words import Reader
from tools.connectors.port import Reject

if TYPE_CHECKING:
    from server.cli.importing_report import Told

SHOWN = 5


def imported_page(told: "Told", tenant: str, reader: Reader) -> Shape:
    """Show the counts, then what was left out."""
    counts = told.imported.counts
    missed = [one for one in told.read.rejects if not one.quarantine]
    held = [one for one in told.read.rejects if one.quarantine]
    head = f"{counted(counts.received, 'event')} for {tenant}: {counts.new:,} new, {counts.duplicate:,} known already"
    parts: list[Shape | None] = [line(head, STRONG), labelled(_counted(told, reader))]
    if missed:
        parts.append(heading(f"{len(missed)} not understood"))
        parts += [bullet(text) for text in _reasons(missed)]
    if held:
        parts.append(heading(f"{len(held)} kept out: counted, and never used as evidence"))
        parts += [bullet(text) for text in _held(held)]
    if told.read.remarks:
        parts.append(heading(f"{len(told.read.remarks)} taken in part, or changed"))
        parts += [bullet(text) for text in _reasons(told.read.remarks)]
    if told.place is not None:
        parts.append(line(f"  all of them: {told.place}", GREY))
    parts.append(
        line(f"\nNext: revloop next --tenant {tenant} · revloop prep ACCOUNT --tenant {tenant}", GREY)
    )
    return stacked(parts)


def _counted(told: "Told", reader: Reader) -> list[tuple[str, str]]:
    counts, invisible = told.imported.counts, told.imported.invisible
    kinds = ", ".join(f"{one_line(name)} {count:,}" for name, count in told.by_rule.items())
    return [
        ("Clock", _clock(told, reader)),
        ("Files", _files(told)),
        ("Events", kinds),
        ("Parked", f"{counts.parked:,} without an account" if counts.parked else ""),
        (
            "Conflicts",
            f"{counts.conflict} with a known id and other content; the first stays"
            if counts.conflict
            else "",
        ),
        ("Invisible", f"{invisible:,} after the clock; they wait for their day" if invisible else ""),
    ]


def _clock(told: "Told", reader: Reader) -> str:
    """Say where the clock stands, and that it stays there where another day was asked for."""
    stays = f"; it stays there and does not become {told.refused.isoformat()}" if told.refused else ""
    return f"{reader.moment(reader.now)}{stays}"


def _files(told: "Told") -> str:
    """Say how many files were understood, and how many records in them; a single file needs no line."""
    files = told.read.files
    if len(files) < 2 and not told.others:
        return ""
    records = (
        f"{sum(one.understood for one in files):,} of {sum(one.records for one in files):,} records in them"
    )
    beside = f"; {len(told.others)} of other kinds not opened" if told.others else ""
    return f"{told.read.understood} of {len(files)} understood, {records}{beside}"


def _reasons(rejects: Sequence[Reject]) -> list[str]:
    """Say each reason once, the most frequent first, with the first record it is true of."""
    first: dict[str, Reject] = {}
    for one in rejects:
        first.setdefault(one.reason, one)
    often = Counter(one.reason for one in rejects).most_common()
    shown = [_rejected(first[reason], count) for reason, count in often[:SHOWN]]
    more = len(often) - SHOWN
    return [*shown, counted(more, "more reason")] if more > 0 else shown


def _rejected(one: Reject, count: int) -> str:
    place = " ".join((one_line(one.file, 60), *([f"line {one.line}"] if one.line else [])))
    value = f" ({one_line(one.value, 40)})" if one.value else ""
    also = f" and {count - 1} more" if count > 1 else ""
    return f"{one_line(one.reason, 120)}: {place}, {one_line(one.column, 60)}{value}{also}"


def _held(held: Sequence[Reject]) -> list[str]:
    """Say how many rows of each file one rule of the mapping keeps out, and why."""
    reasons = Counter((one.quarantine, one.file, one.reason) for one in held)
    return [
        f"{counted(count, 'row')} of {one_line(file)}: {one_line(reason, 90)} ({one_line(rule)})"
        for (rule, file, reason), count in reasons.items()
    ]
