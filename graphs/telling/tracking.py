"""How a kind of proposal has done so far: what stands beside a stated confidence."""

from pydantic import BaseModel, ConfigDict

from state.decision.preferences import EVERY
from state.ports.unit import Unit


class TrackOut(BaseModel):
    """How many like it were right, of those that were decided."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    right: int = 0
    decided: int = 0
    """0 where nobody decided on any yet."""


def track_of(unit: Unit, action_type: str) -> TrackOut:
    """Read the record of a kind from what is in force."""
    kept = unit.preferences.in_force()
    known = () if kept is None else kept.document.posteriors
    found = next((one for one in known if (one.action_type, one.segment) == (action_type, EVERY)), None)
    return TrackOut() if found is None else TrackOut(right=found.right, decided=found.right + found.wrong)
