"""Admission of events into the delta log, and the index of accounts that moves with it; no situation is loaded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from state.canonical import canonical_json, chained_form
from state.ids import AccountId, TenantId
from state.ports.world import AccountRow
from state.stores.events import CHUNK
from state.stores.world_tables import accounts, deltas
from state.world.delta import Delta
from state.world.event import Event
from state.world.records import AccountChurned, AccountUpdated

OWN = accounts.c.tenant == bindparam("tenant")
HEADS = select(accounts).where(OWN, accounts.c.account.in_(bindparam("ids", expanding=True)))
MOVED = tuple(column.name for column in accounts.columns if not column.primary_key)
MOVE = (
    update(accounts)
    .where(accounts.c.tenant == bindparam("own"), accounts.c.account == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in MOVED})
)
ADD, APPEND = insert(accounts), insert(deltas)
"""The tenant is bound where these are run."""
INDEXED = ("name", "domain", "owner", "city", "segment", "status")
Heads = dict[AccountId, AccountRow]


def append(
    connection: Connection, tenant: TenantId, events: Sequence[Event], batches: Sequence[Sequence[Delta]]
) -> tuple[Heads, Heads]:
    """Append each event's deltas to its account's log. Shape: heads before and after."""
    before = read_heads(connection, tenant, {event.account for event in events if event.account})
    heads = dict(before)
    rows: list[dict[str, object]] = []
    for event, found in zip(events, batches, strict=True):
        assert event.account is not None, "parked events are never admitted"
        head, body = heads[event.account], canonical_json([delta.as_json() for delta in found])
        seal = chained_form(head.digest, body)
        heads[event.account] = moved(head, event, seal)
        rows.append(
            {
                "tenant": tenant,
                "account": event.account,
                "version": head.version + 1,
                "event": event.id,
                "digest": seal,
                "body": body,
            }
        )
    if rows:
        connection.execute(APPEND, rows)
        keep_heads(connection, tenant, heads, {name for name, head in before.items() if head.version})
    return before, heads


def read_heads(connection: Connection, tenant: TenantId, wanted: Iterable[AccountId]) -> Heads:
    """Read the heads of accounts; one that is new starts at version 0."""
    ids = sorted(wanted)
    found: Heads = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = connection.execute(HEADS, {"tenant": tenant, "ids": part}).mappings()
        found |= {row.account: row for row in map(account_row, rows)}
    return {account: found.get(account) or AccountRow(account=account, name=account) for account in ids}


def keep_heads(
    connection: Connection,
    tenant: TenantId,
    heads: Mapping[AccountId, AccountRow],
    known: Collection[AccountId],
) -> None:
    """Insert the heads of new accounts and overwrite those of known ones."""
    rows = [
        {**dict(row), "aliases": orjson.dumps(row.aliases).decode(), "tenant": tenant}
        for row in heads.values()
    ]
    fresh = [row for row in rows if row["account"] not in known]
    if fresh:
        connection.execute(ADD, fresh)
    old = [row for row in rows if row["account"] in known]
    if old:
        connection.execute(
            MOVE,
            [
                {"own": tenant, "which": row["account"], **{f"new_{name}": row[name] for name in MOVED}}
                for row in old
            ],
        )


def domains_touched(before: Heads, after: Heads) -> frozenset[str]:
    """List the mail domains whose accounts may have another peer now."""
    changed = (name for name, old in before.items() if _as_peer(old) != _as_peer(after[name]))
    found = {head.domain for name in changed for head in (before[name], after[name])}
    return frozenset(domain for domain in found if domain is not None)


def _as_peer(row: AccountRow) -> tuple[str | None, ...]:
    """Give what another account of the same mail domain sees of it."""
    return (row.domain, row.name, row.owner, row.city)


def account_row(row: RowMapping) -> AccountRow:
    """Read a row of the index."""
    fields = {key: value for key, value in row.items() if key != "tenant"}
    return AccountRow.model_validate({**fields, "aliases": tuple(orjson.loads(str(row["aliases"])))})


INDEX_FIELDS = tuple(AccountRow.model_fields)


@lru_cache(maxsize=16_384)
def indexed_row(tenant: TenantId, *values: object) -> AccountRow:
    """Read the values of `INDEX_FIELDS`; a page reads ten thousand rows, and few are others than before."""
    fields = dict(zip(INDEX_FIELDS, values, strict=True))
    return AccountRow.model_validate({**fields, "aliases": tuple(orjson.loads(str(fields["aliases"])))})


def moved(head: AccountRow, event: Event, seal: str) -> AccountRow:
    """Give the head after an event."""
    changes: dict[str, object] = {"version": head.version + 1, "digest": seal}
    if isinstance(event.data, AccountUpdated):
        for field in INDEXED:
            value = getattr(event.data, field)
            if value is not None:
                changes[field] = value
        if event.data.aliases is not None:
            changes["aliases"] = event.data.aliases
        if event.data.country:
            changes["region"] = event.data.country
    if isinstance(event.data, AccountChurned):
        changes["status"] = "churned"
    return head.model_copy(update=changes)
