"""Events in: stored, folded and detected in one transaction, beside the same rows inserted raw in the same run.

Each commit is on the disk before the next begins (synchronous=FULL); a batch has always the same number of accounts.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench.settled import TOWN, settled
from evals.bench.table import Line
from evals.bench.town import account_of
from graphs.bootstrap import House
from graphs.parts import Tenancy
from graphs.perceiving.due import look_at
from graphs.perceiving.intake import Delivery, take_events
from graphs.working.scanning import scanner
from state.ids import AccountId
from state.principal import Principal
from state.world.event import Event, parse_event

SMALL, LARGE, FULL = 1000, 3168, 100_000
TABLES = ("events", "deltas", "passages")
"""What a batch adds rows to; it only moves one row per account elsewhere."""
TEXTS = ("Spoke about the routes. I will send the plan.", "Thank you for the call. Please send prices.")


@dataclass(frozen=True, slots=True)
class Shape:
    """A batch: how many events on how many accounts, and how often."""

    events: int
    accounts: int
    rounds: int


SHAPES = (Shape(1000, 50, 4), Shape(100, 20, 12), Shape(1, 1, 60))
WANTED = {1000: 1500.0, 100: 1500.0, 1: 300.0}
"""Units: events a second."""
LIVE = Delivery(is_live=True)
"""Detection is part of it: the clock of the town stands at the time of the events."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What one shape came to. Units: microseconds of CPU per event, and events a second by the wall clock."""

    taken: float
    looked: float
    raw: float
    wall: float


def measure() -> Sequence[Line]:
    """Measure two small towns."""
    return _compared(SMALL, LARGE)


def measure_full() -> Sequence[Line]:
    """Measure a thousand accounts and a hundred thousand."""
    return _compared(SMALL, FULL)


def _compared(small: int, large: int) -> Sequence[Line]:
    (few, _), (many, large) = _town(small), _town(large)
    lines = [line for size, paces in ((small, few), (large, many)) for line in _lines(size, paces)]
    for shape in SHAPES:
        ratio = many[shape].taken / few[shape].taken
        lines.append(Line(f"{shape.events} at once: cost, {large:,} accounts to {small:,}", ratio, "×", 1.25))
    return lines


def _lines(size: int, paces: Mapping[Shape, Pace]) -> Iterator[Line]:
    for shape, pace in paces.items():
        name = f"{size:,} accounts, {shape.events} at once on {shape.accounts}"
        border = 1e6 / WANTED[shape.events]
        yield Line(f"{name}: stored, folded, detected, CPU", pace.taken, "µs", border)
        yield Line(f"{name}: the look at all that moved, CPU", pace.looked, "µs")
        yield Line(f"{name}: to the same rows raw", pace.taken / pace.raw, "×")
        yield Line(f"{name}: stored, folded, detected, wall", pace.wall, "/s")


def _town(size: int) -> tuple[dict[Shape, Pace], int]:
    """Shape: what each shape came to, and how large the town is."""
    with settled(size) as (house, principal, reached):
        names = count()
        return {shape: _pace(house, principal, shape, names) for shape in SHAPES}, reached


def _pace(house: House, principal: Principal, shape: Shape, names: Iterator[int]) -> Pace:
    tenancy = house.parts.tenancy(TOWN)
    batches = [_batch(shape, tenancy, names) for _ in range(shape.rounds + 1)]
    accounts = [account_of(number) for number in range(shape.accounts)]
    take_events(house.parts, tenancy, principal, batches.pop(), "bench", delivery=LIVE)
    _look(house, tenancy, accounts)
    taken = looked = wall = 0.0
    for batch in batches:
        cpu, begun = time.process_time(), time.perf_counter()
        take_events(house.parts, tenancy, principal, batch, "bench", delivery=LIVE)
        taken, wall = taken + time.process_time() - cpu, wall + time.perf_counter() - begun
        looked += _look(house, tenancy, accounts)
    number = shape.events * shape.rounds
    raw = _raw(house, shape, batches)
    return Pace(1e6 * taken / number, 1e6 * looked / number, 1e6 * raw / number, number / wall)


def _look(house: House, tenancy: Tenancy, accounts: Sequence[AccountId]) -> float:
    begun = time.process_time()
    for _ in look_at(house.parts, tenancy, scanner(tenancy), accounts):
        pass
    return time.process_time() - begun


def _batch(shape: Shape, tenancy: Tenancy, names: Iterator[int]) -> list[Event]:
    return [_event(tenancy, account_of(place % shape.accounts), next(names)) for place in range(shape.events)]


def _event(tenancy: Tenancy, account: AccountId, number: int) -> Event:
    """Make the next of four kinds of events, one in two with a text that is read."""
    told: tuple[tuple[str, dict[str, object]], ...] = (
        ("deal.updated", {"deal": f"{account}.x", "stage": "Discovery", "amount": f"{5000 + number}.00"}),
        ("note.added", {"note": f"x{number}", "author": "maya", "text": TEXTS[0]}),
        ("ticket.updated", {"ticket": f"{account}.x", "severity": 3, "status": "open"}),
        ("mail.received", {"mail": f"x{number}", "sender": f"ada@{account}.example", "text": TEXTS[1]}),
    )
    kind, data = told[number % len(told)]
    head = {"id": f"x{number}", "account": account, "source": "crm", "type": kind}
    return parse_event({**head, "time": tenancy.now.isoformat(), "data": data}, TOWN)


def _raw(house: House, shape: Shape, batches: Sequence[Sequence[Event]]) -> float:
    """Insert the rows that the batches left into an empty database of the same tables."""
    with TemporaryDirectory(prefix="revloop-bench-") as folder:
        with sqlite3.connect(str(house.database.engine.url.database)) as source:
            names = [event.id for batch in batches for event in batch]
            rows = {table: _rows(source, table, names) for table in TABLES}
            made = [
                str(row[0])
                for table in TABLES
                for row in source.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
            ]
        raw = sqlite3.connect(str(Path(folder) / "raw.db"), isolation_level=None)
        raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + ";".join(made))
        begun = time.process_time()
        for number in range(len(batches)):
            raw.execute("BEGIN")
            for table, found in rows.items():
                share = -(-len(found) // len(batches))
                part = found[number * share : (number + 1) * share]
                if part:
                    marks = ",".join("?" * len(part[0]))
                    raw.executemany(f"INSERT INTO {table} VALUES ({marks})", part)  # noqa: S608  # fixed names
            raw.execute("COMMIT")
        spent = time.process_time() - begun
        raw.close()
    return spent


def _rows(source: sqlite3.Connection, table: str, names: Sequence[str]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    key = "event" if "event" in columns else None
    if key is None:
        return list(source.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT ?", (len(names) // 2,)))  # noqa: S608  # fixed names
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        marks = ",".join("?" * len(part))
        found += source.execute(f"SELECT * FROM {table} WHERE {key} IN ({marks})", part)  # noqa: S608  # fixed names
    return found
