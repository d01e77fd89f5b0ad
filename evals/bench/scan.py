"""The nightly scan of a town: what it reads, what it costs, and that a night without borders costs nothing."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from evals.bench.settled import TOWN, settled
from evals.bench.table import Line
from evals.bench.watching import told
from graphs.bootstrap import House
from graphs.parts import Tenancy
from graphs.perceiving.due import due_scan
from graphs.perceiving.intake import move_clock
from graphs.working.scanning import nightly, scanner
from state.principal import Principal

T = TypeVar("T")
SMALL, FULL = 3168, 100_000
MINUTES = 5.0
PER_DUE = 1.05
NIGHT_SECONDS = 600.0
"""Of CPU; a night that takes longer is broken off, and told per account."""


def measure() -> Sequence[Line]:
    """Measure a small town."""
    return _measured(SMALL)


def measure_full() -> Sequence[Line]:
    """Measure a hundred thousand accounts."""
    return _measured(FULL)


def _measured(wanted: int) -> Sequence[Line]:
    with settled(wanted) as (house, principal, size):
        tenancy = house.parts.tenancy(TOWN)
        idle, nothing = _timed(lambda: list(due_scan(house.parts, tenancy, scanner(tenancy))))
        assert not nothing, "a town that was just looked at has nothing due"
        tenancy = _next_day(house, tenancy, principal)
        for _ in due_scan(house.parts, tenancy, scanner(tenancy)):
            pass  # the first day is an hour short of a whole one, so the second is the night that is measured
        tenancy = _next_day(house, tenancy, principal)
        watch = _Watch()
        busy, night = _timed(lambda: watch.over(lambda: nightly(house.runner, tenancy, watch.told)))
        again, _ = _timed(lambda: list(due_scan(house.parts, tenancy, scanner(tenancy))))
    name = f"{size:,} accounts"
    common = [
        Line(f"{name}, nothing due: scan, wall", idle[1], "s", 1.0),
        Line(f"{name}: read", watch.read, ""),
        Line(f"{name}: CPU for each account read, with its loop", 1000 * busy[0] / max(1, watch.read), "ms"),
    ]
    if night is None:
        return [*common, Line(f"{name}: the night was broken off after, wall", busy[1] / 60, "min")]
    crossed = len(night.looked)
    return [
        *common,
        Line(f"{name}: crossed a border, of a hundred", 100 * crossed / size, "%"),
        Line(f"{name}: read for each that crossed", night.read / max(1, crossed), "×", PER_DUE),
        Line(f"{name}: scan with the loops, CPU", busy[0] / 60, "min", MINUTES),
        Line(f"{name}: scan with the loops, wall", busy[1] / 60, "min"),
        Line(f"{name}: the same scan again, wall", again[1], "s", 1.0),
    ]


class _TooLong(Exception):
    """The night takes longer than a measurement may."""


class _Watch:
    """Counts what a night reads, and breaks it off where it takes too long."""

    def __init__(self) -> None:
        self.read = 0
        self._ends = time.process_time() + NIGHT_SECONDS

    def told(self, read: int) -> None:
        """Take in how many accounts are read."""
        self.read = read
        told("Accounts of the night", read)
        if time.process_time() > self._ends:
            raise _TooLong

    def over(self, act: Callable[[], T]) -> T | None:
        """Do it; None where it was broken off."""
        try:
            return act()
        except _TooLong:
            return None


def _next_day(house: House, tenancy: Tenancy, principal: Principal) -> Tenancy:
    return move_clock(house.parts, tenancy, principal, tenancy.now + timedelta(days=1))


def _timed(act: Callable[[], T]) -> tuple[tuple[float, float], T]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = act()
    return (time.process_time() - cpu, time.perf_counter() - wall), found
