"""`python -m evals.chaos`: crash enumeration as a table; 1 when anything was sent twice, lost or forgotten."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from evals.chaos import contests, table
from evals.chaos.enumeration import CONTROLS, Outcome, control, enumerated, missed_points
from evals.chaos.running import Ran, run, theatre
from evals.chaos.schedule import WAYS, Schedule, parsed
from evals.soak.cluster import own_cluster
from state.errors import InvalidInput

LEAST = 500
OWN = "own"
TOLD_EVERY = 50


def main(arguments: Sequence[str]) -> int:
    """Run what is asked; 2 for a schedule that is none."""
    asked = _read(arguments)
    try:
        only = [parsed(name) for name in asked.only]
    except InvalidInput as error:
        sys.stderr.write(f"{error} {error.remedy}\n")
        return 2
    with served(asked.database) as url:
        if url is None:
            sys.stderr.write("PostgreSQL is not installed here: nothing was run on it.\n")
            return 0
        return _played(asked, only, url)


@contextmanager
def served(database: str) -> Generator[str | None, None, None]:
    """Give the server to work on, empty for none; one of its own is gone afterwards, None where none is installed.

    Why one of its own: dropping a database makes a server write out all that is dirty anywhere. This one never does,
    for only its clients are killed.
    """
    if database != OWN:
        yield database
        return
    with own_cluster() as cluster:
        yield cluster.url if cluster else None


def _played(asked: Namespace, only: Sequence[Schedule], url: str) -> int:
    with theatre(url) as stage:
        if only:
            return _told(asked, [run(stage, one) for one in only], (), (), is_whole=False)
        if asked.list:
            for one in enumerated(stage, lambda _: None, is_listed=True):
                sys.stdout.write(f"{one.id}\n")
            return 0
        ran = list(enumerated(stage, Progress(), asked.way or tuple(WAYS)))
        if asked.way:
            return _told(asked, ran, (), (), is_whole=False)
        fought = contests.contests(stage)
        controls = tuple(control(stage, name) for name in CONTROLS)
    return _told(asked, ran, controls, fought, is_whole=True)


def _read(arguments: Sequence[str]) -> Namespace:
    reader = ArgumentParser(prog="python -m evals.chaos", description=__doc__)
    reader.add_argument("--only", metavar="ID", action="append", default=[], help="run this schedule alone")
    reader.add_argument("--list", action="store_true", help="print all ids; runs what pairs follow from")
    reader.add_argument("--way", choices=tuple(WAYS), action="append", default=[], help="run this way alone")
    reader.add_argument("--json", action="store_true", help="print a document instead of tables")
    told = f"a server on which databases may be made, or {OWN!r}: PostgreSQL as installed here, for this run alone"
    reader.add_argument("--database", default="", metavar="URL", help=told)
    return reader.parse_args(arguments)


class Progress:
    """Counts: each schedule on a terminal, each fiftieth elsewhere."""

    def __init__(self) -> None:
        self._count, self._bad = 0, 0

    def __call__(self, one: Ran) -> None:
        """Hear of one schedule."""
        self._count += 1
        self._bad += not one.is_sound
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._count} schedules, {self._bad} bad; {one.id:<90.90}")
        elif self._count % TOLD_EVERY == 0:
            sys.stderr.write(f"{self._count} schedules, {self._bad} bad\n")
        sys.stderr.flush()


def _told(
    asked: Namespace,
    ran: Sequence[Ran],
    controls: Sequence[Outcome],
    fought: Sequence[contests.Fought],
    *,
    is_whole: bool,
) -> int:
    bad = [one for one in ran if not one.is_sound]
    missed = missed_points(ran) if is_whole else ()
    held = not bad and not missed and (len(ran) >= LEAST or not is_whole)
    held = held and all(one.duplicated for one in controls) and all(one.is_as_it_must for one in fought)
    by_way = [
        Outcome(name, found)
        for name in WAYS
        if (found := tuple(one for one in ran if one.id.startswith(f"{name}/")))
    ]
    if asked.json:
        document = {
            "held": held,
            "missed": missed,
            "schedules": [asdict(one) for one in ran],
            "controls": [asdict(one) for one in controls],
            "contests": [asdict(one) for one in fought],
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return 0 if held else 1
    lines = [f"Crash enumeration: {'held' if held else 'FELL'}", *table.rows(by_way, controls)]
    if fought:
        lines += ["Two claimers, and restored databases", *table.fights(fought)]
    if missed:
        lines.append(f"  Nobody died at {', '.join(missed)}.")
    if is_whole and len(ran) < LEAST:
        lines.append(f"  {len(ran)} schedules are too few, {LEAST} are wanted.")
    lines += table.faults(bad)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
