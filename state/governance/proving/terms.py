"""Terms: facts as a solver's unknowns, and conditions over them as formulas, read as the compiled closure reads them.

Invariant: for known and missing facts alike a formula is true exactly where the closure of its condition is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import z3

from state.errors import InvalidInput
from state.governance.catalogue import FactSpec, FactType, Scalar, as_typed
from state.governance.everyday import SOMEBODY
from state.governance.expression import AllOf, AnyOf, Bound, Compare, Condition, Not, Op, comparisons
from state.governance.facts import POLICY_FACTS, spec_of
from state.governance.policy import Layer, RequireRule

OTHER: Final = SOMEBODY
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


def truth(found: object) -> z3.BoolRef:
    """Narrow what the solver's builders give to a formula."""
    if not isinstance(found, z3.BoolRef):
        raise TypeError(f"{type(found).__name__} is no formula")
    return found


def number(found: object) -> z3.ArithRef:
    """Narrow what the solver's builders give to a number."""
    if not isinstance(found, z3.ArithRef):
        raise TypeError(f"{type(found).__name__} is no number")
    return found


def every(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """Join formulas by and; of none it is true."""
    return truth(z3.And(*parts))


def some(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """Join formulas by or; of none it is false."""
    return truth(z3.Or(*parts))


def no(part: z3.BoolRef) -> z3.BoolRef:
    """Turn a formula round."""
    return truth(z3.Not(part))


@dataclass(frozen=True, slots=True)
class Term:
    """One fact: whether it is known, and its value."""

    spec: FactSpec
    known: z3.BoolRef
    value: z3.BoolRef | z3.ArithRef
    words: tuple[str, ...] = ()
    """The texts its numbers stand for; the last stands for every other text."""

    def code(self, value: Scalar) -> z3.BoolRef | z3.ArithRef:
        """Write a value of this fact as the solver holds it. Raises: InvalidInput."""
        typed = as_typed(value, self.spec)
        match typed:
            case bool():
                return truth(z3.BoolVal(typed))
            case datetime():
                return number(z3.IntVal((typed - _EPOCH) // _TICK))
            case Decimal():
                return number(z3.RealVal(format(typed, "f")))
            case int():
                return number(z3.IntVal(typed))
            case _:
                return number(z3.IntVal(self.words.index(typed if typed in self.words else OTHER)))

    def equals(self, value: Scalar) -> z3.BoolRef:
        """Say that the fact is known and has this value."""
        return every((self.known, truth(self.value == self.code(value))))

    def decoded(self, model: z3.ModelRef) -> Scalar | None:
        """Read the fact out of a solution; None where it is not known."""
        if not z3.is_true(model.eval(self.known, model_completion=True)):
            return None
        found = model.eval(self.value, model_completion=True)
        if self.spec.type is FactType.BOOL:
            return bool(z3.is_true(found))
        if isinstance(found, z3.RatNumRef):
            return Decimal(found.numerator_as_long()) / Decimal(found.denominator_as_long())
        if not isinstance(found, z3.IntNumRef):
            raise TypeError(f"{self.spec.name} has no value in the solution")
        code = int(found.as_long())
        if self.words:
            return self.words[code]
        return _EPOCH + code * _TICK if self.spec.type is FactType.DATETIME else code


@dataclass(frozen=True, slots=True)
class Terms:
    """All facts of one request."""

    of: Mapping[str, Term]

    def with_value(self, name: str, value: z3.ArithRef) -> "Terms":
        """Give another value to one fact."""
        return Terms({**self.of, name: replace(self.of[name], value=value)})

    @property
    def sound(self) -> z3.BoolRef:
        """Say that every value is one its fact can have."""
        return every(_within(term) for term in self.of.values())


def _within(term: Term) -> z3.BoolRef:
    """Bound one value; times stay within what a calendar can hold."""
    value = term.value
    if not isinstance(value, z3.ArithRef):
        return every(())
    if term.words:
        return every((truth(value >= 0), truth(value < len(term.words))))
    if term.spec.type is FactType.DATETIME:
        return every((truth(value >= 0), truth(value < 4_000_000_000_000_000)))
    low, high = term.spec.between or (None, None)
    return every(
        truth(one)
        for one in (value >= low if low is not None else None, value <= high if high is not None else None)
        if one is not None
    )


def terms_for(layers: Iterable[Layer], prefix: str = "") -> Terms:
    """Make the unknowns of one request that these layers judge."""
    named = _named(layers)
    return Terms(
        {name: _term(spec, named.get(name, ()), prefix) for name, spec in POLICY_FACTS.specs.items()}
    )


def _named(layers: Iterable[Layer]) -> Mapping[str, Sequence[str]]:
    """Collect the texts that rules compare a fact with."""
    found: dict[str, list[str]] = {}
    for rule in (rule for layer in layers for rule in layer.rules):
        unless = rule.unless if isinstance(rule, RequireRule) else None
        for condition in (rule.when, *([unless] if unless else [])):
            for compare, _ in comparisons(condition):
                values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
                found.setdefault(compare.fact, []).extend(v for v in values if isinstance(v, str))
    return found


def _term(spec: FactSpec, named: Sequence[str], prefix: str) -> Term:
    known = z3.Bool(f"{prefix}{spec.name}?")
    name = f"{prefix}{spec.name}"
    match spec.type:
        case FactType.BOOL:
            return Term(spec, known, z3.Bool(name))
        case FactType.DECIMAL:
            return Term(spec, known, z3.Real(name))
        case FactType.ENUM:
            return Term(spec, known, z3.Int(name), spec.values)
        case FactType.STR:
            return Term(spec, known, z3.Int(name), (*dict.fromkeys((*spec.values, *named)), OTHER))
        case FactType.INT | FactType.DATETIME:
            return Term(spec, known, z3.Int(name))


def formula(condition: Condition, terms: Terms, *, when_missing: bool) -> z3.BoolRef:
    """Write a condition as a formula; a missing fact is read as the caller says, the other way under `not`.

    Raises: InvalidInput for a fact outside the catalogue or a bound that is not resolved.
    """
    match condition:
        case Compare():
            spec_of(condition.fact, POLICY_FACTS)
            term = terms.of[condition.fact]
            met = _met(condition, term)
            return some((no(term.known), met)) if when_missing else every((term.known, met))
        case Not(part=part):
            return no(formula(part, terms, when_missing=not when_missing))
        case AllOf(parts=parts):
            return every(formula(part, terms, when_missing=when_missing) for part in parts)
        case AnyOf(parts=parts):
            return some(formula(part, terms, when_missing=when_missing) for part in parts)


def _met(compare: Compare, term: Term) -> z3.BoolRef:
    """Write one comparison of a known value."""
    if isinstance(compare.value, tuple):
        return some(truth(term.value == term.code(value)) for value in compare.value)
    if isinstance(compare.value, Bound):
        raise InvalidInput("One value is wanted here.", field=compare.fact, value=compare.value.name)
    code = term.code(compare.value)
    if compare.op in (Op.EQ, Op.NE):
        same = truth(term.value == code)
        return same if compare.op is Op.EQ else no(same)
    return _ordered(compare, number(term.value), number(code))


def _ordered(compare: Compare, value: z3.ArithRef, border: z3.ArithRef) -> z3.BoolRef:
    """Write a comparison by order."""
    match compare.op:
        case Op.LT:
            return truth(value < border)
        case Op.LE:
            return truth(value <= border)
        case Op.GT:
            return truth(value > border)
        case _:
            return truth(value >= border)
