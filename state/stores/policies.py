"""Policies in SQL: the whole text of each, once, under its hash."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, select, update

from state.ids import TenantId
from state.ports.policies import KeptPolicy
from state.stores.autonomy_tables import policies
from state.stores.events import iso
from state.stores.runs import Row, insert_once

AT_HAND = 64
"""Policies a process has read; the one in force is read whenever a tenant is."""


class SqlPolicies:
    """`PolicyStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def keep(self, policy: KeptPolicy) -> None:
        """Keep one; a known version stays as it was kept first."""
        row: Row = {
            "tenant": self._tenant,
            "version": policy.version,
            "asked_at": iso(policy.asked_at),
            "asked_by": policy.asked_by,
            "activated_at": iso(policy.activated_at) if policy.activated_at else None,
            "effective_at": iso(policy.effective_at) if policy.effective_at else None,
            "over": policy.over,
            "note": policy.note,
            "body": policy.model_dump_json(by_alias=True),
        }
        insert_once(self._connection, policies, [row])

    def get(self, version: str) -> KeptPolicy | None:
        """Read one."""
        mine = (policies.c.tenant == self._tenant, policies.c.version == version)
        row = self._connection.execute(select(policies).where(*mine)).mappings().first()
        return None if row is None else _kept(row)

    def activated(self, version: str, at: datetime) -> None:
        """Note when a policy came into force."""
        mine = (policies.c.tenant == self._tenant, policies.c.version == version)
        self._connection.execute(
            update(policies).where(*mine).values(activated_at=iso(at), effective_at=None)
        )

    def schedule(self, version: str, at: datetime | None, over: str = "") -> None:
        """Note when a kept policy is to come into force, or that it is not any more."""
        mine = (policies.c.tenant == self._tenant, policies.c.version == version)
        when = iso(at) if at else None
        self._connection.execute(update(policies).where(*mine).values(effective_at=when, over=over))

    def due(self, now: datetime) -> tuple[KeptPolicy, ...]:
        """List what is to be in force by now, the earliest first."""
        mine = (policies.c.tenant == self._tenant, policies.c.effective_at <= iso(now))
        query = select(policies).where(*mine).order_by(policies.c.effective_at, policies.c.version)
        return tuple(_kept(row) for row in self._connection.execute(query).mappings())

    def listed(self) -> tuple[KeptPolicy, ...]:
        """List them, the newest asked for first."""
        query = select(policies).where(policies.c.tenant == self._tenant)
        rows = self._connection.execute(query.order_by(policies.c.asked_at.desc(), policies.c.version))
        return tuple(_kept(row) for row in rows.mappings())


def _kept(row: RowMapping) -> KeptPolicy:
    found = _document(row["body"])
    dates = {name: row[name] for name in ("activated_at", "effective_at")}
    read = {name: datetime.fromisoformat(at) if at else None for name, at in dates.items()}
    return found.model_copy(update={**read, "over": row["over"]})


@lru_cache(maxsize=AT_HAND)
def _document(text: str) -> KeptPolicy:
    # no tenant: the text itself is the key, so equal text is an equal policy
    return KeptPolicy.model_validate_json(text)
