"""What a run leaves in the checkpointer, and costs, as the situation of its account grows."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from evals.bench.stage import crowd, sample_house
from evals.bench.table import Line, interleaved
from graphs.bootstrap import House
from graphs.runner import config_of
from state.ids import AccountId, RunId
from state.principal import Principal
from tools.sample import company

SIZES = (100, 1000, 10_000)
ROUNDS = 5
FLAT = 1.1
"""Checkpoints and CPU of the largest may be this many times those of the smallest."""


def measure() -> Sequence[Line]:
    """Measure one account per size, in one home."""
    accounts = {size: AccountId(f"crowd-{size}") for size in SIZES}
    extra = [event for size, name in accounts.items() for event in crowd(name, size, company().clock)]
    with sample_house(extra) as (house, principal):
        bytes_ = {size: _bytes(house, principal, name) for size, name in accounts.items()}
        nodes = {size: _nodes(house, principal, name) for size, name in accounts.items()}
        costs = interleaved(
            [partial(house.runner.start, principal, name, "scan") for name in accounts.values()],
            ROUNDS,
        )
    lines = []
    for size, cost in zip(SIZES, costs, strict=True):
        lines.append(Line(f"{nodes[size]} nodes: checkpoints of a run", bytes_[size], "bytes"))
        lines.append(Line(f"{nodes[size]} nodes: loop, CPU", cost.cpu, "ms"))
    lines.append(Line("checkpoints, largest to smallest", bytes_[SIZES[-1]] / bytes_[SIZES[0]], "×", FLAT))
    lines.append(Line("CPU, largest to smallest", costs[-1].cpu / costs[0].cpu, "×", FLAT))
    return lines


def _bytes(house: House, principal: Principal, account: AccountId) -> int:
    report = house.runner.start(principal, account, "scan")
    with house.parts.stores.read(principal.tenant) as unit:
        run = unit.runs.get(RunId(report.run))
    thread = str(config_of(run).get("configurable", {})["thread_id"]) if run is not None else ""
    tables = {"checkpoints": ("checkpoint", "metadata"), "writes": ("value",)}
    total = 0
    for table, columns in tables.items():
        sizes = " + ".join(f"coalesce(length({column}), 0)" for column in columns)
        query = f"SELECT coalesce(sum({sizes}), 0) FROM {table} WHERE thread_id = ?"  # noqa: S608  # fixed names
        with closing(sqlite3.connect(house.parts.settings.checkpoints)) as database:
            total += int(database.execute(query, (thread,)).fetchone()[0])
    return total


def _nodes(house: House, principal: Principal, account: AccountId) -> int:
    with house.parts.stores.read(principal.tenant) as unit:
        return len(unit.situations.load(account).keys)
