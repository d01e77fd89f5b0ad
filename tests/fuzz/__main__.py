"""`python -m tests.fuzz --cases 50000`: ask, count, and end with 1 when anything was found."""

import argparse
import time
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.fuzz.asking import Asking, people, strangers
from tests.fuzz.calling import asking
from tests.fuzz.control import FAULTS, found_faults
from tests.fuzz.judging import Tally
from tests.fuzz.stage import far, staged
from tests.site import FIELDSTONE, Site

LINKED = 0.7
"""Share of the cases that follow links, and are made of what was asked before: a third of the cost of fresh ones."""
ALWAYS = 10**9
TOLD_EVERY = 2_500
"""Requests."""


def fuzz(site: Site, cases: int) -> Tally:
    """Ask about as many times as wanted."""
    site.app.state.pace.most = ALWAYS

    def head() -> object:
        with site.home.looking.stores.read(FIELDSTONE) as unit:
            return unit.ledger.head()

    with asking(site.app) as caller:
        run = Asking(dict(site.app.openapi()), caller, people(site), strangers(site), head)
        run.tell = partial(_told, cases)
        _by_operation(run, round(cases * (1 - LINKED)))
        run.by_links(cases - run.tally.cases)
    return run.tally


def _told(cases: int, tally: Tally) -> None:
    if tally.cases % TOLD_EVERY == 0:
        far(tally.cases, cases, "nothing found" if tally.is_clean else "something found")


def _by_operation(asking: Asking, cases: int) -> None:
    """Go on until there were as many as wanted; the share of one operation follows from how many there are."""
    number = len(list(asking.operations()))
    share = max(3, round((cases - asking.tally.cases) / number * 0.8))
    while asking.tally.cases < cases:
        asking.by_operation(share)
        share += share


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--home", type=Path, help="a demo's home to copy; one is made where none is given")
    parser.add_argument("--server", action="store_true", help="on PostgreSQL, in a database of its own")
    asked = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    began = time.process_time()
    found = found_faults()
    print(f"planted faults found: {len(found)} of {FAULTS}")
    with staged(asked.home, on_server=asked.server) as site:
        tally = fuzz(site, asked.cases)
    print("\n".join(tally.lines()))
    print(f"{time.process_time() - began:.1f} s CPU")
    return 0 if tally.is_clean and len(found) == FAULTS and tally.cases >= asked.cases else 1


if __name__ == "__main__":
    raise SystemExit(main())
