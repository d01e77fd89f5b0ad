"""`python -m tests.fuzz --cases 50000`: ask, count, and end with 1 when anything was found."""

import argparse
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.asking import Asking, people, strangers
from tests.fuzz.calling import Caller
from tests.fuzz.control import FAULTS, found_faults
from tests.fuzz.judging import Tally
from tests.fuzz.stage import staged
from tests.site import FIELDSTONE, Site

LINKED = 0.7
"""Share of the cases that follow links, and are made of what was asked before: a third of the cost of fresh ones."""
ALWAYS = 10**9


def fuzz(site: Site, cases: int) -> Tally:
    """Ask about as many times as wanted."""
    site.app.state.pace.most = ALWAYS
    caller = Caller(site.app)

    def head() -> object:
        with site.home.looking.stores.read(FIELDSTONE) as unit:
            return unit.ledger.head()

    asking = Asking(dict(site.app.openapi()), caller, people(site), strangers(site), head)
    try:
        _by_operation(asking, round(cases * (1 - LINKED)))
        asking.by_links(cases - asking.tally.cases)
    finally:
        caller.close()
    return asking.tally


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
