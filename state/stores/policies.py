"""Policies in SQL: the whole text of each, once, under its hash."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from state.ids import TenantId
from state.ports.policies import KeptPolicy
from state.stores.autonomy_tables import policies
from state.stores.events import iso
from state.stores.runs import Row, insert_once


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
        self._connection.execute(update(policies).where(*mine).values(activated_at=iso(at)))

    def listed(self) -> tuple[KeptPolicy, ...]:
        """List them, the newest asked for first."""
        query = select(policies).where(policies.c.tenant == self._tenant)
        rows = self._connection.execute(query.order_by(policies.c.asked_at.desc(), policies.c.version))
        return tuple(_kept(row) for row in rows.mappings())


def _kept(row: RowMapping) -> KeptPolicy:
    found = KeptPolicy.model_validate_json(row["body"])
    at = row["activated_at"]
    return found.model_copy(update={"activated_at": datetime.fromisoformat(at) if at else None})
