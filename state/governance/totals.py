"""Running totals: what effects add up to over days in somebody's name, and what one more would make of it.

Invariant: pure; an effect whose part nobody can tell has no total, and policy reads that the strictest way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from state.canonical import Json
from state.governance.budget import DISCOUNT, MAILS, Draw, Line, Span
from state.governance.effect import Effect
from state.money import Money

WHOLE = Decimal(100)


def discount_of(arguments: Mapping[str, Json], deal: Money | None, currency: str) -> Decimal | None:
    """Give the money an effect lets go of: of its own amount after the discount, else of its deal's.

    Units: the tenant's currency; None where it gives a discount on something of unknown value.
    """
    said = arguments.get("discount_percent")
    percent = Decimal(0) if said in (None, "") else Decimal(str(said))
    if not percent:
        return Decimal(0)
    amount, of = arguments.get("amount"), arguments.get("currency")
    if amount not in (None, ""):
        is_known = of == currency and percent < WHOLE
        return Decimal(str(amount)) * percent / (WHOLE - percent) if is_known else None
    return None if deal is None or deal.currency != currency else deal.amount * percent / WHOLE


@dataclass(frozen=True, slots=True)
class Share:
    """What one effect adds to the totals of the person in whose name it is done."""

    owner: str
    discount: Decimal | None
    mails: int

    @classmethod
    def of(cls, owner: str, effect: Effect, deal: Money | None, currency: str) -> "Share":
        """Read it from the exact effect."""
        return cls(
            owner, discount_of(effect.arguments, deal, currency), int(effect.action_type == "send_email")
        )

    def draws(self, day: date, currency: str) -> tuple[Draw, ...]:
        """List what is counted when the effect begins."""
        money = Money(amount=self.discount or Decimal(0), currency=currency).minor_units
        counted = ((Line(DISCOUNT, named(self.owner)), money), (Line(MAILS, named(self.owner)), self.mails))
        return tuple(Draw(line, day, amount) for line, amount in counted if amount)


def named(owner: str) -> str:
    """Name a person's totals."""
    return f"owner:{owner}"


def spans_of(owner: str, today: date, quarter: date) -> tuple[Span, ...]:
    """Say which totals a judgement about somebody's action reads, each since when."""
    return (Span(Line(DISCOUNT, named(owner)), quarter), Span(Line(MAILS, named(owner)), today))


def discount_total(share: Share, used: Mapping[Line, int]) -> Decimal | None:
    """Add an effect's discount to those of the quarter. Units: major units of the tenant's currency."""
    if share.discount is None:
        return None
    return Decimal(used.get(Line(DISCOUNT, named(share.owner)), 0)) / WHOLE + share.discount


def mails_total(share: Share, used: Mapping[Line, int]) -> int:
    """Add an effect's mail to those of the day."""
    return used.get(Line(MAILS, named(share.owner)), 0) + share.mails
