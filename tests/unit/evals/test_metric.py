"""A mean with its interval; nothing scored is not zero."""

from hypothesis import given
from hypothesis import strategies as st

from evals.metric import Score, metric


@given(st.lists(st.sampled_from([0.0, 1.0, None]), max_size=60))
def test_the_interval_holds_the_mean_and_counts_what_was_scored(values: list[float | None]) -> None:
    found = metric("m", values)
    assert found.n + found.unscored == len(values)
    if found.mean is not None:
        assert found.low - 1e-9 <= found.mean <= found.high + 1e-9


def test_more_of_the_same_narrows_the_interval() -> None:
    few, many = metric("m", [1.0, 0.0] * 5), metric("m", [1.0, 0.0] * 50)
    assert few.mean == many.mean == 0.5
    assert many.high - many.low < few.high - few.low
    assert round(few.low, 3) == 0.237


def test_unscored_is_no_zero() -> None:
    assert metric("m", [None, 1.0]).mean == 1.0
    assert metric("m", [None]).mean is None
    assert Score.unscored("s", "nothing").is_right
    assert not Score("s", 0.5).is_right
