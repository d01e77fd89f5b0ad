"""Review: what is wrong with policy files before anybody is judged by them.

Invariant: a policy without errors here has no allow rule that an action reaching outside could fulfil.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from state.errors import InvalidInput
from state.governance.bounds import joined
from state.governance.catalogue import FactType, Scalar, as_typed
from state.governance.expression import Bound, Compare, Op, resolved
from state.governance.facts import CLASS, EXTERNAL, HUMAN_TOUCH, POLICY_FACTS
from state.governance.faults import FALLING, RISING, faults, meant
from state.governance.policy import (
    DELAY_BOUND,
    AllowRule,
    BoundSet,
    DenyRule,
    HoldRule,
    Layer,
    LayerKind,
    RequireRule,
    Rule,
    bound_uses,
    in_order,
)
from state.governance.reach import Case, cases, implies, is_possible

_INSIDE = (
    (Compare(fact=EXTERNAL, op=Op.EQ, value=False), "an action that reaches a person outside"),
    (Compare(fact=CLASS, op=Op.NE, value=HUMAN_TOUCH), f"an action of class {HUMAN_TOUCH}"),
)
"""What every allow rule must say, and what it could do otherwise."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """One thing to mend: where, which value, what is wrong, what to write instead."""

    source: str
    """The file, or the layer's title where no file is known."""
    field: str
    value: str
    problem: str
    remedy: str
    is_error: bool = True

    def __str__(self) -> str:
        """Read as one line."""
        place = "" if self.field in self.problem else f" {self.field}:"
        value = "" if self.value in self.problem else f" {self.value!r}:"
        return f"{self.source}:{place}{value} {self.problem} {self.remedy}"


def reviewed(layers: Sequence[Layer]) -> tuple[PolicyFinding, ...]:
    """List everything wrong with a policy: words and types first, then bounds, then reach."""
    ordered = in_order(layers)
    rules = [(layer, rule) for layer in ordered for rule in layer.rules]
    findings = [*_standing(ordered), *_repeated(ordered)]
    findings.extend(finding for layer, rule in rules for finding in _in_rule(layer, rule))
    if findings:
        return tuple(findings)
    try:
        named, base = joined(ordered).named, ordered[0]
    except InvalidInput as fault:
        return (PolicyFinding(ordered[0].title, fault.field, fault.value, fault.message, fault.remedy),)
    findings.extend(
        finding for layer, rule in rules for finding in _in_bounds(layer, rule, base.bounds, named)
    )
    if findings:
        return tuple(findings)
    return (*_in_reach(base, joined((base,)).named), *_on_ladder(ordered))


def _standing(layers: Sequence[Layer]) -> Iterator[PolicyFinding]:
    """Check that there is one base, and one layer for each that may narrow it."""
    for title, count in sorted(Counter(layer.title for layer in layers).items()):
        if count > 1:
            problem = f"{count} files are this layer."
            yield PolicyFinding(title, "layer", title, problem, "Join them in one file.")
    if not any(layer.layer is LayerKind.BASE for layer in layers):
        problem = "No file is the base, so nothing is allowed."
        yield PolicyFinding("policy", "layer", "base", problem, "Add a file with layer: base.")


def _repeated(layers: Sequence[Layer]) -> Iterator[PolicyFinding]:
    """Check that a rule's id is its own in all layers, and a name one bound's."""
    seen: dict[str, str] = {}
    for layer in layers:
        for rule in layer.rules:
            if rule.id in seen:
                problem = f"The layer {seen[rule.id]} has a rule of this id already."
                yield PolicyFinding(layer.title, "id", rule.id, problem, "Give each rule its own id.")
            seen[rule.id] = layer.title
        named = Counter([*layer.bounds.caps, *layer.bounds.thresholds, DELAY_BOUND])
        for name in sorted(name for name, count in named.items() if count > 1):
            problem = "Two bounds have this name."
            yield PolicyFinding(layer.title, "bounds", name, problem, "Rename one of them.")


def _on_ladder(layers: Sequence[Layer]) -> Iterator[PolicyFinding]:
    """Check that what counts as a violation is a rule that denies."""
    denying = [rule.id for layer in layers for rule in layer.rules if isinstance(rule, DenyRule)]
    for layer in layers:
        for name in layer.bounds.ladder.rules if layer.bounds.ladder else ():
            if name not in denying:
                problem, remedy = "No deny rule has this id, so it counts nothing.", meant(name, denying)
                yield PolicyFinding(layer.title, "bounds.ladder.rules", name, problem, remedy, is_error=False)


