"""How long a person waits for a prep of any account of an imported company, in a process that is warm."""

from collections.abc import Sequence
from functools import partial
from statistics import median, quantiles

from evals.bench.stage import maven_house
from evals.bench.table import Line, once
from graphs.bootstrap import settle

MIDDLE_MS, LATE_MS = 60.0, 200.0


def measure() -> Sequence[Line]:
    """Prep every account once to warm up, and then once to measure."""
    with maven_house() as (house, principal):
        with house.parts.stores.read(principal.tenant) as unit:
            accounts = [row.account for row in unit.situations.accounts()]
        settle()
        cold = [once(partial(house.runner.start, principal, name, "prep")) for name in accounts]
        warm = [once(partial(house.runner.start, principal, name, "prep")) for name in accounts]
    waits = [cost.wall for cost in warm]
    return [
        Line("accounts", len(accounts), ""),
        Line("first prep of an account, median wall", median(cost.wall for cost in cold), "ms"),
        Line("prep, p50 wall", median(waits), "ms", MIDDLE_MS),
        Line("prep, p99 wall", quantiles(waits, n=100)[98], "ms", LATE_MS),
        Line("prep, median CPU", median(cost.cpu for cost in warm), "ms"),
    ]
