"""Calibration: from a stated probability to the one that came true, and how far the stated one was off.

Invariant: a greater stated probability never gives a smaller calibrated one; equal inputs give equal bytes.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import groupby
from math import exp, log
from random import Random
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Pair: TypeAlias = tuple[float, bool]
"""A stated probability, and whether it came true."""
Method = Literal["none", "platt", "isotonic"]
BINS, PER_BIN, FOLDS, RESAMPLES = 10, 20, 5, 200
STEPS = 50
PLACES = Decimal("0.0001")
PULL = 1.0
"""How strongly Platt's curve is held to the identity, in decisions' worth; without it few scores decide nothing."""
_LEAST, _CLOSE = 0.001, 1e-12


class Curve(BaseModel):
    """A fitted calibration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method = "none"
    slope: Decimal = Field(default=Decimal(1), ge=0)
    intercept: Decimal = Decimal(0)
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    """Of an isotonic curve: from this stated probability on, this one; both rising."""

    def at(self, stated: float) -> float:
        """Give the calibrated probability of a stated one."""
        if self.method == "platt":
            return _logistic(float(self.slope) * _logit(stated) + float(self.intercept))
        if self.method == "isotonic":
            reached = [found for border, found in self.steps if float(border) <= stated]
            return float(reached[-1] if reached else self.steps[0][1])
        return stated