def _in_rule(layer: Layer, rule: Rule) -> Iterator[PolicyFinding]:
    """Check one rule's words and types."""
    conditions = [("when", rule.when)]
    if isinstance(rule, RequireRule) and rule.unless:
        conditions.append(("unless", rule.unless))
    for part, condition in conditions:
        for fault in faults(condition, POLICY_FACTS):
            yield PolicyFinding(layer.title, f"rule {rule.id}.{part}", *fault)
    times = [spec.name for spec in POLICY_FACTS.specs.values() if spec.type is FactType.DATETIME]
    if isinstance(rule, HoldRule) and rule.until not in times:
        field, problem = f"rule {rule.id}.until", "A hold waits until a fact that is a time."
        yield PolicyFinding(layer.title, field, rule.until, problem, meant(rule.until, times))


def _in_bounds(
    layer: Layer, rule: Rule, base: BoundSet, named: Mapping[str, Scalar]
) -> Iterator[PolicyFinding]:
    """Check that named bounds exist, fit their facts, and narrow in the direction that is stricter."""
    field = f"rule {rule.id}"
    for compare, bound, is_negated in bound_uses(rule):
        if bound.name not in base.caps and bound.name not in base.thresholds:
            remedy = meant(bound.name, [*base.caps, *base.thresholds])
            yield PolicyFinding(layer.title, field, bound.name, "No such bound.", remedy)
            continue
        is_cap = bound.name in base.caps
        wanted = FALLING if is_cap == isinstance(rule, AllowRule) else RISING
        if is_negated or compare.op not in wanted:
            kind, use = ("cap" if is_cap else "threshold"), " or ".join(wanted)
            problem = f"A {kind} read this way would loosen when a layer narrows it."
            value = f"{compare.fact} {compare.op.value} {bound.name}"
            yield PolicyFinding(layer.title, field, value, problem, f"Use {use}, not under not or unless.")
        try:
            as_typed(named[bound.name], POLICY_FACTS.specs[compare.fact])
        except InvalidInput as fault:
            yield PolicyFinding(layer.title, f"bounds.{bound.name}", fault.value, fault.message, fault.remedy)
    delay = rule.delay_minutes if isinstance(rule, AllowRule) else 0
    if isinstance(delay, Bound) and delay.name != DELAY_BOUND:
        yield PolicyFinding(layer.title, field, delay.name, "A delay cannot be this.", f"Use {DELAY_BOUND}.")


def _in_reach(base: Layer, named: Mapping[str, Scalar]) -> Iterator[PolicyFinding]:
    """Check what each allow rule of a base can be reached by, and whether it can ever decide."""
    listed = {rule.id: cases(resolved(rule.when, named)) for rule in base.rules}
    stopping = [rule.id for rule in base.rules if _is_unconditional(rule)]
    delays = {rule.id: _delay(rule, named) for rule in base.rules if isinstance(rule, AllowRule)}
    for rule_id, delay in delays.items():
        sooner = [other for other, minutes in delays.items() if minutes < delay]
        blocking = {other: listed[other] or () for other in (*stopping, *sooner)}
        for problem, remedy, is_error in _allow_in_reach(listed[rule_id], blocking):
            yield PolicyFinding(base.title, f"rule {rule_id}", "", problem, remedy, is_error=is_error)


def _is_unconditional(rule: Rule) -> bool:
    """Say whether a rule always stops what its condition describes."""
    return not isinstance(rule, AllowRule) and not (isinstance(rule, RequireRule) and rule.unless)


def _delay(rule: AllowRule, named: Mapping[str, Scalar]) -> int:
    delay = rule.delay_minutes
    return int(str(named[delay.name])) if isinstance(delay, Bound) else delay


def _allow_in_reach(
    listed: tuple[Case, ...] | None, blocking: Mapping[str, Sequence[Case]]
) -> Iterator[tuple[str, str, bool]]:
    """Check one allow rule by its cases: problem, remedy, and whether it is an error."""
    if listed is None:
        yield "It has too many cases to check.", "Split it into several allow rules.", True
        return
    live = [case for case in listed if is_possible(case, POLICY_FACTS)]
    for inside, words in _INSIDE:
        if not all(implies(case, ((inside, True),), POLICY_FACTS) for case in live):
            value = str(inside.value).lower()
            remedy = f"Add {{fact: {inside.fact}, op: {inside.op.value}, value: {value}}} to its `all`."
            yield f"It could allow {words}.", remedy, True
    if not live:
        yield "It contradicts itself and allows nothing.", "Correct or remove it.", False
    stoppers = [
        next(
            (name for name, some in blocking.items() for one in some if implies(case, one, POLICY_FACTS)),
            None,
        )
        for case in live
    ]
    names = sorted({name for name in stoppers if name})
    if live and None not in stoppers:
        yield (
            f"It never decides: {', '.join(names)} always comes first.",
            "Remove or narrow one of them.",
            False,
        )
