"""Business days, quiet hours and fiscal quarters over the shipped calendar."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import InvalidInput
from state.world.business_time import (
    add_business_days,
    business_days_between,
    fiscal_quarter,
    is_business_day,
    is_open,
    local_day,
    next_opening,
    quarter_end,
    quarter_start,
    region_of,
)
from state.world.profile.calendar import Calendar, Holiday, Hours, Region
from tools.files import load_model

CALENDAR = load_model(Path(__file__).parents[2] / "profile" / "calendar.yaml", Calendar)
NEW_YORK, PARIS = "America/New_York", "Europe/Paris"
DAYS = st.dates(date(2023, 6, 1), date(2028, 6, 1))
REGIONS = st.sampled_from([region.id for region in CALENDAR.regions])


def at(day: str, clock: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))


def counted_one_by_one(start: date, end: date, region: str) -> int:
    days = (start + timedelta(days=offset) for offset in range((end - start).days))
    return sum(is_business_day(CALENDAR, day, region) for day in days)


def test_a_ticket_open_since_19_february_is_13_business_days_old_on_10_march() -> None:
    today = local_day(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), NEW_YORK)
    assert business_days_between(CALENDAR, date(2026, 2, 19), today, "US") == 13


def test_a_promise_due_on_friday_is_two_business_days_overdue_on_tuesday_and_one_on_monday() -> None:
    assert business_days_between(CALENDAR, date(2026, 3, 6), date(2026, 3, 10), "US") == 2
    assert business_days_between(CALENDAR, date(2026, 3, 6), date(2026, 3, 9), "US") == 1


def test_the_count_begins_with_the_first_day_and_leaves_out_the_last() -> None:
    monday = date(2026, 3, 9)
    assert business_days_between(CALENDAR, monday, monday, "US") == 0
    assert business_days_between(CALENDAR, monday, monday + timedelta(days=1), "US") == 1


def test_a_holiday_is_no_business_day_in_its_own_region_only() -> None:
    bastille = date(2026, 7, 14)
    assert not is_business_day(CALENDAR, bastille, "FR")
    assert is_business_day(CALENDAR, bastille, "US")
    assert not is_business_day(CALENDAR, date(2026, 7, 3), "US")
    assert not is_business_day(CALENDAR, date(2026, 3, 8), "US")


@given(start=DAYS, length=st.integers(0, 900), region=REGIONS)
def test_the_closed_form_agrees_with_counting_one_by_one(start: date, length: int, region: str) -> None:
    end = start + timedelta(days=length)
    assert business_days_between(CALENDAR, start, end, region) == counted_one_by_one(start, end, region)


@given(start=DAYS, end=DAYS, region=REGIONS)
def test_counting_backwards_gives_the_negative(start: date, end: date, region: str) -> None:
    forth, back = (business_days_between(CALENDAR, *pair, region) for pair in ((start, end), (end, start)))
    assert forth == -back


@given(day=DAYS, count=st.integers(-40, 40), region=REGIONS)
def test_adding_business_days_lands_on_one_and_counts_back(day: date, count: int, region: str) -> None:
    start = add_business_days(CALENDAR, day, 0, region)
    end = add_business_days(CALENDAR, start, count, region)
    assert is_business_day(CALENDAR, end, region)
    assert business_days_between(CALENDAR, start, end, region) == count


def test_a_mail_at_19_30_in_paris_waits_for_eight_the_next_morning() -> None:
    opening = next_opening(CALENDAR, at("2026-03-09", "14:30", NEW_YORK), PARIS, "FR")
    assert opening == at("2026-03-10", "08:00", PARIS) == at("2026-03-10", "03:00", NEW_YORK)
    assert str(opening.tzinfo) == PARIS


def test_a_mail_at_18_30_in_paris_goes_now() -> None:
    asked = at("2026-03-09", "13:30", NEW_YORK)
    assert next_opening(CALENDAR, asked, PARIS, "FR") == asked
    assert is_open(CALENDAR, asked, PARIS, "FR")


@pytest.mark.parametrize(
    ("sent_on", "clock", "opens_on"),
    [("2026-03-06", "13:30", "2026-03-09"), ("2026-03-27", "14:30", "2026-03-30")],
)
def test_the_distance_to_paris_is_the_day_s_own_and_not_a_fixed_six_hours(
    sent_on: str, clock: str, opens_on: str
) -> None:
    # 6 March: both on winter time, six hours. 27 March: only New York is on summer time, five.
    opening = next_opening(CALENDAR, at(sent_on, clock, NEW_YORK), PARIS, "FR")
    assert opening == at(opens_on, "08:00", PARIS)


def test_the_weekend_of_each_clock_change_opens_at_eight_local_time() -> None:
    new_york = next_opening(CALENDAR, at("2026-03-06", "20:00", NEW_YORK), NEW_YORK, "US")
    assert new_york.astimezone(UTC) == datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    paris = next_opening(CALENDAR, at("2026-03-27", "20:00", PARIS), PARIS, "FR")
    assert paris.astimezone(UTC) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "opened"), [("07:59", "08:00"), ("08:00", "08:00"), ("18:59", "18:59"), ("19:00", None)]
)
def test_quiet_hours_end_at_eight_and_begin_at_nineteen(clock: str, opened: str | None) -> None:
    opening = next_opening(CALENDAR, at("2026-03-10", clock, NEW_YORK), NEW_YORK, "US")
    expected = at("2026-03-10", opened, NEW_YORK) if opened else at("2026-03-11", "08:00", NEW_YORK)
    assert opening == expected


def test_a_holiday_of_the_recipient_holds_the_mail() -> None:
    opening = next_opening(CALENDAR, at("2026-04-03", "20:00", PARIS), PARIS, "FR")
    assert opening == at("2026-04-07", "08:00", PARIS)


@given(
    minutes=st.integers(0, 300 * 24 * 60),
    zone=st.sampled_from([NEW_YORK, PARIS]),
)
def test_an_opening_is_never_early_is_open_and_is_reached_by_every_moment_before_it(
    minutes: int, zone: str
) -> None:
    asked = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opening = next_opening(CALENDAR, asked, zone, region_of(CALENDAR, zone))
    halfway = asked + (opening - asked) / 2
    assert opening >= asked
    assert is_open(CALENDAR, opening, zone, region_of(CALENDAR, zone))
    assert next_opening(CALENDAR, halfway, zone, region_of(CALENDAR, zone)) == opening


def test_quiet_hours_within_a_day_leave_morning_and_evening_open() -> None:
    siesta = CALENDAR.model_copy(update={"quiet_hours": Hours(start=time(12), end=time(15))})
    assert next_opening(siesta, at("2026-03-10", "13:00", PARIS), PARIS, "FR") == at(
        "2026-03-10", "15:00", PARIS
    )
    assert is_open(siesta, at("2026-03-10", "03:00", PARIS), PARIS, "FR")
    assert is_open(siesta, at("2026-03-10", "23:59", PARIS), PARIS, "FR")


def test_an_opening_inside_the_hour_that_a_clock_change_skips_moves_to_its_end() -> None:
    early = CALENDAR.model_copy(
        update={
            "quiet_hours": Hours(start=time(19), end=time(2, 30)),
            "business_weekdays": ("sunday",),
        }
    )
    opening = next_opening(early, at("2026-03-08", "00:10", NEW_YORK), NEW_YORK, "US")
    assert opening.astimezone(UTC) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_a_year_of_holidays_is_refused_with_the_file_to_correct() -> None:
    days = tuple(Holiday(day=date(2026, 1, 1) + timedelta(days=n), name="closed") for n in range(800))
    closed = CALENDAR.model_copy(update={"regions": (Region(id="US", name="x", holidays=days),)})
    with pytest.raises(InvalidInput, match=r"calendar\.yaml"):
        next_opening(closed, at("2026-03-10", "09:00", NEW_YORK), NEW_YORK, "US")
    with pytest.raises(InvalidInput, match=r"calendar\.yaml"):
        add_business_days(closed, date(2026, 3, 10), 1, "US")


def test_the_local_day_differs_between_zones_at_one_instant() -> None:
    instant = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
    assert local_day(instant, NEW_YORK) == date(2026, 3, 9)
    assert local_day(instant, PARIS) == date(2026, 3, 10)


def test_a_time_without_offset_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no offset"):
        local_day(datetime(2026, 3, 10, 8), NEW_YORK)  # noqa: DTZ001 - the missing offset is the case
    with pytest.raises(InvalidInput, match="IANA"):
        local_day(datetime(2026, 3, 10, tzinfo=UTC), "America/Nowhere")


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (PARIS, "FR"),
        ("france", "FR"),
        ("NO", "EU"),
        ("United States", "US"),
        ("Kenya", "US"),
        ("", "US"),
        (None, "US"),
    ],
)
def test_a_zone_or_country_names_its_region_else_the_default(place: str | None, region: str) -> None:
    assert region_of(CALENDAR, place) == region


@pytest.mark.parametrize(
    ("day", "start_month", "name", "first", "last"),
    [
        ("2026-03-31", 1, "2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-04-01", 1, "2026-Q2", "2026-04-01", "2026-06-30"),
        ("2026-12-31", 1, "2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-01-31", 2, "2026-Q4", "2025-11-01", "2026-01-31"),
        ("2026-02-01", 2, "2027-Q1", "2026-02-01", "2026-04-30"),
        ("2026-12-15", 2, "2027-Q4", "2026-11-01", "2027-01-31"),
    ],
)
def test_a_fiscal_quarter_is_named_for_the_year_in_which_its_year_ends(
    day: str, start_month: int, name: str, first: str, last: str
) -> None:
    when = date.fromisoformat(day)
    assert str(fiscal_quarter(when, start_month)) == name
    assert quarter_start(when, start_month) == date.fromisoformat(first)
    assert quarter_end(when, start_month) == date.fromisoformat(last)


@given(day=DAYS, start_month=st.integers(1, 12))
def test_a_day_lies_in_its_quarter_and_the_next_day_after_its_end_does_not(
    day: date, start_month: int
) -> None:
    end = quarter_end(day, start_month)
    assert quarter_start(day, start_month) <= day <= end
    assert fiscal_quarter(end, start_month) == fiscal_quarter(day, start_month)
    assert fiscal_quarter(end + timedelta(days=1), start_month) > fiscal_quarter(day, start_month)
