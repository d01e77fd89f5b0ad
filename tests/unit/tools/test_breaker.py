"""The breaker as a law: while it is open, one call per rest is let through and no more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tools.breaker import Breaker

START = datetime(2033, 1, 1, tzinfo=UTC)


class Careless(Breaker):
    """A planted fault: half open, it lets everybody through."""

    def admits(self, wall: datetime) -> bool:
        return self.opened_at is None or wall - self.opened_at >= self.rest


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=40)


def most_in_a_rest(breaker: Breaker, steps: list[tuple[bool, int]]) -> int:
    """Count calls let through without an answer in any one rest after it opened."""
    wall, most = START, 0
    let: list[datetime] = []
    for fails, seconds in steps:
        wall += timedelta(seconds=seconds)
        if not breaker.admits(wall):
            continue
        if breaker.state == "closed":
            (breaker.failed(wall) if fails else breaker.succeeded())
            continue
        let = [one for one in let if wall - one < breaker.rest] + [wall]
        most = max(most, len(let))
    return most


@given(steps=STEPS)
def test_an_open_breaker_lets_one_call_through_per_rest(steps: list[tuple[bool, int]]) -> None:
    assert most_in_a_rest(Breaker(failures_to_open=2), steps) <= 1


def test_a_breaker_that_lets_everybody_through_is_seen() -> None:
    steps = [(True, 1), (True, 1), (True, 40), (True, 1)]
    assert most_in_a_rest(Careless(failures_to_open=2), steps) == 2
