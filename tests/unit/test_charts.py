"""Control charts and small statistics, against values worked out by hand or by their stated run lengths."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.charts import (
    cusum,
    ewma,
    lag1,
    mean,
    median,
    percentile,
    poisson_at_least,
    poisson_at_most,
    poisson_limit,
    prewhitened,
    sigma,
    weekday_factors,
)

FLOATS = st.lists(st.floats(-1000, 1000, allow_nan=False), min_size=1, max_size=50)


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([10, 20], 0.25) == 12.5
    assert percentile([1, 2, 3, 4, 5], 0.9) == pytest.approx(4.6)
    assert percentile([7], 0.99) == 7


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        percentile([], 0.5)


@given(FLOATS, st.floats(0, 1), st.floats(0, 1))
def test_percentiles_rise_with_their_share_within_the_values(
    values: list[float], one: float, two: float
) -> None:
    ordered = sorted(values)
    low, high = percentile(ordered, min(one, two)), percentile(ordered, max(one, two))
    assert ordered[0] - 1e-6 <= low <= high + 1e-6 <= ordered[-1] + 2e-6


def test_median_mean_and_sigma_are_the_textbook_ones() -> None:
    assert median([3, 1, 2, 10]) == 2.5
    assert mean([]) == 0
    assert sigma([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(2.138, abs=1e-3)
    assert sigma([5]) == 0


def test_weekday_factors_average_to_one_and_find_the_weekend() -> None:
    monday = date(2026, 1, 5)
    points = {monday + timedelta(days=n): (0.0 if n % 7 > 4 else 70.0) for n in range(28)}
    factors = weekday_factors(points)
    assert factors == pytest.approx((1.4, 1.4, 1.4, 1.4, 1.4, 0, 0))
    assert sum(factors) == pytest.approx(7)


def test_weekday_factors_of_an_empty_series_change_nothing() -> None:
    assert weekday_factors({}) == (1.0,) * 7


def test_lag1_sees_persistence_and_alternation() -> None:
    assert lag1([1, 1, 1, 1, 5, 5, 5, 5]) > 0.5
    assert lag1([1, -1, 1, -1, 1, -1]) < -0.5
    assert lag1([3, 3, 3]) == 0


def test_prewhitening_takes_out_an_ar1_process() -> None:
    draw = random.Random(3)
    values = [0.0]
    for _ in range(4000):
        values.append(0.6 * values[-1] + draw.gauss(0, 1))
    assert lag1(values) == pytest.approx(0.6, abs=0.05)
    assert abs(lag1(prewhitened(values, lag1(values)))) < 0.05


def test_the_ewma_border_is_the_steady_limit() -> None:
    chart = ewma([0.0] * 5, 2.0, 0.2, 2.962)
    assert chart.border == pytest.approx(2.962 * 2 / 3)
    assert not chart.is_low
    assert ewma([-chart.border / 0.2 * 1.001], 2.0, 0.2, 2.962).is_low
    assert not ewma([-chart.border / 0.2 * 0.999], 2.0, 0.2, 2.962).is_low


def run_length(seed: int) -> int:
    """Count normal points until a two-sided EWMA chart leaves its limits."""
    draw, last, border = random.Random(seed), 0.0, 2.962 / 3
    for count in range(1, 5000):
        last = 0.2 * draw.gauss(0, 1) + 0.8 * last
        if abs(last) > border:
            return count
    return 5000


def test_the_ewma_chart_runs_about_490_days_in_control() -> None:
    assert 430 < mean([run_length(seed) for seed in range(600)]) < 560


def test_the_cusum_adds_up_beyond_its_allowance_and_remembers_the_start() -> None:
    sums = cusum([0, 0, 2, 2, 2], 0.5)
    assert (sums.high, sums.high_from, sums.low) == (4.5, 2, 0)
    assert cusum([1, 1, -2, -2, -2], 0.5).low == 4.5


def test_the_cusum_finds_a_shift_of_one_sigma_after_about_ten_points() -> None:
    delays = []
    for seed in range(400):
        draw = random.Random(seed)
        values: list[float] = []
        while cusum(values, 0.5).high <= 5:
            values.append(draw.gauss(1, 1))
        delays.append(len(values))
    assert mean(delays) == pytest.approx(10.3, abs=1)


def test_poisson_tails_match_the_tables() -> None:
    assert poisson_at_most(1, 4) == pytest.approx(0.0916, abs=1e-4)
    assert poisson_at_most(-1, 4) == 0
    assert poisson_at_least(0, 3) == 1
    assert poisson_at_least(3, 1) == pytest.approx(0.0803, abs=1e-4)


def test_the_poisson_limit_is_the_first_count_chance_hardly_reaches() -> None:
    limit = poisson_limit(2, 1 / 26)
    assert poisson_at_least(limit, 2) <= 1 / 26 < poisson_at_least(limit - 1, 2)


@given(st.floats(0.01, 60), st.floats(0.001, 0.5))
def test_the_poisson_limit_rises_when_more_is_expected(expected: float, false_alarm: float) -> None:
    assert poisson_limit(expected, false_alarm) <= poisson_limit(expected + 1, false_alarm)
