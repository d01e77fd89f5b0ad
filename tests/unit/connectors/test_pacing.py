"""Pulls keep to a rate."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.connectors.settings import NOW
from tools.connectors.pacing import Bucket, RateLimit, full, paced, spend
from tools.connectors.port import Batch

LIMIT = RateLimit(per_minute=60, burst=3)


def test_a_burst_goes_at_once_and_then_one_a_second() -> None:
    bucket, waits = full(LIMIT, NOW), []
    for _ in range(5):
        bucket, wait = spend(bucket, LIMIT, NOW)
        waits.append(wait.total_seconds())
    assert waits == [0, 0, 0, 1, 2]


def test_a_pause_earns_a_burst_and_no_more() -> None:
    bucket, _ = spend(Bucket(0.0, NOW), LIMIT, NOW + timedelta(hours=1))
    assert bucket.tokens == LIMIT.burst - 1


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.integers(1, 5), st.integers(1, 600))
def test_no_span_sees_more_requests_than_its_burst_and_rate(gaps: list[int], burst: int, rate: int) -> None:
    limit = RateLimit(rate, burst)
    bucket, now, starts = full(limit, NOW), NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        bucket, wait = spend(bucket, limit, now)
        starts.append(now := now + wait)
    for first, start in enumerate(starts):
        for last in range(first, len(starts)):
            minutes = (starts[last] - start) / timedelta(minutes=1)
            assert last - first + 1 <= burst + rate * minutes + 1e-3


def test_a_source_is_not_asked_before_its_turn() -> None:
    asked: list[datetime] = []
    now = [NOW]

    def batches() -> Iterator[Batch]:
        for number in range(3):
            asked.append(now[0])
            yield Batch((), str(number), is_last=number == 2)

    def wait(pause: timedelta) -> None:
        now[0] += pause

    found = list(paced(batches(), RateLimit(per_minute=1), lambda: now[0], wait))
    assert len(found) == 3
    assert [(one - NOW) / timedelta(minutes=1) for one in asked] == [0, 1, 2]
