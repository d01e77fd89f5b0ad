"""The nightly scan of a town: what it reads, what it costs, and that a night without borders costs nothing."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from evals.bench.settled import TOWN, settled
from evals.bench.table import Line
from graphs.bootstrap import House
from graphs.due import due_scan
from graphs.intake import move_clock
from graphs.parts import Tenancy
from graphs.scanning import nightly, scanner
from state.principal import Principal

T = TypeVar("T")
SMALL, FULL = 3168, 100_000
MINUTES = 5.0
PER_DUE = 1.05


def measure() -> Sequence[Line]:
    """Measure a small town."""
    return _measured(SMALL)


def measure_full() -> Sequence[Line]:
    """Measure a hundred thousand accounts."""
    return _measured(FULL)


def _measured(size: int) -> Sequence[Line]:
    with settled(size) as (house, principal):
        tenancy = house.parts.tenancy(TOWN)
        idle, nothing = _timed(lambda: list(due_scan(house.parts, tenancy, scanner(tenancy))))
        assert not nothing, "a town that was just looked at has nothing due"
        tenancy = _next_day(house, tenancy, principal)
        for _ in due_scan(house.parts, tenancy, scanner(tenancy)):
            pass  # the first day is an hour short of a whole one, so the second is the night that is measured
        tenancy = _next_day(house, tenancy, principal)
        busy, night = _timed(lambda: nightly(house.runner, tenancy))
        again, _ = _timed(lambda: list(due_scan(house.parts, tenancy, scanner(tenancy))))
    crossed = len(night.looked)
    return [
        Line(f"{size:,} accounts, nothing due: scan, wall", idle[1], "s", 1.0),
        Line(f"{size:,} accounts: read", night.read, ""),
        Line(f"{size:,} accounts: crossed a border, of a hundred", 100 * crossed / size, "%"),
        Line(f"{size:,} accounts: read for each that crossed", night.read / max(1, crossed), "×", PER_DUE),
        Line(f"{size:,} accounts: scan with the loops, CPU", busy[0] / 60, "min", MINUTES),
        Line(f"{size:,} accounts: scan with the loops, wall", busy[1] / 60, "min"),
        Line(f"{size:,} accounts: CPU for each account read", 1000 * busy[0] / max(1, night.read), "ms"),
        Line(f"{size:,} accounts: the same scan again, wall", again[1], "s", 1.0),
    ]


def _next_day(house: House, tenancy: Tenancy, principal: Principal) -> Tenancy:
    return move_clock(house.parts, tenancy, principal, tenancy.now + timedelta(days=1))


def _timed(act: Callable[[], T]) -> tuple[tuple[float, float], T]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = act()
    return (time.process_time() - cpu, time.perf_counter() - wall), found
