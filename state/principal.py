"""Who acts: a tenant's user in a role, and how that was established."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from state.ids import TenantId, UserId


class Role(StrEnum):
    """What a principal may do; only human roles decide."""

    SELLER = "seller"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"
    AGENT = "agent"


class Principal(BaseModel):
    """Accompanies every command, run and ledger entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: TenantId
    user: UserId
    role: Role
    method: str = "local"
    """How the user was authenticated: local (operating-system owner of the home), session, api_key, or link: a session
    that began with a single-use link minutes ago."""
    channel: str = "cli"

    @property
    def is_human(self) -> bool:
        """Agents propose and ask; they never decide."""
        return self.role is not Role.AGENT


class User(BaseModel):
    """A person of the tenant, as the profile names them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UserId
    name: str
    email: str
    role: Role
    title: str = ""
    manager: UserId | None = None
    away_from: date | None = None
    away_until: date | None = None
    """Inclusive."""

    def is_away(self, day: date) -> bool:
        """Compare days in the tenant's zone."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= day <= self.away_until


class Delegation(BaseModel):
    """For some days somebody stands in for an owner: what waits for the owner, the mail in that name too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: UserId
    delegate: UserId
    begins: date
    ends: date
    """Inclusive."""

    def holds(self, day: date) -> bool:
        """Compare days in the tenant's zone."""
        return self.begins <= day <= self.ends


def stand_in(delegations: Sequence[Delegation], owner: str, day: date) -> UserId | None:
    """Find who stands in for an owner on a day."""
    return next((one.delegate for one in delegations if one.owner == owner and one.holds(day)), None)
