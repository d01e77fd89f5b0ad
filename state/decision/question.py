"""Worth of asking: the expected value of deciding after the answer, less that of deciding now, less the seller's time.

Invariant: an answer that would change nothing is worth nothing, so it is never asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from state.money import Money

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One state of affairs that an answer would establish."""

    id: str
    likelihood: Decimal
    payoff: Decimal
    """Units: tenant currency; gained only by acting as this alternative wants when it is the true one."""


def posterior(weights: Mapping[str, Decimal], cues: Sequence[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Weigh alternatives by the cues that hold: (alternative, factor), then scale to one.

    Shape: the same keys; equal shares when every weight is zero.
    """
    found = dict(weights)
    for name, factor in cues:
        found[name] *= factor
    total = sum(found.values(), Decimal(0))
    if not total:
        return {name: Decimal(1) / len(found) for name in found}
    return {name: weight / total for name, weight in found.items()}


def value_of_information(alternatives: Sequence[Alternative], rate: Money, seconds: int) -> Decimal:
    """Compute what one answer is worth.

    Units: tenant currency, to the cent; negative when the seller's time costs more than the answer brings.
    Source: Howard, Information Value Theory, 1966 (perfect information over closed alternatives).
    """
    gains = [one.likelihood * one.payoff for one in alternatives]
    after, before = sum(gains, Decimal(0)), max(gains, default=Decimal(0))
    cost = rate.amount * seconds / 3600
    return (after - before - cost).quantize(_CENT, ROUND_HALF_UP)


def word_count(text: str) -> int:
    """Count words as a reader does: what stands between white space."""
    return len(text.split())
