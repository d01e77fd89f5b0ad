"""Repeated measurements, their median, and a plain table of them.

Units: milliseconds; CPU is of this process over all its threads, so that another program changes it little.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from evals.bench.stage import Skipped


@dataclass(frozen=True, slots=True)
class Cost:
    """What one repetition took."""

    cpu: float
    wall: float


def once(act: Callable[[], object]) -> Cost:
    """Measure one repetition."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return Cost((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)


def interleaved(acts: Sequence[Callable[[], object]], rounds: int, warm: int = 2) -> list[Cost]:
    """Measure several acts in turns, so that a slow minute hits all alike. Shape: the median cost of each act."""
    found: list[list[Cost]] = [[] for _ in acts]
    for number in range(warm + rounds):
        for place, act in enumerate(acts):
            cost = once(act)
            if number >= warm:
                found[place].append(cost)
    return [Cost(median(one.cpu for one in costs), median(one.wall for one in costs)) for costs in found]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, with the border it is held against where there is one."""

    name: str
    value: float
    unit: str
    border: float | None = None
    """The value should not be above it."""

    @property
    def verdict(self) -> str:
        """Empty where nothing is promised."""
        if self.border is None:
            return ""
        return f"{'ok' if self.value <= self.border else 'OVER'} (≤ {self.border:g})"


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found."""

    title: str
    lines: tuple[Line, ...] = ()
    skipped: str = ""


def rendered(result: Result) -> str:
    """Lay a result out in columns."""
    out = [result.title]
    if result.skipped:
        out.append(f"  skipped: {result.skipped}")
    width = max((len(line.name) for line in result.lines), default=0)
    out += [
        f"  {line.name:<{width}}  {line.value:>10,.2f} {line.unit:<6} {line.verdict}".rstrip()
        for line in result.lines
    ]
    return "\n".join(out)


def attempted(title: str, measure: Callable[[], Sequence[Line]]) -> Result:
    """Run a benchmark, or say why it could not be run."""
    try:
        return Result(title, tuple(measure()))
    except Skipped as reason:
        return Result(title, skipped=str(reason))
