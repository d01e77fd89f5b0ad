"""After the meeting: what a note or transcript says was decided, promised, objected, asked and left to do, by line."""

from state.world.meeting_summary.extraction import summarize
from state.world.meeting_summary.last_meeting import LastMeeting, last_meeting
from state.world.meeting_summary.note import MeetingNote, notes_of
from state.world.meeting_summary.summary import ItemKind, MeetingSummary, SummaryItem

__all__ = [
    "ItemKind",
    "LastMeeting",
    "MeetingNote",
    "MeetingSummary",
    "SummaryItem",
    "last_meeting",
    "notes_of",
    "summarize",
]
