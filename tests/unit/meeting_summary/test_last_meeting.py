"""What the notes of the last held meeting say: found by link or day, never of a later or another meeting."""

from state.evidence import Trust
from state.world.meeting_summary import ItemKind, LastMeeting, last_meeting
from tests.build import NOW, Story

RAJ = "raj@acme.example"


def story(text: str = "Decided: renewal first.", **note: object) -> Story:
    told = Story().customer().person("Raj Patel").meeting("2026-03-04T14:00", [RAJ], status="held")
    meeting = told.events[-1].data.model_dump()["meeting"]
    return told.note(text, "2026-03-04T15:10", **{"kind": "meeting", "meeting": meeting, **note})


def found(told: Story) -> LastMeeting | None:
    return last_meeting(told.view(), NOW)


def test_its_decisions_carry_line_quote_and_evidence() -> None:
    last = found(story("We met.\nDecided: renewal first."))
    assert last is not None
    ((item, evidence),) = last.told(ItemKind.DECISION)
    assert item.lines == (2,)
    assert item.quote in evidence[0].value
    assert item.trust is Trust.USER


def test_a_note_without_a_link_belongs_to_the_meeting_of_its_day() -> None:
    assert found(story(meeting=None)) is not None
    assert found(story(meeting=None, kind="note")) is None


def test_a_note_of_another_meeting_is_not_told() -> None:
    assert found(story(meeting="M-other")) is None


def test_without_a_held_meeting_there_is_nothing_to_tell() -> None:
    assert found(Story().customer().note("Decided: renewal first.", "2026-03-04", kind="meeting")) is None
