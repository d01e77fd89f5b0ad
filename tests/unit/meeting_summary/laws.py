"""The laws of a summary, each as a function that names what breaks it; tests plant a fault for each."""

from collections.abc import Iterable, Sequence

from state.evidence import Trust
from state.world.meeting_summary import ItemKind, MeetingNote, MeetingSummary, SummaryItem
from state.world.reading import readings_of
from state.world.records import NoteAdded
from tests.build import Story, instant

RAJ, SARAH = "raj@acme.example", "sarah@acme.example"


def noted(
    text: str,
    when: str = "2026-03-11",
    trust: Trust = Trust.USER,
    *,
    note: str = "N-1",
    kind: str = "meeting",
    guests: Sequence[str] = (RAJ, SARAH),
) -> MeetingNote:
    """Write a note of a meeting."""
    record = NoteAdded.model_validate(
        {"note": note, "author": "maya", "kind": kind, "participants": guests, "text": text}
    )
    return MeetingNote(record, instant(when).date(), trust)


def broken(notes: Iterable[MeetingNote], summary: MeetingSummary) -> set[str]:
    """Name the laws that a summary breaks."""
    by_name = {one.note.note: one for one in notes}
    return {law for item in summary.items for law in _of_item(by_name[item.record], item)} | _doubled(summary)


def _of_item(note: MeetingNote, item: SummaryItem) -> set[str]:
    lines = note.note.text.split("\n")
    found: set[str] = set()
    if not item.lines or not item.quote:
        found.add("uncited")
    for line in item.lines:
        if not 1 <= line <= len(lines):
            found.add("no such line")
        elif (
            item.quote not in "\n".join(lines[line - 1 : line - 1 + len(item.lines)])
            and item.quote not in lines[line - 1]
        ):
            found.add("quote elsewhere")
    if item.trust.rank > note.trust.rank:
        found.add("trust raised")
    if item.kind is ItemKind.COMMITMENT and item.quote not in promises(note):
        found.add("a promise of its own")
    return found


def _doubled(summary: MeetingSummary) -> set[str]:
    keys = [(item.record, item.kind, item.quote) for item in summary.items]
    return {"told twice"} if len(set(keys)) < len(keys) else set()


def promises(note: MeetingNote) -> set[str]:
    """Quote what the situation itself reads as promises in the note."""
    event = Story().event("note.added", note.said_on, "notes", **note.note.model_dump(mode="json"))
    return {reading.quote for reading in readings_of(event) if reading.topic == "commitment"}
