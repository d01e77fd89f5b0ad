"""View rows in SQL: one bounded row per account, moved with its events and read without its situation."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import starmap

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    and_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from state.errors import InvalidInput
from state.ids import AccountId, TenantId
from state.ports.views import ROW_BYTES, ViewRow, Watch
from state.stores.driven import ask, send
from state.stores.events import CHUNK, iso
from state.stores.world_tables import accounts, cycles, deltas, events, feed_silences, views, watches
from state.world.batching import Moved
from state.world.event import Event

AT_ONCE = ""
Body = dict[str, object]
ROWS = select(views.c.account, views.c.version, views.c.look_at, views.c.body).where(
    views.c.tenant == bindparam("tenant")
)
SOME = ROWS.where(views.c.account.in_(bindparam("ids", expanding=True)))
DUE = ROWS.where(views.c.look_at <= bindparam("now"))
NEXT = DUE.where(views.c.account > bindparam("after")).order_by(views.c.account).limit(bindparam("most"))
DUE_OF = DUE.where(views.c.account.in_(bindparam("ids", expanding=True))).order_by(views.c.account)
MOVED = (
    select(
        views.c.account,
        views.c.body,
        func.max(deltas.c.version).label("newest"),
        func.count().label("events"),
        func.min(events.c.visible_at).label("first_at"),
        func.max(events.c.visible_at).label("latest_at"),
    )
    .join(deltas, and_(deltas.c.tenant == views.c.tenant, deltas.c.account == views.c.account))
    .join(
        events, and_(events.c.tenant == deltas.c.tenant, events.c.event == deltas.c.event, events.c.copy == 0)
    )
    .where(
        views.c.tenant == bindparam("tenant"), views.c.look_at == AT_ONCE, deltas.c.version > views.c.version
    )
    .group_by(views.c.account, views.c.body)
    .order_by(views.c.account)
    .limit(bindparam("most"))
)
"""The tenant is bound where these are run."""


class SqlViews:
    """`ViewStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant
        self._dialect = postgresql if connection.dialect.name == "postgresql" else sqlite

    def move(self, batch: Sequence[Event]) -> None:
        """Fold admitted events into the rows of their accounts, which are then to be looked at; their glances go."""
        by_account: dict[AccountId, list[Event]] = {}
        for event in batch:
            if event.account is not None:
                by_account.setdefault(event.account, []).append(event)
        known = self._bodies(sorted(by_account))
        rows = [
            {
                "account": account,
                "version": 0,
                "look_at": AT_ONCE,
                "body": _moved(known.get(account, {}), events),
            }
            for account, events in sorted(by_account.items())
        ]
        self._write(rows, ("look_at", "body"))

    def _bodies(self, accounts: Sequence[AccountId]) -> dict[AccountId, Body]:
        found: dict[AccountId, Body] = {}
        for start in range(0, len(accounts), CHUNK):
            bound = {"tenant": self._tenant, "ids": list(accounts[start : start + CHUNK])}
            found |= {account: orjson.loads(body) for account, *_, body in ask(self._connection, SOME, bound)}
        return found

    def _write(self, rows: Sequence[Mapping[str, object]], replaced: Sequence[str]) -> None:
        statement = _upsert(self._connection.dialect.name, tuple(replaced))
        send(self._connection, statement, [{**row, "tenant": self._tenant} for row in rows])

    def get(self, account: AccountId) -> ViewRow | None:
        """Read one row."""
        return self.rows([account]).get(account)

    def rows(self, accounts: Collection[AccountId]) -> dict[AccountId, ViewRow]:
        """Read the rows of some accounts; an account that is new has none."""
        names, found = sorted(accounts), list[ViewRow]()
        for start in range(0, len(names), CHUNK):
            bound = {"tenant": self._tenant, "ids": names[start : start + CHUNK]}
            found += starmap(_read, ask(self._connection, SOME, bound))
        return {row.account: row for row in found}

    def due(self, now: datetime, limit: int, after: AccountId | None = None) -> tuple[ViewRow, ...]:
        """List rows to be looked at by `now`, in the order of their accounts."""
        bound = {"tenant": self._tenant, "now": iso(now), "after": after or "", "most": limit}
        return tuple(starmap(_read, ask(self._connection, NEXT, bound)))

    def due_of(self, accounts: Sequence[AccountId], now: datetime) -> tuple[ViewRow, ...]:
        """List those of some accounts that are to be looked at by `now`, in the order of their ids."""
        bound = {"tenant": self._tenant, "now": iso(now), "ids": list(accounts)}
        return tuple(starmap(_read, ask(self._connection, DUE_OF, bound)))

    def moved(self, limit: int) -> tuple[Moved, ...]:
        """List accounts that events have moved since the last look, in the order of their ids."""
        return tuple(
            Moved(
                account=row.account,
                version=row.newest,
                events=row.events,
                first_at=datetime.fromisoformat(row.first_at),
                latest_at=datetime.fromisoformat(row.latest_at),
                live=orjson.loads(row.body).get("live", ()),
            )
            for row in self._connection.execute(MOVED, {"tenant": self._tenant, "most": limit})
        )

    def put(self, row: ViewRow) -> None:
        """Write what a look found. Raises: InvalidInput for a row that is too large."""
        self.put_all([row])

    def put_all(self, rows: Sequence[ViewRow]) -> None:
        """Write several. Raises: InvalidInput for a row that is too large."""
        self._write([_written(row) for row in rows], ("version", "look_at", "body"))

    def watch(self) -> Watch:
        """Read what all accounts shared at the last due scan."""
        body = self._connection.scalar(select(watches.c.body).where(watches.c.tenant == self._tenant))
        return Watch() if body is None else Watch.model_validate_json(body)

    def keep_watch(self, watch: Watch) -> None:
        """Write it."""
        statement = self._dialect.insert(watches).values(tenant=self._tenant, body=watch.model_dump_json())
        body = {"body": statement.excluded.body}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["tenant"], set_=body))

    def wake_all(self) -> int:
        """Have every account looked at; return how many were asleep."""
        return self._wake()

    def wake(self, accounts: Collection[AccountId]) -> int:
        """Have these accounts looked at; return how many were asleep."""
        names = sorted(accounts)
        parts = (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
        return sum(self._wake(views.c.account.in_(part)) for part in parts)

    def wake_domains(self, domains: Collection[str]) -> int:
        """Have the accounts looked at that have one of these mail domains."""
        if not domains:
            return 0
        table = accounts.c
        peers = select(table.account).where(table.tenant == self._tenant, table.domain.in_(sorted(domains)))
        return self._wake(views.c.account.in_(peers))

    def wake_feed(self, feed: str) -> int:
        """Have the accounts looked at whose series of a feed are at zero."""
        table = feed_silences.c
        silent = select(table.account).where(table.tenant == self._tenant, table.feed == feed)
        return self._wake(views.c.account.in_(silent))

    def wake_deals(self, since: date, until: date) -> int:
        """Have the accounts looked at that have an open deal opened from `since` to `until`, both included."""
        table = cycles.c
        aged = select(table.account).where(
            table.tenant == self._tenant,
            table.closed_on.is_(None),
            table.opened_on.between(since.isoformat(), until.isoformat()),
        )
        return self._wake(views.c.account.in_(aged))

    def _wake(self, *conditions: ColumnElement[bool]) -> int:
        asleep = views.c.look_at != AT_ONCE
        statement = update(views).where(views.c.tenant == self._tenant, asleep, *conditions)
        return self._connection.execute(statement.values(look_at=AT_ONCE)).rowcount


@cache
def _upsert(dialect: str, replaced: tuple[str, ...]) -> Insert:
    own = postgresql if dialect == "postgresql" else sqlite
    statement = own.insert(views)
    kept: Insert = statement.on_conflict_do_update(
        index_elements=["tenant", "account"], set_={name: statement.excluded[name] for name in replaced}
    )
    return kept


def _read(account: str, version: int, look_at: str, body: str) -> ViewRow:
    at = None if look_at == AT_ONCE else datetime.fromisoformat(look_at)
    own = {"account": account, "version": version, "look_at": at}
    return ViewRow.model_validate({**orjson.loads(body), **own})


def _written(row: ViewRow) -> dict[str, object]:
    body = row.model_dump_json(exclude={"account", "version", "look_at"}, exclude_defaults=True)
    if len(body.encode()) > ROW_BYTES:
        raise InvalidInput(f"The view row of {row.account} is too large.", field="body", value=str(len(body)))
    look_at = AT_ONCE if row.look_at is None else iso(row.look_at)
    return {"account": row.account, "version": row.version, "look_at": look_at, "body": body}


def _moved(body: Body, batch: Sequence[Event]) -> str:
    """Count events by type and keep the newest time of each; bounded, as the types of records are."""
    last: dict[str, str] = dict(body.get("last") or {})  # type: ignore[call-overload]  # our own JSON
    counts: dict[str, int] = dict(body.get("counts") or {})  # type: ignore[call-overload]  # our own JSON
    for event in batch:
        counts[event.type] = counts.get(event.type, 0) + 1
        last[event.type] = max(last.get(event.type, ""), iso(event.time))
    return orjson.dumps({**body, "last": last, "counts": counts, "glance": None}).decode()
