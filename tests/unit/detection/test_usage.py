"""Usage signals at their borders: share, baseline, history, season, start, seats sold, feeds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.detection.panel import Panel
from state.world.signal import Severity
from tests.build import PROFILE, TODAY, Story, source, without_source


def used(before: int, now: int, history: int = 152, since: str = "2023-09-10") -> Story:
    return Story().customer(since).usage([before] * history + [now] * 28)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [(100, 80, True), (100, 81, False), (10, 8, True), (9, 1, False), (100, 120, False)],
)
def test_a_drop_is_a_fifth_of_at_least_ten_users(before: int, now: int, found: bool) -> None:
    assert used(before, now).has("USAGE_DROP_PERCENT") is found


@pytest.mark.parametrize(("now", "severity"), [(66, Severity.MEDIUM), (65, Severity.HIGH)])
def test_a_drop_of_35_percent_is_high(now: int, severity: Severity) -> None:
    assert used(100, now).one("USAGE_DROP_PERCENT").severity is severity


def test_a_drop_in_the_renewal_window_is_high() -> None:
    story = used(100, 78).contract(annual_value="10000", ends_on="2026-06-08")
    assert story.one("USAGE_DROP_PERCENT").severity is Severity.HIGH


@pytest.mark.parametrize(("history", "found"), [(28, True), (27, False)])
def test_eight_weeks_are_needed(history: int, found: bool) -> None:
    story = used(100, 70, history)
    assert story.has("USAGE_DROP_PERCENT") is found
    assert bool(story.silences("USAGE_DROP_PERCENT")) is not found


def test_a_fall_within_the_usual_scatter_stays_inside_the_limit() -> None:
    wild = [20, 180] * 76
    assert not Story().customer().usage([*wild, *([5, 150] * 14)]).has("USAGE_DROP_PERCENT")


def test_weekends_at_zero_do_not_hide_a_drop() -> None:
    def week(level: int) -> list[int]:
        return [level] * 5 + [0, 0]

    story = Story().customer().usage([*week(100) * 20, *week(75) * 4], last="2026-03-08")
    assert story.one("USAGE_DROP_PERCENT").numbers["adjusted_percent"] == "25%"


@pytest.mark.parametrize(("day", "found"), [("2026-01-09", False), ("2026-01-08", True)])
def test_the_first_60_days_are_onboarding(day: str, found: bool) -> None:
    assert used(100, 50, since=day).has("USAGE_DROP_PERCENT") is found


def seasonal(last_year: int, history: int = 400) -> Story:
    values = [100] * history + [100] * 28 + [70] * 28
    start = len(values) - 364 - 28
    if start >= 0:
        values[start : start + 28] = [last_year] * 28
    return Story().customer("2023-01-01").usage(values)


@pytest.mark.parametrize(
    ("last_year", "found"), [(70, False), (75, False), (87, False), (88, True), (100, True)]
)
def test_the_same_weeks_of_last_year_explain_a_fall(last_year: int, found: bool) -> None:
    assert seasonal(last_year).has("USAGE_DROP_PERCENT") is found


def test_less_than_53_weeks_say_nothing_of_the_season() -> None:
    assert not seasonal(70, 400).has("USAGE_DROP_PERCENT")
    assert seasonal(70, 370 - 56).has("USAGE_DROP_PERCENT"), "370 days"


@pytest.mark.parametrize(("seats", "found"), [(70, False), (87, False), (88, True), (100, True)])
def test_seats_sold_that_fell_likewise_explain_a_fall(seats: int, found: bool) -> None:
    story = used(100, 70).contract("2025-05-01", seats=100, starts_on="2025-05-01")
    assert story.contract("2026-02-10", seats=seats).has("USAGE_DROP_PERCENT") is found


@pytest.mark.parametrize(("hours", "found"), [(168, True), (169, False)])
def test_a_stale_feed_stops_the_trend(hours: int, found: bool) -> None:
    story = used(100, 50).beside(sources={"usage": source("usage", hours_old=hours)})
    assert story.has("USAGE_DROP_PERCENT") is found
    assert story.has("SOURCE_STALE", "usage") is not found


def test_an_unconnected_usage_source_makes_no_drop() -> None:
    story = used(100, 50).beside(sources=without_source("usage"))
    assert not story.has("USAGE_DROP_PERCENT")
    assert story.silences("USAGE_DROP_PERCENT")[0].reason == "not_connected"


@pytest.mark.parametrize(
    ("name", "hours"), [("crm", 168), ("support", 24), ("usage", 168), ("calendar", 24), ("mail", 24)]
)
def test_each_source_is_stale_past_its_own_hard_limit(name: str, hours: int) -> None:
    for age, stale in ((hours - 1, False), (hours, False), (hours + 1, True)):
        story = Story().customer().beside(sources={name: source(name, hours_old=age)})
        assert story.has("SOURCE_STALE", name) is stale
    gone = Story().customer().beside(sources={name: source(name, hours_old=hours + 1, connected=False)})
    assert not gone.has("SOURCE_STALE")


def test_news_and_notes_age_by_themselves_and_are_never_stale() -> None:
    old = {name: source(name, hours_old=10_000) for name in ("news", "notes", "form", "user")}
    assert not Story().customer().beside(sources=old).has("SOURCE_STALE")


def test_counted_uses_of_features_are_no_active_users() -> None:
    story = (
        Story()
        .customer()
        .tell("usage.counted", "2026-03-01", "usage", use="U-1", feature="reports", day="2026-03-01", uses=9)
    )
    assert [one.feature for one in story.view().feature_uses] == ["reports"]
    assert {one.text for one in story.silences("USAGE_DROP_PERCENT")} == {"No active-user series."}
    assert not [one for one in story.signals() if one.name.startswith("USAGE")]


@pytest.mark.parametrize(("accounts", "dead"), [(2, False), (3, True)])
def test_three_accounts_at_zero_since_one_day_are_a_dead_feed(accounts: int, dead: bool) -> None:
    story = Story().customer().usage([80] * 100 + [0] * 18, feed="pipe")
    story.beside(silent_feeds={"pipe": ("2026-02-20", accounts)})
    assert story.has("SOURCE_STALE") is dead
    assert story.has("USAGE_DROP_PERCENT") is not dead


def test_one_dead_feed_of_two_series_is_told_once() -> None:
    story = Story().customer().contract(seats=200).usage([80] * 100 + [0] * 18, feed="pipe")
    story.usage([90] * 100 + [0] * 18, series="seats_used", feed="pipe")
    signal = story.beside(silent_feeds={"pipe": ("2026-02-20", 3)}).one("SOURCE_STALE")
    assert len({item.record for item in signal.evidence}) == 2


def test_an_account_of_a_dead_feed_that_still_reports_users_is_judged() -> None:
    story = used(100, 50).beside(silent_feeds={"usage": ("2026-02-20", 3)})
    assert story.has("USAGE_DROP_PERCENT")
    assert not story.has("SOURCE_STALE")


def test_zeros_that_began_on_a_holiday_are_no_dead_feed() -> None:
    story = Story().customer().usage([80] * 100 + [0] * 22, feed="pipe")
    assert not story.beside(silent_feeds={"pipe": ("2026-02-16", 3)}).has("SOURCE_STALE")


def test_today_is_not_a_whole_day() -> None:
    story = Story().customer().usage([100] * 152 + [100] * 28 + [0], last=TODAY)
    assert not story.has("USAGE_DROP_PERCENT")
    assert not story.has("USAGE_TREND_CHANGE")


@pytest.mark.parametrize(("reported", "found"), [(14, True), (13, False)])
def test_half_of_a_window_must_be_reported(reported: int, found: bool) -> None:
    story = Story().customer().usage([100] * 152, "2026-02-09")
    for number in range(reported):
        story.usage([70], TODAY - timedelta(days=1 + number))
    assert story.has("USAGE_DROP_PERCENT") is found
    assert bool(story.silences("USAGE_DROP_PERCENT")) is not found


def test_guests_of_one_day_are_no_users() -> None:
    story = Story().customer().usage([150] * 152 + [100] * 28).usage([50] * 152, "2026-02-09", "guest_users")
    assert not story.has("USAGE_DROP_PERCENT")


def test_the_cusum_tells_a_trend_up_or_down_below_the_drop() -> None:
    scatter = [97, 103, 100] * 60
    up = Story().customer().usage([*scatter, *[108] * 28]).one("USAGE_TREND_CHANGE")
    down = Story().customer().usage([*scatter, *[92] * 28]).one("USAGE_TREND_CHANGE")
    assert (up.sub_state, down.sub_state, up.severity) == ("up", "down", Severity.LOW)
    assert not down.is_posture_risk
    assert not Story().customer().usage([97, 103, 100] * 70).has("USAGE_TREND_CHANGE")


@pytest.mark.parametrize(
    ("last_year", "found"), [(88, False), (96, False), (97, True), (100, True), (108, True)]
)
def test_the_same_weeks_of_last_year_explain_a_trend_from_half_of_it(last_year: int, found: bool) -> None:
    values = [*([97, 103, 100] * 180), *[92] * 28]
    start = len(values) - 364 - 28
    values[start : start + 28] = [last_year] * 28
    assert Story().customer().usage(values).has("USAGE_TREND_CHANGE", "down") is found


def test_a_drop_is_not_told_twice_as_a_trend() -> None:
    story = Story().customer().usage([*([97, 103, 100] * 60), *[70] * 28])
    assert story.has("USAGE_DROP_PERCENT")
    assert not story.has("USAGE_TREND_CHANGE")


def seats(near: int, value: int = 180, before: int = 100, **contract: object) -> Story:
    story = Story().customer().contract(**{"seats": 200, **contract})
    return story.usage([before] * 30 + [value] * near, series="seats_used")


@pytest.mark.parametrize(("days", "value", "sub_state"), [
    (14, 180, "near"), (13, 180, None), (14, 179, None), (1, 200, "full"), (1, 199, None),
])  # fmt: skip
def test_seats_run_out_at_90_percent_for_14_days_or_all_on_one(
    days: int, value: int, sub_state: str | None
) -> None:
    assert [s.sub_state for s in seats(days, value).named("SEAT_LIMIT_NEAR")] == (
        [sub_state] if sub_state else []
    )


def test_a_full_day_before_the_running_days_is_past() -> None:
    story = Story().customer().contract(seats=200).usage([200] + [100] * 14, series="seats_used")
    assert not story.has("SEAT_LIMIT_NEAR")
    assert (
        Story()
        .customer()
        .contract(seats=200)
        .usage([200] + [100] * 13, series="seats_used")
        .has("SEAT_LIMIT_NEAR")
    )


def test_a_trial_has_no_seat_limit_and_running_out_is_no_risk() -> None:
    assert not seats(20, status="trial").has("SEAT_LIMIT_NEAR")
    assert not seats(20).one("SEAT_LIMIT_NEAR").is_posture_risk


@given(st.integers(10, 400), st.integers(0, 400), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_the_adjusted_drop_is_the_levels_drop_whatever_the_week_looks_like(
    before: int, now: int, shape: list[int]
) -> None:
    end = date(2026, 3, 8)
    days = [end - timedelta(days=offset) for offset in reversed(range(140))]
    points = {day: (now if (end - day).days < 28 else before) * shape[day.weekday()] for day in days}
    panel = Panel(points, end, PROFILE.signals.usage_drop_percent)
    assert panel.drop == pytest.approx(1 - now / before, abs=1e-9)
