"""Days and hours on which people work: business days, quiet hours, local days, fiscal quarters.

Invariant: pure functions of the calendar and the instant; instants carry an offset, days are cut in the named
zone, and two instants are compared in UTC, so that a change of the clocks moves no result.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from state.errors import InvalidInput
from state.world.profile.calendar import WEEKDAYS, Calendar, Holiday, Region, Weekday

_SEARCH_DAYS = 366


def is_business_day(calendar: Calendar, day: date, region: str) -> bool:
    """Say whether people in the region work on that day."""
    place = calendar.region_or_default(region)
    if WEEKDAYS[day.weekday()] not in _weekdays(calendar, place):
        return False
    index = _first_holiday_from(place.holidays, day)
    return index == len(place.holidays) or place.holidays[index].day != day


def add_business_days(calendar: Calendar, day: date, count: int, region: str) -> date:
    """Move by business days: 1 is the next after `day`, -1 the one before; 0 is `day` or the next.

    Raises: InvalidInput when the calendar leaves no day to land on.
    """
    if count == 0:
        return day if is_business_day(calendar, day, region) else add_business_days(calendar, day, 1, region)
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day = _next_business_day(calendar, day + step, step, region)
    return day


def business_days_between(calendar: Calendar, start: date, end: date, region: str) -> int:
    """Count business days from `start` on, up to but not with `end`; negative when `end` is before `start`.

    A ticket opened on a Thursday and read on the next Tuesday has been open for 3: Thursday, Friday, Monday.
    """
    if end < start:
        return -business_days_between(calendar, end, start, region)
    place = calendar.region_or_default(region)
    weekdays = _weekdays(calendar, place)
    weeks, rest = divmod((end - start).days, 7)
    odd = sum(WEEKDAYS[(start.weekday() + offset) % 7] in weekdays for offset in range(rest))
    holidays = place.holidays[
        _first_holiday_from(place.holidays, start) : _first_holiday_from(place.holidays, end)
    ]
    closed = sum(WEEKDAYS[holiday.day.weekday()] in weekdays for holiday in holidays)
    return weeks * len(weekdays) + odd - closed


def local_day(instant: datetime, zone: str) -> date:
    """Read the calendar day at an instant in a zone.

    Raises: InvalidInput for an unknown zone or an instant without an offset.
    """
    return _local(instant, zone).date()


def region_of(calendar: Calendar, place: str | None) -> str:
    """Name the region of an IANA zone, a country code or name; the default where nothing fits."""
    wanted = (place or "").strip().casefold()
    for region in calendar.regions:
        known = (region.id, *region.countries, *region.zones)
        if wanted in {name.casefold() for name in known}:
            return region.id
    return calendar.default_region


def next_opening(calendar: Calendar, instant: datetime, zone: str, region: str) -> datetime:
    """Find the first moment from `instant` on outside quiet hours, weekends and holidays.

    Shape: in the given zone; `instant` itself when it is already open.
    Raises: InvalidInput when nothing opens within a year.
    """
    here = _local(instant, zone)
    for offset in range(_SEARCH_DAYS):
        day = here.date() + timedelta(days=offset)
        if not is_business_day(calendar, day, region):
            continue
        for opens, closes in _open_stretches(calendar, day, ZoneInfo(zone)):
            start = max(here.astimezone(UTC), opens)
            if start < closes:
                return start.astimezone(ZoneInfo(zone))
    raise InvalidInput(
        f"The calendar of region {region} has no open moment within a year of {here.date()}.",
        remedy="Correct quiet_hours and business_weekdays in calendar.yaml.",
        field="calendar.yaml",
        value=region,
    )


def is_open(calendar: Calendar, instant: datetime, zone: str, region: str) -> bool:
    """Say whether a person may be written to at that moment."""
    return next_opening(calendar, instant, zone, region) == instant


@dataclass(frozen=True, slots=True, order=True)
class FiscalQuarter:
    """One quarter of a fiscal year, which is named for the calendar year in which it ends."""

    year: int
    quarter: int

    def __str__(self) -> str:
        """Render as quotas name it: 2026-Q1."""
        return f"{self.year}-Q{self.quarter}"


def fiscal_quarter(day: date, year_start_month: int) -> FiscalQuarter:
    """Name the fiscal quarter of a day."""
    offset = (day.month - year_start_month) % 12
    began = day.year if day.month >= year_start_month else day.year - 1
    return FiscalQuarter(year=began if year_start_month == 1 else began + 1, quarter=offset // 3 + 1)


def quarter_start(day: date, year_start_month: int) -> date:
    """Find the first day of the fiscal quarter of a day."""
    into = (day.month - year_start_month) % 3
    return _month(day.year, day.month - into)


def quarter_end(day: date, year_start_month: int) -> date:
    """Find the last day of the fiscal quarter of a day."""
    start = quarter_start(day, year_start_month)
    return _month(start.year, start.month + 3) - timedelta(days=1)


def _month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _weekdays(calendar: Calendar, place: Region) -> tuple[Weekday, ...]:
    return calendar.business_weekdays if place.business_weekdays is None else place.business_weekdays


def _first_holiday_from(holidays: tuple[Holiday, ...], day: date) -> int:
    return bisect_left(holidays, day, key=lambda holiday: holiday.day)


def _next_business_day(calendar: Calendar, day: date, step: timedelta, region: str) -> date:
    for _ in range(_SEARCH_DAYS):
        if is_business_day(calendar, day, region):
            return day
        day += step
    raise InvalidInput(
        f"The calendar of region {region} has no business day within a year of {day}.",
        remedy="Correct business_weekdays and holidays in calendar.yaml.",
        field="calendar.yaml",
        value=region,
    )


def _local(instant: datetime, zone: str) -> datetime:
    if instant.utcoffset() is None:
        raise InvalidInput(
            "The time has no offset from UTC.",
            remedy="Write it as 2026-03-10T08:00:00-04:00.",
            field="instant",
            value=instant.isoformat(),
        )
    try:
        return instant.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        raise InvalidInput(
            f"{zone!r} is not a time zone.",
            remedy="Use an IANA name such as America/New_York.",
            field="zone",
            value=zone,
        ) from None


def _open_stretches(calendar: Calendar, day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    quiet = calendar.quiet_hours
    midnight, next_midnight = _wall(day, time(), zone), _wall(day + timedelta(days=1), time(), zone)
    starts, ends = _wall(day, quiet.start, zone), _wall(day, quiet.end, zone)
    return ((ends, starts),) if quiet.crosses_midnight else ((midnight, starts), (ends, next_midnight))


def _wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
