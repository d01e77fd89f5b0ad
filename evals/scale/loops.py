"""Many loops at once: what waiting for a model costs, what a second worker brings, and what either database costs."""

import os
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from evals.bench.table import Line
from evals.faults import FaultServer
from evals.obedience import Mode
from evals.scale.crew import Crew, crew
from evals.scale.jobs import Jobs, Seen
from evals.scale.town import database_on, folder, happen, settings_of, settle
from graphs.bootstrap import House, bootstrap

MODEL_SECONDS = 1.0
BEYOND_SECONDS = 1.3
TWO_OF_ONE = 1 / 1.8
CORES = os.cpu_count() or 1
FILLED = 1.15
"""Cores are never filled to the brim."""
FAIR = 0.65
"""More than that of the work in one hand leaves the other idle."""
RUNS: tuple[tuple[Mode, int], ...] = (("ok", 1), ("slow", 1), ("slow", 2))
"""How the model answers, and how many workers there are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some loops that were asked for at once."""

    seconds: float
    """From the first that was asked for to the last that was over."""
    each: float
    """Median from begun to over."""
    cpu: float
    """Of the workers, per loop."""
    served: float
    """CPU of the server's connections to this database, per loop."""
    beside: float
    """CPU of the bench, which also plays the model, per loop."""
    busiest: float
    """Share of the loops that the busiest worker did; whatever else the machine does meanwhile."""

    @property
    def computed(self) -> float:
        """CPU of all of them per loop."""
        return self.cpu + self.served + self.beside


@dataclass
class Stage:
    """A town with more accounts than one measurement needs; each takes others, as an account has one loop a minute."""

    house: House
    jobs: Jobs
    size: int
    numbers: Iterator[int]

    def at_once(self, workers: Crew, loops: int) -> Batch:
        """Let something happen at so many accounts, and wait until all their loops are over."""
        known = {one.id for one in self.jobs.seen("loop%")}
        before = self._spent(workers)
        happen(self.house, self.numbers, self.size, loops)
        self.jobs.until_over("loop%", len(known) + loops)
        hands, served, beside = (after - was for was, after in zip(before, self._spent(workers), strict=True))
        found = [one for one in self.jobs.seen("loop%") if one.id not in known]
        each = median(one.over - one.begun for one in found)
        most = max(Counter(one.worker for one in found).values())
        return Batch(
            _span(found), each, hands / loops, served / loops, beside / loops, busiest=most / len(found)
        )

    def _spent(self, workers: Crew) -> tuple[float, float, float]:
        """Say how long the workers, the server and this process have computed."""
        hands = sum(one.cpu_seconds() for one in workers.hands)
        return hands, sum(self.jobs.served().values()), time.process_time()


def _span(found: list[Seen]) -> float:
    return max(one.over for one in found) - min(one.asked for one in found)


def waiting(server: str, loops: int) -> Iterator[Line]:
    """Measure loops at once with a model that answers at once, and with one that takes a second; then two workers."""
    with folder() as place, database_on(server) as database:
        home, size = place / "home", 4 * loops
        settle(home, database, size)
        seconds: dict[tuple[str, int], Batch] = {}
        with opened(home, database, size) as stage:
            for mode, hands in RUNS:
                seconds[mode, hands] = _run(stage, home, database, mode, hands, loops)
    quick, slow, two = seconds["ok", 1], seconds["slow", 1], seconds["slow", 2]
    yield Line(f"{loops} loops at once, a model that answers at once", quick.seconds, "s")
    yield Line(f"{loops} loops at once, a model that takes {MODEL_SECONDS:g} s", slow.seconds, "s")
    yield Line("what its second costs them all together", slow.seconds - quick.seconds, "s", BEYOND_SECONDS)
    yield Line("one loop of them, from begun to over, p50", slow.each, "s")
    yield Line("CPU of the worker per loop, with a model", slow.cpu * 1000, "ms")
    yield Line("CPU of the server per loop", slow.served * 1000, "ms")
    yield Line("CPU of this bench and its model per loop", slow.beside * 1000, "ms")
    yield Line("of two workers, the share of the busier", two.busiest, "×", FAIR)
    yield Line("CPU of all per loop with two workers, of that with one", two.computed / slow.computed, "×")
    least = two.computed * loops / CORES / slow.seconds
    yield Line(f"the least of one worker's time that {CORES} cores leave them", least, "×")
    border = max(TWO_OF_ONE, FILLED * least)
    yield Line("two workers, of one worker's time", two.seconds / slow.seconds, "×", border)


def _run(stage: Stage, home: Path, database: str, mode: Mode, hands: int, loops: int) -> Batch:
    with (
        FaultServer([mode], slow_seconds=MODEL_SECONDS) as model,
        crew(home, database, MODEL_URL=model.url, MODEL_KEY=model.key) as workers,
    ):
        for _ in range(hands):
            workers.hire()
        return stage.at_once(workers, loops)


@contextmanager
def opened(home: Path, database: str, size: int) -> Generator[Stage, None, None]:
    """Open the town to let things happen there, and look at its jobs."""
    house, jobs = bootstrap(settings_of(home, database)), Jobs(home, database)
    try:
        yield Stage(house, jobs, size, count())
    finally:
        jobs.close()
        house.close()


def costs(server: str, loops: int) -> Iterator[Line]:
    """Measure what a loop costs its worker on either database, without a model."""
    for name, where in (("SQLite", ""), ("PostgreSQL", server)):
        with folder() as place, database_on(where) as database:
            settle(place / "home", database, 2 * loops)
            with (
                opened(place / "home", database, 2 * loops) as stage,
                crew(place / "home", database) as workers,
            ):
                workers.hire()
                stage.at_once(workers, loops)
                found = stage.at_once(workers, loops)
        yield Line(f"CPU of the worker per loop, playbook, {name}", found.cpu * 1000, "ms")
