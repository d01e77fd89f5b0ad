"""Reach: what a condition implies, decided by cases without running it.

Invariant: `is_possible` and `implies` are exact for one fact at a time, so what they rule out cannot happen.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Final, TypeAlias

from state.governance.catalogue import Catalogue, FactSpec, FactType, Scalar, as_typed
from state.governance.condition import holding
from state.governance.expression import AllOf, AnyOf, Bound, Compare, Condition, Not

MAX_CASES: Final = 64
UNHEARD_OF: Final = "\N{SYMBOL FOR NULL}"
"""Stands for every text that no rule names."""

Literal: TypeAlias = tuple[Compare, bool]
"""A comparison and whether it must hold."""
Case: TypeAlias = tuple[Literal, ...]


def cases(condition: Condition, *, wanted: bool = True) -> tuple[Case, ...] | None:
    """Split a condition into the cases in which it is as wanted; None when there are too many."""
    match condition:
        case Compare():
            return (((condition, wanted),),)
        case Not(part=part):
            return cases(part, wanted=not wanted)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            listed = [cases(part, wanted=wanted) for part in parts]
            known = [one for one in listed if one is not None]
            if len(known) < len(listed):
                return None
            is_joint = isinstance(condition, AllOf) == wanted
            return _together(known) if is_joint else _capped([case for one in known for case in one])


def _together(parts: Sequence[tuple[Case, ...]]) -> tuple[Case, ...] | None:
    """Combine one case of each part in every way."""
    count = 1
    for part in parts:
        count *= len(part)
        if count > MAX_CASES:
            return None
    return tuple(tuple(literal for case in chosen for literal in case) for chosen in product(*parts))


def _capped(listed: Sequence[Case]) -> tuple[Case, ...] | None:
    """Give up rather than take minutes."""
    return tuple(listed) if len(listed) <= MAX_CASES else None


def is_possible(case: Case, catalogue: Catalogue) -> bool:
    """Say whether some values fulfil a case."""
    return all(_fulfilling(case, spec, ()) for spec in _specs(case, catalogue))


def implies(case: Case, other: Case, catalogue: Catalogue) -> bool:
    """Say whether whatever fulfils a case fulfils the other."""
    return all(
        _holds(literal, value, spec)
        for literal in other
        for spec in _specs((literal,), catalogue)
        for value in _fulfilling(case, spec, other)
    )


def _specs(case: Case, catalogue: Catalogue) -> list[FactSpec]:
    """Look up the facts of a case, once each."""
    names = sorted({compare.fact for compare, _ in case})
    return [catalogue.specs[name] for name in names]


def _fulfilling(case: Case, spec: FactSpec, also: Case) -> list[Scalar]:
    """List one value for each way in which a fact can fulfil a case, told apart at both cases' borders."""
    own = [literal for literal in case if literal[0].fact == spec.name]
    borders = [literal[0] for literal in (*case, *also) if literal[0].fact == spec.name]
    return [value for value in _samples(spec, borders) if all(_holds(one, value, spec) for one in own)]


def _holds(literal: Literal, value: Scalar, spec: FactSpec) -> bool:
    compare, wanted = literal
    return holding(compare, spec)(value) is wanted


def _samples(spec: FactSpec, borders: Sequence[Compare]) -> list[Scalar]:
    """List values that stand for all values of a fact: each border, and one on each side of it."""
    if spec.type is FactType.BOOL:
        return [False, True]
    if spec.type is FactType.ENUM:
        return list(spec.values)
    if spec.between is not None:
        return list(range(spec.between[0], spec.between[1] + 1))
    named = sorted({as_typed(value, spec) for compare in borders for value in _values(compare)}, key=str)
    match spec.type:
        case FactType.STR:
            return [*named, UNHEARD_OF]
        case FactType.DATETIME:
            return [moment + step for moment in named if isinstance(moment, datetime) for step in _SECONDS]
        case _:
            return list(_around([Decimal(value) for value in named if not isinstance(value, datetime)], spec))


_SECONDS: Final = (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1))


def _around(named: Sequence[Decimal], spec: FactSpec) -> Iterator[Decimal]:
    """List each number, one on each side, and for decimals one between any two."""
    rising = sorted(named) or [Decimal(0)]
    for number in rising:
        yield from (number - 1, number, number + 1)
    if spec.type is FactType.DECIMAL:
        yield from ((low + high) / 2 for low, high in pairwise(rising))


def _values(compare: Compare) -> Iterator[Scalar]:
    """List the literal values of a comparison."""
    if isinstance(compare.value, tuple):
        yield from compare.value
    elif not isinstance(compare.value, Bound):
        yield compare.value
