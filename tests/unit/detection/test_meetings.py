"""Meetings held, ahead and missing, and slumps of touches, at their borders."""

from datetime import UTC, datetime, timedelta

import pytest

from state.world.signal import Severity
from tests.build import NOW, TODAY, Story, source, without_source

US, THEM = "maya@fieldstone.example", "ann@acme.example"
SLUMP = "ACTIVITY_SLUMP"
ABSENT = "NO_MEETING_IN_21_DAYS"


def at_discovery(amount: str = "100000", held: int | None = None, opened: str = "2025-10-01") -> Story:
    story = Story().account().person("Ann Bell").deal(opened, stage="Discovery", amount=amount)
    if held is not None:
        story.meeting(NOW - timedelta(days=held, hours=2), [US, THEM])
    return story


@pytest.mark.parametrize(("amount", "allowed"), [("100000", 21), ("25000", 45), ("24999", 90)])
def test_no_meeting_is_told_after_the_tiers_days(amount: str, allowed: int) -> None:
    assert not at_discovery(amount, allowed).has(ABSENT)
    assert at_discovery(amount, allowed + 1).one(ABSENT).severity is Severity.LOW


@pytest.mark.parametrize(("days", "absent"), [(14, False), (15, True)])
def test_a_meeting_booked_within_14_days_is_enough(days: int, absent: bool) -> None:
    assert at_discovery(held=40).meeting(NOW + timedelta(days=days), [US, THEM]).has(ABSENT) is absent


def test_a_meeting_among_ourselves_or_cancelled_counts_for_nothing() -> None:
    assert at_discovery(held=40).meeting(NOW - timedelta(days=5), [US]).has(ABSENT)
    assert at_discovery(held=40).meeting(NOW - timedelta(days=5), [US, THEM], status="cancelled").has(ABSENT)
    assert at_discovery(held=40).meeting(NOW - timedelta(days=5), [US, THEM], status="no_show").has(ABSENT)


def test_a_young_deal_is_given_the_tiers_days_first() -> None:
    assert not at_discovery(opened="2026-02-17").has(ABSENT)
    assert at_discovery(opened="2026-02-16").has(ABSENT)


def test_before_discovery_nobody_is_missed_but_in_the_active_window_it_is_medium() -> None:
    assert not Story().account().deal("2025-10-01", stage="Prospecting").has(ABSENT)
    window = Story().customer().contract(ends_on="2026-03-31")
    assert not window.has(ABSENT), "tier C is given 90 days"
    story = Story().customer().contract(annual_value="200000", ends_on="2026-04-30")
    assert story.one(ABSENT).severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("topic", "values"), [("call_back", {"on": "2026-06-01"}), ("not_before", {"not_before": "2026-07-01"})]
)
def test_a_customer_who_asked_for_silence_is_left_alone_until_the_day(
    topic: str, values: dict[str, str]
) -> None:
    story = at_discovery(held=60).reads(topic, "2026-02-17", "call me in June", **values)
    assert not story.has(ABSENT)
    story.now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert story.has(ABSENT)


def test_a_meeting_after_the_words_ends_the_pause() -> None:
    story = at_discovery(held=30).reads("call_back", "2026-01-10", "call me in June", on="2026-06-01")
    assert story.has(ABSENT)


def test_nobody_is_missed_at_an_account_that_churned() -> None:
    story = at_discovery(held=60).tell("account.churned", "2026-01-31", "crm", account="acme")
    assert not story.has(ABSENT)


def test_without_a_fresh_calendar_nobody_is_missed() -> None:
    assert not at_discovery().beside(sources=without_source("calendar")).has(ABSENT)
    assert at_discovery().beside(sources={"calendar": source("calendar", hours_old=24)}).has(ABSENT)
    stale = at_discovery().beside(sources={"calendar": source("calendar", hours_old=25)})
    assert not stale.has(ABSENT)
    assert stale.silences(ABSENT)[0].reason == "stale"


@pytest.mark.parametrize(
    ("starts", "upcoming"),
    [
        ("2026-03-10T12:30", True),
        ("2026-03-12T03:59", True),
        ("2026-03-12T04:00", False),
        ("2026-03-10T11:59", False),
    ],
)
def test_a_meeting_is_upcoming_until_the_end_of_the_next_business_day(starts: str, upcoming: bool) -> None:
    assert Story().account().meeting(starts, [US, THEM]).has("MEETING_UPCOMING") is upcoming


def test_monday_is_the_next_business_day_of_friday() -> None:
    story = Story(now=datetime(2026, 3, 6, 15, tzinfo=UTC)).account().meeting("2026-03-09T15:00", [US, THEM])
    assert story.has("MEETING_UPCOMING")


