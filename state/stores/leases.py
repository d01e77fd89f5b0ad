"""Account leases in SQL: one upsert takes, one update keeps; the number only grows."""

from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Executable, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from state.ids import AccountId, TenantId
from state.ledger.entry import instant
from state.ports.acting import Lease
from state.stores.acting_tables import leases


@cache
def _taking(dialect: str) -> Executable:
    """Insert a lease, or take over one that is over or one's own."""
    put = postgresql.insert(leases) if dialect == "postgresql" else sqlite.insert(leases)
    return put.on_conflict_do_update(
        index_elements=[leases.c.tenant, leases.c.account],
        set_={"owner": put.excluded.owner, "until": put.excluded.until, "fence": leases.c.fence + 1},
        where=or_(leases.c.until <= bindparam("wall"), leases.c.owner == put.excluded.owner),
    ).returning(leases.c.fence)


def acquire(connection: Connection, tenant: TenantId, wanted: Lease, wall: datetime) -> Lease | None:
    """Take the lease if it is free, over or one's own; the number grows with each taking."""
    row = {"tenant": tenant, "account": wanted.account, "owner": wanted.owner, "until": instant(wanted.until)}
    taken = connection.execute(_taking(connection.dialect.name), {**row, "fence": 1, "wall": instant(wall)})
    fence = taken.scalar()
    return None if fence is None else Lease(wanted.account, wanted.owner, wanted.until, fence)


def renew(
    connection: Connection, tenant: TenantId, lease: Lease, until: datetime, wall: datetime
) -> Lease | None:
    """Keep a lease that is still one's own and not over."""
    kept = (
        update(leases)
        .where(*_mine(tenant, lease), leases.c.until > instant(wall))
        .values(until=instant(until))
        .returning(leases.c.fence)
    )
    fence = connection.execute(kept).scalar()
    return None if fence is None else Lease(lease.account, lease.owner, until, lease.fence)


_RELEASE = (
    update(leases)
    .where(
        leases.c.tenant == bindparam("of_tenant"),
        leases.c.account == bindparam("of_account"),
        leases.c.owner == bindparam("of_owner"),
        leases.c.fence == bindparam("of_fence"),
    )
    .values(until=bindparam("over"))
)


def release(connection: Connection, tenant: TenantId, lease: Lease, wall: datetime) -> None:
    """Let it be over now; whoever takes it next gets a greater number."""
    mine = {"of_account": lease.account, "of_owner": lease.owner, "of_fence": lease.fence}
    connection.execute(_RELEASE, {**mine, "of_tenant": tenant, "over": instant(wall)})


def found(connection: Connection, tenant: TenantId, account: AccountId) -> Lease | None:
    """Look at a lease, whether over or not."""
    query = select(leases).where(leases.c.tenant == tenant, leases.c.account == account)
    row = connection.execute(query).first()
    return None if row is None else Lease(account, row.owner, datetime.fromisoformat(row.until), row.fence)


def _mine(tenant: TenantId, lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        leases.c.tenant == tenant,
        leases.c.account == lease.account,
        leases.c.owner == lease.owner,
        leases.c.fence == lease.fence,
    )
