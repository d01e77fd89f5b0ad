"""How fast and how much may be pulled: a rate limit per connector, and a budget that goes to hot accounts first.

Invariant: pure; a budget is never exceeded, and a share of it always reaches accounts nobody is looking at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from state.ids import AccountId
from tools.connectors.port import Batch

COLD_SHARE = 5
"""One pull in so many is kept for accounts that are not hot."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What a source lets us ask for."""

    per_minute: int
    burst: int = 1
    """Requests that may follow each other at once after a pause."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Requests that may still be made, at one instant."""

    tokens: float
    at: datetime


def full(limit: RateLimit, now: datetime) -> Bucket:
    """Begin with the whole burst."""
    return Bucket(float(limit.burst), now)


def spend(bucket: Bucket, limit: RateLimit, now: datetime) -> tuple[Bucket, timedelta]:
    """Make one request: the bucket after it, and how long to wait before it.

    Invariant: over any span no more requests start than burst + per_minute × minutes.
    """
    earned = max(0.0, (now - bucket.at) / timedelta(minutes=1)) * limit.per_minute
    tokens = min(float(limit.burst), bucket.tokens + earned) - 1.0
    if tokens >= 0.0:
        return Bucket(tokens, max(now, bucket.at)), timedelta(0)
    return Bucket(tokens, max(now, bucket.at)), timedelta(minutes=-tokens / limit.per_minute)


def paced(
    batches: Iterator[Batch],
    limit: RateLimit,
    clock: Callable[[], datetime],
    wait: Callable[[timedelta], None],
) -> Iterator[Batch]:
    """Read batches no faster than the limit; nothing is asked of the source before its turn."""
    bucket = full(limit, clock())
    while True:
        bucket, pause = spend(bucket, limit, clock())
        if pause:
            wait(pause)
        batch = next(batches, None)
        if batch is None:
            return
        yield batch
        if batch.is_last:
            return


class Warmth(Enum):
    """How soon an account is looked at again."""

    HOT = timedelta(minutes=15)
    WARM = timedelta(hours=4)
    COLD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Heat:
    """What makes an account worth a pull."""

    account: AccountId
    open_signals: int = 0
    has_pending_action: bool = False
    meets_at: datetime | None = None
    touched_at: datetime | None = None
    pulled_at: datetime | None = None
    """Last pull; None: never."""


def warmth(heat: Heat, now: datetime) -> Warmth:
    """Say how warm an account is: hot before a meeting or with something waiting, warm while it moves."""
    is_near = heat.meets_at is not None and timedelta(0) <= heat.meets_at - now <= timedelta(days=2)
    if is_near or heat.has_pending_action:
        return Warmth.HOT
    is_moving = heat.touched_at is not None and now - heat.touched_at <= timedelta(days=14)
    return Warmth.WARM if is_moving or heat.open_signals else Warmth.COLD


def to_pull(heats: Sequence[Heat], budget: int, now: datetime) -> tuple[AccountId, ...]:
    """Choose the accounts to pull now: those due, hot ones first, at most `budget`.

    Invariant: one in `COLD_SHARE` of the budget goes to due accounts that are not hot, longest waiting first;
    what one group does not need, the other gets.
    """
    due = [heat for heat in heats if _is_due(heat, now)]
    order = sorted(due, key=lambda heat: (warmth(heat, now).value, *_waiting(heat)))
    hot = [heat for heat in order if warmth(heat, now) is Warmth.HOT]
    rest = sorted((heat for heat in order if warmth(heat, now) is not Warmth.HOT), key=_waiting)
    kept = min(len(rest), budget // COLD_SHARE)
    first = hot[: max(0, budget - kept)]
    return tuple(heat.account for heat in (*first, *rest[: max(0, budget - len(first))]))


def _is_due(heat: Heat, now: datetime) -> bool:
    return heat.pulled_at is None or now - heat.pulled_at >= warmth(heat, now).value


def _waiting(heat: Heat) -> tuple[bool, float, str]:
    return heat.pulled_at is not None, heat.pulled_at.timestamp() if heat.pulled_at else 0.0, heat.account
