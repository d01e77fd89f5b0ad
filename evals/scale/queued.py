"""The queue itself: how soon a job begins, how fast they go, and whether a long queue is a slow one."""

import time
from collections.abc import Iterator
from statistics import median

from evals.bench.settled import TOWN
from evals.bench.table import Line
from evals.scale.crew import crew
from evals.scale.jobs import Jobs, all_over
from evals.scale.town import database_on, folder, settle
from state.ids import AccountId
from state.ports.queueing import Job, JobKind

START_MILLISECONDS = 150.0
FLAT = 1.25
"""A job of the long queue may cost so much of one of the short queue."""
TURNS = 500
SAMPLES = 25
WATCHED_SECONDS = 8.0
WAITING = "ENQUEUED"


def nobodys(number: int) -> Job:
    """Give a job that finds nothing to do: its account is gone."""
    name = AccountId(f"nobody-{number}")
    return Job(kind=JobKind.LOOP, tenant=TOWN, subject=name, number="1", account=name)


def starting(server: str) -> Iterator[Line]:
    """Measure from asked to begun, one at a time, with a worker that has nothing else to do."""
    with folder() as place, database_on(server) as database:
        settle(place / "home", database, 1)
        with crew(place / "home", database) as workers:
            workers.hire()
            jobs = Jobs(place / "home", database)
            for number in range(SAMPLES):
                jobs.ask(nobodys(number))
                time.sleep(0.23)
            found = jobs.until(all_over(SAMPLES), "loop%")
            jobs.close()
    yield Line(
        "from asked to begun, p50",
        median(one.begun - one.asked for one in found) * 1000,
        "ms",
        START_MILLISECONDS,
    )


def depth(server: str, short: int, long: int) -> Iterator[Line]:
    """Measure what a job costs while so many wait, and while many times more do."""
    found: list[float] = []
    with folder() as place, database_on(server) as database:
        settle(place / "home", database, 1)
        with crew(place / "home", database) as workers:
            workers.hire().end()
        jobs, made = Jobs(place / "home", database), 0
        jobs.ask(nobodys(0))
        for size in (short, long):
            jobs.multiply(nobodys(0), made, size - jobs.count(WAITING), TURNS)
            made += size
            with crew(place / "home", database) as workers:
                workers.hire()
                found.append(_each(jobs))
            yield Line(f"a job that finds nothing to do, {size:,} queued", found[-1], "ms")
        jobs.close()
    yield Line("the long queue to the short one", found[1] / found[0], "×", FLAT)


def _each(jobs: Jobs) -> float:
    """Give the milliseconds between two jobs that begin."""
    before, began = jobs.count(WAITING), time.monotonic()
    time.sleep(WATCHED_SECONDS)
    done, spent = before - jobs.count(WAITING), time.monotonic() - began
    return 1000 * spent / max(done, 1)
