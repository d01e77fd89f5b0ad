"""Where decided proposals are kept, and every version of what was learned from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from state.decision.decided import DecidedProposal
from state.decision.preferences import InForce, KeptPreferences
from state.ids import ActionId
from state.ports.judged import Ruled


class Brought(BaseModel):
    """A judgement that came with a company's history; what was judged here stands with its run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    account: str
    ruled: Ruled


class PreferenceStore(Protocol):
    """Learning of one tenant."""

    def put(self, found: Sequence[DecidedProposal], brought: Mapping[str, Brought] | None = None) -> None:
        """Keep decided proposals, each in place of what was kept of its action.

        Shape: `brought` by action; one that is left out keeps the judgement it came with.
        """
        ...

    def decided(self) -> Sequence[DecidedProposal]:
        """List all, oldest first."""
        ...

    def brought(self, since: datetime) -> Sequence[Brought]:
        """List the judgements that came with history, newest first."""
        ...

    def settled(self, since: datetime) -> Sequence[ActionId]:
        """List actions that something happened to since then, by id."""
        ...

    def keep(self, kept: KeptPreferences) -> None:
        """Keep a version; a known one stays as it was kept first."""
        ...

    def get(self, version: int) -> KeptPreferences | None:
        """Read one version."""
        ...

    def versions(self, limit: int = 100) -> Sequence[KeptPreferences]:
        """List the last ones, newest first."""
        ...

    def put_in_force(self, chosen: InForce) -> None:
        """Say which version counts from now on."""
        ...

    def chosen(self) -> InForce | None:
        """Say which version counts; None before the first."""
        ...

    def in_force(self) -> KeptPreferences | None:
        """Read the version that counts, in one statement."""
        ...
