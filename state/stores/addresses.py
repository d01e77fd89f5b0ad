"""Contact addresses and mail domains in SQL: one row per contact, one per account's domain."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from state.ids import AccountId, TenantId
from state.stores.events import CHUNK, iso
from state.stores.runs import Row, insert_once
from state.stores.world_tables import addresses as table
from state.stores.world_tables import suppressions
from state.world.resolution.address import AddressClaim, KnownAddress, fold_claims


class SqlAddresses:
    """`AddressStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def note(self, claims: Sequence[AddressClaim]) -> None:
        """Bring the index up to date; a claim older than what stands changes nothing."""
        if not claims:
            return
        wanted = sorted({(claim.account, claim.contact) for claim in claims})
        changed = fold_claims(self._of_contacts(wanted), claims)
        if changed:
            dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
            statement = dialect.insert(table)
            fresh = {name: statement.excluded[name] for name in ("address", "is_verified", "since")}
            keys = [key.name for key in table.primary_key]
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=keys, set_=fresh),
                [self._row(row) for _, row in sorted(changed.items())],
            )

    def _of_contacts(
        self, wanted: Sequence[tuple[AccountId, str]]
    ) -> dict[tuple[AccountId, str], KnownAddress]:
        found: dict[tuple[AccountId, str], KnownAddress] = {}
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            query = select(table).where(
                table.c.tenant == self._tenant,
                table.c.account.in_({account for account, _ in part}),
                table.c.contact.in_({contact for _, contact in part}),
            )
            rows = map(_known, self._connection.execute(query).mappings())
            found |= {(row.account, row.contact): row for row in rows}
        return found

    def _row(self, row: KnownAddress) -> dict[str, object]:
        return {
            "tenant": self._tenant,
            "account": row.account,
            "contact": row.contact,
            "address": row.address,
            "is_verified": int(row.is_verified),
            "since": iso(row.since),
        }

    def known(self, addresses: Sequence[str]) -> tuple[KnownAddress, ...]:
        """List who has these addresses or domains, by address, account, contact."""
        wanted = sorted(set(addresses))
        found: list[KnownAddress] = []
        for start in range(0, len(wanted), CHUNK):
            query = (
                select(table)
                .where(table.c.tenant == self._tenant, table.c.address.in_(wanted[start : start + CHUNK]))
                .order_by(table.c.address, table.c.account, table.c.contact)
            )
            found += map(_known, self._connection.execute(query).mappings())
        return tuple(found)

    def domains(self) -> tuple[str, ...]:
        """List the mail domains of accounts and of verified contacts, each once."""
        at = func.strpos if self._connection.dialect.name == "postgresql" else func.instr
        domain = func.substr(table.c.address, at(table.c.address, "@") + 1)
        is_vouched_for = or_(table.c.contact == "", table.c.is_verified == 1)
        mine = (table.c.tenant == self._tenant, table.c.address.is_not(None), is_vouched_for)
        return tuple(sorted(self._connection.scalars(select(domain).where(*mine).distinct())))

    def suppress(self, seals: Collection[str]) -> None:
        """Remember addresses that want no mail by their keyed hash alone."""
        rows: list[Row] = [{"tenant": self._tenant, "seal": seal} for seal in sorted(seals)]
        insert_once(self._connection, suppressions, rows)

    def suppressed(self, seals: Collection[str]) -> frozenset[str]:
        """Say which of these are remembered so."""
        wanted, found = sorted(seals), set[str]()
        for start in range(0, len(wanted), CHUNK):
            query = select(suppressions.c.seal).where(
                suppressions.c.tenant == self._tenant, suppressions.c.seal.in_(wanted[start : start + CHUNK])
            )
            found |= {*self._connection.scalars(query)}
        return frozenset(found)


def _known(row: RowMapping) -> KnownAddress:
    return KnownAddress(
        account=AccountId(row["account"]),
        contact=row["contact"],
        address=row["address"],
        is_verified=bool(row["is_verified"]),
        since=datetime.fromisoformat(row["since"]),
    )
