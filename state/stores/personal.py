"""Who is meant by an address, an id or a name, read from the raw events of a tenant."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from state.canonical import Json
from state.ids import AccountId, EventId, TenantId
from state.stores.acting_tables import actions
from state.stores.erasing_world import contains, in_parts
from state.stores.run_tables import crm_records
from state.stores.world_tables import events
from state.world.erasure import Reach


@dataclass(frozen=True, slots=True)
class ContactTold:
    """Everything that records have ever called one contact."""

    account: AccountId
    contact: str
    names: frozenset[str]
    addresses: frozenset[str]
    """Lower case."""


def contacts_named(connection: Connection, tenant: TenantId, words: Sequence[str]) -> tuple[ContactTold, ...]:
    """List contacts whose records hold one of some words, by account and id."""
    mine = (events.c.tenant == tenant, events.c.type.in_(("contact.updated", "fact.corrected")))
    query = select(events.c.account, events.c.body).where(
        *mine, events.c.state != "erased", contains(events.c.body, words)
    )
    keys = {
        key for row in connection.execute(query) for key in _keys(row.account, orjson.loads(row.body)["data"])
    }
    if not keys:
        return ()
    told: dict[tuple[str, str], tuple[set[str], set[str]]] = {key: (set(), set()) for key in keys}
    for part in in_parts(sorted({account for account, _ in keys})):
        rows = select(events.c.account, events.c.body).where(
            *mine, events.c.state != "erased", events.c.account.in_(part)
        )
        for row in connection.execute(rows):
            _add(told, row.account, orjson.loads(row.body)["data"])
    return tuple(
        ContactTold(AccountId(account), contact, frozenset(names), frozenset(addresses))
        for (account, contact), (names, addresses) in sorted(told.items())
    )


def _keys(account: str | None, record: dict[str, Json]) -> list[tuple[str, str]]:
    if account is None:
        return []
    if "contact" in record:
        return [(account, str(record["contact"]))]
    kind, _, name = str(record.get("subject", "")).partition("/")
    return [(account, name)] if kind == "Contact" else []


def _add(
    told: dict[tuple[str, str], tuple[set[str], set[str]]], account: str, record: dict[str, Json]
) -> None:
    for key in _keys(account, record):
        names, addresses = told.get(key, (set(), set()))
        said = record if "contact" in record else {str(record["attribute"]): record["value"]}
        if said.get("name"):
            names.add(str(said["name"]))
        if said.get("email"):
            addresses.add(str(said["email"]).casefold())


@dataclass(frozen=True, slots=True)
class EventTold:
    """One raw event as JSON."""

    event: EventId
    account: str | None
    type: str
    source: str
    body: dict[str, Json]


def events_in(connection: Connection, tenant: TenantId, reach: Reach) -> tuple[EventTold, ...]:
    """Read the events of a reach, in the order of their times."""
    found: list[EventTold] = []
    for part in in_parts(sorted(reach.whole | reach.parts)):
        query = select(events).where(events.c.tenant == tenant, events.c.event.in_(part), events.c.copy == 0)
        for row in connection.execute(query):
            body: dict[str, Json] = orjson.loads(row.body)
            found.append(EventTold(EventId(row.event), row.account, row.type, row.source, body))
    return tuple(sorted(found, key=lambda one: (str(one.body.get("time")), one.event)))


def acts_on(connection: Connection, tenant: TenantId, needles: Sequence[str]) -> dict[str, list[Json]]:
    """Read the actions and the CRM's records that name one of some texts."""
    drafted = select(
        actions.c.action, actions.c.action_type, actions.c.status, actions.c.created_at, actions.c.fixed
    )
    kept = select(crm_records.c.body).where(
        crm_records.c.tenant == tenant, contains(crm_records.c.body, needles)
    )
    rows = connection.execute(drafted.where(actions.c.tenant == tenant, contains(actions.c.fixed, needles)))
    return {
        "actions": [
            {
                "id": row.action, "type": row.action_type, "status": row.status, "created_at": row.created_at,
                "effect": orjson.loads(row.fixed)["effect"],
            }
            for row in rows.all()
        ],
        "records": [orjson.loads(body) for body in connection.scalars(kept)],
    }  # fmt: skip
