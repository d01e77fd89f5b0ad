"""Difference: whether a new policy permits anything that the old one did not, with an example in words.

Invariant: an empty answer means that no request, known or in part unknown, is permitted more than before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

import z3

from state.governance.bounds import Bounds, joined
from state.governance.budget import grown
from state.governance.condition import in_words
from state.governance.everyday import facts_in_words, verdict_in_words
from state.governance.facts import CLASS, POLICY_FACTS
from state.governance.judge import unreviewed
from state.governance.policy import Ladder, Layer, RequireRule, Rule, Scope
from state.governance.proving.request import Answer, answered, facts_of, usual_first
from state.governance.proving.said import Said, permits_more, said
from state.governance.proving.stacks import scopes, stack
from state.governance.proving.terms import Terms, no, terms_for
from state.governance.verdict import Approver

CLASSES: Final = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Change:
    """One request that two policies answer differently, the more permissive answer second."""

    request: tuple[str, ...]
    before: str
    after: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new policy permits that the old does not, and the other way round."""

    wider: tuple[Change, ...]
    narrower: tuple[Change, ...]
    wider_limits: tuple[str, ...]
    """Limits outside the rules that became looser, each a sentence."""
    narrower_limits: tuple[str, ...]
    rules: tuple[str, ...]
    """Limits and rules added, removed and changed, each a line with + or - before it."""

    @property
    def is_wider(self) -> bool:
        """Say whether anything is permitted that was not."""
        return bool(self.wider or self.wider_limits)

    @property
    def is_same(self) -> bool:
        """Say whether both permit exactly the same."""
        return not (self.is_wider or self.narrower or self.narrower_limits)


def difference(old: Sequence[Layer], new: Sequence[Layer]) -> Difference:
    """Compare two policies for every scope that either knows. Raises: InvalidInput for what cannot compile."""
    wider: list[Change] = []
    narrower: list[Change] = []
    looser_limits: dict[str, None] = {}
    tighter_limits: dict[str, None] = {}
    for scope in scopes((*old, *new)):
        before, after = stack(old, scope), stack(new, scope)
        wider += _changes(before, after, scope, known=wider)
        narrower += _changes(after, before, scope, known=narrower, is_backwards=True)
        first, second = joined(before), joined(after)
        looser_limits |= dict.fromkeys(_looser(first, second))
        tighter_limits |= dict.fromkeys(f"No longer: {one}" for one in _looser(second, first))
    return Difference(
        tuple(wider), tuple(narrower), tuple(looser_limits), tuple(tighter_limits), tuple(_rules(old, new))
    )


def is_wider(old: Sequence[Layer], new: Sequence[Layer]) -> bool:
    """Say only whether the new policy permits anything that the old one did not."""
    for scope in scopes((*old, *new)):
        before, after = stack(old, scope), stack(new, scope)
        terms, solver = terms_for((*before, *after)), z3.Solver()
        solver.add(terms.sound, permits_more(said(after, terms), said(before, terms)))
        if solver.check() != z3.unsat or any(_looser(joined(before), joined(after))):
            return True
    return False


def _changes(
    before: Sequence[Layer],
    after: Sequence[Layer],
    scope: Scope,
    *,
    known: Sequence[Change],
    is_backwards: bool = False,
) -> Iterator[Change]:
    """Give one example for each class in which `after` permits more, else one for a class that is not known."""
    terms = terms_for((*before, *after))
    first, second = said(before, terms), said(after, terms)
    told = {change.request for change in known}
    is_found = False
    for rank in (*CLASSES, None):
        if rank is None and is_found:
            return
        facts = _example(first, second, terms, rank)
        if facts is None:
            continue
        is_found = True
        request, old, new = _told(before, after, facts)
        if request not in told:
            one, two = (new, old) if is_backwards else (old, new)
            yield Change(request, one, two, _scope_in_words(scope))


def _example(first: Said, second: Said, terms: Terms, rank: int | None) -> z3.ModelRef | None:
    solver = z3.Solver()
    term = terms.of[CLASS]
    solver.add(
        terms.sound, permits_more(second, first), no(term.known) if rank is None else term.equals(rank)
    )
    return usual_first(solver, terms) if solver.check() != z3.unsat else None


