"""Tenants and their users in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from state.errors import NotFound
from state.ids import TenantId, UserId
from state.ports.world import Tenant
from state.principal import Delegation, User
from state.stores.driven import ask
from state.stores.world_tables import instances, tenants
from state.stores.world_tables import users as people

AT_HAND = 1_024
"""Companies and users a process has read; every command reads its own, and they hardly change."""
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
        rows = ask(self._connection, COMPANY, {"tenant": tenant})
        if not rows:
            return None
        return _company(rows[0][0]), tuple(_person(person) for _, person in rows if person is not None)

    def set_clock(self, tenant: TenantId, clock: datetime) -> None:
        """Move a frozen clock. Raises: NotFound."""
        self._set(tenant, "clock", clock)

    def set_policy(self, tenant: TenantId, version: str) -> None:
        """Say which kept policy is in force. Raises: NotFound."""
        self._set(tenant, "policy", version)

    def set_files(self, tenant: TenantId, versions: Mapping[str, str]) -> None:
        """Say which kept files are in force, by kind. Raises: NotFound."""
        self._set(tenant, "files", {**versions})

    def set_delegation(self, tenant: TenantId, owner: UserId, delegation: Delegation | None) -> None:
        """Say who stands in for an owner from now on, or nobody. Raises: NotFound."""
        others = tuple(one for one in self._held(tenant).delegations if one.owner != owner)
        self._set(tenant, "delegations", others if delegation is None else (*others, delegation))

    def set_config(self, tenant: TenantId, config: str) -> None:
        """Say what the ledger was last told to be in force. Raises: NotFound."""
        self._set(tenant, "config", config)

    def _set(self, tenant: TenantId, name: str, value: object) -> None:
        body = self._held(tenant).model_copy(update={name: value}).model_dump_json()
        self._connection.execute(update(tenants).where(tenants.c.tenant == tenant).values(body=body))

    def _held(self, tenant: TenantId) -> Tenant:
        """Read the row to change it: on a server nobody else changes it meanwhile."""
        query = select(tenants.c.body).where(tenants.c.tenant == tenant).with_for_update()
        body = self._connection.scalar(query)
        if body is None:
            raise NotFound(f"no tenant {tenant!r}", field="tenant", value=tenant)
        return Tenant.model_validate_json(body)

    def instance(self, tenant: TenantId) -> str | None:
        """Which installation works for a tenant."""
        return self._connection.scalar(select(instances.c.instance).where(instances.c.tenant == tenant))

    def set_instance(self, tenant: TenantId, instance: str) -> None:
        """Say which installation works for a tenant from now on."""
        self._connection.execute(delete(instances).where(instances.c.tenant == tenant))
        self._connection.execute(insert(instances).values(tenant=tenant, instance=instance))


@lru_cache(maxsize=AT_HAND)
def _company(body: str) -> Tenant:
    # no tenant: the text itself is the key, so equal text is an equal company
    return Tenant.model_validate_json(body)


@lru_cache(maxsize=AT_HAND)
def _person(body: str) -> User:
    # no tenant: the text itself is the key, so equal text is an equal user
    return User.model_validate_json(body)
