"""Value of an action in money: Δp × value at stake − cost, as a range, with the arithmetic a seller can check by hand.

Invariant: the value of a deal is never shown as the value of an act on it, and acts on one deal together are
worth at most value × (1 − p without); the value lies within its range.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from state.decision.proposal import ExpectedValue
from state.money import Money

_WHOLE = Decimal(1)
_Z = Decimal("1.2816")
"""Ends of the middle 80 % of a normal distribution, in standard deviations."""


def expected_value(
    delta_p: Decimal,
    stake: Money | None,
    cost_minutes: Decimal | int,
    rate: Money,
    *,
    tool_cost: Decimal = Decimal(0),
    weight: int = 0,
    basis: str = "",
) -> ExpectedValue:
    """Compute Δp × stake − cost, with each figure as it is shown.

    Units: `rate` is money per hour of human time, in the tenant's currency; the result is whole major units;
    `weight` counts the cases that Δp is as good as.
    Shape: without a stake, or with one in a currency that has no rate, the value is minus the cost, and says so;
    without a weight it is no range.
    """
    cost = minutes_cost(cost_minutes, rate, tool_cost)
    if stake is None or stake.currency != rate.currency:
        because = "nothing at stake" if stake is None else f"no rate for {stake.currency}"
        return _shown(-cost, rate.currency, f"{because}: 0 − {plain(cost)}")
    gain = (delta_p * stake.amount).quantize(_WHOLE, ROUND_HALF_UP)
    shown = _shown(gain - cost, rate.currency, f"{share(delta_p)} × {plain(stake.amount)} − {plain(cost)}")
    if not weight:
        return shown.model_copy(update={"basis": basis})
    low, high = (
        (end * stake.amount).quantize(_WHOLE, ROUND_HALF_UP) - cost for end in spread(delta_p, weight)
    )
    return shown.model_copy(update={"low": low, "high": high, "basis": basis})


def spread(delta_p: Decimal, weight: int) -> tuple[Decimal, Decimal]:
    """Give the 80 % interval of a share that rests on so many cases.

    Source: Wilson 1927.
    """
    middle = delta_p + _Z * _Z / (2 * weight)
    half = _Z * (delta_p * (1 - delta_p) / weight + _Z * _Z / (4 * weight * weight)).sqrt()
    whole = 1 + _Z * _Z / weight
    return max((middle - half) / whole, Decimal(0)), min((middle + half) / whole, Decimal(1))


def minutes_cost(minutes: Decimal | int, rate: Money, tool_cost: Decimal = Decimal(0)) -> Decimal:
    """Price human time and tools, in whole major units."""
    return (rate.amount * minutes / 60 + tool_cost).quantize(_WHOLE, ROUND_HALF_UP)


def ceiling(stake: Money, p_without: Decimal) -> Decimal:
    """Bound what all acts on one deal can be worth together: value × (1 − p without)."""
    return (stake.amount * (1 - p_without)).quantize(_WHOLE, ROUND_DOWN)


def within_ceiling(values: Sequence[ExpectedValue], most: Decimal) -> tuple[ExpectedValue, ...]:
    """Cut the values of one deal, in the given order, so that they add up to at most `most`.

    Shape: one value per value given; a cut one names the bound in its arithmetic, and no range reaches beyond it.
    """
    left, out = max(most, Decimal(0)), []
    for value in values:
        kept = min(value.amount, left)
        out.append(_held(value if kept == value.amount else _cut(value, kept, most), left))
        left -= max(kept, Decimal(0))
    return tuple(out)


def _cut(value: ExpectedValue, kept: Decimal, most: Decimal) -> ExpectedValue:
    formula = value.arithmetic.partition(" = ")[0]
    cut = _shown(kept, value.currency, f"{formula}, bounded by {plain(most)} over all acts")
    return cut.model_copy(update={"low": value.low, "high": value.high, "basis": value.basis})


def _held(value: ExpectedValue, left: Decimal) -> ExpectedValue:
    """Hold a range under what is left of the bound."""
    if value.low is None or value.high is None:
        return value
    low, high = min(value.low, value.amount), max(min(value.high, left), value.amount)
    return value.model_copy(update={"low": low, "high": high})


def _shown(amount: Decimal, currency: str, formula: str) -> ExpectedValue:
    money = Money(amount=amount, currency=currency)
    return ExpectedValue(amount=amount, currency=currency, arithmetic=f"{formula} = {money}")


def share(value: Decimal) -> str:
    """Write a probability as it is spoken of: .09, .5, 1."""
    text = format(value.normalize(), "f") if value else "0"
    return text.removeprefix("0") if text.startswith("0.") else text


def plain(amount: Decimal) -> str:
    """Write an amount without its currency: 184,000 or 1,200.50."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
