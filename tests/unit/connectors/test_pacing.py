"""Pulls keep to a rate, and go to the accounts that are hot, without forgetting the others."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from state.ids import AccountId
from tests.unit.connectors.settings import NOW
from tools.connectors.pacing import (
    COLD_SHARE,
    Bucket,
    Heat,
    RateLimit,
    Warmth,
    full,
    paced,
    spend,
    to_pull,
    warmth,
)
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


def heat(name: str, hours: float | None, *, is_hot: bool = False, is_warm: bool = False) -> Heat:
    pulled = None if hours is None else NOW - timedelta(hours=hours)
    return Heat(AccountId(name), open_signals=int(is_warm), has_pending_action=is_hot, pulled_at=pulled)


def test_heat_is_a_meeting_ahead_a_waiting_card_or_movement() -> None:
    near = Heat(AccountId("a"), meets_at=NOW + timedelta(days=2))
    assert warmth(near, NOW) is Warmth.HOT
    assert warmth(Heat(AccountId("a"), meets_at=NOW + timedelta(days=2, minutes=1)), NOW) is Warmth.COLD
    assert warmth(Heat(AccountId("a"), meets_at=NOW - timedelta(minutes=1)), NOW) is Warmth.COLD
    assert warmth(heat("a", 1, is_hot=True), NOW) is Warmth.HOT
    assert warmth(Heat(AccountId("a"), touched_at=NOW - timedelta(days=14)), NOW) is Warmth.WARM
    assert warmth(Heat(AccountId("a"), touched_at=NOW - timedelta(days=15)), NOW) is Warmth.COLD


def test_hot_accounts_come_first_and_one_pull_in_five_is_kept_for_the_others() -> None:
    heats = [heat(f"hot{n}", 1, is_hot=True) for n in range(20)] + [
        heat(f"cold{n}", 30 + n) for n in range(9)
    ]
    chosen = to_pull(heats, 10, NOW)
    assert [name[:3] for name in chosen] == ["hot"] * 8 + ["col"] * 2
    assert chosen[8:] == ("cold8", "cold7")


def test_what_nobody_needs_the_others_get() -> None:
    cold = [heat(f"c{n}", None) for n in range(9)]
    assert len(to_pull(cold, 6, NOW)) == 6
    assert to_pull([heat("a", 0.2, is_hot=True), heat("b", 3, is_warm=True)], 6, NOW) == ()
    assert to_pull([heat("a", 0.25, is_hot=True), heat("b", 4, is_warm=True)], 6, NOW) == ("a", "b")


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.none() | st.integers(0, 60)), max_size=40),
    st.integers(0, 50),
)
def test_a_budget_is_never_exceeded_nor_wasted(
    rows: list[tuple[bool, bool, int | None]], budget: int
) -> None:
    heats = [heat(f"a{n}", hours, is_hot=hot, is_warm=warm) for n, (hot, warm, hours) in enumerate(rows)]
    chosen = to_pull(heats, budget, NOW)
    due = [one for one in heats if one.pulled_at is None or NOW - one.pulled_at >= warmth(one, NOW).value]
    assert len(chosen) == len(set(chosen)) == min(budget, len(due))
    calm = [one.account for one in due if warmth(one, NOW) is not Warmth.HOT]
    assert len(set(calm) & set(chosen)) >= min(len(calm), budget // COLD_SHARE)
