"""Compiling: rules of joined layers become tables of tests, one table per action class and reach.

Invariant: a table holds every rule that its class and reach leave open, in the policy's order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

from state.governance.bounds import Bounds
from state.governance.catalogue import Scalar
from state.governance.condition import Settled, Traced, traced
from state.governance.expression import AllOf, AnyOf, Bound, Compare, Condition, Not, resolved
from state.governance.facts import CLASS, EXTERNAL, POLICY_FACTS
from state.governance.policy import AllowRule, DenyRule, HoldRule, Layer, LayerKind, RequireRule, Rule
from state.governance.verdict import Allow, Deny, RequireApproval, Verdict, quorum

Key: TypeAlias = tuple[Scalar | None, Scalar | None]
"""The action's class and whether it reaches outside; None where it is not known."""
KEYS: Final[tuple[Key, ...]] = tuple(product((None, 1, 2, 3, 4), (None, False, True)))


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that matched, and what it says alone."""

    rule: str
    layer: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """A hold: until which fact, and why; while that fact is missing its hit denies."""

    until: str
    reason: str


Test: TypeAlias = tuple[Traced, Hit, Held | None]


@dataclass(frozen=True, slots=True)
class Table:
    """All that can still matter for one class and reach."""

    restricting: tuple[Test, ...]
    """Deny, require, hold: a missing fact makes them match."""
    allowing: tuple[Test, ...]
    """Shortest delay first: a missing fact makes them fail."""
    covering: tuple[Traced, ...]
    """What the base's requirements are about: there a person may let it happen."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is the same of a rule for every class and reach."""

    condition: Condition
    is_allow: bool
    hit: Hit
    held: Held | None
    covers: bool
    """It says what the base's requirements are about."""
    about: Condition | None
    """Invariant: no level, confidence or bound in it, so that none of them opens a way around Deny."""


class Tables(dict[Key, Table]):
    """The table of each class and reach, compiled when it is first asked for: an action needs one of them.

    Raises: InvalidInput at once where a rule cannot be compiled.
    """

    def __init__(self, layers: Sequence[Layer], bounds: Bounds) -> None:
        super().__init__()
        self._rules = tuple(_ready(rule, layer, bounds) for layer in layers for rule in layer.rules)
        self[None, None] = _table(self._rules, (None, None))

    def __missing__(self, key: Key) -> Table:
        """Compile the table of a class and reach. Raises: KeyError."""
        if key not in KEYS:
            raise KeyError(key)
        found = self[key] = _table(self._rules, key)
        return found


def _ready(rule: Rule, layer: Layer, bounds: Bounds) -> _Rule:
    covers = isinstance(rule, RequireRule) and layer.layer is LayerKind.BASE
    return _Rule(
        condition=resolved(required(rule), bounds.named),
        is_allow=isinstance(rule, AllowRule),
        hit=Hit(rule.id, layer.title, _said(rule, bounds)),
        held=Held(rule.until, rule.reason) if isinstance(rule, HoldRule) else None,
        covers=covers,
        about=without_numbers(required(rule)) if covers else None,
    )


def _table(rules: Sequence[_Rule], key: Key) -> Table:
    """Compile for one class and reach; rules that these rule out are left out."""
    given: Mapping[str, Scalar | None] = {CLASS: key[0], EXTERNAL: key[1]}
    restricting: list[Test] = []
    allowing: list[Test] = []
    covering: list[Traced] = []
    for rule in rules:
        test = traced(rule.condition, POLICY_FACTS, when_missing=not rule.is_allow, given=given)
        if test is not False:
            (allowing if rule.is_allow else restricting).append((_asked(test), rule.hit, rule.held))
        if rule.covers and (about := _about(rule, given)) is not False:
            covering.append(_asked(about))
    return Table(tuple(restricting), tuple(sorted(allowing, key=_delay)), tuple(covering))


def _asked(test: Settled) -> Traced:
    """Make a settled answer a test like the others."""
    return (lambda values, seen: test) if isinstance(test, bool) else test


def _delay(test: Test) -> int:
    verdict = test[1].verdict
    return verdict.delay_minutes if isinstance(verdict, Allow) else 0


def _said(rule: Rule, bounds: Bounds) -> Verdict:
    """Say what a rule says alone; a hold whose end is unknown denies."""
    match rule:
        case AllowRule(delay_minutes=delay):
            minutes = bounds.class2_delay_minutes if isinstance(delay, Bound) else delay
            return Allow(rule=rule.id, reasons=(rule.reason,), delay_minutes=minutes)
        case DenyRule():
            return Deny(rule=rule.id, reasons=(rule.reason,))
        case RequireRule():
            return RequireApproval(rule=rule.id, reasons=(rule.reason,), roles=quorum(rule.roles))
        case HoldRule():
            return Deny(rule=rule.id, reasons=(f"{rule.reason} It is not known until when.",))


def required(rule: Rule) -> Condition:
    """Join a rule's condition with its exception."""
    if isinstance(rule, RequireRule) and rule.unless:
        return AllOf(parts=(rule.when, Not(part=rule.unless)))
    return rule.when


def _about(rule: _Rule, given: Mapping[str, Scalar | None]) -> Settled:
    """Compile what a requirement is about, facts known."""
    return traced(rule.about, POLICY_FACTS, when_missing=False, given=given) if rule.about else True


def without_numbers(condition: Condition) -> Condition | None:
    """Read each comparison with a level, a confidence or a bound as true; None when all of it is."""
    match condition:
        case Compare(fact=fact, value=value):
            is_number = isinstance(value, Bound) or POLICY_FACTS.specs[fact].more_is_looser
            return None if is_number else condition
        case AllOf(parts=parts):
            kept = tuple(part for part in map(without_numbers, parts) if part)
            return AllOf(parts=kept) if kept else None
        case AnyOf(parts=parts):
            sides = tuple(part for part in map(without_numbers, parts) if part)
            return AnyOf(parts=sides) if len(sides) == len(parts) else None
        case Not():
            return condition
