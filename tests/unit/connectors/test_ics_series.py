"""Series: their dates near the clock, moved and left-out dates, and rules that would never end."""

from datetime import timedelta

import pytest

from state.world.records import MeetingUpdated
from tests.unit.connectors.settings import NOW, SETTING, events_in
from tools.connectors.folder import Outcome
from tools.connectors.ics import read_calendar
from tools.connectors.ics_series import AFTER, BEFORE, MOST
from tools.connectors.port import Reject

SERIES = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:S1
SUMMARY:Weekly
DTSTART;TZID=Europe/Oslo:20260303T090000
DTEND;TZID=Europe/Oslo:20260303T093000
RRULE:FREQ=WEEKLY;COUNT=4
END:VEVENT
END:VCALENDAR
"""


def read(text: str) -> Outcome:
    return read_calendar(text.replace("\n", "\r\n").encode(), "s.ics", SETTING)


def meetings(text: str) -> list[MeetingUpdated]:
    return [event.data for event in events_in(read(text)) if isinstance(event.data, MeetingUpdated)]


def starts(text: str) -> list[str]:
    return [f"{one.starts_at:%m-%d %H:%M}" for one in meetings(text)]


def remarks(text: str) -> list[str]:
    return [one.reason for one in read(text).found if isinstance(one, Reject)]


def test_a_series_keeps_its_local_hour_over_a_change_of_clocks() -> None:
    assert starts(SERIES) == ["03-03 08:00", "03-10 08:00", "03-17 08:00", "03-24 08:00"]
    later = SERIES.replace("20260303", "20260324")
    assert starts(later)[:2] == ["03-24 08:00", "03-31 07:00"]


def test_a_date_left_out_is_left_out() -> None:
    text = SERIES.replace("END:VEVENT", "EXDATE;TZID=Europe/Oslo:20260310T090000\nEND:VEVENT")
    assert starts(text) == ["03-03 08:00", "03-17 08:00", "03-24 08:00"]


MOVED = """END:VEVENT
BEGIN:VEVENT
UID:S1
RECURRENCE-ID;TZID=Europe/Oslo:20260310T090000
DTSTART;TZID=Europe/Oslo:20260311T140000
DTEND;TZID=Europe/Oslo:20260311T143000
SUMMARY:Weekly, moved
END:VEVENT
END:VCALENDAR
"""


def test_a_moved_date_stays_the_same_meeting() -> None:
    moved = SERIES.replace("END:VEVENT\nEND:VCALENDAR\n", MOVED)
    assert starts(moved) == ["03-03 08:00", "03-11 13:00", "03-17 08:00", "03-24 08:00"]
    assert [one.meeting for one in meetings(moved)] == [one.meeting for one in meetings(SERIES)]
    assert read(moved).understood == read(moved).records == 2


def test_only_dates_near_the_clock_are_taken() -> None:
    weekly = SERIES.replace(";COUNT=4", "").replace("20260303", "20200303")
    begins = [one.starts_at for one in meetings(weekly) if one.starts_at]
    week = timedelta(days=7)
    assert NOW - BEFORE <= min(begins) < NOW - BEFORE + week
    assert NOW + AFTER >= max(begins) > NOW + AFTER - week


def test_of_many_dates_those_furthest_back_are_left_out_and_counted() -> None:
    outcome = read(SERIES.replace("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY").replace("20260303", "20200303"))
    found = events_in(outcome)
    assert len(found) == MOST
    assert str(found[-1].data.model_dump()["starts_at"]) == "2026-06-08 07:00:00+00:00"
    assert [one.reason for one in outcome.found if isinstance(one, Reject)] == [
        "55 dates of the series further back than its last 400 are left out"
    ]


def test_a_series_without_a_date_near_the_clock_is_understood_and_said() -> None:
    past = SERIES.replace("2026", "2016")
    assert meetings(past) == []
    assert (read(past).understood, remarks(past)) == (
        1,
        ["no date of the series falls between 2025-03-10 and 2026-06-08"],
    )


OFTEN = "it repeats more often than daily"
NO_INTERVAL = "its interval is not above 0"
NEVER = "its rule is one that may never fall on a day"
UNREAD = "its repetition cannot be read"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=SECONDLY", OFTEN),
        ("FREQ=HOURLY;COUNT=5", OFTEN),
        ("FREQ=DAILY;BYHOUR=1,2,3", OFTEN),
        ("FREQ=DAILY;INTERVAL=0", NO_INTERVAL),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", NEVER),
        ("FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31", NEVER),
        ("FREQ=DAILY;BYSETPOS=2", NEVER),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", NEVER),
        ("FREQ=WEEKLY;BYWEEKNO=53", NEVER),
        ("FREQ=MONTHLY;BYMONTHDAY=0", NEVER),
        ("FREQ=YEARLY;BYEASTER=1", NEVER),
        ("FREQ=SOMETIMES", UNREAD),
        ("FREQ=DAILY;BYMONTH=5L", UNREAD),
    ],
)
def test_a_rule_that_could_run_forever_gives_its_first_date_alone(rule: str, reason: str) -> None:
    text = SERIES.replace("FREQ=WEEKLY;COUNT=4", rule)
    assert starts(text) == ["03-03 08:00"]
    assert remarks(text) == [f"{reason}; only its first date is taken"]


def test_a_daily_series_that_began_ages_ago_is_not_walked_through() -> None:
    old = SERIES.replace("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY").replace("20260303", "18500303")
    assert "began too long ago" in " ".join(remarks(old))


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=DAILY;COUNT=1000000000", 98),
        ("FREQ=DAILY;UNTIL=99991231T000000Z", 98),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 4),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", 7),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 1),
        ("FREQ=DAILY;BYDAY=MO;BYMONTHDAY=13", 2),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=1", 2),
    ],
)
def test_usual_rules_are_expanded_without_a_remark(rule: str, count: int) -> None:
    text = SERIES.replace("FREQ=WEEKLY;COUNT=4", rule)
    assert (len(meetings(text)), remarks(text)) == (count, [])


def test_a_repetition_that_cannot_be_read_gives_the_first_date() -> None:
    text = SERIES.replace("END:VEVENT", "EXDATE;VALUE=DATE:\nEND:VEVENT")
    assert starts(text) == ["03-03 08:00"]
