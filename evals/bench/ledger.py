"""The ledger: appends beside bare single-row commits in the same run, in batches, and a long chain verified.

Each commit is on the disk before the next begins (synchronous=FULL), for the bare rows too.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from evals.bench.table import Line, interleaved, once
from graphs.bootstrap import bootstrap
from state.canonical import Json
from state.ids import TenantId, TraceId, UserId
from state.ledger.chain import GENESIS, Head, bundle, extend, head_of
from state.ledger.entry import ClockSource, EntryDraft, Kind, Stamp
from state.ledger.verify import Verifier
from state.ports.unit import Stores
from state.settings import read_settings

ROUNDS, BURST, BATCH = 8, 40, 200
SMALL, FULL, CHUNK = 50_000, 1_000_000, 10_000
SLOWER, BATCHED = 1 / 0.6, 1 / 6
"""At least .6 of a bare row's pace alone, at least six times its own pace in batches."""
CHAIN_SECONDS, RERUN_SECONDS = 8.0, 60.0
TENANT = TenantId("bench")
NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
STAMP = Stamp(NOW, NOW, ClockSource.FROZEN, UserId("uma"), "local", "cli", TraceId("tr_0123456789abcdef0123"))


def draft(number: int) -> EntryDraft:
    """Make an entry of usual size, of the kind that a run leaves most."""
    payload: dict[str, Json] = {
        "run": f"rn_{number:020d}",
        "verdict": "require_approval",
        "rule": "external-needs-owner",
        "n": number,
        "policy_version": "a" * 64,
    }
    return EntryDraft(Kind.POLICY, STAMP, payload, action=f"ac_{number:020d}")


def measure() -> Sequence[Line]:
    """Measure appends and a chain of fifty thousand, told for a million."""
    return (*_appends(), *_verified(SMALL))


def measure_full() -> Sequence[Line]:
    """Verify a chain of a million, none of it extrapolated."""
    return tuple(_verified(FULL))


def _appends() -> Iterator[Line]:
    with TemporaryDirectory(prefix="ledger") as folder:
        home = Path(folder, "home")
        house = bootstrap(read_settings({"home": str(home)}, {}))
        bare = _Bare.at(Path(folder, "bare.db"))
        numbers = count()
        acts = (
            lambda: bare.burst(BURST),
            lambda: _burst(house.parts.stores, numbers, BURST, 1),
            lambda: _burst(house.parts.stores, numbers, 1, BATCH),
        )
        one, single, many = interleaved(acts, ROUNDS)
        bare.connection.close()
        house.close()
    paces = [one.wall / BURST, single.wall / BURST, many.wall / BATCH]
    yield Line("a bare row, committed alone", 1000 / paces[0], "a s")
    yield Line("an entry, committed alone", 1000 / paces[1], "a s")
    yield Line(f"an entry, {BATCH} at a time", 1000 / paces[2], "a s")
    yield Line("an entry alone, beside a bare row", paces[1] / paces[0], "× time", round(SLOWER, 3))
    yield Line("an entry in a batch, beside one alone", paces[2] / paces[1], "× time", round(BATCHED, 3))


def _burst(stores: Stores, numbers: Iterator[int], commits: int, each: int) -> None:
    for _ in range(commits):
        with stores.begin(TENANT) as unit:
            unit.ledger.append([draft(next(numbers)) for _ in range(each)])


@dataclass
class _Bare:
    """The same bytes as one row each, by the driver alone."""

    connection: sqlite3.Connection
    written: int = 0

    @classmethod
    def at(cls, path: Path) -> "_Bare":
        connection = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE bare (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)",
        ):
            connection.execute(statement)
        return cls(connection)

    def burst(self, rows: int) -> None:
        for _ in range(rows):
            self.written += 1
            body = json.dumps({**draft(self.written).payload, "hash": "0" * 256, "fields": "x" * 200})
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.execute("INSERT INTO bare VALUES (?, ?)", (self.written, body))
            self.connection.execute("COMMIT")


def _verified(entries: int) -> Iterator[Line]:
    """Verify a chain piece by piece, so that memory stays small; only the verifier's time counts."""
    chain, rerun, head = Verifier(TENANT), Verifier(TENANT), GENESIS
    spent = [0.0, 0.0]
    for start in range(0, entries, CHUNK):
        rows, head = _piece(head, start)
        spent[0] += once(_linked(chain, rows)).cpu / 1000
        spent[1] += once(_taken(rerun, rows)).cpu / 1000
    share = FULL / entries
    told = "" if share == 1 else f", from {entries:,}"
    yield Line(f"a million entries, the chain{told}", spent[0] * share, "s", CHAIN_SECONDS)
    yield Line(f"a million entries, payloads and lifecycle too{told}", spent[1] * share, "s", RERUN_SECONDS)


def _piece(head: Head, start: int) -> tuple[list[dict[str, object]], Head]:
    places = range(start, start + CHUNK)
    salts = [hashlib.sha256(str(place).encode()).digest() for place in places]
    sealed = tuple(extend(TENANT, head, [draft(place) for place in places], salts))
    return cast("list[dict[str, object]]", bundle(TENANT, sealed)["entries"]), head_of(sealed[-1].entry)


def _linked(verifier: Verifier, rows: Sequence[dict[str, object]]) -> Callable[[], None]:
    def act() -> None:
        for row in rows:
            verifier.check_link(cast("dict[str, object]", row["entry"]))

    return act


def _taken(verifier: Verifier, rows: Sequence[dict[str, object]]) -> Callable[[], None]:
    def act() -> None:
        for row in rows:
            verifier.take(row)

    return act
