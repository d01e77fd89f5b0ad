"""An account's state on one page, and what changed there."""

from collections import Counter
from collections.abc import Sequence

from graphs.telling.overlook import AccountOut, ChangesOut, LineOut
from graphs.telling.standing import OverlayOut
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, sentence, stacked
from server.render.words import SOURCES, Reader, short, sources

PEOPLE, SIGNALS, DEALS, CHANGES = 12, 12, 12, 30


def account_page(state: AccountOut, reader: Reader) -> Shape:
    """Show the whole state."""
    past = f", as of {reader.dated(state.as_of)}" if state.as_of != reader.now else ""
    head = f"{inert(state.name)} — {state.posture.tags[0].replace('_', ' ').lower()}{past}"
    return stacked(
        [
            line(head, STRONG),
            labelled(
                [
                    ("Because", one_line(state.posture.text)),
                    ("Owner", f"{reader.person(state.owner)}; {state.status}, tier {state.tier}"),
                    ("Momentum", f"{state.momentum.tags[0].lower()}: {one_line(state.momentum.text)}"),
                    ("Health", one_line(state.health.text)),
                ],
                indent=0,
            ),
            *_part("Contract", state.contracts, DEALS),
            *_part("Open deals", state.deals, DEALS),
            *_part("Open tickets", state.tickets, DEALS),
            *_part("Signals", state.signals, SIGNALS),
            *_part("Last meeting", state.last_meeting, SIGNALS, with_tags=True),
            *_part("People", state.people, PEOPLE, with_tags=True),
            *_qualification(state.standing.overlays),
            *_part("What we do not know", state.unknowns, SIGNALS, mark="?"),
            *_part("Contradictions", state.contradictions, SIGNALS, mark="≠"),
            *_pending(state, reader),
            heading("Sources"),
            line(f"  {_freshness(state, reader)}", GREY),
        ]
    )


def _freshness(state: AccountOut, reader: Reader) -> str:
    known = ((SOURCES.get(one.source, one_line(one.source)), one.synced_at) for one in state.sources)
    return "; ".join(f"{name} {reader.day(at)}" for name, at in known)


def _part(
    title: str, lines: Sequence[LineOut], most: int, mark: str = "•", *, with_tags: bool = False
) -> list[Shape]:
    if not lines:
        return []
    shown = [_line(one, mark, with_tags=with_tags) for one in lines[:most]]
    rest = [line(f"  and {len(lines) - most} more (--json)", GREY)] if len(lines) > most else []
    return [heading(title), *shown, *rest]


def _line(one: LineOut, mark: str, *, with_tags: bool) -> Shape:
    tags = (
        ", ".join(tag.replace("_", " ") for tag in one.tags if tag and tag != "unknown") if with_tags else ""
    )
    text = inert(one.text) + (f" ({tags})" if tags else "")
    behind, below = sources(one.evidence, text)
    return bullet(sentence(text, behind), [below] if below else [], mark)


def _qualification(overlays: Sequence[OverlayOut]) -> list[Shape]:
    """Say for each method how much is known, and what nothing shows."""
    rows = [
        bullet(
            sentence(
                f"{one.method}: {one.known} of {one.of} known"
                + "".join(f", {count} {word}" for word, count in _doubtful(one).items())
                + (
                    f"; nothing shows {', '.join(name.replace('_', ' ') for name in one.missing)}"
                    if one.missing
                    else ""
                ),
                "",
            )
        )
        for one in overlays
    ]
    return [heading("Qualification"), *rows] if rows else []


def _doubtful(overlay: OverlayOut) -> dict[str, int]:
    counts = Counter(one.status for one in overlay.elements)
    return {word: counts[word] for word in ("inferred", "aged") if counts[word]}


def _pending(state: AccountOut, reader: Reader) -> list[Shape]:
    if not state.pending:
        return []
    rows = [
        bullet(f"{one_line(one.text)} ({one.tags[1]}, {reader.person(one.tags[2])}) [{short(one.tags[0])}]")
        for one in state.pending
    ]
    return [heading("Waits"), *rows]


def changes_page(found: ChangesOut, reader: Reader) -> Shape:
    """Show what changed, newest first, each with its source."""
    head = f"{inert(found.name)}: what changed {one_line(found.baseline)}"
    if not found.changes:
        floor = f"  Nothing beyond the noise floor ({found.noise_floor})."
        return stacked([line(head, STRONG), line(floor, GREY)])
    rows = []
    for one in found.changes[:CHANGES]:
        behind, below = sources(one.evidence, one.text)
        rows.append(
            bullet(sentence(f"{reader.day(one.at)}: {inert(one.text)}", behind), [below] if below else [])
        )
    rest = len(found.changes) - CHANGES
    more = line(f"  and {rest} more (--json)", GREY) if rest > 0 else None
    return stacked([line(head, STRONG), *rows, more])
