"""Faults: what is wrong with a condition against the catalogue of facts that it may read."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from state.errors import InvalidInput
from state.governance.catalogue import Catalogue, FactSpec, FactType, as_typed
from state.governance.expression import Bound, Compare, Condition, Op, comparisons

RISING = (Op.GE, Op.GT)
FALLING = (Op.LE, Op.LT)
_ORDERED = (FactType.INT, FactType.DECIMAL, FactType.DATETIME)


class Fault(NamedTuple):
    """One wrong word or value, and what to write instead."""

    value: str
    problem: str
    remedy: str


def faults(condition: Condition, catalogue: Catalogue) -> Iterator[Fault]:
    """Check a condition's facts, operators and literal values."""
    for compare, _ in comparisons(condition):
        spec = catalogue.specs.get(compare.fact)
        if spec is None:
            yield Fault(compare.fact, "No such fact.", meant(compare.fact, catalogue.specs))
            continue
        if compare.op in (*RISING, *FALLING) and not (spec.ordered or spec.type in _ORDERED):
            yield Fault(compare.op.value, f"{spec.name} has no order.", "Use eq, ne or in.")
        yield from _in_values(compare, spec)


def _in_values(compare: Compare, spec: FactSpec) -> Iterator[Fault]:
    """Check the types and, where all values are known, their spelling."""
    if isinstance(compare.value, Bound):
        return
    for value in compare.value if isinstance(compare.value, tuple) else (compare.value,):
        word = str(value)
        try:
            as_typed(value, spec)
        except InvalidInput as fault:
            yield Fault(word, fault.message, meant(word, spec.values) if spec.values else fault.remedy)
            continue
        if spec.type is FactType.STR and spec.values and word not in spec.values:
            yield Fault(word, f"{spec.name} is never {word!r}.", meant(word, spec.values))


def meant(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known word, else list all."""
    names = sorted(known)
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(names)}."
