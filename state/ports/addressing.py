"""Where it is kept which contact addresses and mail domains belong to which account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from state.ids import AccountId, EventId
from state.world.resolution.address import AddressClaim, KnownAddress


class AddressStore(Protocol):
    """An index of addresses, kept in the transaction of the events that say them."""

    def note(self, claims: Sequence[AddressClaim]) -> None:
        """Bring the index up to date; a claim older than what stands changes nothing."""
        ...

    def known(self, addresses: Sequence[str]) -> tuple[KnownAddress, ...]:
        """List who has these addresses (`ed@x.example`) or domains (`@x.example`), by address, account, contact."""
        ...

    def domains(self) -> Sequence[str]:
        """List the mail domains of accounts and of verified contacts, each once, by name."""
        ...

    def suppress(self, seals: Collection[str]) -> None:
        """Remember addresses that want no mail by their keyed hash alone."""
        ...

    def suppressed(self, seals: Collection[str]) -> frozenset[str]:
        """Say which of these are remembered so."""
        ...


@dataclass(frozen=True, slots=True)
class Merge:
    """One account that a person merged into another."""

    account: AccountId
    survivor: AccountId
    event: EventId
    """The event that said so."""
    is_undone: bool = False


class MergeStore(Protocol):
    """Which accounts were merged into which, and which merges were taken back."""

    def put(self, merge: Merge) -> None:
        """Keep a merge, or what became of it."""
        ...

    def listed(self) -> tuple[Merge, ...]:
        """Give all by the merged account, those taken back as well."""
        ...
