"""Typed eyes on the nodes of a situation: properties read the claim in force, `cite` names its evidence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from state.canonical import Json
from state.evidence import Evidence
from state.ids import NodeKey
from state.money import Money
from state.world.delta import Delta
from state.world.situation import Situation

T = TypeVar("T")


@dataclass(frozen=True)
class Entity:
    """One node, read through its situation."""

    situation: Situation
    key: NodeKey

    @property
    def identifier(self) -> str:
        """The source's own id."""
        return self.key.partition("/")[2]

    def claim(self, attribute: str) -> Delta | None:
        """Find the claim in force on an attribute."""
        return self.situation.current(self.key, attribute)

    def history(self, attribute: str) -> tuple[Delta, ...]:
        """List every claim on an attribute, oldest first."""
        return self.situation.claims(self.key, attribute)

    def cite(self, *attributes: str) -> tuple[Evidence, ...]:
        """Evidence of the claims in force on the named attributes; absent ones are left out."""
        found = (self.claim(attribute) for attribute in attributes)
        return tuple(claim.evidence() for claim in found if claim is not None)

    def value(self, attribute: str) -> Json:
        """Read the raw value in force, None when never claimed or cleared."""
        return self.situation.value(self.key, attribute)

    def text(self, attribute: str) -> str | None:
        """Read a string."""
        raw = self.value(attribute)
        return None if raw is None else str(raw)

    def number(self, attribute: str) -> int | None:
        """Read a whole number."""
        return self._as(attribute, lambda raw: int(str(raw)))

    def decimal(self, attribute: str) -> Decimal | None:
        """Read an exact number."""
        return self._as(attribute, lambda raw: Decimal(str(raw)))

    def flag(self, attribute: str) -> bool | None:
        """Read a yes or no."""
        raw = self.value(attribute)
        return None if raw is None else raw is True

    def day(self, attribute: str) -> date | None:
        """Read a calendar date."""
        return self._as(attribute, lambda raw: date.fromisoformat(str(raw)[:10]))

    def instant(self, attribute: str) -> datetime | None:
        """Read a point in time, in UTC."""
        return self._as(attribute, lambda raw: datetime.fromisoformat(str(raw)).astimezone(UTC))

    def texts(self, attribute: str) -> tuple[str, ...]:
        """Read a list of strings."""
        raw = self.value(attribute)
        return tuple(str(item) for item in raw) if isinstance(raw, (list, tuple)) else ()

    def money(
        self, attribute: str, currency_attribute: str = "currency", fallback: str = "USD"
    ) -> Money | None:
        """Read an amount with its currency; `fallback` is the tenant's currency."""
        amount = self.decimal(attribute)
        return None if amount is None else Money.of(amount, self.text(currency_attribute) or fallback)

    def _as(self, attribute: str, convert: Callable[[Json], T]) -> T | None:
        raw = self.value(attribute)
        return None if raw is None else convert(raw)

    @cached_property
    def _span(self) -> tuple[datetime, datetime]:
        return self.situation.span(self.key)

    @property
    def first_seen(self) -> datetime:
        """The earliest valid time of any claim on this node; without one, of the situation's."""
        return self._span[0]

    @property
    def last_changed(self) -> datetime:
        """The latest valid time of any claim on this node; without one, of the situation's."""
        return self._span[1]
