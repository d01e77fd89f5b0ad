"""Raw events in SQL: at least once in, once kept."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select, text, update

from state.ids import AccountId, EventId, TenantId
from state.ledger.merkle import SALT_BYTES, leaf
from state.ports.world import IngestCount, Kept
from state.stores.driven import ask, send
from state.stores.world_tables import events
from state.world.event import Event, parse_event

CHUNK = 500
IS_OPEN = text("state <> 'folded'")
"""As the partial index says it: a bound value would not find the index."""
IS_WAITING = text("state <> 'folded' AND state = 'waiting'")
Salts = Callable[[int], bytes]
OWN = events.c.tenant == bindparam("tenant")
KNOWN = (
    select(events.c.event, events.c.hash)
    .where(OWN, events.c.event.in_(bindparam("ids", expanding=True)))
    .order_by(events.c.event, events.c.copy)
)
DUE = select(events.c.event).where(OWN, IS_WAITING, events.c.visible_at <= bindparam("now"))
DUE_OF = DUE.where(events.c.account == bindparam("account"))
FOLD = (
    update(events)
    .where(events.c.tenant == bindparam("of"), events.c.event == bindparam("name"), events.c.copy == 0)
    .values(state="folded")
)
WAITING = select(func.count()).select_from(events).where(OWN, IS_WAITING)
ALL = select(func.count()).select_from(events).where(OWN)
BY_STATE = select(events.c.state, func.count().label("number")).where(OWN, IS_OPEN).group_by(events.c.state)
KEEP = insert(events)
"""The tenant is bound where these are run; they are made once, as making one costs more than running it."""


def iso(instant: datetime) -> str:
    """Sortable text of an instant in UTC."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


