"""Condition: what an expression means: compiled once and asked often, with what it reads, and in words.

Invariant: a missing fact is read as the caller says (`when_missing`), the other way round under `not`; so it
can only move the answer towards that reading.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from state.errors import InvalidInput
from state.governance.catalogue import Catalogue, FactSpec, FactType, Scalar, as_typed
from state.governance.expression import AllOf, AnyOf, Bound, Compare, Condition, Node, Not, Op, comparisons

__all__ = ["Condition", "Settled", "Traced", "compiled", "holding", "in_words", "reads", "traced"]

Traced: TypeAlias = Callable[[Mapping[str, Scalar], set[str]], bool]
"""Answers, and adds the facts it looked at to the set."""
Settled: TypeAlias = Traced | bool
"""A test, or its answer where nothing need be asked."""


def reads(condition: Condition) -> frozenset[str]:
    """Name every fact the condition could read."""
    return frozenset(compare.fact for compare, _ in comparisons(condition))


def compiled(
    condition: Condition, catalogue: Catalogue, *, when_missing: bool = False
) -> Callable[[Mapping[str, Scalar]], bool]:
    """Turn a condition without named bounds into a predicate on known values.

    Invariant: with every fact known, `when_missing` makes no difference.
    """
    run = traced(condition, catalogue, when_missing=when_missing)
    return (lambda _: run) if isinstance(run, bool) else (lambda values: run(values, set()))


def traced(
    condition: Condition,
    catalogue: Catalogue,
    *,
    when_missing: bool,
    given: Mapping[str, Scalar | None] = MappingProxyType({}),
) -> Settled:
    """Compile to a function that also notes each fact it looked at on the way to the answer.

    Shape: with some facts `given` (None: missing) only the rest is asked, or nothing where they settle it.
    Invariant: values of facts that were neither noted nor given cannot change the answer.
    Raises: InvalidInput for a fact outside the catalogue or a bound not resolved.
    """
    match condition:
        case Compare():
            return _comparison(condition, catalogue, given, when_missing=when_missing)
        case Not(part=part):
            return _negated(traced(part, catalogue, when_missing=not when_missing, given=given))
        case AllOf(parts=parts) | AnyOf(parts=parts):
            tests = [traced(part, catalogue, when_missing=when_missing, given=given) for part in parts]
            return _until(tests, stop=isinstance(condition, AnyOf))


def _negated(test: Settled) -> Settled:
    """Turn an answer round."""
    if isinstance(test, bool):
        return not test
    return lambda values, seen: not test(values, seen)


def _until(tests: Sequence[Settled], *, stop: bool) -> Settled:
    """Ask parts in order and end at the first that answers `stop`; what is settled is not asked again."""
    if any(test is stop for test in tests):
        return stop
    asked = tuple(test for test in tests if not isinstance(test, bool))
    if len(asked) < 2:
        return asked[0] if asked else not stop
    if len(asked) == 2:
        return _either(*asked) if stop else _both(*asked)

    def run(values: Mapping[str, Scalar], seen: set[str]) -> bool:
        for test in asked:
            if test(values, seen) is stop:
                return stop
        return not stop

    return run


def _both(first: Traced, second: Traced) -> Traced:
    """Join two tests, the most frequent number, without a loop."""
    return lambda values, seen: first(values, seen) and second(values, seen)


def _either(first: Traced, second: Traced) -> Traced:
    """Offer two tests without a loop."""
    return lambda values, seen: first(values, seen) or second(values, seen)


_OPS: Final[Mapping[Op, Callable[[Scalar, Scalar], bool]]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def _comparison(
    compare: Compare, catalogue: Catalogue, given: Mapping[str, Scalar | None], *, when_missing: bool
) -> Settled:
    """Compile one comparison."""
    spec = catalogue.specs.get(compare.fact)
    if spec is None:
        raise InvalidInput("No such fact.", field=compare.fact, value=str(compare.value))
    name, holds = compare.fact, holding(compare, spec)
    if name in given:
        value = given[name]
        return when_missing if value is None else holds(value)

    if compare.op is Op.EQ:
        return _equality(name, as_typed(_plain(compare), spec), when_missing=when_missing)

    def run(values: Mapping[str, Scalar], seen: set[str]) -> bool:
        seen.add(name)
        actual = values.get(name)
        return when_missing if actual is None else holds(actual)

    return run


def _equality(name: str, expected: Scalar, *, when_missing: bool) -> Traced:
    """Compile the most frequent comparison without a call inside."""

    def run(values: Mapping[str, Scalar], seen: set[str]) -> bool:
        seen.add(name)
        actual = values.get(name)
        return when_missing if actual is None else actual == expected

    return run


def _plain(compare: Compare) -> Scalar:
    """Take the single literal value of a comparison."""
    if isinstance(compare.value, Bound | tuple):
        raise InvalidInput("One value is wanted here.", field=compare.fact, value=str(compare.value))
    return compare.value


def holding(compare: Compare, spec: FactSpec) -> Callable[[Scalar], bool]:
    """Say of one known value whether the comparison holds; `in` and ordered enums become membership."""
    if isinstance(compare.value, tuple):
        return frozenset(as_typed(value, spec) for value in compare.value).__contains__
    expected, holds = as_typed(_plain(compare), spec), _OPS[compare.op]
    if spec.ordered:
        place, places = spec.values.index(str(expected)), enumerate(spec.values)
        return frozenset(value for rank, value in places if holds(rank, place)).__contains__
    return lambda actual: holds(actual, expected)


_SAID: Final[Mapping[Op, str]] = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "is below",
    Op.LE: "is at most",
    Op.GT: "is above",
    Op.GE: "is at least",
    Op.IN: "is one of",
}


def in_words(condition: Condition, catalogue: Catalogue) -> str:
    """Say a condition as a plain clause, with the catalogue's phrases."""
    match condition:
        case Compare():
            return _compare_in_words(condition, catalogue)
        case Not(part=part):
            return f"not ({in_words(part, catalogue)})"
        case AllOf(parts=parts):
            return " and ".join(_bracketed(part, catalogue) for part in parts)
        case AnyOf(parts=parts):
            return " or ".join(_bracketed(part, catalogue) for part in parts)


def _bracketed(part: Node, catalogue: Catalogue) -> str:
    """Keep `and` and `or` apart when read aloud."""
    words = in_words(part, catalogue)
    return f"({words})" if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1 else words


def _compare_in_words(compare: Compare, catalogue: Catalogue) -> str:
    """Say one comparison; a boolean fact is a clause of its own."""
    spec = catalogue.specs.get(compare.fact)
    phrase = spec.description if spec else compare.fact
    if spec and spec.type is FactType.BOOL and compare.op in (Op.EQ, Op.NE):
        is_said = (compare.value is True) == (compare.op is Op.EQ)
        return phrase if is_said else f"it is not so that {phrase}"
    if isinstance(compare.value, tuple):
        value = ", ".join(str(value) for value in compare.value)
    else:
        value = compare.value.name if isinstance(compare.value, Bound) else str(compare.value)
    return f"{phrase} {_SAID[compare.op]} {value}"
