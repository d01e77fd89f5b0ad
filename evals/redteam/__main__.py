"""`python -m evals.redteam [name ...]`: attack the laws in full and print a table for each; 1 when one fell."""

import os
import sys

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # before the library is imported

from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from evals.redteam import forgery, learning, stop, tamper
from evals.redteam.planner import table as planner

ATTACKS: dict[str, tuple[str, Callable[[], tuple[list[str], bool]]]] = {
    "planner": ("A planner that obeys every text", planner.table),
    "forgery": ("Forged approvals", forgery.table),
    "tamper": ("Changes to an exported ledger", tamper.table),
    "learning": ("Learning against the bounds of policy", learning.table),
    "stop": ("The stop switch against claims", stop.table),
}
"""Name, title, and what gives the lines of its table and whether the laws held."""


def main(arguments: Sequence[str]) -> int:
    """Run the attacks named, or all; 2 for a name that is none."""
    reader = ArgumentParser(prog="python -m evals.redteam", description=__doc__)
    reader.add_argument("names", metavar="NAME", nargs="*", help=f"{', '.join(ATTACKS)}; none: all of them")
    names: list[str] = reader.parse_args(arguments).names
    unknown = [name for name in names if name not in ATTACKS]
    if unknown:
        sys.stderr.write(f"No attack {', '.join(unknown)}. Known: {', '.join(ATTACKS)}.\n")
        return 2
    held = True
    for name in names or ATTACKS:
        title, attack = ATTACKS[name]
        lines, is_sound = attack()
        held = held and is_sound
        sys.stdout.write("\n".join([f"{title} ({name}): {'held' if is_sound else 'FELL'}", *lines]) + "\n\n")
        sys.stdout.flush()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
