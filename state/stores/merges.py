"""Merged accounts in SQL."""

from sqlalchemy import Connection, ScalarSelect, bindparam, delete, insert, select

from state.ids import AccountId, EventId, TenantId
from state.ports.addressing import Merge
from state.stores.driven import ask
from state.stores.world_tables import merges

ALL = (
    select(merges.c.account, merges.c.survivor, merges.c.event, merges.c.is_undone)
    .where(merges.c.tenant == bindparam("tenant"))
    .order_by(merges.c.account)
)
"""Made once: every batch of events asks it."""


class SqlMerges:
    """`MergeStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, merge: Merge) -> None:
        """Keep a merge, or what became of it."""
        here = (merges.c.tenant == self._tenant, merges.c.account == merge.account)
        self._connection.execute(delete(merges).where(*here))
        row = {
            "tenant": self._tenant,
            "account": merge.account,
            "survivor": merge.survivor,
            "event": merge.event,
            "is_undone": int(merge.is_undone),
        }
        self._connection.execute(insert(merges).values(row))

    def listed(self) -> tuple[Merge, ...]:
        """Give all by the merged account, those taken back as well."""
        return tuple(
            Merge(AccountId(account), AccountId(survivor), EventId(event), is_undone=bool(is_undone))
            for account, survivor, event, is_undone in ask(self._connection, ALL, {"tenant": self._tenant})
        )


def merged_away(tenant: TenantId) -> "ScalarSelect[str]":
    """Select the accounts that are merged into another now."""
    query = select(merges.c.account).where(merges.c.tenant == tenant, merges.c.is_undone == 0)
    return query.scalar_subquery()


def parted_from(tenant: TenantId, account: AccountId) -> "ScalarSelect[str]":
    """Select the accounts that a person took apart from this one; they are not proposed to be one again."""
    undone = (merges.c.tenant == tenant, merges.c.is_undone == 1)
    others = select(merges.c.account).where(*undone, merges.c.survivor == account)
    query = others.union(select(merges.c.survivor).where(*undone, merges.c.account == account))
    return select(query.subquery().c.account).scalar_subquery()
