"""The attention budget: what is worth least waits, nothing waits past its time, and what may not wait never does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from state.decision.attention import Item, held_back

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
FAR = NOW + timedelta(days=90)


def turn(after: int) -> datetime:
    return NOW + timedelta(days=after + 1)


def items(count: int, **told: object) -> list[Item]:
    return [Item(f"c{number}", float(number), FAR, **told) for number in range(count)]  # type: ignore[arg-type]  # tests name its flags freely


def test_the_rest_waits_for_the_days_to_come_in_the_order_of_worth() -> None:
    held = held_back(items(7), per_day=2, new_today=0, turn=turn)
    assert held == {"c4": turn(0), "c3": turn(0), "c2": turn(1), "c1": turn(1), "c0": turn(2)}


def test_what_came_today_counts_against_today() -> None:
    assert set(held_back(items(3), per_day=2, new_today=1, turn=turn)) == {"c1", "c0"}
    assert set(held_back(items(3), per_day=2, new_today=5, turn=turn)) == {"c2", "c1", "c0"}


def test_what_is_due_before_its_turn_is_shown_now() -> None:
    due = Item("due", -1.0, turn(0))
    later = Item("later", -2.0, turn(0) + timedelta(seconds=1))
    assert set(held_back([*items(2), due, later], per_day=2, new_today=0, turn=turn)) == {"later"}


def test_what_may_not_wait_and_what_had_its_turn_is_never_held() -> None:
    assert not held_back(items(9, is_exempt=True), per_day=1, new_today=9, turn=turn)
    assert not held_back(items(9, had_turn=True), per_day=1, new_today=9, turn=turn)


ITEMS = st.builds(
    Item,
    name=st.uuids().map(str),
    worth=st.floats(-1e6, 1e6),
    due=st.integers(0, 40).map(lambda days: NOW + timedelta(days=days)),
    is_exempt=st.booleans(),
    had_turn=st.booleans(),
)


@given(st.lists(ITEMS, max_size=30, unique_by=lambda one: one.name), st.integers(1, 5), st.integers(0, 5))
def test_nothing_is_held_past_its_time_and_no_day_has_more_than_its_share(
    found: list[Item], per_day: int, new_today: int
) -> None:
    held = held_back(found, per_day=per_day, new_today=new_today, turn=turn)
    known = {one.name: one for one in found}
    assert all(at < known[name].due for name, at in held.items())
    assert not any(known[name].is_exempt or known[name].had_turn for name in held)
    assert all(list(held.values()).count(at) <= per_day for at in held.values())
    waiting = [one for one in found if not one.is_exempt and not one.had_turn and one.due > turn(40)]
    assert len([one for one in waiting if one.name not in held]) <= max(0, per_day - new_today)
