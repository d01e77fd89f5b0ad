"""Work that nobody waits for, in ticks: whatever one raises is told and becomes an entry, and the next one comes.

Invariant: a failure is entered once per row of equal ones, as soon as the ledger can be written.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from graphs.governing.decisions import stamp_of
from graphs.identity import local_principal
from graphs.parts import Parts, Tenancy
from state.ids import TenantId
from state.ledger.entry import EntryDraft, Kind
from state.principal import Principal
from state.settings import Settings

T = TypeVar("T")
INSTALLATION = TenantId("-")
"""In place of a tenant: what fails concerns them all."""


def told(text: str) -> None:
    """Write a line of the log."""
    print(text, file=sys.stderr)  # noqa: T201 - the log


def principal_of(settings: Settings, tenancy: Tenancy) -> Principal:
    """Work in the name of the home's owner. Raises: NotFound, Forbidden."""
    own = settings.model_copy(update={"user": ""})
    return local_principal(own, tenancy.tenant, tenancy.users, channel="worker")


def caught(act: Callable[[], T]) -> T | Exception:
    """Do something; whatever it raises is given back, for an entry."""
    try:
        return act()
    except Exception as fault:
        return fault


def entered(parts: Parts, tenant: TenantId, job: str, subject: str, fault: Exception) -> None:
    """Enter what failed at a tenant. Raises: Unavailable."""
    tenancy = parts.tenancy.refresh(tenant)
    principal = principal_of(parts.settings, tenancy)
    with parts.stores.begin(tenant) as unit:
        stamp = stamp_of(tenancy, unit, principal, f"job:{job}:{subject}")
        payload = {"job": job, "subject": subject, "failed": type(fault).__name__}
        unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, payload)])


@dataclass
class Ticks:
    """One kind of tick, and what of its failures is not entered yet."""

    parts: Parts
    name: str
    failures: int = 0
    _last: dict[TenantId, str] = field(default_factory=dict)
    """The failure each tenant's ticks ended with, until one does not."""
    _owed: dict[TenantId, Exception] = field(default_factory=dict)

    def tick(self, act: Callable[[], object], tenant: TenantId = INSTALLATION) -> bool:
        """Do it; say whether it came to its end."""
        fault = caught(act)
        is_done = not isinstance(fault, Exception)
        if isinstance(fault, Exception):
            self._failed(tenant, fault)
        else:
            self._last.pop(tenant, None)
        self._settle()
        return is_done

    def _failed(self, tenant: TenantId, fault: Exception) -> None:
        self.failures += 1
        told(
            f"{self.name}{'' if tenant == INSTALLATION else f', {tenant}'}: {str(fault) or type(fault).__name__}"
        )
        if self._last.get(tenant) != type(fault).__name__:
            self._last[tenant] = type(fault).__name__
            self._owed[tenant] = fault

    def _settle(self) -> None:
        """Enter what is owed; while the ledger cannot be written it stays owed."""
        for tenant, fault in tuple(self._owed.items()):
            written = caught(partial(self._enter, tenant, fault))
            if isinstance(written, Exception):
                return
            del self._owed[tenant]

    def _enter(self, tenant: TenantId, fault: Exception) -> None:
        for one in self._tenants() if tenant == INSTALLATION else (tenant,):
            entered(self.parts, one, self.name, "", fault)

    def _tenants(self) -> tuple[TenantId, ...]:
        with self.parts.stores.read(INSTALLATION) as unit:
            return tuple(one.id for one in unit.tenants.listed())
