"""The dates of one calendar entry: its own, or those of its series near the clock.

Invariant: bounded in time and memory whatever the rule says: a series that would repeat within a day, or for longer
than its start allows, is not expanded; of the others at most `MOST` dates come out.
Source: RFC 5545, 3.8.5; 400 dates and -365...+90 days are ours.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]  # publishes no types
from icalendar import Calendar, Component, Event, vRecur

BEFORE, AFTER = timedelta(days=365), timedelta(days=90)
MOST = 400
MOST_STEPS = 60_000
"""Repetitions between the start of a series and the end of the window: 160 years of days."""
DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
CLOCK = ("BYHOUR", "BYMINUTE", "BYSECOND")
NARROW = frozenset({"BYSETPOS", "BYYEARDAY", "BYWEEKNO"})
"""Parts that mean nothing within a day or a week."""
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError)
"""What the parser raises on calendars that are none; a zone called America is a folder, hence the last."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One entry on one date."""

    entry: Event
    starts: date
    ends: date
    slot: date | None
    """Which date of a series it is, also when it was moved; None: it is no series."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """The dates of a series, and what has to be said about them."""

    dates: tuple[Dated, ...]
    remark: str = ""


def zoned(moment: date, zone: ZoneInfo) -> datetime:
    """Place a date or a floating time in the tenant's zone; a day begins at midnight there."""
    whole = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return (whole if whole.tzinfo is not None else whole.replace(tzinfo=zone)).astimezone(UTC)


def moment_of(value: object) -> date | None:
    """Read the date or time of a property; None where it is missing, broken or of another kind."""
    try:
        moment = getattr(value, "dt", None)
    except UNREADABLE:
        return None
    return moment if isinstance(moment, date) else None


def own_dates(entry: Event) -> tuple[date, date]:
    """Read start and end. Raises: one of `UNREADABLE`."""
    starts, ends = entry.start, entry.end
    if isinstance(starts, datetime) is not isinstance(ends, datetime):
        raise ValueError("start and end are of different kinds")
    return starts, ends


def is_series(entry: Component) -> bool:
    """Tell whether an entry repeats."""
    return "RRULE" in entry or "RDATE" in entry


def expanded(entries: Sequence[Event], now: datetime, zone: ZoneInfo) -> Expanded:
    """Give the dates of one series, with its exceptions, that fall near the clock; nearest to it first kept."""
    fault = next((fault for entry in entries if (fault := _checked(entry, now, zone))), "")
    if fault:
        return Expanded(
            tuple(alone(entry, zone) for entry in entries), f"{fault}; only its first date is taken"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            query = recurring_ical_events.of(_calendar(entries, now), keep_recurrence_attributes=True)
            found = query.between(now - BEFORE, now + AFTER)
        dates = [_dated(entry, zone) for entry in found if isinstance(entry, Event)]
    except UNREADABLE:
        return Expanded(
            tuple(alone(entry, zone) for entry in entries),
            "its repetition cannot be read; only its first date is taken",
        )
    dates.sort(key=lambda one: (zoned(one.starts, zone), str(one.slot)))
    if not dates:
        return Expanded((), f"no date of the series falls between {_days(now)}")
    more = len(dates) - MOST
    remark = f"{more} dates of the series further back than its last {MOST} are left out" if more > 0 else ""
    return Expanded(tuple(dates[-MOST:]), remark)


def _days(now: datetime) -> str:
    return f"{(now - BEFORE).date().isoformat()} and {(now + AFTER).date().isoformat()}"


def alone(entry: Event, zone: ZoneInfo) -> Dated:
    """Give an entry on its own date."""
    starts, ends = own_dates(entry)
    slot = moment_of(entry.get("RECURRENCE-ID")) or (starts if is_series(entry) else None)
    return Dated(entry, starts, ends, None if slot is None else _slot(slot, zone))


def _dated(entry: Event, zone: ZoneInfo) -> Dated:
    starts, ends = own_dates(entry)
    return Dated(entry, starts, ends, _slot(moment_of(entry.get("RECURRENCE-ID")) or starts, zone))


def _slot(moment: date, zone: ZoneInfo) -> date:
    return zoned(moment, zone) if isinstance(moment, datetime) else moment


def _calendar(entries: Sequence[Event], now: datetime) -> Calendar:
    calendar = Calendar()
    for entry in entries:
        copy = entry.copy(recursive=False)
        if "RRULE" in copy and not {"COUNT", "UNTIL"} & _rule(copy).keys():
            copy["RRULE"] = _ending(copy, now + AFTER + timedelta(days=1))
        calendar.add_component(copy)
    return calendar


def _ending(entry: Event, end: datetime) -> vRecur:
    rule = vRecur(_rule(entry))
    start = entry.start
    if not isinstance(start, datetime):
        rule["UNTIL"] = [end.date()]
    else:
        rule["UNTIL"] = [end if start.tzinfo is not None else end.replace(tzinfo=None)]
    return rule


def _rule(entry: Event) -> dict[str, list[Any]]:
    """Give the parts of a rule. Raises: TypeError where there are several, or it is broken."""
    rule = entry["RRULE"]
    if not isinstance(rule, vRecur):
        raise TypeError
    return {str(name).upper(): list(part) for name, part in rule.items()}


def _checked(entry: Event, now: datetime, zone: ZoneInfo) -> str:
    try:
        return "" if "RRULE" not in entry else _fault(entry, now, zone)
    except UNREADABLE:
        return "its repetition cannot be read"


def _fault(entry: Event, now: datetime, zone: ZoneInfo) -> str:
    """Say why a rule is not expanded, before anything runs through it. Raises: one of `UNREADABLE`."""
    rule = _rule(entry)
    frequency = str(rule["FREQ"][0]).upper()
    interval = int(str(rule.get("INTERVAL", [1])[0]))
    if frequency not in DAYS or any(len(rule.get(name, ())) > 1 for name in CLOCK):
        return "it repeats more often than daily"
    if interval < 1:
        return "its interval is not above 0"
    span = now + AFTER - zoned(entry.start, zone)
    if span.days // (DAYS[frequency] * interval) > MOST_STEPS:
        return "it began too long ago"
    return "" if _can_fall(rule, frequency, interval) else "its rule is one that may never fall on a day"


def _can_fall(rule: Mapping[str, Sequence[object]], frequency: str, interval: int) -> bool:
    """Tell whether a rule surely names days: one that names none would be searched for until the year 9999."""
    months = [int(str(one)) for one in rule.get("BYMONTH", ())]
    days = [abs(int(str(one))) for one in rule.get("BYMONTHDAY", ())]
    if days and not any(0 < day <= LONGEST.get(month, 31) for day in days for month in months or [1]):
        return False
    if "BYEASTER" in rule:
        return False
    if frequency in ("DAILY", "WEEKLY"):
        is_odd = frequency == "DAILY" and interval % 7 == 0 and "BYDAY" in rule
        return not (is_odd or NARROW & rule.keys())
    return True
