"""What detection needs to know beyond the account: sources, peers, closed cycles and who is away.

Invariant: collected by code from the tenant's own tables at one clock; passed in as a value, so detection stays pure.
"""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from state.ids import AccountId, UserId


class SourceState(BaseModel):
    """When a source last synced successfully, covering this account's records."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    synced_at: datetime
    connected: bool = True


class Peer(BaseModel):
    """Another account of the tenant, as far as one account's loop may know it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: AccountId
    name: str
    domain: str | None
    owner: UserId | None
    city: str | None = None
    is_parted: bool = False
    """A person has said that it is another company; it is not proposed as one again."""


class Surroundings(BaseModel):
    """The tenant around one account at one clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    now: datetime
    """UTC; the tenant's business clock."""
    zone: str
    """IANA zone of the tenant."""
    sources: Mapping[str, SourceState] = {}
    same_domain: tuple[Peer, ...] = ()
    """Other accounts with this account's mail domain."""
    silent_feeds: Mapping[str, tuple[date, int]] = {}
    """Usage feed → (first day at zero, number of accounts at zero since that day)."""
    closed_cycles: tuple[int, ...] = ()
    """Units: days from opening to close of deals closed by `now`, whole tenant, sorted."""
    away: Mapping[UserId, UserId | None] = {}
    """Users away now → their delegate."""

    @property
    def is_import_only(self) -> bool:
        """Only a CRM is connected: said once, instead of twenty unknowns."""
        return not any(state.connected and state.source != "crm" for state in self.sources.values())
