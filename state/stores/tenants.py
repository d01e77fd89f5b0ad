"""Tenants and their users in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from state.errors import NotFound
from state.ids import TenantId
from state.ports.world import Tenant
from state.principal import User
from state.stores.world_tables import instances, tenants
from state.stores.world_tables import users as people

COMPANY = (
    select(tenants.c.body.label("company"), people.c.body.label("person"))
    .select_from(tenants)
    .outerjoin(people, people.c.tenant == tenants.c.tenant)
    .where(tenants.c.tenant == bindparam("tenant"))
    .order_by(people.c.user)
)


class SqlTenants:
    """`TenantStore` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, tenant: Tenant, users: Sequence[User]) -> None:
        """Insert or replace a tenant and its users."""
        run = self._connection.execute
        run(delete(people).where(people.c.tenant == tenant.id))
        run(delete(tenants).where(tenants.c.tenant == tenant.id))
        run(insert(tenants).values(tenant=tenant.id, body=tenant.model_dump_json()))
        rows = [{"tenant": tenant.id, "user": user.id, "body": user.model_dump_json()} for user in users]
        if rows:
            run(insert(people), rows)

    def get(self, tenant: TenantId) -> Tenant | None:
        """Look one up."""
        body = self._connection.scalar(select(tenants.c.body).where(tenants.c.tenant == tenant))
        return None if body is None else Tenant.model_validate_json(body)

    def listed(self) -> tuple[Tenant, ...]:
        """All tenants by id."""
        found = self._connection.scalars(select(tenants.c.body).order_by(tenants.c.tenant))
        return tuple(Tenant.model_validate_json(body) for body in found)

    def company(self, tenant: TenantId) -> tuple[Tenant, tuple[User, ...]] | None:
        """Look one up with its users by id."""
        rows = self._connection.execute(COMPANY, {"tenant": tenant}).all()
        if not rows:
            return None
        people = tuple(User.model_validate_json(row.person) for row in rows if row.person is not None)
        return Tenant.model_validate_json(rows[0].company), people

    def set_clock(self, tenant: TenantId, clock: datetime) -> None:
        """Move a frozen clock. Raises: NotFound."""
        self._set(tenant, "clock", clock)

    def set_policy(self, tenant: TenantId, version: str) -> None:
        """Say which kept policy is in force. Raises: NotFound."""
        self._set(tenant, "policy", version)

    def set_config(self, tenant: TenantId, config: str) -> None:
        """Say what the ledger was last told to be in force. Raises: NotFound."""
        self._set(tenant, "config", config)

    def _set(self, tenant: TenantId, name: str, value: object) -> None:
        found = self.get(tenant)
        if found is None:
            raise NotFound(f"no tenant {tenant!r}", field="tenant", value=tenant)
        body = found.model_copy(update={name: value}).model_dump_json()
        self._connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(body=body))

    def instance(self, tenant: TenantId) -> str | None:
        """Which installation works for a tenant."""
        return self._connection.scalar(select(instances.c.instance).where(instances.c.tenant == tenant))

    def set_instance(self, tenant: TenantId, instance: str) -> None:
        """Say which installation works for a tenant from now on."""
        self._connection.execute(delete(instances).where(instances.c.tenant == tenant))
        self._connection.execute(insert(instances).values(tenant=tenant, instance=instance))
