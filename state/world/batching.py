"""SIGNAL_BATCH_READY: when what happened at an account is worth a loop.

Invariant: at most one event loop per account within the set time, however much happens.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from state.ids import AccountId, SignalId
from state.world.lookout import Live
from state.world.profile.limits import Batching
from state.world.signal import Severity


class Moved(BaseModel):
    """An account at which something happened since it was last looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: AccountId
    version: int
    """Of its situation now."""
    events: int
    first_at: datetime
    latest_at: datetime
    """When the first and the last of these came to be known."""
    live: tuple[Live, ...]


def is_ready(
    moved: Moved, rules: Batching, now: datetime, *, last_loop: datetime | None, known: Collection[SignalId]
) -> bool:
    """Say whether a loop may start: it is quiet, or it has been long, or it is much, or it is grave.

    Invariant: never within the time that one loop per account is allowed in.
    """
    if last_loop is not None and now < last_loop + timedelta(minutes=rules.account_loop_minutes):
        return False
    return (
        now >= moved.latest_at + timedelta(seconds=rules.quiet_seconds)
        or now >= moved.first_at + timedelta(minutes=rules.longest_minutes)
        or moved.events >= rules.signals
        or any(one.severity.rank >= Severity.HIGH.rank and one.id not in known for one in moved.live)
    )
