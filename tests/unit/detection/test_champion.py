"""A champion's silence, at its borders."""

from datetime import UTC, date, datetime, timedelta

import pytest

from state.world.signal import Severity
from tests.build import Story, source, without_source

SARAH = "sarah@acme.example"


def champion(last: str = "2026-02-24", inbound: int = 3, sent: int = 2, **more: object) -> Story:
    """Wrote `inbound` times, each two weeks apart, the last time on `last`; then `sent` mails of ours."""
    story = Story().account().person("Sarah Chen", **{"roles": ["champion"], **more})
    day = date.fromisoformat(last)
    for number in range(inbound):
        story.mail_in(SARAH, day - timedelta(days=14 * number))
    for number in range(sent):
        story.mail_out(SARAH, day + timedelta(days=1 + number))
    return story


@pytest.mark.parametrize(
    ("last", "inbound", "sent", "cold"),
    [
        ("2026-02-24", 3, 2, True),
        ("2026-02-25", 3, 2, False),
        ("2026-02-24", 2, 2, False),
        ("2026-02-24", 3, 1, False),
    ],
)
def test_cold_needs_14_days_three_mails_before_and_two_unanswered(
    last: str, inbound: int, sent: int, cold: bool
) -> None:
    assert champion(last, inbound, sent).has("CHAMPION_WENT_COLD") is cold


@pytest.mark.parametrize(("gap", "last", "cold"), [
    (6, "2026-02-20", True), (6, "2026-02-21", False), (20, "2026-02-07", True), (20, "2026-02-08", False),
])  # fmt: skip
def test_slow_answers_allow_longer_silence_up_to_30_days(gap: int, last: str, cold: bool) -> None:
    day = date.fromisoformat(last)
    story = Story().account().person("Sarah Chen", roles=["champion"])
    for number in range(3):
        answered = day - timedelta(days=25 * number)
        story.mail_in(SARAH, answered).mail_out(SARAH, answered - timedelta(days=gap))
    story.mail_out(SARAH, day + timedelta(days=1)).mail_out(SARAH, day + timedelta(days=2))
    assert story.has("CHAMPION_WENT_COLD") is cold


def test_inbound_mails_count_for_90_days_before_the_last_word() -> None:
    def story(first: str) -> Story:
        told = Story().account().person("Sarah Chen", roles=["champion"])
        for day in (first, "2026-01-10", "2026-02-12"):
            told.mail_in(SARAH, day)
        return told.mail_out(SARAH, "2026-02-19").mail_out(SARAH, "2026-03-03")

    assert story("2025-11-14").has("CHAMPION_WENT_COLD")
    assert not story("2025-11-13").has("CHAMPION_WENT_COLD")


def test_a_meeting_is_no_silence() -> None:
    assert (
        not champion("2026-02-20")
        .meeting("2026-03-05T15:00", ["maya@fieldstone.example", SARAH])
        .has("CHAMPION_WENT_COLD")
    )


def test_out_of_office_is_no_silence() -> None:
    assert not champion().mail_in(SARAH, "2026-03-01", auto_reply=True).has("CHAMPION_WENT_COLD")


@pytest.mark.parametrize(("country", "cold"), [("US", False), ("DE", True)])
def test_a_holiday_of_the_account_is_no_silent_day(country: str, cold: bool) -> None:
    story = champion("2026-02-10").account(country=country)
    story.now = datetime(2026, 2, 24, 15, tzinfo=UTC)
    assert story.has("CHAMPION_WENT_COLD") is cold, "Presidents' Day lies within the 14 days"


@pytest.mark.parametrize(
    ("close_on", "severity"),
    [
        ("2026-03-09", Severity.MEDIUM),
        ("2026-03-10", Severity.HIGH),
        ("2026-04-24", Severity.HIGH),
        ("2026-04-25", Severity.MEDIUM),
    ],
)
def test_cold_is_high_when_a_deal_closes_within_45_days(close_on: str, severity: Severity) -> None:
    assert (
        champion().deal(close_on=close_on, stage="Discovery").one("CHAMPION_WENT_COLD").severity is severity
    )


@pytest.mark.parametrize(
    ("ends_on", "severity"), [("2026-06-08", Severity.HIGH), ("2026-06-09", Severity.MEDIUM)]
)
def test_cold_is_high_in_the_active_renewal_window(ends_on: str, severity: Severity) -> None:
    assert champion().contract(ends_on=ends_on).one("CHAMPION_WENT_COLD").severity is severity


def test_somebody_without_the_role_or_who_left_does_not_go_cold() -> None:
    assert not champion(roles=["user"]).has("CHAMPION_WENT_COLD")
    assert not champion().bounce(SARAH, "2026-03-03").has("CHAMPION_WENT_COLD")


def test_without_a_fresh_mail_source_silence_says_nothing() -> None:
    unconnected = champion().beside(sources=without_source("mail"))
    assert not unconnected.has("CHAMPION_WENT_COLD")
    assert unconnected.silences("CHAMPION_WENT_COLD")[0].reason == "not_connected"
    fresh = champion().beside(sources={"mail": source("mail", hours_old=24)})
    assert fresh.has("CHAMPION_WENT_COLD")
    assert not champion().beside(sources={"mail": source("mail", hours_old=25)}).has("CHAMPION_WENT_COLD")


@pytest.mark.parametrize(("first", "cold"), [("2025-12-10", True), ("2025-12-09", False)])
def test_an_inferred_champion_was_in_touch_three_times_in_90_days(first: str, cold: bool) -> None:
    story = (
        Story().account().person("Sarah Chen").reads("advocacy", "2026-02-10", "I forwarded it.", by=SARAH)
    )
    for day in (first, "2026-01-20", "2026-02-12"):
        story.mail_in(SARAH, day)
    story.mail_out(SARAH, "2026-02-19").mail_out(SARAH, "2026-03-03")
    assert story.has("CHAMPION_WENT_COLD") is cold


def test_an_act_of_selling_for_us_makes_an_inferred_champion() -> None:
    story = champion(roles=[]).reads("advocacy", "2026-02-20", "I forwarded your proposal.", by=SARAH)
    signal = story.one("CHAMPION_WENT_COLD")
    assert signal.confidence == 0.7
    assert "probably our champion" in signal.text
    assert (
        not champion(roles=[], inbound=2)
        .reads("advocacy", "2026-02-20", "I forwarded it.", by=SARAH)
        .has("CHAMPION_WENT_COLD")
    )
