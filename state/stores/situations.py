"""The delta log, its snapshots and the index of accounts in SQL.

Invariant: a pinned (account, version) is read in ingestion order and never changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update

from state.errors import NotFound
from state.ids import AccountId, EventId, TenantId
from state.ports.world import AccountRow
from state.stores.admission import HEADS, INDEX_FIELDS, append, domains_touched, head_row, indexed_row
from state.stores.driven import ask
from state.stores.events import IS_WAITING, iso
from state.stores.merges import merged_away, parted_from
from state.stores.pages import read_log, seal_page
from state.stores.world_tables import accounts, deltas, events
from state.world.delta import Delta
from state.world.event import Event
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.surroundings import Peer

SNAPSHOT_EVERY = 500
STANDING = HEADS.add_columns(
    exists().where(
        events.c.tenant == accounts.c.tenant,
        events.c.account == accounts.c.account,
        IS_WAITING,
        events.c.visible_at <= bindparam("now"),
    )
)


class SqlSituations:
    """`SituationStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def admit(self, events: Sequence[Event], batches: Sequence[Sequence[Delta]]) -> frozenset[str]:
        """Append each event's deltas to its account's log and move the account's head.

        Shape: mail domains whose accounts may have another peer now.
        """
        before, heads = append(self._connection, self._tenant, events, batches)
        for name, head in heads.items():
            if head.version // SNAPSHOT_EVERY > before[name].version // SNAPSHOT_EVERY:
                seal_page(self._connection, self._tenant, name, head.version, head.digest)
        return domains_touched(before, heads)

    def account(self, account: AccountId) -> AccountRow | None:
        """One row of the index."""
        rows = ask(self._connection, HEADS, {"tenant": self._tenant, "ids": [account]})
        return head_row(*rows[0]) if rows else None

    def standing(self, account: AccountId, now: datetime) -> tuple[AccountRow | None, bool]:
        """Give a row of the index, and whether something that became visible by `now` is not yet part of it."""
        bound = {"tenant": self._tenant, "ids": [account], "now": iso(now)}
        rows = ask(self._connection, STANDING, bound)
        return (head_row(*rows[0][:-1]), bool(rows[0][-1])) if rows else (None, False)

    def accounts(self) -> tuple[AccountRow, ...]:
        """Give the whole index by name."""
        query = (
            select(*(accounts.c[name] for name in INDEX_FIELDS))
            .where(accounts.c.tenant == self._tenant, accounts.c.account.not_in(merged_away(self._tenant)))
            .order_by(accounts.c.name, accounts.c.account)
        )
        return tuple(indexed_row(self._tenant, *row) for row in self._connection.execute(query))

    def load(self, account: AccountId, version: int | None = None) -> Situation:
        """Build the situation at a pinned version, or the head. Raises: NotFound."""
        if version is None:
            head = self.account(account)
            if head is None:
                raise NotFound(f"no account {account!r}", field="account", value=account)
            version, seal = head.version, head.digest
        else:
            seal = self._digest_at(account, version)
        return Situation(account, read_log(self._connection, self._tenant, account, version), version, seal)

    def _digest_at(self, account: AccountId, version: int) -> str:
        if version == 0:
            return EMPTY_DIGEST
        query = select(deltas.c.digest).where(
            deltas.c.tenant == self._tenant, deltas.c.account == account, deltas.c.version == version
        )
        found = self._connection.scalar(query)
        if found is None:
            raise NotFound(f"no version {version} of {account}", field="version", value=str(version))
        return str(found)

    def versions_of(self, events_: Sequence[EventId]) -> Mapping[EventId, int]:
        """Where in the log an event stands."""
        query = select(deltas.c.event, deltas.c.version).where(
            deltas.c.tenant == self._tenant, deltas.c.event.in_(events_)
        )
        return {row.event: row.version for row in self._connection.execute(query)}

    def size(self) -> int:
        """How many events are folded."""
        query = select(func.count()).select_from(deltas).where(deltas.c.tenant == self._tenant)
        return int(self._connection.scalar(query) or 0)

    def peers(self, domain: str, besides: AccountId) -> tuple[Peer, ...]:
        """Other accounts with a mail domain."""
        is_parted = accounts.c.account.in_(parted_from(self._tenant, besides)).label("is_parted")
        query = (
            select(accounts, is_parted)
            .where(
                accounts.c.tenant == self._tenant,
                accounts.c.domain == domain,
                accounts.c.account != besides,
                accounts.c.account.not_in(merged_away(self._tenant)),
            )
            .order_by(accounts.c.account)
        )
        names = ("account", "name", "domain", "owner", "city")
        return tuple(
            Peer.model_validate({**{name: row[name] for name in names}, "is_parted": bool(row["is_parted"])})
            for row in self._connection.execute(query).mappings()
        )

    def rename(self, account: AccountId, name: str) -> None:
        """Correct the index after a person's word."""
        self._connection.execute(
            update(accounts)
            .where(accounts.c.tenant == self._tenant, accounts.c.account == account)
            .values(name=name)
        )
