"""One usage series prepared for charts: days compared like with like, and this year's fall beside last year's.

Invariant: only whole days before the clock count; a window counts when at least half of its days were reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from state.world.charts import lag1, mean, prewhitened, sigma, weekday_factors
from state.world.profile.account_signals import UsageDrop

YEAR_OF_WEEKS_DAYS = 364
"""Fifty-two weeks: the same weekday a year ago."""


@dataclass(frozen=True)
class Panel:
    """Windows end at `end`, the last reported day before the clock."""

    points: Mapping[date, int]
    end: date
    rule: UsageDrop

    @cached_property
    def now_days(self) -> tuple[date, date]:
        """First and last day of the newest window."""
        return self.end - timedelta(days=self.rule.window_days - 1), self.end

    @cached_property
    def before_days(self) -> tuple[date, date]:
        """First and last day of the window before it."""
        first, last = self.now_days
        return first - timedelta(days=self.rule.window_days), last - timedelta(days=self.rule.window_days)

    @cached_property
    def centre(self) -> dict[date, float]:
        """The days that tell what is normal: they end before the newest window."""
        last = self.before_days[1]
        return self._between(last - timedelta(days=self.rule.centre_days - 1), last)

    @cached_property
    def factors(self) -> tuple[float, ...]:
        """Weekday mean ÷ mean, over the centre."""
        return weekday_factors(self.centre)

    @cached_property
    def history_days(self) -> int:
        """Units: days from the first report to the end, both included."""
        return (self.end - next(iter(self.points))).days + 1 if self.points else 0

    @property
    def is_enough(self) -> bool:
        """Enough weeks, enough normal days, and both windows at least half reported."""
        return (
            self.history_days >= self.rule.min_history_weeks * 7
            and len(self.centre) >= self.rule.centre_min_days
            and self.raw_mean(self.now_days) is not None
            and self.raw_mean(self.before_days) is not None
        )

    def raw_mean(self, days: tuple[date, date]) -> float | None:
        """Average the reported values of a window; None when fewer than half of its days were reported."""
        found = self._window(days)
        return mean(list(found.values())) if len(found) * 2 >= self.rule.window_days else None

    def adjusted_mean(self, days: tuple[date, date]) -> float | None:
        """Average the weekday-adjusted values of a window."""
        found = self._window(days)
        return mean(self._adjusted(found)) if len(found) * 2 >= self.rule.window_days else None

    @cached_property
    def drop(self) -> float:
        """By which share the newest window lies under the one before; negative when it rose."""
        return self._fall(self.now_days, self.before_days) or 0.0

    @cached_property
    def seasonal_drop(self) -> float:
        """The same comparison a year ago; 0 without enough history."""
        if self.history_days < self.rule.seasonal_weeks * 7:
            return 0.0
        shift = timedelta(days=YEAR_OF_WEEKS_DAYS)
        (first, last), (before_first, before_last) = self.now_days, self.before_days
        return self._fall((first - shift, last - shift), (before_first - shift, before_last - shift)) or 0.0

    @cached_property
    def residuals(self) -> tuple[tuple[float, ...], float]:
        """Shape: (values of the newest window centred at 0, their normal standard deviation), prewhitened when due.

        Invariant: centre, deviation and autocorrelation come from the centre days alone.
        """
        normal = self._adjusted(self.centre)
        level = mean(normal)
        centred = [value - level for value in normal]
        newest = [value - level for value in self._adjusted(self._window(self.now_days))]
        phi = lag1(centred)
        if phi <= float(self.rule.prewhiten_from_lag1):
            return tuple(newest), sigma(centred)
        whitened = prewhitened([centred[-1], *newest], phi)[1:]
        return tuple(whitened), sigma(prewhitened(centred, phi)[1:])

    def _fall(self, days: tuple[date, date], before: tuple[date, date]) -> float | None:
        now, then = self.adjusted_mean(days), self.adjusted_mean(before)
        return None if now is None or not then else 1 - now / then

    def _window(self, days: tuple[date, date]) -> dict[date, float]:
        found = self._windows.get(days)
        if found is None:
            found = self._windows[days] = self._between(*days)
        return found

    @cached_property
    def _windows(self) -> dict[tuple[date, date], dict[date, float]]:
        return {}

    def _between(self, first: date, last: date) -> dict[date, float]:
        start = first.toordinal()
        days = (date.fromordinal(ordinal) for ordinal in range(start, last.toordinal() + 1))
        return {day: float(self.points[day]) for day in days if day in self.points}

    def _adjusted(self, values: Mapping[date, float]) -> list[float]:
        """Divide by the weekday's factor; a weekday that is always at 0 tells nothing and is left out."""
        factors = self.factors
        return [value / factor for day, value in values.items() if (factor := factors[day.weekday()]) > 0]
