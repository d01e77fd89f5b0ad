"""How long each chart runs before it speaks: by chance, after a shift, with estimates, on days that are alike.

Invariant: the recursions and limits are those of `state.world.charts`, many series at a time; a seed makes the table
the same everywhere.
Units: points, here days.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evals.bench.table import Line
from state.world.charts import ewma_border

Floats: TypeAlias = NDArray[np.float64]
Step: TypeAlias = Callable[[Floats, Floats], tuple[Floats, NDArray[np.bool_]]]
"""(state of every series, its next value) → (new state, which speak)."""

SEED = 7
SERIES = 5_000
LONGEST = 10_000
"""A run that lasts longer is counted as this long."""
ESTIMATED_DAYS = 56
CORRELATION = 0.3
SHIFT = 1.0
PREWHITEN_FROM = 0.1


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a step that many series take together."""

    name: str
    step: Step


def ewma_chart(weight: float, limit: float) -> Chart:
    """Follow the weighted mean against its steady limits."""
    border = ewma_border(1.0, weight, limit)

    def step(state: Floats, value: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        last = weight * value + (1 - weight) * state[0]
        return last[np.newaxis], np.abs(last) > border

    return Chart(f"EWMA({weight:g}, {limit:g})", step)


def fast_ewma_chart(weight: float, limit: float) -> Chart:
    """Follow the weighted mean against limits that widen from the first point, as its own spread does."""

    def step(state: Floats, value: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        last, points = weight * value + (1 - weight) * state[0], state[1] + 1
        border = ewma_border(1.0, weight, limit) * np.sqrt(1 - (1 - weight) ** (2 * points))
        return np.stack((last, points)), np.abs(last) > border

    return Chart(f"EWMA({weight:g}, {limit:g}) with widening limits", step)


def cusum_chart(allowance: float, interval: float) -> Chart:
    """Add up both sides."""

    def step(state: Floats, value: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        high = np.maximum(0.0, state[0] + value - allowance)
        low = np.maximum(0.0, state[1] - value - allowance)
        return np.stack((high, low)), np.maximum(high, low) > interval

    return Chart(f"CUSUM({allowance:g}, {interval:g})", step)


def shewhart_chart(limit: float) -> Chart:
    """Judge each point alone."""
    return Chart(f"Shewhart({limit:g})", lambda state, value: (state, np.abs(value) > limit))


CHARTS = (
    ewma_chart(0.2, 2.962),
    ewma_chart(0.1, 2.814),
    fast_ewma_chart(0.1, 2.814),
    cusum_chart(0.5, 5.0),
    shewhart_chart(3.0),
)
"""The third is not used: it shows where published figures differ that assume such limits."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the chart is fed: how far the mean has moved, how alike neighbours are, and what had to be estimated."""

    name: str
    shift: float = 0.0
    correlation: float = 0.0
    estimates: frozenset[str] = frozenset()
    """Of centre, sigma and correlation; from `ESTIMATED_DAYS` days before the first."""
    is_prewhitened: bool = False
    """What a day takes over from the one before is taken out first."""

    @property
    def is_median(self) -> bool:
        """Told as a median where something is estimated: a few lucky estimates make the mean long."""
        return bool(self.estimates)


_FROM = f"of {ESTIMATED_DAYS} days, median"
_ALIKE = f"in control, autocorrelation {CORRELATION:g}"
SETTINGS = (
    Setting("in control"),
    Setting("shift of one sigma", shift=SHIFT),
    Setting(f"in control, sigma {_FROM}", estimates=frozenset({"sigma"})),
    Setting(f"in control, centre and sigma {_FROM}", estimates=frozenset({"centre", "sigma"})),
    Setting(_ALIKE, correlation=CORRELATION),
    Setting(f"{_ALIKE}, prewhitened", correlation=CORRELATION, is_prewhitened=True),
    Setting(
        f"{_ALIKE}, prewhitened, all {_FROM}", correlation=CORRELATION, is_prewhitened=True,
        estimates=frozenset({"centre", "sigma", "correlation"}),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What each chart takes for normal, one value per series."""

    centre: Floats
    phi: Floats
    spread: Floats

    def kept(self, stays: NDArray[np.bool_]) -> "Known":
        """Drop the series that have spoken."""
        return Known(self.centre[stays], self.phi[stays], self.spread[stays])

    def standardised(self, now: Floats, before: Floats) -> Floats:
        """Give what the chart is shown of a day."""
        return (now - self.centre - self.phi * (before - self.centre)) / self.spread


def measure(series: int = SERIES, longest: int = LONGEST) -> Sequence[Line]:
    """Measure every chart under every setting."""
    return [
        Line(f"{chart.name}: {setting.name}", told(chart, setting, series, longest), "points")
        for chart in CHARTS
        for setting in SETTINGS
    ]


def told(chart: Chart, setting: Setting, series: int = SERIES, longest: int = LONGEST) -> float:
    """Average the run lengths, or take their median."""
    lengths = run_lengths(chart, setting, series, longest)
    return float(np.median(lengths) if setting.is_median else np.mean(lengths))


def run_lengths(chart: Chart, setting: Setting, series: int = SERIES, longest: int = LONGEST) -> Floats:
    """Run so many series until each speaks, dropping those that have."""
    random = np.random.default_rng(SEED)
    history = _history(setting, series, random)
    known, before = _known(setting, history), history[:, -1]
    state = np.zeros((2, series))
    lengths = np.full(series, float(longest))
    alive = np.arange(series)
    for point in range(1, longest + 1):
        now = _next(setting, before, random)
        state, speaks = chart.step(state, known.standardised(now + setting.shift, before))
        lengths[alive[speaks]] = point
        stays = ~speaks
        alive, before, state, known = alive[stays], now[stays], state[:, stays], known.kept(stays)
        if not len(alive):
            break
    return lengths


def _next(setting: Setting, before: Floats, random: np.random.Generator) -> Floats:
    """Draw a day of mean 0 and variance 1 that resembles the one before as much as the setting says."""
    phi = setting.correlation
    now: Floats = phi * before + np.sqrt(1 - phi**2) * random.standard_normal(len(before))
    return now


def _history(setting: Setting, series: int, random: np.random.Generator) -> Floats:
    days = [random.standard_normal(series)]
    for _ in range(ESTIMATED_DAYS - 1):
        days.append(_next(setting, days[-1], random))
    return np.stack(days, axis=1)


def _known(setting: Setting, history: Floats) -> Known:
    """Estimate what the setting says has to be estimated; the rest is known."""
    series = len(history)
    centre = history.mean(axis=1) if "centre" in setting.estimates else np.zeros(series)
    deviations = history - centre[:, np.newaxis]
    phi = np.full(series, setting.correlation if setting.is_prewhitened else 0.0)
    if "correlation" in setting.estimates:
        phi = _lag1(history)
        phi = np.where(phi > PREWHITEN_FROM, phi, 0.0)
    spread = np.sqrt(1 - phi**2) if setting.is_prewhitened else np.ones(series)
    if "sigma" in setting.estimates:
        spread = (deviations[:, 1:] - phi[:, np.newaxis] * deviations[:, :-1]).std(axis=1, ddof=1)
    return Known(centre, phi, spread)


def _lag1(history: Floats) -> Floats:
    deviations = history - history.mean(axis=1, keepdims=True)
    products: Floats = (deviations[:, 1:] * deviations[:, :-1]).sum(axis=1)
    squares: Floats = (deviations**2).sum(axis=1)
    found: Floats = products / squares
    return found
