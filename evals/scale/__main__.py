"""`python -m evals.scale`: how the work scales, as tables with what each is held against; 1 when a border is passed."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence

from evals.bench.table import Line, Result, rendered
from evals.scale.loops import costs, waiting
from evals.scale.queued import depth, starting

SERVER = "postgresql+psycopg://127.0.0.1:5432/postgres"
Measure = Callable[[Namespace], Iterator[Line]]
MEASURES: dict[str, tuple[str, Measure]] = {
    "starting": ("A job begins, PostgreSQL", lambda asked: starting(asked.database)),
    "costs": ("A loop on either database", lambda asked: costs(asked.database, asked.loops)),
    "waiting": (
        "Loops that wait for a model, PostgreSQL",
        lambda asked: waiting(asked.database, asked.loops),
    ),
    "depth": ("A long queue, PostgreSQL", lambda asked: depth(asked.database, asked.short, asked.long)),
}


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked and print it."""
    asked = _read(arguments)
    is_held = True
    for name in asked.only or MEASURES:
        title, measure = MEASURES[name]
        found = Result(title, tuple(measure(asked)))
        sys.stdout.write(f"{rendered(found)}\n")
        sys.stdout.flush()
        is_held = is_held and not any(one.verdict.startswith("OVER") for one in found.lines)
    return 0 if is_held else 1


def _read(arguments: Sequence[str]) -> Namespace:
    reader = ArgumentParser(prog="python -m evals.scale", description=__doc__)
    reader.add_argument("only", nargs="*", choices=[*MEASURES, []], help="measure these alone")
    reader.add_argument(
        "--database", default=SERVER, metavar="URL", help="a server on which databases may be made"
    )
    reader.add_argument("--loops", type=int, default=100, help="how many at once")
    reader.add_argument("--short", type=int, default=10_000, help="a short queue")
    reader.add_argument("--long", type=int, default=200_000, help="a long queue")
    return reader.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
