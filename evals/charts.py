"""The product's own charts on public series with labelled anomalies: tuned on one half of the files, told on the other.

Invariant: nothing after a point takes part in judging it; an alarm silences its series for a day; alarms in the first
15 % of a series do not count. Neighbouring alarms are never merged, which would inflate any detector.
Run with `python -m evals.charts`.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from state.errors import NotFound
from state.world.charts import cusum_alarms, ewma_alarms, lag1, mean, median, prewhitened, sigma

DAY = 86_400
SLOT = 3_600
"""Seconds: a day is the period, an hour of it is compared with the same hour of other days."""
UNJUDGED = 0.15
PREWHITEN_FROM = 0.1
CAP = 50.0
"""A value counts for at most so many sigmas: after a constant stretch sigma is 0."""


LEAST_F1 = 0.20
LEAST_AHEAD = 0.10
"""Of always-on."""
FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "nab"
"""Where the public series lie, beside the checkout."""


@dataclass(frozen=True)
class Record:
    """One series, with the windows in which something was wrong."""

    name: str
    times: Sequence[int]
    values: Sequence[float]
    windows: Sequence[tuple[int, int]]

    @property
    def first(self) -> int:
        """Index of the first point whose alarm counts."""
        return int(len(self.values) * UNJUDGED)

    @cached_property
    def residuals(self) -> list[float]:
        """Shape: standardised deviations from the first judged point on; each day by the days before it."""
        cuts = [self.first, *self._midnights(), len(self.values)]
        return [value for start, end in pairwise(cuts) for value in self._day(start, end)]

    def _midnights(self) -> Iterator[int]:
        begin = self.times[0]
        for index in range(self.first + 1, len(self.times)):
            if (self.times[index] - begin) // DAY != (self.times[index - 1] - begin) // DAY:
                yield index

    def _day(self, start: int, end: int) -> list[float]:
        centre, slots = _normal(self.times[:start], self.values[:start])
        known, fresh = (
            [x - centre - slots[_slot(t)] for t, x in zip(self.times[a:b], self.values[a:b], strict=True)]
            for a, b in ((0, start), (start - 1, end))
        )
        phi = lag1(known)
        phi = phi if phi > PREWHITEN_FROM else 0.0
        spread = sigma(prewhitened(known, phi)[1:])
        return [_capped(value, spread) for value in prewhitened(fresh, phi)[1:]]


def _normal(times: Sequence[int], values: Sequence[float]) -> tuple[float, list[float]]:
    """Shape: (mean, how far each hour of the day lies from it); an hour seen once is not told apart."""
    centre = mean(values)
    by_slot: list[list[float]] = [[] for _ in range(DAY // SLOT)]
    for instant, value in zip(times, values, strict=True):
        by_slot[_slot(instant)].append(value)
    return centre, [mean(found) - centre if len(found) > 1 else 0.0 for found in by_slot]


def _slot(instant: int) -> int:
    return instant % DAY // SLOT


def _capped(value: float, spread: float) -> float:
    if spread > 0:
        return max(-CAP, min(CAP, value / spread))
    return 0.0 if abs(value) < 1e-9 else CAP if value > 0 else -CAP


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its two settings: weight and limit of an EWMA, allowance and interval of a CUSUM."""

    kind: str
    pace: float
    border: float

    def alarms(self, record: Record) -> list[int]:
        """Give the instants of its alarms, each at least a day after the one before."""
        run = ewma_alarms if self.kind == "ewma" else cusum_alarms
        points = (record.first + index for index in run(record.residuals, self.pace, self.border))
        return _a_day_apart(record.times[point] for point in points)

    def __str__(self) -> str:
        """Write it as a table does."""
        return f"{self.kind.upper()}({self.pace:g}, {self.border:g})"


AS_SHIPPED = (Chart("ewma", 0.2, 2.962), Chart("cusum", 0.5, 5.0))
"""As the profile has them for daily users; samples of minutes need wider limits, so these are told untuned."""
GRID = (
    *(Chart("ewma", weight, limit) for weight in (0.05, 0.1, 0.2) for limit in (4.0, 6.0, 8.0, 12.0, 16.0)),
    *(
        Chart("cusum", allowance, interval)
        for allowance in (0.5, 1.0, 2.0)
        for interval in (10.0, 20.0, 40.0)
    ),
)


def _a_day_apart(instants: Iterator[int]) -> list[int]:
    kept: list[int] = []
    for instant in instants:
        if not kept or instant - kept[-1] >= DAY:
            kept.append(instant)
    return kept


