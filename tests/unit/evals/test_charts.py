"""The evaluation of the charts on labelled series: counted by hand on made ones, told briefly on the real ones."""

from itertools import pairwise
from pathlib import Path

import pytest

from evals.charts import DAY, Chart, Record, Tally, always_on, halves, pooled, read, table, tallied, tuned

HOUR = 3_600
QUICK = (Chart("ewma", 0.1, 8.0), Chart("ewma", 0.2, 2.962), Chart("cusum", 2.0, 20.0))
SHORT = 4_100
"""Points: the suite takes the shorter series; `python -m evals.charts` takes all."""


def made(jump: int | None = None, days: int = 20, windows: tuple[tuple[int, int], ...] = ()) -> Record:
    """Give hourly values with a daily shape and a little noise, up by 40 for six hours from an hour on."""
    values = [50.0 + 10 * (hour % 24 > 11) + (hour * 7) % 5 for hour in range(days * 24)]
    if jump is not None:
        values[jump : jump + 6] = [value + 40 for value in values[jump : jump + 6]]
    return Record("made", [hour * HOUR for hour in range(days * 24)], values, windows)


def test_a_daily_shape_alone_raises_no_alarm_and_a_jump_raises_one() -> None:
    chart = Chart("ewma", 0.2, 6.0)
    assert chart.alarms(made()) == []
    (alarm,) = chart.alarms(made(jump=240))
    assert 240 * HOUR <= alarm <= 246 * HOUR


def test_alarms_of_the_first_15_percent_do_not_count() -> None:
    record = made(jump=60)
    assert record.first == 72
    assert Chart("ewma", 0.2, 6.0).alarms(record) == []


def test_an_alarm_silences_its_series_for_a_day() -> None:
    record = made(windows=((0, 1),))
    alarms = Chart("ewma", 1.0, 0.001).alarms(record)
    assert len(alarms) > 10
    assert min(second - first for first, second in pairwise(alarms)) >= DAY
    assert always_on([record]).false == 17


def test_nothing_after_a_point_takes_part_in_judging_it() -> None:
    whole, begun = made(jump=300), made(jump=300, days=12)
    assert whole.residuals[: 12 * 24 - whole.first] == pytest.approx(
        begun.residuals[whole.first - begun.first :]
    )


def test_windows_and_alarms_are_counted_once_each() -> None:
    windows = ((10, 20), (30, 40), (50, 60))
    found = tallied([12, 18, 25, 55], windows)
    assert found == Tally(found=2, missed=1, false=1)
    assert found.f1 == pytest.approx(4 / 6)
    assert (Tally() + found).f1 == found.f1
    assert Tally().f1 == 0


def test_tuning_takes_the_chart_with_the_best_f1_of_the_half_it_sees() -> None:
    seen = [made(jump=240, windows=((240 * HOUR, 250 * HOUR),))]
    wild, calm = Chart("ewma", 1.0, 0.001), Chart("ewma", 0.2, 6.0)
    assert tuned(seen, (wild, calm)) is calm
    assert pooled(wild, seen).false > pooled(calm, seen).false == 0


@pytest.fixture(scope="module")
def records(shared_data: Path) -> tuple[Record, ...]:
    return read(shared_data / "nab")


def test_every_series_and_window_is_read(records: tuple[Record, ...]) -> None:
    assert (len(records), sum(len(one.windows) for one in records)) == (35, 58)
    assert [one.name for one in records] == sorted(one.name for one in records)


def test_on_the_shorter_series_the_charts_beat_the_bar_and_always_on(records: tuple[Record, ...]) -> None:
    short = [one for one in records if len(one.values) < SHORT]
    for held in halves(short, QUICK):
        assert held.is_good
        assert held.told.f1 >= 0.20
        assert held.told.f1 >= held.always.f1 + 0.10
        assert sum(held.false_by_series.values()) == held.told.false


def test_always_on_itself_is_not_good_enough(records: tuple[Record, ...]) -> None:
    short = [one for one in records if len(one.values) < SHORT]
    wild = (Chart("ewma", 1.0, 0.001),)
    assert not any(held.is_good for held in halves(short, wild))


def test_the_table_tells_both_halves_and_each_series() -> None:
    both = [made(), made(jump=240, windows=((240 * HOUR, 250 * HOUR),))]
    page = table(both, halves(both, QUICK))
    assert "2 series, 1 windows" in page
    assert page.count("EWMA(0.1, 8)") == 2
    assert page.rstrip().endswith("made")
