"""The queue: who works, how many jobs there are of each kind, and the newest of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, line, stacked, table
from state.ports.queueing import JobRow, JobState, WorkerRow

SHOWN_WIDTH = 60


def queue_page(
    workers: Sequence[WorkerRow], rows: Sequence[JobRow], counts: Mapping[JobState, int], wall: datetime
) -> Shape:
    """Show workers first: without one, everything below only waits."""
    parts: list[Shape] = [_workers(workers, wall)]
    if not counts:
        parts.append(line("No worker has worked here yet: `revloop worker` begins.", GREY))
        return stacked(parts)
    told = " · ".join(f"{number} {state.value}" for state, number in counts.items() if number)
    parts.append(line(told or "No jobs.", STRONG))
    if rows:
        shown = [
            (one.state.value, one_line(one.id, SHOWN_WIDTH), one_line(one.result, SHOWN_WIDTH))
            for one in rows
        ]
        parts.append(table((("State", 0), ("Job", 3), ("What came of it", 2)), shown))
    return stacked(parts)


def _workers(workers: Sequence[WorkerRow], wall: datetime) -> Shape:
    alive = [one for one in workers if one.until > wall]
    silent = len(workers) - len(alive)
    named = ", ".join(f"{one.worker.split('|')[0]} (process {one.worker.split('|')[2]})" for one in alive)
    told = (
        f"{len(alive)} at work: {named}"
        if alive
        else "Nobody works now; commands do what is due when they run."
    )
    return line(told + (f"; {silent} not heard of any more" if silent else ""), STRONG if alive else GREY)
