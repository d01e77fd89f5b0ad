"""How a kind of proposal has done so far: what stands beside a stated confidence."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from state.decision.preferences import EVERY, Posterior
from state.ports.unit import Unit


class TrackOut(BaseModel):
    """How many like it were right, of those that were decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    right: int = 0
    decided: int = 0
    """0 where nobody decided on any yet."""


def learned(unit: Unit) -> Sequence[Posterior]:
    """Read the records of all kinds from what is in force."""
    kept = unit.preferences.in_force()
    return () if kept is None else kept.document.posteriors


def track_of(known: Sequence[Posterior], action_type: str) -> TrackOut:
    """Find the record of a kind, over every segment."""
    found = next((one for one in known if (one.action_type, one.segment) == (action_type, EVERY)), None)
    return TrackOut() if found is None else TrackOut(right=found.right, decided=found.right + found.wrong)
