"""`python -m evals.chaos`: crash enumeration as a table; 1 when anything was sent twice, lost or forgotten."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from evals.chaos import contests, table
from evals.chaos.enumeration import CONTROLS, Outcome, control, enumerated, missed_points
from evals.chaos.running import Ran, run, theatre
from evals.chaos.schedule import WAYS, parsed
from state.errors import InvalidInput

LEAST = 500


def main(arguments: Sequence[str]) -> int:
    """Run what is asked; 2 for a schedule that is none."""
    asked = _read(arguments)
    try:
        only = [parsed(name) for name in asked.only]
    except InvalidInput as error:
        sys.stderr.write(f"{error} {error.remedy}\n")
        return 2
    with theatre(asked.database) as stage:
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
    reader.add_argument(
        "--database", default="", metavar="URL", help="a server on which databases may be made"
    )
    return reader.parse_args(arguments)


class Progress:
    """Counts on a terminal, and says nothing elsewhere."""

    def __init__(self) -> None:
        self._count, self._bad = 0, 0

    def __call__(self, one: Ran) -> None:
        """Hear of one schedule."""
        self._count += 1
        self._bad += not one.is_sound
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._count} schedules, {self._bad} bad; {one.id:<90.90}")
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
