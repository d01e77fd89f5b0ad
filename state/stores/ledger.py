"""The ledger in SQL: one head read and one executemany for everything a transaction leaves."""

from collections.abc import Callable, Sequence
from typing import cast

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from state.ids import ActionId, TenantId, TraceId, UserId
from state.ledger.chain import GENESIS, SALT_BYTES, Head, extend, head_of
from state.ledger.entry import Entry, EntryDraft, Kind, Sealed
from state.stores.acting_tables import ledger
from state.stores.driven import ask, send

Salts = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""

_MINE = ledger.c.tenant == bindparam("tenant")
HEAD = select(ledger.c.seq, ledger.c.hash, ledger.c.wall).where(
    _MINE, ledger.c.seq == select(func.max(ledger.c.seq)).where(_MINE).scalar_subquery()
)
NEW = insert(ledger)


class SqlLedger:
    """`LedgerStore` on one connection and tenant; written when the transaction commits or something is read."""

    def __init__(self, connection: Connection, tenant: TenantId, salts: Salts) -> None:
        self._connection = connection
        self._tenant = tenant
        self._salts = salts
        self._head: Head | None = None
        self._waiting: list[Sealed] = []
        self.written: list[Entry] = []
        """What this transaction left, told to whoever listens once it is committed."""

    def append(self, drafts: Sequence[EntryDraft]) -> tuple[Entry, ...]:
        """Link drafts to the head, in order."""
        salts = [self._salts(SALT_BYTES) for _ in drafts]
        sealed = tuple(extend(self._tenant, self.head(), drafts, salts))
        self._waiting.extend(sealed)
        if sealed:
            self._head = head_of(sealed[-1].entry)
        return tuple(each.entry for each in sealed)

    def flush(self) -> None:
        """Write what waits; the unit calls it before it commits."""
        if self._waiting:
            rows = [_row(sealed) for sealed in self._waiting]
            for row in rows:
                row["tenant"] = self._tenant
            send(self._connection, NEW, rows)
            self.written += [sealed.entry for sealed in self._waiting]
            self._waiting.clear()

    def head(self) -> Head:
        """Say where the chain ends."""
        if self._head is None:
            rows = ask(self._connection, HEAD, {"tenant": self._tenant})
            self._head = Head(*rows[0]) if rows else GENESIS
        return self._head

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """List entries with a greater seq, oldest first."""
        return tuple(each.entry for each in self.sealed(after, limit))

    def sealed(self, after: int = 0, limit: int = 1000) -> tuple[Sealed, ...]:
        """List entries with salt and payload."""
        return self._found(
            select(ledger).where(ledger.c.tenant == self._tenant, ledger.c.seq > after).limit(limit)
        )

    def of_action(self, action: ActionId) -> tuple[Sealed, ...]:
        """List what an action left, oldest first."""
        return self._found(select(ledger).where(ledger.c.tenant == self._tenant, ledger.c.action == action))

    def of_trace(self, trace: TraceId) -> tuple[Sealed, ...]:
        """List what a traced command left, oldest first."""
        return self._found(select(ledger).where(ledger.c.tenant == self._tenant, ledger.c.trace == trace))

    def _found(self, query: Select[tuple[object, ...]]) -> tuple[Sealed, ...]:
        self.flush()
        rows = self._connection.execute(query.order_by(ledger.c.seq)).mappings()
        return tuple(_sealed(cast("dict[str, str]", dict(row))) for row in rows)


def _row(sealed: Sealed) -> dict[str, object]:
    entry = sealed.entry
    return {
        "seq": entry.seq,
        "previous": entry.previous,
        "at": entry.at,
        "wall": entry.wall,
        "clock": entry.clock,
        "kind": entry.kind.value,
        "user": entry.user,
        "method": entry.method,
        "channel": entry.channel,
        "action": entry.action,
        "attempt": entry.attempt,
        "payload_hash": entry.payload_hash,
        "trace": entry.trace,
        "hash": entry.hash,
        "salt": sealed.salt,
        "payload": sealed.payload,
    }


def _sealed(row: dict[str, str]) -> Sealed:
    """Read a row back as it stands; whether it was tampered with is for the verifier to say."""
    entry = Entry(
        tenant=TenantId(row["tenant"]),
        seq=int(row["seq"]),
        previous=row["previous"],
        at=row["at"],
        wall=row["wall"],
        clock=row["clock"],
        kind=Kind(row["kind"]),
        user=UserId(row["user"]),
        method=row["method"],
        channel=row["channel"],
        action=row["action"],
        attempt=int(row["attempt"]),
        payload_hash=row["payload_hash"],
        trace=row["trace"],
        hash=row["hash"],
    )
    return Sealed(entry, row["salt"], row["payload"])
