"""The run-length table: its recursions are the product's, and its figures the published ones."""

import numpy as np
import pytest

from evals.bench.run_lengths import (
    CHARTS,
    SETTINGS,
    Chart,
    cusum_chart,
    ewma_chart,
    measure,
    run_lengths,
    told,
)
from state.world.charts import cusum_alarms, ewma_alarms

SERIES = 1_500
EWMA, SLOW, FAST, CUSUM, SHEWHART = CHARTS
CONTROL, SHIFT, SIGMA, BOTH, ALIKE, WHITE, ALL = SETTINGS


@pytest.mark.parametrize(
    ("chart", "points"), [(EWMA, 10.5), (SLOW, 10.3), (FAST, 8.1), (CUSUM, 10.4), (SHEWHART, 44)]
)
def test_a_shift_of_one_sigma_is_found_after_the_published_number_of_points(
    chart: Chart, points: float
) -> None:
    assert told(chart, SHIFT, SERIES) == pytest.approx(points, rel=0.06)


@pytest.mark.parametrize(("chart", "points"), [(EWMA, 500), (SLOW, 500), (CUSUM, 465), (SHEWHART, 370)])
def test_chance_alone_makes_a_chart_speak_after_the_published_number(chart: Chart, points: float) -> None:
    assert told(chart, CONTROL, SERIES) == pytest.approx(points, rel=0.08)


def test_estimates_shorten_the_run_and_so_do_days_that_are_alike() -> None:
    known = told(EWMA, CONTROL, SERIES)
    assert told(EWMA, BOTH, SERIES) < told(EWMA, SIGMA, SERIES) < known
    assert told(EWMA, ALIKE, SERIES) == pytest.approx(110, rel=0.1)


def test_prewhitening_gives_the_run_back_when_the_correlation_is_known() -> None:
    assert told(EWMA, WHITE, SERIES) == pytest.approx(500, rel=0.08)
    assert told(EWMA, ALL, SERIES) > told(EWMA, ALIKE, SERIES)


def test_the_recursions_are_those_of_the_product() -> None:
    values = np.random.default_rng(1).standard_normal(4_000)
    for chart, alarms in (
        (ewma_chart(0.2, 2.962), ewma_alarms(values.tolist(), 0.2, 2.962)),
        (cusum_chart(0.5, 5.0), cusum_alarms(values.tolist(), 0.5, 5.0)),
    ):
        assert _first(chart, values) == next(alarms)


def _first(chart: Chart, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    state = np.zeros((2, 1))
    for index, value in enumerate(values):
        state, speaks = chart.step(state, np.array([value]))
        if speaks[0]:
            return index
    raise AssertionError("no alarm")


def test_a_seed_makes_the_same_table_twice_and_it_has_a_line_for_every_pair() -> None:
    assert (run_lengths(CUSUM, SHIFT, 50) == run_lengths(CUSUM, SHIFT, 50)).all()
    assert len(measure(20, longest=30)) == len(CHARTS) * len(SETTINGS)
