"""Retention: threads that nobody went on with for a while keep only what a run needs to go on.

Invariant: a waiting run can still be answered afterwards; what a thread went through is in the tenant's documents.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from state.ports.clock import Clock

if TYPE_CHECKING:
    from graphs.checkpoint import Saver

AT_ONCE = 100
"""Threads pruned between two looks."""
_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)


def prune_checkpoints(saver: "Saver", clock: Clock, days: int) -> int:
    """Prune threads at rest for so many days. Shape: how many."""
    since, pruned = first_id_at(clock.wall() - timedelta(days=days)), 0
    while threads := saver.at_rest(since)[:AT_ONCE]:
        saver.keep_latest(threads)
        pruned += len(threads)
    return pruned


def first_id_at(at: datetime) -> str:
    """Write the smallest id a checkpoint of this instant can have.

    Source: RFC 9562 section 5.6; ids of that version sort by time.
    """
    ticks = (at.astimezone(UTC) - _GREGORIAN) // timedelta(microseconds=1) * 10
    high, low = divmod(ticks, 1 << 12)
    digits = f"{high:012x}6{low:03x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-0000-000000000000"
