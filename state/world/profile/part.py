"""The form every profile part has, and the number types its fields use.

Invariant: no field that an admin edits has its value in code; a value is in a file or it is not configured.
"""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A frozen piece of the profile; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone such as America/New_York") from None
    return name


Count = Annotated[int, Field(ge=0, strict=True)]
"""A whole number; days, hours and minutes are counts with the unit in the field's name."""
Positive = Annotated[int, Field(ge=1, strict=True)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
"""A fraction from 0 to 1: ten percent is 0.10."""
Percent = Annotated[Decimal, Field(ge=0, le=100)]
"""From 0 to 100, as discounts are spoken of."""
Amount = Annotated[Decimal, Field(ge=0)]
"""Money in major units of the currency the part names, else of the tenant's."""
Factor = Annotated[Decimal, Field(gt=0)]
Points = Annotated[int, Field(ge=0, le=100, strict=True)]
Text = Annotated[str, Field(min_length=1)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Day: TypeAlias = date
WallTime: TypeAlias = time
Tier: TypeAlias = Literal["A", "B", "C"]


class CountByTier(Part):
    """One count per segment tier of an account."""

    a: Count
    b: Count
    c: Count

    def of(self, tier: Tier) -> int:
        """Read the count of one tier."""
        return {"A": self.a, "B": self.b, "C": self.c}[tier]
