"""Read a meeting's notes into a summary: promises and wishes by the situation's own rules, the rest by cue.

Invariant: pure; every quote stands in the lines it is cited from; an item is never trusted more than its note; the
order in which notes are given changes nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date

from state.world.meeting_summary.cues import is_decision, is_next_step, is_objection, is_open_question
from state.world.meeting_summary.note import MeetingNote
from state.world.meeting_summary.summary import ItemKind, MeetingSummary, SummaryItem
from state.world.reading import Passage, passages_of
from state.world.reading_rules import Found, read

FEWEST_WORDS = 3
"""A shorter sentence says too little to be cited alone; a promise may be as short as it likes."""
LONGEST_TEXT = 300
KINDS: dict[str, ItemKind] = {
    "commitment": ItemKind.COMMITMENT,
    "call_back": ItemKind.NEXT_STEP,
    "not_before": ItemKind.OBJECTION,
    "discount_request": ItemKind.OBJECTION,
    "competitor": ItemKind.OBJECTION,
    "notice": ItemKind.OBJECTION,
}
"""Readings of the situation that a summary tells, and as what."""


def summarize(notes: Iterable[MeetingNote]) -> MeetingSummary:
    """Summarize the notes of one meeting.

    Shape: items by (day of the note, its id, line); the same words of one note become one item with all their lines.
    Of two notes with one id the less trusted counts.
    """
    ordered = sorted(notes, key=lambda one: (one.said_on, one.note.note, one.trust.rank, one.note.text))
    items: list[SummaryItem] = []
    records: dict[str, int] = {}
    for one in ordered:
        if one.note.note not in records:
            records[one.note.note] = len(one.note.text.split("\n"))
            items += _items(one)
    return MeetingSummary(records=tuple(records), lines=sum(records.values()), items=tuple(items))


def _items(one: MeetingNote) -> list[SummaryItem]:
    """Join items of one kind and quote, first come first."""
    starts = _line_starts(one.note.text)
    found: dict[tuple[ItemKind, str], SummaryItem] = {}
    for passage in passages_of(one.note, one.said_on):
        first = bisect_right(starts, passage.start)
        lines = tuple(range(first, bisect_right(starts, passage.start + len(passage.quote) - 1) + 1))
        for item in _said(passage, one, lines):
            known = found.setdefault((item.kind, item.quote), item)
            if known is not item:
                more = tuple(sorted({*known.lines, *lines}))
                found[item.kind, item.quote] = known.model_copy(update={"lines": more})
    return sorted(found.values(), key=lambda item: (item.lines, list(ItemKind).index(item.kind)))


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


def _said(passage: Passage, one: MeetingNote, lines: tuple[int, ...]) -> Iterator[SummaryItem]:
    words = passage.sentence.text
    kinds: dict[ItemKind, Found | None] = {}
    for found in read(passage.sentence):
        if (kind := KINDS.get(found.topic)) is not None:
            kinds.setdefault(kind, found)
    if len(words.split()) >= FEWEST_WORDS:
        for kind in _marked(passage, kinds.keys(), is_transcript=one.note.kind == "transcript"):
            kinds.setdefault(kind, None)
    if ItemKind.COMMITMENT in kinds:
        kinds.pop(ItemKind.NEXT_STEP, None)
    for kind, reading in kinds.items():
        item = SummaryItem(
            kind=kind,
            text=words[:LONGEST_TEXT] or passage.quote,
            quote=passage.quote,
            lines=lines,
            record=one.note.note,
            trust=one.trust,
            speaker=passage.sentence.by,
        )
        yield item if reading is None else _valued(item, reading)


def _marked(passage: Passage, known: Iterable[ItemKind], *, is_transcript: bool) -> Iterator[ItemKind]:
    words, is_question = passage.sentence.text, passage.sentence.is_question
    has_promise = ItemKind.COMMITMENT in known
    if not is_question and not has_promise and is_decision(words):
        yield ItemKind.DECISION
    elif not has_promise and is_next_step(words):
        yield ItemKind.NEXT_STEP
    if not is_question and is_objection(words):
        yield ItemKind.OBJECTION
    if is_open_question(words) or (is_question and not is_transcript):
        yield ItemKind.QUESTION


def _valued(item: SummaryItem, reading: Found) -> SummaryItem:
    """Add what the rule read beside the words."""
    values = reading.values
    due = values.get("due_on") or values.get("on") or values.get("not_before")
    return item.model_copy(
        update={
            "topic": reading.topic,
            "actor": str(values.get("actor") or ""),
            "deliverable": str(values.get("deliverable") or ""),
            "due_on": date.fromisoformat(str(due)) if due else None,
        }
    )
