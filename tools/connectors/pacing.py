"""How fast a source may be asked: a rate limit per connector.

Invariant: pure; time and waiting are given.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.connectors.port import Batch


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
