"""Control charts and small statistics: what counts as a change in a series, with a stated false-alarm rate.

Invariant: in-control run lengths hold for independent points and a known sigma; a sigma estimated from few
days or neighbouring days that resemble each other shorten them.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

DAYS_OF_WEEK = 7


def percentile(ordered: Sequence[float], share: float) -> float:
    """Read a percentile of sorted values by linear interpolation between the two nearest ranks.

    Units: `share` from 0 to 1.
    Raises: ValueError for an empty sequence.
    Source: Hyndman and Fan (1996), definition 7.
    """
    if not ordered:
        raise ValueError("a percentile needs at least one value")
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def reaches(value: float, border: float) -> bool:
    """Tell whether a computed share is at or above a border, forgiving what binary fractions lose."""
    return value > border - 1e-9


def mean(values: Sequence[float]) -> float:
    """Average; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def median(values: Iterable[float]) -> float:
    """Middle value, half-way between the two middle ones of an even number."""
    return percentile(sorted(values), 0.5)


def sigma(values: Sequence[float]) -> float:
    """Sample standard deviation; 0 of fewer than two values."""
    if len(values) < 2:
        return 0.0
    centre = mean(values)
    return math.sqrt(sum((value - centre) ** 2 for value in values) / (len(values) - 1))


def weekday_factors(points: Mapping[date, float]) -> tuple[float, ...]:
    """Divide each weekday's mean by the mean of all days.

    Shape: seven factors, Monday first; 1 for a weekday without points, and everywhere if the mean is 0.
    """
    by_day: list[list[float]] = [[] for _ in range(DAYS_OF_WEEK)]
    for day, value in points.items():
        by_day[day.weekday()].append(value)
    centre = mean(list(points.values()))
    return tuple(mean(found) / centre if found and centre else 1.0 for found in by_day)


def lag1(values: Sequence[float]) -> float:
    """Estimate the correlation of each value with the one before; 0 of a constant or very short series.

    Source: Box and Jenkins, Time Series Analysis: r1 = sum of neighbouring products ÷ sum of squares.
    """
    centre = mean(values)
    squares = sum((value - centre) ** 2 for value in values)
    if len(values) < 3 or squares == 0:
        return 0.0
    pairs = pairwise(values)
    return sum((left - centre) * (right - centre) for left, right in pairs) / squares


def prewhitened(values: Sequence[float], phi: float) -> list[float]:
    """Take out what an AR(1) process carries over: e(t) = x(t) - phi x(t-1), for values centred at 0.

    Shape: as long as the input; the first value stays.
    Source: Alwan and Roberts (1988), charts on residuals.
    """
    return [*values[:1], *(right - phi * left for left, right in pairwise(values))]


@dataclass(frozen=True, slots=True)
class Ewma:
    """Where an exponentially weighted mean stands against its limits."""

    last: float
    border: float
    """Distance of either limit from the centre at 0."""

    @property
    def is_low(self) -> bool:
        """Below the lower limit."""
        return self.last < -self.border


def ewma(values: Iterable[float], spread: float, weight: float, limit: float) -> Ewma:
    """Follow z(t) = weight x(t) + (1 - weight) z(t-1) from 0, for values centred at 0.

    Units: `spread` is the standard deviation of one value.
    Invariant: the limits are the steady ones, ± limit × spread × sqrt(weight ÷ (2 - weight)).
    Source: Roberts (1959); Lucas and Saccucci (1990): weight .2, limit 2.962, in-control run about 500.
    """
    last = 0.0
    for value in values:
        last = smoothed(last, value, weight)
    return Ewma(last, ewma_border(spread, weight, limit))


def smoothed(last: float, value: float, weight: float) -> float:
    """Move an exponentially weighted mean one value on."""
    return weight * value + (1 - weight) * last


def ewma_border(spread: float, weight: float, limit: float) -> float:
    """Compute the distance of either steady limit from the centre at 0."""
    return limit * spread * math.sqrt(weight / (2 - weight))


def ewma_alarms(standardised: Iterable[float], weight: float, limit: float) -> Iterator[int]:
    """Give each point at which the mean leaves its limits; after an alarm the chart starts again at 0."""
    last, border = 0.0, ewma_border(1.0, weight, limit)
    for index, value in enumerate(standardised):
        last = smoothed(last, value, weight)
        if abs(last) > border:
            yield index
            last = 0.0


@dataclass(frozen=True, slots=True)
class Cusum:
    """Where a two-sided cumulative sum stands, and at which point each side last left 0."""

    high: float
    low: float
    high_from: int
    low_from: int


def cusum(standardised: Sequence[float], allowance: float) -> Cusum:
    """Add up standardised values beyond an allowance, above and below apart.

    Shape: a side speaks when it passes the decision interval h.
    Source: Page (1954): k .5, h 5 finds a shift of one sigma after about 10 points, in-control run about 465.
    """
    high = low = 0.0
    high_from = low_from = 0
    for index, value in enumerate(standardised):
        high_from = index if high == 0 else high_from
        low_from = index if low == 0 else low_from
        high, low = summed(high, low, value, allowance)
    return Cusum(high, low, high_from, low_from)


def summed(high: float, low: float, value: float, allowance: float) -> tuple[float, float]:
    """Move both sides of a cumulative sum one standardised value on."""
    return max(0.0, high + value - allowance), max(0.0, low - value - allowance)


def cusum_alarms(standardised: Iterable[float], allowance: float, interval: float) -> Iterator[int]:
    """Give each point at which a side passes the decision interval; after an alarm both start again at 0."""
    high = low = 0.0
    for index, value in enumerate(standardised):
        high, low = summed(high, low, value, allowance)
        if max(high, low) > interval:
            yield index
            high = low = 0.0


def poisson_at_most(count: int, expected: float) -> float:
    """P(X ≤ count) of a Poisson count with the expected mean."""
    if count < 0:
        return 0.0
    term = total = math.exp(-expected)
    for step in range(1, count + 1):
        term *= expected / step
        total += term
    return min(total, 1.0)


def poisson_at_least(count: int, expected: float) -> float:
    """P(X ≥ count) of a Poisson count with the expected mean."""
    return 1.0 - poisson_at_most(count - 1, expected)


def poisson_limit(expected: float, false_alarm: float) -> int:
    """Find the smallest count that chance reaches in at most this share of windows.

    Source: probability limits of a c-chart, Montgomery, Introduction to Statistical Quality Control.
    """
    count = 0
    while poisson_at_least(count, expected) > false_alarm:
        count += 1
    return count
