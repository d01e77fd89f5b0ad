"""Admission of events into the delta log, and the index of accounts that moves with it; no situation is loaded."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import starmap

import orjson
from sqlalchemy import Connection, Update, bindparam, insert, select, update

from state.canonical import canonical_json, chained_form
from state.ids import AccountId, TenantId
from state.ports.world import AccountRow
from state.stores.driven import ask, send
from state.stores.events import CHUNK
from state.stores.world_tables import accounts, deltas
from state.world.delta import Delta
from state.world.event import Event
from state.world.records import AccountChurned, AccountUpdated

OWN = accounts.c.tenant == bindparam("tenant")
INDEX_FIELDS = tuple(AccountRow.model_fields)
HEADS = select(*(accounts.c[name] for name in INDEX_FIELDS)).where(
    OWN, accounts.c.account.in_(bindparam("ids", expanding=True))
)
HEAD = ("version", "digest")
"""What every event moves; to write an indexed column again would write its index again."""
TOLD = tuple(name for name in INDEX_FIELDS if name not in HEAD)


def _moving(names: Iterable[str]) -> Update:
    place = (accounts.c.tenant == bindparam("own"), accounts.c.account == bindparam("which"))
    return update(accounts).where(*place).values({name: bindparam(f"new_{name}") for name in names})


MOVE, RETELL = _moving(HEAD), _moving(INDEX_FIELDS[1:])
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
    send(connection, APPEND, rows)
    keep_heads(connection, tenant, before, heads)
    return before, heads


def read_heads(connection: Connection, tenant: TenantId, wanted: Iterable[AccountId]) -> Heads:
    """Read the heads of accounts; one that is new starts at version 0."""
    ids = sorted(wanted)
    found: Heads = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = ask(connection, HEADS, {"tenant": tenant, "ids": part})
        found |= {row.account: row for row in starmap(head_row, rows)}
    return {account: found.get(account) or AccountRow(account=account, name=account) for account in ids}


def keep_heads(connection: Connection, tenant: TenantId, before: Heads, heads: Heads) -> None:
    """Insert the heads of new accounts, and move those of known ones."""
    moved: list[dict[str, object]] = []
    retold: list[dict[str, object]] = []
    fresh: list[dict[str, object]] = []
    for name, head in heads.items():
        old, place = before[name], {"own": tenant, "which": name}
        if not old.version:
            fresh.append({"tenant": tenant, **_columns(head)})
        elif _as_told(old) == _as_told(head):
            moved.append({**place, "new_version": head.version, "new_digest": head.digest})
        else:
            retold.append({**place, **{f"new_{field}": value for field, value in _columns(head).items()}})
    for statement, rows in ((ADD, fresh), (MOVE, moved), (RETELL, retold)):
        send(connection, statement, rows)


def _as_told(row: AccountRow) -> tuple[object, ...]:
    """Give what its events say of an account, without where its log stands."""
    return tuple(getattr(row, field) for field in TOLD)


def _columns(row: AccountRow) -> dict[str, object]:
    return {**dict(row), "aliases": orjson.dumps(row.aliases).decode()}


def domains_touched(before: Heads, after: Heads) -> frozenset[str]:
    """List the mail domains whose accounts may have another peer now."""
    changed = (name for name, old in before.items() if _as_peer(old) != _as_peer(after[name]))
    found = {head.domain for name in changed for head in (before[name], after[name])}
    return frozenset(domain for domain in found if domain is not None)


def _as_peer(row: AccountRow) -> tuple[str | None, ...]:
    """Give what another account of the same mail domain sees of it."""
    return (row.domain, row.name, row.owner, row.city)


def head_row(*values: object) -> AccountRow:
    """Read the values of `INDEX_FIELDS`."""
    fields = dict(zip(INDEX_FIELDS, values, strict=True))
    return AccountRow.model_validate({**fields, "aliases": tuple(orjson.loads(str(fields["aliases"])))})


@lru_cache(maxsize=16_384)
def indexed_row(tenant: TenantId, *values: object) -> AccountRow:
    """Read them once per tenant; a page reads ten thousand rows, and few are others than before."""
    return head_row(*values)


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
