"""Reading an account's log: sealed pages of some hundred events each, and the rows after the newest page.

Invariant: a page holds the events after the page before it up to its version, in ingestion order, and is never
changed; an import of older events makes none of them wrong, because times are compared at the cut, not at the seal.
"""

import orjson
from sqlalchemy import Connection, func, insert, select

from state.ids import AccountId, TenantId
from state.stores.world_tables import deltas, snapshots
from state.world.log import Log, collector_paused


def read_log(connection: Connection, tenant: TenantId, account: AccountId, version: int) -> Log:
    """Read the first events of an account, up to a version."""
    pages = connection.execute(
        select(snapshots.c.version, snapshots.c.body)
        .where(snapshots.c.tenant == tenant, snapshots.c.account == account, snapshots.c.version <= version)
        .order_by(snapshots.c.version)
    ).all()
    with collector_paused():
        log = Log()
        for page in pages:
            log.read_page(orjson.loads(page.body))
        _read_rows(connection, tenant, account, log, pages[-1].version if pages else 0, version)
    return log


def seal_page(
    connection: Connection, tenant: TenantId, account: AccountId, version: int, digest: str
) -> None:
    """Put the events since the newest page into a page that ends with a version."""
    newest = select(func.max(snapshots.c.version)).where(
        snapshots.c.tenant == tenant, snapshots.c.account == account
    )
    log = Log()
    _read_rows(connection, tenant, account, log, int(connection.scalar(newest) or 0), version)
    body = orjson.dumps(log.page())
    row = {"tenant": tenant, "account": account, "version": version, "digest": digest, "body": body}
    connection.execute(insert(snapshots).values(row))


def _read_rows(
    connection: Connection, tenant: TenantId, account: AccountId, log: Log, after: int, version: int
) -> None:
    if after >= version:
        return
    bodies = connection.scalars(
        select(deltas.c.body)
        .where(
            deltas.c.tenant == tenant,
            deltas.c.account == account,
            deltas.c.version > after,
            deltas.c.version <= version,
        )
        .order_by(deltas.c.version)
    )
    for body in bodies:
        log.read_rows(orjson.loads(body))
