"""The price law: an amount offered is units at list price, less the term's own discount or one that was granted.

Invariant: an amount the list does not explain is not backed, however plausible; our own record's amount is.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from itertools import combinations

from state.world.profile.prices import Prices

TOLERANCE = Decimal("0.5")
_PRODUCTS = 4


def is_listed(
    amount: Decimal, units: Collection[int], granted_percents: Collection[Decimal], prices: Prices
) -> bool:
    """Tell whether the price list explains an amount.

    Units: major units of the list's currency; `units` are the counts that the text itself names.
    """
    return any(
        abs(candidate - amount) <= TOLERANCE for candidate in _candidates(units, granted_percents, prices)
    )


def _candidates(
    units: Collection[int], granted_percents: Collection[Decimal], prices: Prices
) -> Iterator[Decimal]:
    for base in _bases(prices):
        for count in {1, *units}:
            for factor in _factors(granted_percents, prices):
                yield base * count * factor


def _bases(prices: Prices) -> Iterator[Decimal]:
    amounts = [line.amount for line in prices.products]
    for size in range(1, min(len(amounts), _PRODUCTS) + 1):
        yield from (sum(chosen, Decimal(0)) for chosen in combinations(amounts, size))


def _factors(granted_percents: Iterable[Decimal], prices: Prices) -> Iterator[Decimal]:
    reductions = [Decimal(0), *granted_percents]
    for percent in reductions:
        granted = 1 - percent / 100
        yield granted
        for term in prices.terms:
            for_term = granted * (1 - term.discount_percent / 100)
            yield from (for_term, for_term * term.years)


def is_listed_percent(percent: Decimal, granted_percents: Collection[Decimal], prices: Prices) -> bool:
    """Tell whether a reduction is a term of the list or was granted."""
    return percent in granted_percents or any(percent == term.discount_percent for term in prices.terms)
