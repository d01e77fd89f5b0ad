"""The trigger map: which condition is told to somebody, from which severity on, and what is usually done about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from state.decision.proposal import ActionType
from state.world.signal import Severity, Signal


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Trigger(_Frozen):
    """One row of the map."""

    signal: str
    least: Severity
    """Told from this severity on."""
    default: ActionType
    """The kind of action that is usually drafted for it."""


class TriggerMap(_Frozen):
    """All rows, and when the same is told again."""

    told_again_days: int = Field(default=14, ge=1, le=365)
    """Sooner only when the severity rises."""
    fresh_days: int = Field(default=30, ge=1, le=3650)
    """A condition that began earlier is history: it makes cards and no alert."""
    triggers: tuple[Trigger, ...] = ()

    def row_of(self, signal: Signal, now: datetime) -> Trigger | None:
        """Find the row that tells of a live signal; None where nobody is to be told."""
        if signal.since < now - timedelta(days=self.fresh_days):
            return None
        return next(
            (
                one
                for one in self.triggers
                if one.signal == signal.name and signal.severity.rank >= one.least.rank
            ),
            None,
        )

    def is_told(self, now: datetime, told: Sequence[tuple[datetime, str]], severity: Severity) -> bool:
        """Say whether the same was told lately, no less severe. Shape of `told`: when, severity."""
        since = now - timedelta(days=self.told_again_days)
        return any(at >= since and Severity(was).rank >= severity.rank for at, was in told)
