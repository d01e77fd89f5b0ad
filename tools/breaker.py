"""A circuit breaker per tool of a tenant: one that keeps failing is left alone for a while, then tried once.

Invariant: state of one process, keyed by tenant first; while it rests at most one call is let through per rest.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from state.ids import TenantId

FAILURES = 5
REST = timedelta(seconds=30)
State = Literal["closed", "open", "half_open"]


@dataclass
class Breaker:
    """One tool of one tenant."""

    failures_to_open: int = FAILURES
    rest: timedelta = REST
    failures: int = 0
    """In a row."""
    opened_at: datetime | None = None
    """Wall time of the last failure, or of the last trial."""
    is_on_trial: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def state(self) -> State:
        """Say how it stands."""
        if self.opened_at is None:
            return "closed"
        return "half_open" if self.is_on_trial else "open"

    def admits(self, wall: datetime) -> bool:
        """Let a call through; past the rest one on trial, and another only when that one has rested too."""
        with self._lock:
            if self.opened_at is None:
                return True
            if wall - self.opened_at < self.rest:
                return False
            self.opened_at, self.is_on_trial = wall, True
            return True

    def succeeded(self) -> None:
        """Close it: the tool answers."""
        with self._lock:
            self.failures, self.opened_at, self.is_on_trial = 0, None, False

    def failed(self, wall: datetime) -> None:
        """Count a failure; enough in a row, or one on trial, open it."""
        with self._lock:
            self.failures += 1
            if self.is_on_trial or self.failures >= self.failures_to_open:
                self.opened_at, self.is_on_trial = wall, False


@dataclass
class Breakers:
    """All breakers of a process."""

    failures_to_open: int = FAILURES
    rest: timedelta = REST
    _known: dict[tuple[TenantId, str], Breaker] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def of(self, tenant: TenantId, tool: str) -> Breaker:
        """Give the breaker of a tenant's tool."""
        with self._lock:
            return self._known.setdefault((tenant, tool), Breaker(self.failures_to_open, self.rest))
