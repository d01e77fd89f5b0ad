"""Daily usage of an account: a level, a weekly pattern, noise that cancels within each week, and planted shapes.

Units: people per calendar day. Invariant: noise sums to zero over Monday to Friday, so it never looks like a trend.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TypeAlias

from tools.sample.cast import HISTORY_BEGINS
from tools.sample.diary import Diary

Shape: TypeAlias = Callable[[date], float]
"""Day of the first cast → factor on the level."""
OFFICE = (1.08, 1.14, 1.15, 1.13, 1.05, 0.75, 0.70)
"""Monday to Sunday; the mean is 1."""
SCHOOL = (1.36, 1.38, 1.37, 1.36, 1.33, 0.10, 0.10)
LAST_DAY = date(2026, 3, 9)
"""The last whole day before the clock, in the first cast."""
_WEEKLY_FROM = date(2025, 12, 1)
_NOISE = (-1.4, -0.6, 0.0, 0.6, 1.4)


def flat(_day: date) -> float:
    """Leave the level as it is."""
    return 1.0


def days(first: date, last: date) -> tuple[date, ...]:
    """List days, both ends included."""
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def daily(
    level: float, span: Sequence[date], draws: random.Random, *, shape: Shape = flat,
    pattern: Sequence[float] = OFFICE, noise: float = 0.02,
) -> dict[date, int]:  # fmt: skip
    """Make one value per day."""
    found: dict[date, int] = {}
    for _, week in groupby(span, key=lambda day: day.isocalendar()[:2]):
        swings = list(_NOISE)
        draws.shuffle(swings)
        for day in week:
            swing = swings[day.weekday()] if day.weekday() < 5 else 0.0
            found[day] = max(0, round(level * shape(day) * pattern[day.weekday()] * (1 + noise * swing)))
    return found


def with_mean(values: dict[date, int], first: date, last: date, mean: float) -> None:
    """Move single workdays by one until the days from first to last have the wanted mean, within half a person."""
    window = [day for day in days(first, last) if day.weekday() < 5]
    missing = round(mean * len(days(first, last))) - sum(values[day] for day in days(first, last))
    step = 1 if missing > 0 else -1
    for turn in range(abs(missing)):
        values[window[turn % len(window)]] += step


def report(diary: Diary, series: str, values: dict[date, int], feed: str = "usage") -> None:
    """Report by month, in the last months by week."""
    for _, run in groupby(sorted(values), key=_parcel):
        parcel = list(run)
        diary.usage(series, parcel[0] + diary.cast.shift, [values[day] for day in parcel], feed)


def _parcel(day: date) -> tuple[int, int, int]:
    if day < _WEEKLY_FROM:
        return (0, day.year, day.month)
    year, week, _ = day.isocalendar()
    return (1, year, week)


def history(since: str = HISTORY_BEGINS, until: date = LAST_DAY) -> tuple[date, ...]:
    """List the days from a customer's start to the last one before the clock."""
    return days(max(date.fromisoformat(since), date.fromisoformat(HISTORY_BEGINS)), until)


def steps(points: Sequence[tuple[str, int]], last: date = LAST_DAY) -> dict[date, int]:
    """Make a series that keeps its value from each given day to the next."""
    found = dict(_runs([(date.fromisoformat(day), value) for day, value in points], last))
    return dict(sorted(found.items()))


def _runs(points: Sequence[tuple[date, int]], last: date) -> Iterator[tuple[date, int]]:
    ends = [*(day - timedelta(days=1) for day, _ in points[1:]), last]
    for (first, value), end in zip(points, ends, strict=True):
        yield from ((day, value) for day in days(first, end))