def test_declined_cancelled_and_internal_meetings_are_not_upcoming() -> None:
    for status in ("declined_by_owner", "cancelled"):
        assert (
            not Story()
            .account()
            .meeting("2026-03-11T15:00", [US, THEM], status=status)
            .has("MEETING_UPCOMING")
        )
    assert not Story().account().meeting("2026-03-11T15:00", [US]).has("MEETING_UPCOMING")


@pytest.mark.parametrize(("minutes", "found"), [(15, True), (14, False)])
def test_a_meeting_is_completed_15_minutes_after_its_end(minutes: int, found: bool) -> None:
    start = NOW - timedelta(hours=1, minutes=minutes)
    assert Story().account().meeting(start, [US, THEM]).has("MEETING_COMPLETED") is found


def test_a_meeting_nobody_outside_accepted_was_not_held_unless_a_note_says_so() -> None:
    open_ = [{"email": US, "status": "accepted"}, {"email": THEM, "status": "needs_action"}]
    story = Story().account().meeting("2026-03-05T15:00", [], meeting="M-1", attendees=open_)
    assert not story.has("MEETING_COMPLETED")
    assert story.note("Good talk.", "2026-03-05T17:00", meeting="M-1").has("MEETING_COMPLETED")


def touched(recent: int, per_fortnight: int = 4) -> Story:
    story = Story().account().person("Ann Bell")
    for number in range(recent):
        story.mail_in(THEM, TODAY - timedelta(days=1 + number))
    for number in range(per_fortnight * 4):
        story.mail_in(THEM, TODAY - timedelta(days=14 + number % 56))
    return story


@pytest.mark.parametrize(
    ("recent", "usual", "slump"),
    [(0, 4, True), (1, 4, False), (0, 3, False), (4, 9, False), (3, 9, True), (2, 6, False), (1, 6, True)],
)
def test_a_slump_is_half_or_less_of_four_and_beyond_chance(recent: int, usual: int, slump: bool) -> None:
    story = touched(recent, usual)
    story.now = NOW
    assert story.has(SLUMP) is slump


def test_a_holiday_in_the_fortnight_explains_a_slump() -> None:
    story = Story(now=datetime(2026, 2, 20, 15, tzinfo=UTC)).account().person("Ann Bell")
    for number in range(20):
        story.mail_in(THEM, (story.now - timedelta(days=15 + number)).date())
    assert not story.has(SLUMP), "16 February is a holiday"
    assert story.account(country="DE").has(SLUMP)


@pytest.mark.parametrize(("oldest", "slump"), [(69, True), (70, False)])
def test_usual_is_counted_over_the_eight_weeks_before_the_fortnight(oldest: int, slump: bool) -> None:
    story = Story().account().person("Ann Bell").mail_in(THEM, TODAY - timedelta(days=oldest))
    for number in range(15):
        story.mail_in(THEM, TODAY - timedelta(days=15 + number))
    assert story.has(SLUMP) is slump


@pytest.mark.parametrize(("day", "slump"), [(1, False), (2, True)])
def test_a_holiday_explains_for_14_days(day: int, slump: bool) -> None:
    story = Story(now=datetime(2026, 3, day, 15, tzinfo=UTC)).account().person("Ann Bell")
    for number in range(20):
        story.mail_in(THEM, (story.now - timedelta(days=15 + number)).date())
    assert story.has(SLUMP) is slump


def test_an_account_that_churned_slumps_no_more() -> None:
    assert touched(0).has(SLUMP)
    assert not touched(0).tell("account.churned", "2026-02-01", "crm", account="acme").has(SLUMP)


def test_stale_mail_says_nothing_of_a_slump() -> None:
    assert (
        not touched(0)
        .beside(sources={"mail": source("mail", hours_old=25), "calendar": source("calendar")})
        .has(SLUMP)
    )


def test_a_transcript_of_a_meeting_is_no_second_touch_of_those_who_were_there() -> None:
    guests = [US, THEM]
    story = Story().account().meeting("2026-03-05T14:00", guests, meeting="M-1")
    story.note(
        "Ann: fine.", "2026-03-05T15:30", kind="transcript", meeting="M-1",
        participants=["ann@acme.example", "bob@acme.example"],
    )  # fmt: skip
    touches = [(touch.kind, touch.address) for touch in story.view().touches(story.now)]
    assert touches == [
        ("meeting", "ann@acme.example"),
        ("call", "bob@acme.example"),
    ]


def test_a_transcript_of_an_unknown_meeting_is_a_call() -> None:
    story = Story().account().note(
        "Ann: fine.", "2026-03-05T15:30", kind="transcript", meeting="M-9", participants=["ann@acme.example"]
    )  # fmt: skip
    assert [touch.kind for touch in story.view().touches(story.now)] == ["call"]
