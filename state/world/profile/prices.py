"""List prices, term discount and who may grant which discount.

Invariant: a price that is not in the list is None, never a guess.
"""

from decimal import Decimal
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from state.money import Money
from state.world.profile.part import Amount, Day, Part, Percent, Positive, Text

DiscountApprover: TypeAlias = Literal["seller", "manager", "deal_desk"]


class ListPrice(Part):
    """What one unit of a product costs per year."""

    product: Text
    """Id of a product of the company."""
    amount: Amount


class TermDiscount(Part):
    """What a longer term takes off."""

    years: Positive
    discount_percent: Percent


class DiscountStep(Part):
    """Up to which discount somebody may decide."""

    approver: DiscountApprover
    up_to_percent: Percent
    """Inclusive."""


class Prices(Part):
    """Read from `prices.yaml`."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    confirmed_on: Day
    """When somebody last confirmed the list; its age is checked before a price leaves."""
    products: tuple[ListPrice, ...] = Field(min_length=1)
    terms: tuple[TermDiscount, ...] = ()
    discounts: tuple[DiscountStep, ...] = Field(min_length=1)
    four_eyes_above_percent: Percent
    """Above this the owner and a manager both approve."""

    def list_price(self, product: str) -> Money | None:
        """Read the price of one unit per year; None where the list has none."""
        wanted = product.casefold()
        found = next((line for line in self.products if line.product.casefold() == wanted), None)
        return None if found is None else Money(amount=found.amount, currency=self.currency)

    def quote(self, product: str, units: int, years: int = 1) -> Money | None:
        """Price units per year at list and the term's own discount; None where the list has no price."""
        price = self.list_price(product)
        return (
            None if price is None else price.times(units).times(1 - self.term_discount_percent(years) / 100)
        )

    def term_discount_percent(self, years: int) -> Decimal:
        """Read what the term takes off; 0 where the term is not listed."""
        return next((term.discount_percent for term in self.terms if term.years == years), Decimal(0))

    def approver(self, percent: Decimal) -> DiscountApprover:
        """Name who decides a discount; above every step it is the last approver."""
        step = next((step for step in self.discounts if percent <= step.up_to_percent), self.discounts[-1])
        return step.approver

    def needs_four_eyes(self, percent: Decimal) -> bool:
        """Say whether a second pair of eyes is due."""
        return percent > self.four_eyes_above_percent

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        borders = [step.up_to_percent for step in self.discounts]
        if borders != sorted(set(borders)):
            raise ValueError("discounts must rise from step to step")
        for kind, names in (
            ("product", [line.product.casefold() for line in self.products]),
            ("term", [str(term.years) for term in self.terms]),
            ("approver", [step.approver for step in self.discounts]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"one {kind} is listed twice")
        return self
