"""How long a person waits for a prep of any account of a company, in a process that is warm."""

from collections.abc import Sequence
from functools import partial
from statistics import median, quantiles

from evals.bench.settled import settled
from evals.bench.stage import maven_house
from evals.bench.table import Line, once
from evals.bench.town import account_of
from graphs.bootstrap import House
from graphs.settling import settle
from state.ids import AccountId
from state.principal import Principal

MIDDLE_MS, LATE_MS = 60.0, 200.0
FEW, MANY, ASKED = 1000, 10_000, 96


def measure() -> Sequence[Line]:
    """Measure every account of the imported company."""
    with maven_house() as (house, principal):
        with house.parts.stores.read(principal.tenant) as unit:
            accounts = [row.account for row in unit.situations.accounts()]
        return _measured(house, principal, accounts)


def measure_full() -> Sequence[Line]:
    """Measure the same accounts among a thousand and among ten thousand."""
    lines: list[Line] = []
    for size in (FEW, MANY):
        with settled(size) as (house, principal, reached):
            found = _measured(house, principal, [account_of(number) for number in range(ASKED)])
        lines += [Line(f"of {reached:,}: {one.name}", one.value, one.unit, one.border) for one in found]
    return lines


def _measured(house: House, principal: Principal, accounts: Sequence[AccountId]) -> Sequence[Line]:
    """Prep each once to warm up, and then once to measure."""
    settle()
    cold = [once(partial(house.runner.start, principal, name, "prep")) for name in accounts]
    warm = [once(partial(house.runner.start, principal, name, "prep")) for name in accounts]
    waits = [cost.wall for cost in warm]
    return [
        Line("accounts", len(accounts), ""),
        Line("first prep of an account, median wall", median(cost.wall for cost in cold), "ms"),
        Line("prep, p50 wall", median(waits), "ms", MIDDLE_MS),
        Line("prep, p99 wall", quantiles(waits, n=100)[98], "ms", LATE_MS),
        Line("prep, p50 CPU", median(cost.cpu for cost in warm), "ms"),
        Line("prep, p99 CPU", quantiles((cost.cpu for cost in warm), n=100)[98], "ms"),
    ]