def _told(
    before: Sequence[Layer], after: Sequence[Layer], model: z3.ModelRef
) -> tuple[tuple[str, ...], str, str]:
    """Ask both compiled judges, so that the example does not rest on the solver alone."""
    facts = facts_of(model, terms_for((*before, *after)))
    one, two = answered(unreviewed(before), facts), answered(unreviewed(after), facts)
    is_later = one.verdict == two.verdict
    told = [_answer(answer, is_later=is_later) for answer in (one, two)]
    return facts_in_words(facts), told[0], told[1]


def _answer(answer: Answer, *, is_later: bool) -> str:
    if not is_later:
        return verdict_in_words(answer.verdict)
    return f"once approved, {verdict_in_words(answer.after_approval, is_approved=True)}"


def _scope_in_words(scope: Scope) -> str:
    named = (("segment", scope.segment), ("team", scope.team), ("seller", scope.seller))
    return ", ".join(f"{kind} {name}" for kind, name in named if name)


def _looser(old: Bounds, new: Bounds) -> Iterator[str]:
    """Say which limits outside the rules became looser."""
    if new.undo_hold_seconds < old.undo_hold_seconds:
        yield f"Undo is possible for {new.undo_hold_seconds} s instead of {old.undo_hold_seconds} s."
    opens, closes = new.sending_window.opens, new.sending_window.closes
    if opens < old.sending_window.opens or closes > old.sending_window.closes:
        was = f"{old.sending_window.opens:%H:%M} to {old.sending_window.closes:%H:%M}"
        yield f"Mail may go out from {opens:%H:%M} to {closes:%H:%M} instead of {was}."
    for cost, calls in sorted(new.run_budget.items()):
        if calls > old.run_budget.get(cost, 0):
            yield f"A run may make {calls} {cost} calls instead of {old.run_budget.get(cost, 0)}."
    yield from grown(old.budget, new.budget)
    yield from _levels(old, new)
    yield from _ladders(old.ladder, new.ladder)
    for seat in Approver:
        for is_mail in (True, False):
            more = set(new.may_fill(seat, is_mail=is_mail)) - set(old.may_fill(seat, is_mail=is_mail))
            if more:
                what = "mail" if is_mail else "anything but mail"
                yield f"For {what} the seat {seat.value} may now also be filled by {', '.join(sorted(more))}."


def _ladders(old: Ladder, new: Ladder) -> Iterator[str]:
    """Say which rungs are reached later, and what counts no more."""
    for rung in ("warn", "pause", "shadow", "stop"):
        was, now = int(getattr(old, rung)), int(getattr(new, rung))
        if now > was:
            yield f"The ladder reaches {rung} after {now} violations instead of {was}."
    if new.window_days < old.window_days:
        yield f"Violations count for {new.window_days} days instead of {old.window_days}."
    for rule in old.rules:
        if rule not in new.rules:
            yield f"A denial by {rule} counts as a violation no more."


def _levels(old: Bounds, new: Bounds) -> Iterator[str]:
    """Say which agents act at a higher level."""
    rows = (*old.levels, *old.lowered, *new.levels, *new.lowered)
    for agent in sorted({row.agent for row in rows} | {"*"}):
        for rank in CLASSES:
            was, now = old.level(agent, rank), new.level(agent, rank)
            if now > was:
                who = "Any other agent" if agent == "*" else f"The agent {agent}"
                yield f"{who} acts at {now} instead of {was} in class {rank}."


def _rules(old: Sequence[Layer], new: Sequence[Layer]) -> Iterator[str]:
    """List what was written differently, a line for each limit and rule."""
    yield from (
        line
        for line in unified_diff(_lines(old), _lines(new), lineterm="", n=0)
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    )


def _lines(layers: Sequence[Layer]) -> list[str]:
    """Write limits and rules one to a line, a rule with its condition."""
    out: list[str] = []
    for layer in layers:
        limits = sorted({**layer.bounds.caps, **layer.bounds.thresholds}.items())
        out += [f"{layer.title}: {name} {value:f}" for name, value in limits]
        out += [f"{layer.title}: {rule.kind} {rule.id} where {_condition(rule)}" for rule in layer.rules]
    return out


def _condition(rule: Rule) -> str:
    unless = rule.unless if isinstance(rule, RequireRule) else None
    told = in_words(rule.when, POLICY_FACTS)
    return f"{told}, unless {in_words(unless, POLICY_FACTS)}" if unless else told
