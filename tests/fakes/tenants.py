"""Tenants and their users in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from state.errors import NotFound
from state.ids import TenantId, UserId
from state.ports.world import Tenant
from state.principal import Delegation, User

Register = dict[TenantId, tuple[Tenant, tuple[User, ...]]]


class MemoryTenants:
    """`TenantStore` on a register shared by all tenants."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._instances: dict[TenantId, str] = {}

    def create(self, tenant: Tenant, users: Sequence[User]) -> None:
        self._register[tenant.id] = (tenant, tuple(sorted(users, key=lambda user: user.id)))

    def get(self, tenant: TenantId) -> Tenant | None:
        return self._register[tenant][0] if tenant in self._register else None

    def listed(self) -> tuple[Tenant, ...]:
        return tuple(self._register[name][0] for name in sorted(self._register))

    def company(self, tenant: TenantId) -> tuple[Tenant, tuple[User, ...]] | None:
        return self._register.get(tenant)

    def set_clock(self, tenant: TenantId, clock: datetime) -> None:
        self._set(tenant, "clock", clock)

    def set_policy(self, tenant: TenantId, version: str) -> None:
        self._set(tenant, "policy", version)

    def set_files(self, tenant: TenantId, versions: Mapping[str, str]) -> None:
        self._set(tenant, "files", {**versions})

    def set_delegation(self, tenant: TenantId, owner: UserId, delegation: Delegation | None) -> None:
        known = self.get(tenant)
        others = tuple(one for one in known.delegations if one.owner != owner) if known else ()
        self._set(tenant, "delegations", others if delegation is None else (*others, delegation))

    def set_config(self, tenant: TenantId, config: str) -> None:
        self._set(tenant, "config", config)

    def _set(self, tenant: TenantId, name: str, value: object) -> None:
        if tenant not in self._register:
            raise NotFound(f"no tenant {tenant!r}", field="tenant", value=tenant)
        found, users = self._register[tenant]
        self._register[tenant] = (found.model_copy(update={name: value}), users)

    def instance(self, tenant: TenantId) -> str | None:
        return self._instances.get(tenant)

    def set_instance(self, tenant: TenantId, instance: str) -> None:
        self._instances[tenant] = instance
