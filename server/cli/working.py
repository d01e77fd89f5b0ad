"""`revloop worker`, `worker gone` and `revloop queue`: work that needs nobody, and what of it waits."""

import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import house_of, opened, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphs.governing.vouching import GoneOut, UnheardOut
    from state.ports.queueing import JobRow, JobState, WorkerRow

DONE, WAITS = 0, 3
worker_app = App(
    name="worker",
    help="Work without anyone asking: events, times, schedules.",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop worker\n  revloop worker gone --as lee\n"
    "  revloop worker gone host-2:4711 --as lee\n  revloop worker gone host-2:4711 --yes 1a2b3c4d --as lee",
)


@worker_app.default
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


@worker_app.command(name="gone")
def gone(
    name: Annotated[
        str | None,
        Parameter(help="Host and process, as HOST:PROCESS; without it those nobody hears of are listed."),
    ] = None,
    /,
    *,
    yes: Annotated[
        str | None, Parameter(help="The code shown under what would change; without it nothing happens.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Say that a process of another machine has ended; what it began can then be looked up and settled."""
    from graphs.governing.vouching import Vouching

    with opened(common, sweep=False) as session:
        board = Vouching(session.parts, session.tenancy, session.principal)
        if name is None:
            return _unheard(board.unheard(), is_json=common.json)
        found = board.gone(name, yes)
    return _vouched(found, name, is_json=common.json)


def _unheard(found: "Sequence[UnheardOut]", *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import GREY, bullet, line

    if is_json:
        print_json({"unheard": [one.model_dump(mode="json") for one in found]})
        return DONE
    for one in found:
        held = [f"{one_line(each.summary)} [{each.action[:11]}], attempt {each.attempt}" for each in one.held]
        show(bullet(f"{one_line(one.name)}: nothing is known of what it began", held))
    said = "An admin says that one has ended: revloop worker gone HOST:PROCESS."
    show(line(said if found else "Nothing waits for a process that cannot be looked up.", GREY))
    return DONE


def _vouched(found: "GoneOut", name: str, *, is_json: bool) -> int:
    from server.cli.printing import print_json, show
    from server.render.inert import one_line
    from server.render.layout import bullet, line

    if is_json:
        print_json(found)
    else:
        settled = f"Recorded; {len(found.settled)} of them can be looked up now, at the next sweep."
        again = f"Nothing has changed yet. To do it: revloop worker gone {name} --yes {found.code}"
        show(*(bullet(one_line(text)) for text in found.changes), line(settled if found.done else again))
    return DONE if found.done else WAITS


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
