"""Clock skew of live sources: a time a little ahead is clamped to the arrival and marked, one far ahead is refused.

Invariant: a live event is recorded when it arrives; what its source said stays beside it, so a re-delivery is equal.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from state.world.event import Claimed, Event

TOLERATED = timedelta(minutes=5)
"""So far ahead of our clock a time is believed as it stands."""
REFUSED = timedelta(hours=24)
"""Further ahead than this, the event is rejected."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """An event that claims to be from tomorrow."""

    event: Event
    reason: str


def arrived(event: Event, now: datetime) -> Event | Ahead:
    """Date a live event by its arrival, or refuse it."""
    lead = event.time - now
    if lead > REFUSED:
        hours = int(REFUSED.total_seconds() // 3600)
        return Ahead(
            event, f"its time {event.time.isoformat()} is more than {hours} hours ahead of our clock"
        )
    time = now if lead > TOLERATED else event.time
    if (time, now) == (event.time, event.recorded_at):
        return event
    claimed = Claimed(time=event.time, recorded_at=event.recorded_at)
    return event.model_copy(update={"time": time, "recorded_at": now, "claimed": claimed})