@dataclass(frozen=True, slots=True)
class Tally:
    """Windows found, windows missed, alarms outside every window; they add up over series."""

    found: int = 0
    missed: int = 0
    false: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Pool two."""
        return Tally(self.found + other.found, self.missed + other.missed, self.false + other.false)

    @property
    def f1(self) -> float:
        """0 where nothing was to find and nothing was said."""
        whole = 2 * self.found + self.missed + self.false
        return 2 * self.found / whole if whole else 0.0


def tallied(alarms: Sequence[int], windows: Sequence[tuple[int, int]]) -> Tally:
    """Count one series."""
    found = sum(any(start <= alarm <= end for alarm in alarms) for start, end in windows)
    false = sum(not any(start <= alarm <= end for start, end in windows) for alarm in alarms)
    return Tally(found, len(windows) - found, false)


def pooled(chart: Chart, records: Sequence[Record]) -> Tally:
    """Count several series together."""
    return sum((tallied(chart.alarms(one), one.windows) for one in records), Tally())


def always_on(records: Sequence[Record]) -> Tally:
    """Count an alarm at every point: the baseline that finds everything."""
    alarms = (_a_day_apart(iter(one.times[one.first :])) for one in records)
    return sum((tallied(found, one.windows) for found, one in zip(alarms, records, strict=True)), Tally())


def tuned(records: Sequence[Record], grid: Sequence[Chart] = GRID) -> Chart:
    """Choose the chart with the best pooled F1; the first of equals."""
    return max(grid, key=lambda chart: pooled(chart, records).f1)


@dataclass(frozen=True, slots=True)
class Held:
    """One half tuned, the other told."""

    tuned_on: str
    told_on: str
    chart: Chart
    tuned: Tally
    told: Tally
    always: Tally
    false_by_series: dict[str, int]

    @property
    def is_good(self) -> bool:
        """Good enough, and well ahead of always-on."""
        return self.told.f1 >= LEAST_F1 and self.told.f1 >= self.always.f1 + LEAST_AHEAD


def halves(records: Sequence[Record], grid: Sequence[Chart] = GRID) -> tuple[Held, Held]:
    """Tune on the even files and tell the odd ones, and the other way round; files are numbered from 0 by path."""
    even, odd = ("even", records[0::2]), ("odd", records[1::2])
    return _held(even, odd, grid), _held(odd, even, grid)


def _held(
    here: tuple[str, Sequence[Record]], there: tuple[str, Sequence[Record]], grid: Sequence[Chart]
) -> Held:
    chart = tuned(here[1], grid)
    by_series = {one.name: tallied(chart.alarms(one), one.windows) for one in there[1]}
    return Held(
        here[0], there[0], chart, pooled(chart, here[1]), sum(by_series.values(), Tally()), always_on(there[1]),
        {name: tally.false for name, tally in by_series.items()},
    )  # fmt: skip


def read(folder: Path) -> tuple[Record, ...]:
    """Read every series, sorted by path. Raises: NotFound."""
    labels = folder / "labels" / "combined_windows.json"
    if not labels.is_file():
        raise NotFound(
            f"{folder} holds no labelled series.", field="folder", value=str(folder),
            remedy="Name a folder with data/ and labels/combined_windows.json.",
        )  # fmt: skip
    windows = json.loads(labels.read_text(encoding="utf-8"))
    place = folder / "data"
    return tuple(
        _record(path, name, windows[name])
        for path in sorted(place.rglob("*.csv"))
        if (name := path.relative_to(place).as_posix()) in windows
    )


def _record(path: Path, name: str, windows: Sequence[Sequence[str]]) -> Record:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [(_instant(row["timestamp"]), float(row["value"])) for row in csv.DictReader(stream)]
    spans = [(_instant(start), _instant(end)) for start, end in windows]
    return Record(name, [instant for instant, _ in rows], [value for _, value in rows], spans)


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def table(records: Sequence[Record], both: Sequence[Held]) -> str:
    """Write the result: both halves, the shipped settings untuned, and false alarms per series."""
    head = (
        f"{'tuned on':<10}{'chart':<18}{'F1 there':>9}{'told on':>9}{'found':>7}{'missed':>8}{'false':>7}{'F1':>7}"
        f"{'always on':>11}"
    )
    lines = [
        f"{len(records)} series, {sum(len(one.windows) for one in records)} windows; chart per sample, period one day",
        "an alarm silences its series for 24 hours",
        head,
    ]
    lines += [
        f"{one.tuned_on:<10}{one.chart!s:<18}{one.tuned.f1:>9.2f}{one.told_on:>9}{one.told.found:>7}"
        f"{one.told.missed:>8}{one.told.false:>7}{one.told.f1:>7.2f}{one.always.f1:>11.2f}"
        for one in both
    ]
    for chart in AS_SHIPPED:
        whole = pooled(chart, records)
        lines.append(
            f"{'nothing':<10}{chart!s:<18}{'':>9}{'all':>9}{whole.found:>7}{whole.missed:>8}{whole.false:>7}"
            f"{whole.f1:>7.2f}{always_on(records).f1:>11.2f}"
        )
    alarms = {name: false for one in both for name, false in one.false_by_series.items()}
    lines.append(f"false alarms per series: median {median(alarms.values()):g}")
    return "\n".join([*lines, *(f"  {false:>3}  {name}" for name, false in sorted(alarms.items()))])


def main(folder: Path = FOLDER) -> int:
    """Print the table; 1 when a half is not good enough. Raises: NotFound."""
    records = read(folder)
    both = halves(records)
    sys.stdout.write(table(records, both) + "\n")
    return 0 if all(one.is_good for one in both) else 1


if __name__ == "__main__":
    sys.exit(main())