class SqlEvents:
    """`EventStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId, salts: Salts = token_bytes) -> None:
        self._connection = connection
        self._tenant = tenant
        self._salts = salts
        self._fresh: dict[str, Event] = {}
        """Received in this transaction, so that folding does not read them back."""
        self._unwritten: dict[tuple[str, int], dict[str, object]] = {}
        """Rows by event and copy, written once with the state they end in."""
        self._leaves: dict[str, list[bytes]] = {}

    def receive(self, events: Sequence[Event], batch: str = "") -> IngestCount:
        """Store a batch; equal re-deliveries are counted, different ones kept as conflicts."""
        total: Counter[str] = Counter()
        for start in range(0, len(events), CHUNK):
            total += self._receive_chunk(events[start : start + CHUNK], batch)
        return IngestCount(
            received=len(events),
            new=total["waiting"] + total["parked"],
            duplicate=total["duplicate"],
            conflict=total["conflict"],
            parked=total["parked"],
        )

    def _receive_chunk(self, chunk: Sequence[Event], batch: str) -> Counter[str]:
        known = self._known([event.id for event in chunk])
        counts: Counter[str] = Counter()
        for event in chunk:
            copies = known.setdefault(event.id, [])
            if event.hash in copies or (copies and self._is_resolved(event, copies[0])):
                counts["duplicate"] += 1
                continue
            state = "conflict" if copies else state_of(event)
            counts[state] += 1
            self._unwritten[event.id, len(copies)] = self._row(event, state, len(copies), batch)
            copies.append(event.hash)
        return counts

    def _known(self, ids: Sequence[str]) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        for event, seal in ask(self._connection, KNOWN, {"tenant": self._tenant, "ids": list(ids)}):
            known.setdefault(event, []).append(seal)
        for name in ids:
            while (name, len(known.get(name, ()))) in self._unwritten:
                row = self._unwritten[name, len(known.get(name, ()))]
                known.setdefault(name, []).append(str(row["hash"]))
        return known

    def flush(self) -> None:
        """Write what waits; the unit calls it before it commits."""
        send(self._connection, KEEP, list(self._unwritten.values()))
        self._unwritten.clear()

    def _is_resolved(self, event: Event, first: str) -> bool:
        """Tell whether the source now names the account of what it sent without one; then the parked event has it."""
        if event.account is None or event.model_copy(update={"account": None}).hash != first:
            return False
        self.resolve({event.id: event.account})
        return True

    def _row(self, event: Event, state: str, copy: int, batch: str) -> dict[str, object]:
        salt, place = None, 0
        if state != "conflict":
            self._fresh[event.id] = event
            salt, leaves = self._salts(SALT_BYTES), self._leaves.setdefault(batch, [])
            place = len(leaves)
            leaves.append(leaf(salt, event.canonical))
        return {
            "tenant": self._tenant,
            "event": event.id,
            "copy": copy,
            "account": event.account,
            "type": event.type,
            "source": event.source,
            "visible_at": iso(event.visible_at),
            "hash": event.hash,
            "state": state,
            "batch": batch,
            "place": place,
            "salt": salt,
            "body": event.kept.decode(),
        }

    def leaves(self, batch: str) -> tuple[bytes, ...]:
        """Give the leaf hashes of a batch in the order it came; one whose salt was destroyed cannot be given."""
        if batch in self._leaves:
            return tuple(self._leaves[batch])
        self.flush()
        query = select(events.c.salt, events.c.body).where(
            events.c.tenant == self._tenant, events.c.batch == batch, text("batch <> ''"), events.c.copy == 0
        )
        return tuple(
            leaf(row.salt, parse_event(orjson.loads(row.body), self._tenant).canonical)
            for row in self._connection.execute(query.order_by(events.c.place))
            if row.salt is not None
        )

    def get(self, event: EventId) -> Event | None:
        """Open the raw record behind an evidence id."""
        self.flush()
        query = self._bodies().where(events.c.event == event, events.c.copy == 0, events.c.state != "erased")
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._read(row)

    def due(self, now: datetime, account: AccountId | None = None) -> tuple[Event, ...]:
        """Events that have become visible and are not yet part of a situation, in recorded order."""
        bound = {"tenant": self._tenant, "now": iso(now)}
        if account is None:
            names = [name for (name,) in ask(self._connection, DUE, bound)]
        else:
            names = [name for (name,) in ask(self._connection, DUE_OF, {**bound, "account": account})]
        names += [
            name
            for (name, _), row in self._unwritten.items()
            if row["state"] == "waiting"
            and str(row["visible_at"]) <= bound["now"]
            and account in (None, row["account"])
        ]
        found = [self._fresh[name] for name in names if name in self._fresh]
        found += self._opened([name for name in names if name not in self._fresh])
        return tuple(sorted(found, key=lambda event: (event.visible_at, event.time, event.id)))

    def _opened(self, names: Sequence[str]) -> list[Event]:
        found: list[Event] = []
        for start in range(0, len(names), CHUNK):
            part = names[start : start + CHUNK]
            query = self._bodies().where(events.c.event.in_(part), events.c.copy == 0)
            found += map(self._read, self._connection.execute(query).mappings())
        return found

    def _bodies(self) -> Select[Any, Any, Any]:
        return select(events.c.event, events.c.account, events.c.body).where(events.c.tenant == self._tenant)

    def _read(self, row: RowMapping) -> Event:
        told = parse_event(orjson.loads(row["body"]), self._tenant)
        return told.resolved_to(None if row["account"] is None else AccountId(row["account"]))

    def mark_folded(self, ids: Sequence[EventId]) -> None:
        """Remember that these events are part of their situations."""
        written: list[dict[str, str]] = []
        for name in ids:
            row = self._unwritten.get((name, 0))
            if row is None:
                written.append({"of": self._tenant, "name": name})
            else:
                row["state"] = "folded"
        if written:
            self._connection.execute(FOLD, written)

    def parked(self, limit: int) -> tuple[Kept, ...]:
        """List events that wait for an account, in the order of their ids."""
        return self._kept("parked", limit)

    def conflicts(self, limit: int) -> tuple[Kept, ...]:
        """List events that came again under a known id with another content; the first stays in force."""
        return self._kept("conflict", limit)

    def _kept(self, state: str, limit: int) -> tuple[Kept, ...]:
        self.flush()
        columns = (events.c.event, events.c.copy, events.c.account, events.c.body)
        query = select(*columns).where(events.c.tenant == self._tenant, IS_OPEN, events.c.state == state)
        rows = self._connection.execute(query.order_by(events.c.event, events.c.copy).limit(limit)).mappings()
        return tuple(Kept(event=self._read(row), copy_number=row["copy"]) for row in rows)

    def resolve(self, accounts: Mapping[EventId, AccountId]) -> int:
        """Give parked events their accounts; they then wait to be folded."""
        self.flush()
        statement = (
            update(events)
            .where(
                events.c.tenant == self._tenant,
                events.c.event == bindparam("name"),
                events.c.copy == 0,
                events.c.state == "parked",
            )
            .values(state="waiting", account=bindparam("found"))
        )
        moved = 0
        for name, account in sorted(accounts.items()):
            moved += self._connection.execute(statement, {"name": name, "found": account}).rowcount
            self._fresh.pop(name, None)
        return moved

    def next_due(self, now: datetime) -> datetime | None:
        """When the next stored event becomes visible."""
        self.flush()
        query = select(func.min(events.c.visible_at)).where(
            events.c.tenant == self._tenant,
            IS_OPEN,
            events.c.state == "waiting",
            events.c.visible_at > iso(now),
        )
        found = self._connection.scalar(query)
        return None if found is None else datetime.fromisoformat(found)

    def waiting(self) -> int:
        """Count what is stored and not yet visible or folded."""
        self.flush()
        return int(self._connection.scalar(WAITING, {"tenant": self._tenant}) or 0)

    def counts(self) -> Mapping[str, int]:
        """Shape: state → number of events; what is folded is what is left, so that no event itself is read."""
        self.flush()
        own = {"tenant": self._tenant}
        found = {row.state: row.number for row in self._connection.execute(BY_STATE, own)}
        folded = int(self._connection.scalar(ALL, own) or 0) - sum(found.values())
        return {**found, **({"folded": folded} if folded else {})}


def state_of(event: Event) -> str:
    """Say what becomes of a new event: without an account it is parked, unless it is about a source."""
    return "waiting" if event.account or event.type == "source.synced" else "parked"
