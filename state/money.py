"""Money as an exact decimal and an ISO 4217 code; arithmetic refuses to mix currencies."""

from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict, Field, field_serializer


class Money(BaseModel):
    """An amount in one currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal
    """In major units (dollars); a string in JSON."""
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    @field_serializer("amount")
    def _amount_text(self, amount: Decimal) -> str:
        return format(amount.normalize(), "f")

    @property
    def minor_units(self) -> int:
        """Units: cents, as stored in the database."""
        return int((self.amount * 100).to_integral_value(ROUND_HALF_UP))

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> "Money":
        """Build from an exact number; binary floats are not accepted by type."""
        return cls(amount=Decimal(amount), currency=currency)

    def __add__(self, other: "Money") -> "Money":
        """Combine two amounts. Raises: ValueError when the currencies differ."""
        self._same(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Combine two amounts. Raises: ValueError when the currencies differ."""
        self._same(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def times(self, factor: Decimal | int) -> "Money":
        """Scale by an exact factor."""
        return Money(amount=self.amount * factor, currency=self.currency)

    def rounded(self) -> "Money":
        """Round half up to whole major units, as shown to people."""
        return Money(amount=self.amount.quantize(Decimal(1), ROUND_HALF_UP), currency=self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")

    def __str__(self) -> str:
        """Shown as people write it: $16,550 or EUR 1,200.50."""
        whole = self.amount == self.amount.to_integral_value()
        number = f"{abs(self.amount):,.0f}" if whole else f"{abs(self.amount):,.2f}"
        sign = "-" if self.amount < 0 else ""
        return f"{sign}${number}" if self.currency == "USD" else f"{sign}{self.currency} {number}"
