"""Contact addresses in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from state.ids import AccountId
from state.ports.addressing import Merge
from state.world.resolution.address import AddressClaim, KnownAddress, fold_claims


@dataclass
class Book:
    """Who has which address, and who wants no mail."""

    rows: dict[tuple[AccountId, str], KnownAddress] = field(default_factory=dict)
    seals: set[str] = field(default_factory=set)

    def copy(self) -> "Book":
        """Copy what a transaction may change."""
        return Book(dict(self.rows), set(self.seals))


def is_merged(merges: Mapping[AccountId, Merge], account: AccountId) -> bool:
    """Say whether an account is merged into another now."""
    return account in merges and not merges[account].is_undone


def is_parted(merges: Mapping[AccountId, Merge], one: AccountId, other: AccountId) -> bool:
    """Say whether a person took two accounts apart."""
    return {one, other} in [{merge.account, merge.survivor} for merge in merges.values() if merge.is_undone]


class MemoryMerges:
    """`MergeStore` on what one tenant keeps of the world."""

    def __init__(self, kept: dict[AccountId, Merge]) -> None:
        self._kept = kept

    def put(self, merge: Merge) -> None:
        self._kept[merge.account] = merge

    def listed(self) -> tuple[Merge, ...]:
        return tuple(merge for _, merge in sorted(self._kept.items()))


class MemoryAddresses:
    """`AddressStore` on a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def note(self, claims: Sequence[AddressClaim]) -> None:
        self._book.rows |= fold_claims(self._book.rows, claims)

    def known(self, addresses: Sequence[str]) -> tuple[KnownAddress, ...]:
        found = [
            row for row in self._book.rows.values() if row.address is not None and row.address in addresses
        ]
        return tuple(sorted(found, key=lambda row: (str(row.address), row.account, row.contact)))

    def domains(self) -> tuple[str, ...]:
        vouched = (row for row in self._book.rows.values() if row.is_verified or not row.contact)
        return tuple(sorted({row.address.rpartition("@")[2] for row in vouched if row.address}))

    def suppress(self, seals: Collection[str]) -> None:
        self._book.seals |= {*seals}

    def suppressed(self, seals: Collection[str]) -> frozenset[str]:
        return frozenset(self._book.seals & {*seals})
