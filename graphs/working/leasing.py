"""Hold an account while working on it: one lease per account, fenced, released at the end.

Invariant: no claim commits without the lease of its account in this process; whatever ends a job, this process forgets
the lease before anything else, as what it remembers it keeps for as long as it lives.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from graphs.identity import is_gone
from graphs.parts import Parts
from graphs.working.turns import give_way
from state.errors import Conflict, NotFound
from state.ids import AccountId, TenantId
from state.ports.acting import Lease
from state.ports.running import Run
from state.ports.unit import Unit

_MINE: ContextVar[frozenset[tuple[TenantId, Lease]]] = ContextVar("mine", default=frozenset())
"""What is held by the run or command that asks: its own steps may ask again, another one of this process may not."""


@contextmanager
def leased(
    parts: Parts,
    tenant: TenantId,
    account: AccountId,
    first: Callable[[Unit, Lease], Run] | None = None,
    ahead: timedelta = timedelta(0),
) -> Generator[Run | None, None, None]:
    """Hold the account; `first` is done in the transaction that takes the lease, `ahead` of the wall clock is worked.

    Raises: Conflict when another process holds it; NotFound for an unknown account.
    """
    give_way()
    held = parts.leases.get((tenant, account))
    if held is not None:
        if (tenant, held) not in _MINE.get():
            raise _busy(account)
        yield None
        return
    wall = parts.clock.wall()
    until = wall + timedelta(seconds=parts.settings.lease_seconds) + ahead
    with parts.stores.begin(tenant) as unit:
        row, is_behind = unit.situations.standing(account, parts.tenancy(tenant).now)
        if row is None:
            raise NotFound(f"no account {account!r}", field="account", value=account)
        lease = unit.actions.acquire(account, parts.worker, until, wall)
        if lease is None and _is_dead(unit, unit.actions.lease(account), wall):
            lease = unit.actions.acquire(
                account, parts.worker, until, _over(unit.actions.lease(account), wall)
            )
        if lease is None:
            raise _busy(account)
        run = first(unit, lease) if first is not None else None
    parts.leases[tenant, account] = lease
    if not is_behind:
        parts.heads[tenant, account] = row
    before = _MINE.get()
    _MINE.set(before | {(tenant, lease)})
    try:
        parts.crash_point("lease:taken")
        yield run
        parts.crash_point("lease:ending")
    finally:
        del parts.leases[tenant, account]
        parts.heads.pop((tenant, account), None)
        _MINE.set(before)
        with parts.stores.begin(tenant) as unit:
            unit.actions.release(lease, parts.clock.wall())


def keep(parts: Parts, held: Mapping[tuple[TenantId, AccountId], Lease]) -> None:
    """Keep what this process holds for as long as it is heard; what it lost stays lost. Raises: Unavailable."""
    wall, lasting = parts.clock.wall(), timedelta(seconds=parts.settings.lease_seconds)
    mine = tuple(held.items())
    for tenant in {tenant for (tenant, _), _ in mine}:
        with parts.stores.begin(tenant) as unit:
            for (whose, _), lease in mine:
                if whose == tenant:
                    unit.actions.renew(lease, max(lease.until, wall + lasting), wall)


def _busy(account: AccountId) -> Conflict:
    remedy = "Wait a moment and try again."
    return Conflict(f"Another process is working on {account}.", remedy=remedy, field="account")


def _is_dead(unit: Unit, lease: Lease | None, wall: datetime) -> bool:
    """Tell whether the holder has ended: its process is gone, its machine restarted, or it is a worker not heard of.

    A worker that was only paused finds its number too small: nothing it still holds can be claimed.
    """
    if lease is None:
        return False
    is_silent = any(one.worker == lease.owner and one.until <= wall for one in unit.workers.listed())
    return is_silent or is_gone(lease.owner) is not None


def _over(lease: Lease | None, wall: datetime) -> datetime:
    """Count a dead holder's lease as over now; its number still grows, so nothing it left can commit."""
    return wall if lease is None else max(wall, lease.until)
