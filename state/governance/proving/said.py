"""Said: what a stack of layers says about any request at all, as formulas; the judge's law once more, for a solver.

Invariant: for all facts it says what the compiled judge says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import z3

from state.governance.bounds import Bounds, joined
from state.governance.compiling import required, without_numbers
from state.governance.expression import Bound, resolved
from state.governance.facts import LEVEL, LEVELS
from state.governance.policy import AllowRule, DenyRule, HoldRule, Layer, LayerKind, RequireRule, Rule
from state.governance.proving.terms import Terms, every, formula, no, number, some, truth
from state.governance.verdict import Approver


@dataclass(frozen=True, slots=True)
class Wait:
    """A hold rule: where it matches, whether its end is known, and when that is."""

    matches: z3.BoolRef
    has_end: z3.BoolRef
    end: z3.ArithRef


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict as formulas over the facts."""

    denied: z3.BoolRef
    denying: tuple[z3.BoolRef, ...]
    """Where each deny rule matches."""
    seats: Mapping[Approver, z3.BoolRef]
    waits: tuple[Wait, ...]
    delay: z3.ArithRef
    """Minutes until it runs, where it runs by itself."""

    @property
    def asks(self) -> z3.BoolRef:
        """Say that a person must approve."""
        return some(self.seats.values())

    @property
    def holds(self) -> z3.BoolRef:
        """Say that it waits for a time, whoever approves."""
        return some(wait.matches for wait in self.waits)

    @property
    def runs(self) -> z3.BoolRef:
        """Say that it runs without a person, now or later."""
        return every((no(self.denied), no(self.asks)))

    def waits_until(self, time: z3.ArithRef) -> z3.BoolRef:
        """Say that it waits at least until a time."""
        return some(every((wait.matches, truth(wait.end >= time))) for wait in self.waits)


def said(layers: Sequence[Layer], facts: Terms) -> Said:
    """Say what layers in their order, base first, answer to a request.

    Raises: InvalidInput for what cannot be compiled.
    """
    bounds = joined(layers)
    terms = _cut(facts, bounds)
    rules = [(layer, rule, _matches(rule, bounds, terms)) for layer in layers for rule in layer.rules]
    waits = tuple(_wait(rule, met, terms) for _, rule, met in rules if isinstance(rule, HoldRule))
    denying = tuple(met for _, rule, met in rules if isinstance(rule, DenyRule))
    allowing = [(rule, met) for _, rule, met in rules if isinstance(rule, AllowRule)]
    requiring = [(layer, rule, met) for layer, rule, met in rules if isinstance(rule, RequireRule)]
    is_allowed = some(matches for _, matches in allowing)
    is_covered = some(_covers(rule, terms) for layer, rule, _ in requiring if layer.layer is LayerKind.BASE)
    endless = [every((wait.matches, no(wait.has_end))) for wait in waits]
    seats = {seat: some(met for _, rule, met in requiring if seat in rule.roles) for seat in Approver}
    seats[Approver.OWNER] = some((seats[Approver.OWNER], no(is_allowed)))
    return Said(
        denied=some((*denying, *endless, every((no(is_allowed), no(is_covered))))),
        denying=denying,
        seats=seats,
        waits=waits,
        delay=_delay(allowing, bounds),
    )


def _cut(facts: Terms, bounds: Bounds) -> Terms:
    """Hold the level within the maximum."""
    top, level = LEVELS.index(bounds.max_level), number(facts.of[LEVEL].value)
    return facts.with_value(LEVEL, number(z3.If(truth(level > top), z3.IntVal(top), level)))


def _matches(rule: Rule, bounds: Bounds, terms: Terms) -> z3.BoolRef:
    condition = resolved(required(rule), bounds.named)
    return formula(condition, terms, when_missing=not isinstance(rule, AllowRule))


def _covers(rule: RequireRule, terms: Terms) -> z3.BoolRef:
    """Say where a requirement of the base is about a request, levels, confidence and bounds aside."""
    subject = without_numbers(required(rule))
    return formula(subject, terms, when_missing=False) if subject else every(())


def _wait(rule: HoldRule, matches: z3.BoolRef, terms: Terms) -> Wait:
    until = terms.of[rule.until]
    return Wait(matches, until.known, number(until.value))


def _delay(allowing: Iterable[tuple[AllowRule, z3.BoolRef]], bounds: Bounds) -> z3.ArithRef:
    """Take the shortest delay of the allow rules that match."""
    timed = [(_minutes(rule, bounds), matches) for rule, matches in allowing]
    delay = number(z3.IntVal(0))
    for minutes, matches in sorted(timed, key=lambda one: -one[0]):
        delay = number(z3.If(matches, z3.IntVal(minutes), delay))
    return delay


def _minutes(rule: AllowRule, bounds: Bounds) -> int:
    delay = rule.delay_minutes
    return bounds.class2_delay_minutes if isinstance(delay, Bound) else delay


def permits_more(one: Said, other: Said) -> z3.BoolRef:
    """Say that `one` permits something that `other` does not, at once or when every seat has approved."""
    both_run, both_ask = every((one.runs, other.runs)), every((one.asks, other.asks))
    fewer_seats = some(every((other.seats[seat], no(one.seats[seat]))) for seat in Approver)
    sooner = every((no(one.holds), no(other.holds), truth(one.delay < other.delay)))
    earlier = some(every((wait.matches, no(one.waits_until(wait.end)))) for wait in other.waits)
    at_once = some((other.denied, every((one.runs, other.asks)), every((both_run, sooner))))
    return every((no(one.denied), some((at_once, every((both_ask, fewer_seats)), earlier))))
