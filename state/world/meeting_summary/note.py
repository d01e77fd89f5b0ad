"""One note of a meeting as a summary reads it: its record, the day it was said, and how far its text is believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from state.evidence import Trust
from state.world.delta import TrustOf
from state.world.event import Event
from state.world.records import NoteAdded


@dataclass(frozen=True, slots=True)
class MeetingNote:
    """A note, notes of a meeting, or a transcript."""

    note: NoteAdded
    said_on: date
    """Days such as "Friday" are counted from here."""
    trust: Trust
    """Of the text; nothing read from it is trusted more."""


def notes_of(events: Iterable[Event], trust_of: TrustOf) -> tuple[MeetingNote, ...]:
    """Take the notes among events; the trust is what the profile declares for the source's text."""
    return tuple(
        MeetingNote(event.data, event.time.date(), trust_of(event.source, NoteAdded.node.value, "text"))
        for event in events
        if isinstance(event.data, NoteAdded)
    )
