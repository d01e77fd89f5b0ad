"""Calibration by numbers a person can check, and the laws every curve keeps."""

from decimal import Decimal
from functools import partial
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.decision.calibration import (
    PULL,
    Curve,
    Pair,
    brier,
    ece,
    fit,
    interval,
    isotonic,
    out_of_fold,
    platt,
    scored,
)

PAIRS = st.lists(
    st.tuples(st.sampled_from([0.05, 0.3, 0.5, 0.76, 0.85, 0.99]), st.booleans()), min_size=1, max_size=60
)
HAND: list[Pair] = [(0.9, True)] * 15 + [(0.9, False)] * 5 + [(0.6, True)] * 12 + [(0.6, False)] * 8


def test_brier_and_error_by_hand() -> None:
    # 15·.01 + 5·.81 + 12·.16 + 8·.36 = 9; over 40 cases
    assert brier(HAND) == pytest.approx(9 / 40)
    # two bins of twenty: |.9 − .75| and |.6 − .6|
    assert ece(HAND) == pytest.approx((20 * 0.15 + 20 * 0.0) / 40)


def test_few_cases_are_one_bin_and_equal_ones_are_never_parted() -> None:
    assert ece([(0.2, True), (0.8, False)]) == pytest.approx(0.0)
    many = [(0.7, True)] * 35 + [(0.7, False)] * 15
    assert ece(many) == pytest.approx(0.0)


def test_platt_stands_where_its_two_sums_are_zero() -> None:
    curve = platt(HAND)
    scores = [(log(stated / (1 - stated)), came) for stated, came in HAND]
    a, b = float(curve.slope), float(curve.intercept)
    off = [(1 / (1 + exp(-(a * score + b))) - came, score) for score, came in scores]
    assert sum(one * score for one, score in off) + PULL * (a - 1) == pytest.approx(0, abs=0.01)
    assert sum(one for one, _ in off) + PULL * b == pytest.approx(0, abs=0.01)


def test_isotonic_pools_what_falls() -> None:
    pairs: list[Pair] = [(0.1, False), (0.2, True), (0.3, False), (0.4, True), (0.5, True)]
    steps = isotonic(pairs).steps
    assert steps == tuple((Decimal(a).quantize(Decimal("0.0001")), Decimal(b).quantize(Decimal("0.0001")))
                          for a, b in (("0.1", "0"), ("0.2", "0.5"), ("0.4", "1")))  # fmt: skip
    assert [isotonic(pairs).at(stated) for stated in (0.05, 0.25, 0.9)] == [0.0, 0.5, 1.0]


def test_too_little_data_is_no_curve_and_much_is_isotonic() -> None:
    methods = [fit([(0.8, True)] * n, 20, 1000).method for n in (19, 20, 999, 1000)]
    assert methods == ["none", "platt", "platt", "isotonic"]
    assert Curve().at(0.8) == 0.8


@given(PAIRS, st.lists(st.floats(0, 1), min_size=2, max_size=2), st.sampled_from([1, 1000]))
def test_a_greater_stated_probability_never_gives_a_smaller_one(
    pairs: list[Pair], stated: list[float], isotonic_from: int
) -> None:
    curve, (low, high) = fit(pairs, 1, isotonic_from), sorted(stated)
    assert 0 <= curve.at(low) <= curve.at(high) <= 1


@given(PAIRS)
def test_the_order_of_cases_says_nothing(pairs: list[Pair]) -> None:
    assert platt(pairs) == platt(pairs[::-1])
    assert isotonic(pairs) == isotonic(pairs[::-1])
    assert ece(pairs) == pytest.approx(ece(pairs[::-1]))


def test_extreme_cases_end_the_climb() -> None:
    assert platt([(0.99, False)] * 1000).at(0.99) < 0.01
    assert platt([(0.01, True)] * 1000).at(0.01) > 0.99


def test_a_card_is_measured_on_cases_the_curve_had_not_seen() -> None:
    seen: list[int] = []

    def fitting(pairs: object) -> Curve:
        assert isinstance(pairs, list)
        seen.append(len(pairs))
        return Curve()

    assert out_of_fold(HAND[:12], fitting) == [pair for fold in range(5) for pair in HAND[:12][fold::5]]
    assert seen == [9, 9, 10, 10, 10]


def test_the_interval_is_the_same_for_the_same_seed_and_holds_the_error() -> None:
    card = scored(HAND, "seed", partial(fit, least_n=20, isotonic_from=1000))
    assert card == scored(HAND, "seed", partial(fit, least_n=20, isotonic_from=1000))
    assert card is not None
    assert (card.n, card.share, card.stated) == (40, Decimal("0.6750"), Decimal("0.7500"))
    assert card.ece_low <= card.ece_calibrated <= card.ece_high
    assert interval(HAND, "seed", 0) == (ece(HAND), ece(HAND))
