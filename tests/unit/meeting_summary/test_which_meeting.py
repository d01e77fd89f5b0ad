"""Which meeting a text is about, and who of its guests counts as known."""

from datetime import timedelta

from graphs.perceiving.after_meeting import RECENT, just_held, known_guests
from tests.build import NOW, Story, instant
from tests.unit.meeting_summary.laws import RAJ

STRANGER = "stranger@acme.example"
HELD = "2026-03-09T14:00"
ENDED = instant(HELD) + timedelta(hours=1)


def told(*guests: str, **more: object) -> Story:
    return Story().customer().person("Raj Patel").meeting(HELD, list(guests), **more)


def test_a_calendar_adds_nobody_to_the_people_who_took_part() -> None:
    view = told(RAJ, STRANGER).view()
    meeting = just_held(view, NOW)
    assert meeting is not None
    assert {one.email for one in view.outside_people(meeting)} == {RAJ, STRANGER}
    assert known_guests(view, meeting) == (RAJ,)


def test_who_declined_did_not_take_part() -> None:
    view = told(
        attendees=[{"email": RAJ, "status": "declined"}, {"email": STRANGER, "status": "accepted"}]
    ).view()
    meeting = just_held(view, NOW)
    assert meeting is not None
    assert known_guests(view, meeting) == ()


def test_a_meeting_is_taken_for_a_week_and_not_a_moment_longer() -> None:
    view = told(RAJ).view()
    assert just_held(view, ENDED + RECENT) is not None
    assert just_held(view, ENDED + RECENT + timedelta(seconds=1)) is None


def test_of_several_meetings_the_last_counts_and_one_that_was_off_does_not() -> None:
    story = (
        told(RAJ)
        .meeting("2026-03-10T08:00", [RAJ], meeting="M-late")
        .meeting("2026-03-10T09:00", [RAJ], meeting="M-off", status="cancelled")
    )
    found = just_held(story.view(), NOW)
    assert found is not None
    assert found.identifier == "M-late"


def test_a_meeting_among_ourselves_is_not_the_customers() -> None:
    assert just_held(told("maya@fieldstone.example").view(), NOW) is None
