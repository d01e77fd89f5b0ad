"""Catalogue: which facts a condition may read, and of what type.

Invariant: a value that entered through `as_typed` has the type its fact declares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from state.errors import InvalidInput

Scalar: TypeAlias = bool | int | Decimal | str | datetime


class FactType(StrEnum):
    """The types a fact may have."""

    BOOL = "bool"
    INT = "int"
    DECIMAL = "decimal"
    STR = "str"
    ENUM = "enum"
    DATETIME = "datetime"


class Basis(StrEnum):
    """World facts are hashed into an approval; ambient ones are judged again at the claim."""

    WORLD = "world"
    AMBIENT = "ambient"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact a condition may read."""

    name: str
    type: FactType
    basis: Basis
    description: str
    """A phrase that reads well in a sentence: a clause for bool ("the account has churned"), else a noun."""
    values: tuple[str, ...] = ()
    """All values of an enum in rising order; of a str the known ones."""
    between: tuple[int, int] | None = None
    """The least and the greatest value of an int, where they are known."""
    ordered: bool = False
    """The values of this enum may be compared by lt, le, gt, ge."""
    more_is_looser: bool = False
    """May be only a lower bound in what allows and an upper bound in what restricts, never under `not`."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All facts that conditions of one kind of file may read."""

    specs: Mapping[str, FactSpec]

    @classmethod
    def of(cls, *specs: FactSpec) -> "Catalogue":
        """Index specs by name."""
        return cls({spec.name: spec for spec in specs})


def as_typed(value: Scalar, spec: FactSpec) -> Scalar:
    """Bring a value to the fact's type.

    Raises: InvalidInput when it has another type or is no value of the enum.
    """
    fits = False
    match spec.type:
        case FactType.BOOL:
            fits = isinstance(value, bool)
        case FactType.INT:
            value, fits = _integer(value)
        case FactType.DECIMAL:
            value, fits = _decimal(value)
        case FactType.STR:
            fits = isinstance(value, str)
        case FactType.ENUM:
            value, fits = str(value), str(value) in spec.values
        case FactType.DATETIME:
            value, fits = _moment(value)
    if fits and spec.between:
        fits = spec.between[0] <= Decimal(str(value)) <= spec.between[1]
    if not fits:
        wanted = _wanted(spec)
        raise InvalidInput(
            f"{spec.name} cannot be {value!r}.", field=spec.name, value=str(value), remedy=f"Use {wanted}."
        )
    return value


def _wanted(spec: FactSpec) -> str:
    """Say what a value may be."""
    if spec.type is FactType.ENUM:
        return " | ".join(spec.values)
    return f"{spec.between[0]} to {spec.between[1]}" if spec.between else spec.type.value


def _integer(value: Scalar) -> tuple[Scalar, bool]:
    """Accept whole numbers, however exact."""
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return int(value), True
    return value, isinstance(value, int) and not isinstance(value, bool)


def _decimal(value: Scalar) -> tuple[Scalar, bool]:
    """Accept exact numbers and their texts."""
    if isinstance(value, bool | datetime):
        return value, False
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value, False
    return number, number.is_finite()


def _moment(value: Scalar) -> tuple[Scalar, bool]:
    """Accept times with a zone, in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value, False
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value, False
    return value.astimezone(UTC), True
