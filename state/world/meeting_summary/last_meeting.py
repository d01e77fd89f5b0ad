"""The last meeting held with an account, and what its notes say by rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from state.evidence import Evidence
from state.world.meeting_summary.extraction import summarize
from state.world.meeting_summary.note import MeetingNote
from state.world.meeting_summary.summary import ItemKind, MeetingSummary, SummaryItem
from state.world.records import NoteAdded
from state.world.view import AccountView, Meeting, Note

WRITTEN_OF = frozenset({"meeting", "transcript"})


@dataclass(frozen=True)
class LastMeeting:
    """A held meeting with the summary of its notes."""

    meeting: Meeting
    notes: tuple[Note, ...]
    summary: MeetingSummary

    def told(self, kind: ItemKind) -> Iterator[tuple[SummaryItem, tuple[Evidence, ...]]]:
        """Give the items of a kind, each with the note's text as its evidence."""
        for item in self.summary.of(kind):
            yield item, next((one.cite("text") for one in self.notes if one.identifier == item.record), ())


def last_meeting(view: AccountView, now: datetime) -> LastMeeting | None:
    """Summarize the notes of the last meeting held by now; None without such a meeting or notes of it."""
    return view.once("last meeting", (now,), lambda: _last_meeting(view, now))


def _last_meeting(view: AccountView, now: datetime) -> LastMeeting | None:
    held = view.held_meetings(now)
    if not held:
        return None
    notes = tuple(one for one in view.notes if _is_about(one, held[-1]) and one.at <= now)
    read = tuple(found for one in notes if (found := _as_read(one)) is not None)
    return LastMeeting(held[-1], notes, summarize(read)) if read else None


def _is_about(note: Note, meeting: Meeting) -> bool:
    """Follow the note's link; an unlinked one belongs to the meeting of its day."""
    named = note.text("meeting")
    if named is not None:
        return named == meeting.identifier
    starts = meeting.starts_at
    return note.note_kind in WRITTEN_OF and starts is not None and note.at.date() == starts.date()


def _as_read(note: Note) -> MeetingNote | None:
    claim = note.claim("text")
    if claim is None:
        return None
    try:
        record = NoteAdded.model_validate(
            {
                "note": note.identifier,
                "author": note.text("author") or "unknown",
                "kind": note.note_kind,
                "participants": note.texts("participants"),
                "text": note.body,
            }
        )
    except ValidationError:
        return None
    return MeetingNote(record, note.at.date(), claim.trust)
