"""`revloop worker` and `revloop queue`: work that needs nobody, and what of it waits."""

import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import house_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from state.ports.queueing import JobRow, JobState, WorkerRow


def worker(*, common: Options = PLAIN) -> int:
    """Work until Ctrl-C or a request to end; one per home, or as many as you like on PostgreSQL."""
    settings = settings_of(common)
    from graphs.bootstrap import working_alone
    from server.worker import working

    with working_alone(settings), working(settings) as worked:
        signal.signal(signal.SIGTERM, lambda *_: worked.ended.set())
        print("Working. Ctrl-C ends it.", file=sys.stderr)
        with suppress(KeyboardInterrupt):
            worked.turn()
    print(f"Ended after {worked.done} jobs.", file=sys.stderr)
    return 0


def queue(
    *,
    limit: Annotated[int, Parameter(help="How many jobs to list.")] = 20,
    common: Options = PLAIN,
) -> int:
    """Show who works, what waits, what runs and what failed lately."""
    from graphs.bootstrap import queue_looked_at
    from graphs.working.jobs import heard_last
    from server.cli.printing import print_json, show
    from state.ports.queueing import JobState

    with house_of(common) as house:
        workers, wall = heard_last(house.parts), house.parts.clock.wall()
        found = queue_looked_at(house)
        shown = (JobState.RUNNING, JobState.WAITING, JobState.FAILED, JobState.DONE)
        rows = () if found is None else found.listed(shown, limit)
        counts = {} if found is None else found.counts()
        if found is not None:
            found.close()
    if common.json:
        print_json(_told(workers, rows, counts))
        return 0
    from server.render.queued import queue_page

    show(queue_page(workers, rows, counts, wall))
    return 0


def _told(
    workers: "Sequence[WorkerRow]", rows: "Sequence[JobRow]", counts: "Mapping[JobState, int]"
) -> dict[str, object]:
    return {
        "workers": [one.model_dump(mode="json") for one in workers],
        "counts": {state.value: number for state, number in counts.items()},
        "jobs": [one.model_dump(mode="json") for one in rows],
    }