class Scorecard(BaseModel):
    """How well a stated probability held; calibrated figures are of cases the curve had not seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    share: Decimal
    """How many came true."""
    stated: Decimal
    """The mean of what was stated."""
    brier_stated: Decimal
    brier_calibrated: Decimal
    ece_stated: Decimal
    ece_calibrated: Decimal
    ece_low: Decimal
    ece_high: Decimal
    """The 95 % bootstrap interval of the calibrated error."""


def fit(pairs: Sequence[Pair], least_n: int, isotonic_from: int) -> Curve:
    """Fit what so many cases bear: nothing, Platt's curve, or an isotonic one.

    Source: Platt 1999; Zadrozny and Elkan 2002.
    """
    if len(pairs) < least_n:
        return Curve()
    return isotonic(pairs) if len(pairs) >= isotonic_from else platt(pairs)


def platt(pairs: Sequence[Pair]) -> Curve:
    """Fit a logistic curve of the stated log-odds by Newton's method, held to the identity where cases are few.

    Source: Platt 1999; a normal prior around the identity stands in for his smoothed targets.
    """
    cells = [(_logit(stated), hits, n) for stated, hits, n in _cells(pairs)]
    slope, intercept = _newton(cells, is_sloped=True)
    if slope < 0:
        slope, intercept = _newton(cells, is_sloped=False)
    return Curve(method="platt", slope=_kept(max(slope, 0.0)), intercept=_kept(intercept))


def _newton(cells: Sequence[tuple[float, int, int]], *, is_sloped: bool) -> tuple[float, float]:
    """Climb to the greatest posterior of (slope, intercept); without a slope the intercept alone is fitted."""
    slope, intercept = (1.0, 0.0) if is_sloped else (0.0, 0.0)
    for _ in range(STEPS):
        by_slope, by_both, by_intercept = PULL, 0.0, PULL
        pull_slope, pull_intercept = PULL * (slope - 1.0), PULL * intercept
        for score, hits, n in cells:
            likely = _logistic(slope * score + intercept)
            off, weight = n * likely - hits, n * likely * (1 - likely)
            pull_slope, pull_intercept = pull_slope + off * score, pull_intercept + off
            by_slope, by_both = by_slope + weight * score * score, by_both + weight * score
            by_intercept += weight
        if not is_sloped:
            by_slope, by_both, pull_slope = 1.0, 0.0, 0.0
        area = by_slope * by_intercept - by_both * by_both
        move_slope = (by_intercept * pull_slope - by_both * pull_intercept) / area
        move_intercept = (by_slope * pull_intercept - by_both * pull_slope) / area
        longest = max(abs(move_slope), abs(move_intercept))
        slope -= move_slope / max(longest, 1.0)
        intercept -= move_intercept / max(longest, 1.0)
        if longest < _CLOSE:
            break
    return slope, intercept


def isotonic(pairs: Sequence[Pair]) -> Curve:
    """Pool adjacent violators: the nearest rising steps.

    Source: Ayer and others 1955.
    """
    blocks: list[tuple[float, int, int]] = []
    for cell in _cells(pairs):
        blocks.append(cell)
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            (border, hits, n), (_, more_hits, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [(border, hits + more_hits, n + more)]
    return Curve(
        method="isotonic", steps=tuple((_kept(border), _kept(hits / n)) for border, hits, n in blocks)
    )


def scored(
    pairs: Sequence[Pair], seed: str, fitting: Callable[[Sequence[Pair]], Curve], resamples: int = RESAMPLES
) -> Scorecard | None:
    """Measure what was stated, and the calibrated on cases left out of the fit; None without cases."""
    if not pairs:
        return None
    left_out = out_of_fold(pairs, fitting)
    low, high = interval(left_out, seed, resamples)
    return Scorecard(
        n=len(pairs),
        share=_kept(sum(came for _, came in pairs) / len(pairs)),
        stated=_kept(sum(stated for stated, _ in pairs) / len(pairs)),
        brier_stated=_kept(brier(pairs)),
        brier_calibrated=_kept(brier(left_out)),
        ece_stated=_kept(ece(pairs)),
        ece_calibrated=_kept(ece(left_out)),
        ece_low=_kept(low),
        ece_high=_kept(high),
    )


def out_of_fold(pairs: Sequence[Pair], fitting: Callable[[Sequence[Pair]], Curve]) -> list[Pair]:
    """Calibrate each case by a curve fitted without its fold."""
    found: list[Pair] = []
    for fold in range(min(FOLDS, len(pairs))):
        curve = fitting([pair for place, pair in enumerate(pairs) if place % FOLDS != fold])
        found += [(curve.at(stated), came) for stated, came in pairs[fold::FOLDS]]
    return found


def brier(pairs: Sequence[Pair]) -> float:
    """Average the squared distance between what was stated and what came.

    Source: Brier 1950.
    """
    return sum((stated - came) ** 2 for stated, came in pairs) / len(pairs)


def ece(pairs: Sequence[Pair], bins: int = BINS) -> float:
    """Average the distance between stated and observed shares over bins of equal mass.

    Shape: at least `PER_BIN` cases a bin; those with the same stated probability stay in one, so bins are as equal
    as that lets them be.
    """
    count = max(1, min(bins, len(pairs) // PER_BIN))
    off, stated, came, held = 0.0, 0.0, 0, 0
    for value, hits, n in _cells(pairs):
        stated, came, held = stated + value * n, came + hits, held + n
        if held * count >= len(pairs):
            off, stated, came, held = off + abs(stated - came), 0.0, 0, 0
    return (off + abs(stated - came)) / len(pairs)


def interval(pairs: Sequence[Pair], seed: str, resamples: int = RESAMPLES) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of the calibration error; without resamples both ends are the error.

    Source: Efron 1979, percentiles of resamples.
    """
    chance = Random(seed)
    found = sorted(ece(chance.choices(pairs, k=len(pairs))) for _ in range(resamples)) or [ece(pairs)]
    return found[len(found) * 25 // 1000], found[len(found) * 975 // 1000]


def _cells(pairs: Sequence[Pair]) -> list[tuple[float, int, int]]:
    """Join cases with the same stated probability: (stated, came true, all), rising."""
    groups = groupby(sorted(pairs), key=lambda pair: pair[0])
    listed = [(stated, [came for _, came in group]) for stated, group in groups]
    return [(stated, sum(came), len(came)) for stated, came in listed]


def _logit(stated: float) -> float:
    held = min(max(stated, _LEAST), 1 - _LEAST)
    return log(held / (1 - held))


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds >= 0 else 1 - 1 / (1 + exp(odds))


def _kept(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(PLACES)
