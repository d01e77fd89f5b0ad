"""Expression: the closed tree of which conditions are made, as files hold it, bounded in depth and size."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from state.errors import InvalidInput
from state.governance.catalogue import Scalar

MAX_DEPTH: Final = 6
MAX_PARTS: Final = 64


class Op(StrEnum):
    """Comparisons of a fact with a value."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)


class Bound(_Part):
    """A value that an admin set by name elsewhere in the same file."""

    name: str = Field(validation_alias="bound", serialization_alias="bound")


Plain = bool | int | Decimal | AwareDatetime | str


class Compare(_Part):
    """One fact against one value, a named bound, or (`in`) a list of values."""

    fact: str
    op: Op
    value: Plain | Bound | Annotated[tuple[Plain, ...], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _list_with_in(self) -> Self:
        if (self.op is Op.IN) != isinstance(self.value, tuple):
            raise ValueError("`in` takes a list of values, every other op takes one value")
        return self


class AllOf(_Part):
    """True when every part is."""

    parts: tuple["Node", ...] = Field(validation_alias="all", serialization_alias="all", min_length=1)


class AnyOf(_Part):
    """True when some part is."""

    parts: tuple["Node", ...] = Field(validation_alias="any", serialization_alias="any", min_length=1)


class Not(_Part):
    """True when the part is not."""

    part: "Node" = Field(validation_alias="not", serialization_alias="not")


_TAGS: Final[Mapping[type, str]] = {AllOf: "all", AnyOf: "any", Not: "not", Compare: "fact"}


def _tag(raw: object) -> str | None:
    """Name the kind of a node by the key that only this kind has."""
    if isinstance(raw, Mapping):
        return next((tag for tag in _TAGS.values() if tag in raw), None)
    return _TAGS.get(type(raw))


Node = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Compare, Tag("fact")],
    Discriminator(
        _tag,
        custom_error_type="condition",
        custom_error_message="expected {all: [...]}, {any: [...]}, {not: ...} or {fact, op, value}",
    ),
]


def _bounded(raw: object) -> object:
    """Refuse a tree that is too deep or too large before anything walks it by recursion."""
    waiting, seen = [(raw, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        seen += isinstance(node, Mapping | BaseModel)
        if seen > MAX_PARTS:
            raise ValueError(f"a condition has at most {MAX_PARTS} parts; split the rule")
        depth += _tag(node) is not None
        if depth > MAX_DEPTH:
            raise ValueError(f"a condition nests at most {MAX_DEPTH} deep; flatten it")
        waiting.extend((child, depth) for child in _children(node))
    return raw


def _children(node: object) -> Iterator[object]:
    """List what hangs below a raw or parsed node."""
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, BaseModel):
        yield from (getattr(node, name) for name in type(node).model_fields)
    elif isinstance(node, list | tuple):
        yield from node


Condition = Annotated[Node, BeforeValidator(_bounded)]
"""A whole condition, as a file holds it."""

for _kind in (AllOf, AnyOf, Not):
    _kind.model_rebuild()


def comparisons(condition: Condition) -> Iterator[tuple[Compare, bool]]:
    """Yield every comparison from left to right, and whether it stands under `not`."""
    match condition:
        case Compare():
            yield condition, False
        case Not(part=part):
            yield from ((compare, True) for compare, _ in comparisons(part))
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from comparisons(part)


def resolved(condition: Condition, bounds: Mapping[str, Scalar]) -> Condition:
    """Put the values of named bounds in their place.

    Raises: InvalidInput for a name that is not set.
    """
    match condition:
        case Compare(value=Bound(name=name)):
            if name not in bounds:
                raise InvalidInput(f"No bound is called {name!r}.", field=condition.fact, value=name)
            return Compare(fact=condition.fact, op=condition.op, value=bounds[name])
        case AllOf(parts=parts):
            return AllOf(parts=tuple(resolved(part, bounds) for part in parts))
        case AnyOf(parts=parts):
            return AnyOf(parts=tuple(resolved(part, bounds) for part in parts))
        case Not(part=part):
            return Not(part=resolved(part, bounds))
        case _:
            return condition
