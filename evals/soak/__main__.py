"""`python -m evals.soak`: two workers, kills and a restart, and every event accounted for; 1 when anything is wrong."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict

from evals.bench.table import Result, rendered
from evals.soak.running import Asked
from evals.soak.stage import soaked
from evals.soak.verdict import lines

SERVER = "postgresql+psycopg://127.0.0.1:5432/postgres"


def main(arguments: Sequence[str]) -> int:
    """Soak as asked and print what it came to."""
    reader = ArgumentParser(prog="python -m evals.soak", description=__doc__)
    reader.add_argument(
        "--minutes", type=float, default=20.0, help="while things happen; the rest is waited for"
    )
    reader.add_argument("--events", type=int, default=5_000)
    reader.add_argument("--accounts", type=int, default=500)
    reader.add_argument(
        "--kills", type=int, default=-1, help="workers to kill; else one each minute and a half"
    )
    reader.add_argument(
        "--restarts", type=int, default=1, help="of a server of its own, where one is installed"
    )
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--database", default=SERVER, metavar="URL", help="a server, where none of its own can be had"
    )
    reader.add_argument("--json", action="store_true", help="print a document instead of a table")
    given = reader.parse_args(arguments)
    kills = max(1, round(given.minutes / 1.5)) if given.kills < 0 else given.kills
    asked = Asked(given.minutes * 60, given.events, given.accounts, kills, given.restarts, given.seed)
    with soaked(asked, given.database) as soak:
        soak.run()
        found = tuple(lines(soak))
    is_held = not any(one.verdict.startswith("OVER") for one in found)
    if given.json:
        sys.stdout.write(json.dumps({"held": is_held, "lines": [asdict(one) for one in found]}) + "\n")
    else:
        title = f"Soak of {given.minutes:g} minutes, seed {given.seed}: {'held' if is_held else 'FELL'}"
        sys.stdout.write(rendered(Result(title, found)) + "\n")
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
