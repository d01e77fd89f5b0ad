"""What it costs to ask for any moment of a long-lived account, beside replaying its whole log."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median, quantiles
from typing import NamedTuple

import orjson

from evals.bench.stage import opened
from evals.bench.table import Cost, Line, once
from graphs.bootstrap import House
from graphs.perceiving.world import Sights
from graphs.settling import settle
from state.evidence import Trust
from state.ids import AccountId, TenantId
from state.world.delta import Delta, deltas_of
from state.world.event import Event, parse_event
from state.world.record import NodeKind
from state.world.situation import EMPTY_DIGEST, Situation

TENANT = TenantId("moments")
START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 400
BATCH = 250
ROUNDS = 120


class Size(NamedTuple):
    """A life of an account."""

    name: str
    claims: int
    nodes: int
    border: float
    """Units: milliseconds; of the cold p99."""


SIZES = (
    Size("10,000 claims, 2,000 nodes", 10_000, 2_000, 50.0),
    Size("10,000 events, 2,000 nodes", 40_000, 2_000, 50.0),
    Size("10,000 live nodes", 40_000, 10_000, 150.0),
)
CACHED_MS = 2.0
STAGES = ("Discovery", "Proposal", "Negotiation")


def measure() -> Sequence[Line]:
    """Fill one account per size and ask for moments all over its life, with the collector as a server has it."""
    with opened(TENANT) as house:
        lives = [(size, AccountId(f"{size.claims}-{size.nodes}")) for size in SIZES]
        rows = {account: _fill(house, account, size) for size, account in lives}
        settle()
        return [line for size, account in lives for line in _of(house, account, rows[account], size)]


def _fill(house: House, account: AccountId, size: Size) -> list[bytes]:
    """Admit the account's life in batches. Shape: the stored form of each event's claims."""
    rows: list[bytes] = []
    told = list(_told(account, size.claims, size.nodes))
    for place in range(0, len(told), BATCH):
        part = told[place : place + BATCH]
        found = [deltas_of(event, _trust_of) for event in part]
        rows += [orjson.dumps([delta.as_json() for delta in batch]) for batch in found]
        with house.parts.stores.begin(TENANT) as unit:
            unit.situations.admit(part, found)
    return rows


def _trust_of(source: str, kind: str, field: str) -> Trust:
    return Trust.SYSTEM_OF_RECORD


def _told(account: AccountId, claims: int, nodes: int) -> Iterator[Event]:
    """Open every deal once, then move them on, until so many claims are told; four per event."""
    for number in range(claims // 4):
        said = {"deal": f"D-{number % nodes:05d}", "stage": STAGES[number // nodes % 3]}
        worth = {"amount": str(1000 + number), "owner": f"user-{number % 7}"}
        at = START + timedelta(days=DAYS * number * 4 / claims)
        head = {"id": f"{account}-{number}", "account": account, "source": "crm", "type": "deal.updated"}
        yield parse_event({**head, "time": at.isoformat(), "data": said | worth}, TENANT)


def _of(house: House, account: AccountId, rows: Sequence[bytes], size: Size) -> Iterator[Line]:
    name, claims, nodes, border = size
    moments = random.Random(name)
    opened_by = min(0.95, nodes * 4 / claims)
    at = [START + timedelta(days=moments.uniform(DAYS * opened_by, DAYS)) for _ in range(ROUNDS)]
    warm = Sights()
    for one in at[:3]:
        _looked(house, Sights(), account, one)
        _looked(house, warm, account, one)
    cold = [once(partial(_looked, house, Sights(), account, one)) for one in at]
    cached = [once(partial(_looked, house, warm, account, at[place % 3])) for place in range(ROUNDS)]
    read = [once(partial(_read, house, account, one)) for one in at[: ROUNDS // 4]]
    replayed = [once(partial(_replayed, account, rows, one)) for one in at[: ROUNDS // 10]]
    live = len(_looked(house, warm, account, at[0]).keys)
    yield Line(f"{name}: live nodes at one moment", live, "")
    yield Line(f"{name}: as_of cold, p50 wall", median(cost.wall for cost in cold), "ms")
    yield Line(f"{name}: as_of cold, p99 wall", _late(cold), "ms", border)
    yield Line(f"{name}: as_of cold, p99 CPU", quantiles([cost.cpu for cost in cold], n=100)[98], "ms")
    yield Line(f"{name}: … and every node's stage read, median CPU", median(cost.cpu for cost in read), "ms")
    yield Line(f"{name}: as_of cached, p99 wall", _late(cached), "ms", CACHED_MS)
    yield Line(f"{name}: as_of cached, p99 CPU", quantiles([cost.cpu for cost in cached], n=100)[98], "ms")
    yield Line(f"{name}: replay of the whole log, median wall", median(cost.wall for cost in replayed), "ms")
    times = median(cost.cpu for cost in replayed) / median(cost.cpu for cost in cold)
    yield Line(f"{name}: replay to as_of cold, CPU", times, "×")


def _late(costs: Sequence[Cost]) -> float:
    return quantiles([cost.wall for cost in costs], n=100)[98]


def _looked(house: House, sights: Sights, account: AccountId, at: datetime) -> Situation:
    """Ask for a moment: every node found, each value read when it is wanted."""
    with house.parts.stores.read(TENANT) as unit:
        return sights.past(unit, TENANT, account, at)


def _read(house: House, account: AccountId, at: datetime) -> Situation:
    """Ask for a moment and read a value in force of every live node."""
    past = _looked(house, Sights(), account, at)
    for node in past.nodes(NodeKind.OPPORTUNITY):
        past.value(node, "stage")
    return past


def _replayed(account: AccountId, rows: Sequence[bytes], at: datetime) -> Situation:
    """Read every claim, keep those known by then, and build their graph."""
    found = [Delta.from_json(row) for body in rows for row in orjson.loads(body)]
    past = Situation(
        account, [one for one in found if max(one.recorded_at, one.valid_from) <= at], 1, EMPTY_DIGEST
    )
    past.graph.number_of_nodes()
    return past
