"""Where policies are kept that were in force or asked for; which one is in force stands with the tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from state.governance.policy import Layer
from state.ids import UserId


class KeptPolicy(BaseModel):
    """One policy, whole, under the hash of what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    asked_at: datetime
    asked_by: UserId
    activated_at: datetime | None = None
    """When it came into force last; None where it never did."""
    effective_at: datetime | None = None
    """When it is to come into force; None where no date waits."""
    over: str = ""
    """The version it was compared with when that date was agreed on."""
    note: str = ""
    layers: tuple[Layer, ...]


class PolicyStore(Protocol):
    """Policies of one tenant."""

    def keep(self, policy: KeptPolicy) -> None:
        """Keep one; a known version stays as it was kept first."""
        ...

    def get(self, version: str) -> KeptPolicy | None:
        """Read one."""
        ...

    def activated(self, version: str, at: datetime) -> None:
        """Note when a policy came into force."""
        ...

    def schedule(self, version: str, at: datetime | None, over: str = "") -> None:
        """Note when a kept policy is to come into force in place of another; None: not any more."""
        ...

    def due(self, now: datetime) -> Sequence[KeptPolicy]:
        """List what is to be in force by now and is not, the earliest first."""
        ...

    def listed(self) -> Sequence[KeptPolicy]:
        """List them, the newest asked for first."""
        ...
