"""Every registered place at which a fault run may kill the process; a fault run that misses one has failed."""

from agents import executor, recovery
from graphs.loop import node_points
from graphs.working import jobs

BESIDE_NODES = (
    *("lease:taken", "lease:ending"),
    *("run:found", "run:waiting"),
    *("decide:recording", "decide:recorded"),
    *("sweep:stepped", "sweep:recovered"),
)


def crash_points() -> tuple[str, ...]:
    """List them by name; those in -ing stand inside a transaction, or just before what they name."""
    return (*node_points(), *BESIDE_NODES, *executor.CRASH_POINTS, *recovery.CRASH_POINTS, *jobs.CRASH_POINTS)
