"""Time, as it is told: business time may be frozen per tenant, wall time never is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells wall time; holds, delays and leases run on it."""

    def wall(self) -> datetime:
        """Now, in UTC."""
        ...


class WallClock:
    """The machine's clock."""

    def wall(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)
