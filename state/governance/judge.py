"""Judge: the compiled policy, a pure function from facts to a verdict.

Invariant: the strictest matching rule wins, none is Deny; forgetting a fact or adding a layer never loosens.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from state.errors import InvalidInput
from state.governance.bounds import Bounds, joined
from state.governance.catalogue import Scalar
from state.governance.compiling import Held, Hit, Table, Tables
from state.governance.facts import CLASS, EXTERNAL, LEVEL, LEVELS, Facts
from state.governance.policy import Layer, Level, Scope, in_order, policy_version
from state.governance.review import reviewed
from state.governance.verdict import (
    DEFAULT_RULE,
    Allow,
    Approver,
    Deny,
    NotBefore,
    RequireApproval,
    Verdict,
    strictest,
)

OWNER_DECIDES = "owner-decides"
_UNCOVERED = Hit(DEFAULT_RULE, DEFAULT_RULE, strictest(()))
_OWNER = Hit(
    OWNER_DECIDES,
    DEFAULT_RULE,
    RequireApproval(
        rule=OWNER_DECIDES,
        reasons=("Nothing lets this run by itself, so its owner decides.",),
        roles=(Approver.OWNER,),
    ),
)


class Judgement(NamedTuple):
    """The verdict, every rule that led to it, and the facts that were looked at."""

    verdict: Verdict
    hits: tuple[Hit, ...]
    read: frozenset[str]
    """Facts outside cannot change the verdict."""
    policy_version: str

    def after_approval(self, approvers: Collection[Approver]) -> Verdict:
        """Say what is left to wait for once these seats have approved this exact effect."""
        if not isinstance(self.verdict, RequireApproval) or not set(self.verdict.roles) <= set(approvers):
            return self.verdict
        holds = [hit.verdict for hit in self.hits if isinstance(hit.verdict, NotBefore)]
        return strictest(holds) if holds else Allow(rule=self.verdict.rule, reasons=("It was approved.",))


@dataclass(frozen=True, slots=True)
class Judge:
    """Rules ready to be asked; equal layers give an equal version."""

    version: str
    bounds: Bounds
    tables: Tables
    levels: Mapping[Scalar, Scalar]
    """Each autonomy level as the bounds cut it."""

    def __call__(self, facts: Facts) -> Judgement:
        """Judge one action.

        Invariant: a matching deny, require or hold always counts; of several allow rules one suffices, so the
        shortest delay counts; what none allows needs its owner where a requirement of the base is about such
        actions, and is denied elsewhere.
        """
        values, read = self._cut(facts.values), {CLASS, EXTERNAL, LEVEL}
        table = self.tables[values.get(CLASS), values.get(EXTERNAL)]
        hits, is_denied = [], False
        for test, hit, held in table.restricting:
            if test(values, read):
                met = hit if held is None else _waiting(hit, held, values, read)
                hits.append(met)
                is_denied = is_denied or isinstance(met.verdict, Deny)
        if not is_denied:
            hits.extend(_ground(table, hits, values, read))
        verdict = hits[0].verdict if len(hits) == 1 else strictest([hit.verdict for hit in hits])
        return Judgement(verdict, tuple(hits), frozenset(read), self.version)

    def level(self, agent: str, action_class: int, was_set: Level | None = None) -> Level:
        """Give the autonomy level of an agent in a class; `was_set` is what an admin said besides the files."""
        return self.bounds.level(agent, action_class, was_set)

    def _cut(self, values: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        """Hold the level within the maximum, whoever wrote the facts."""
        level = values.get(LEVEL)
        if level is None or self.levels[level] == level:
            return values
        return {**values, LEVEL: self.levels[level]}


def _waiting(hit: Hit, held: Held, values: Mapping[str, Scalar], read: set[str]) -> Hit:
    """Fill in the time until which to wait; without one it cannot end, so it denies."""
    read.add(held.until)
    at = values.get(held.until)
    if not isinstance(at, datetime):
        return hit
    return Hit(hit.rule, hit.layer, NotBefore(rule=hit.rule, reasons=(held.reason,), at=at))


def _ground(
    table: Table, met: Sequence[Hit], values: Mapping[str, Scalar], read: set[str]
) -> tuple[Hit, ...]:
    """Say on what ground it may happen at all: an allow rule, else a person, else none."""
    for test, hit, _ in table.allowing:
        if test(values, read):
            return (hit,)
    if not any(covers(values, read) for covers in table.covering):
        return (_UNCOVERED,)
    seats = [hit.verdict.roles for hit in met if isinstance(hit.verdict, RequireApproval)]
    return () if any(Approver.OWNER in roles for roles in seats) else (_OWNER,)


def compile_policy(layers: Sequence[Layer], scope: Scope | None = None) -> Judge:
    """Compile the layers that apply to a scope; the version covers all layers given.

    Raises: InvalidInput with the first error of the review (unknown fact, allow rule that reaches outside).
    """
    errors = [finding for finding in reviewed(layers) if finding.is_error]
    if errors:
        first, more = errors[0], f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        field, problem = f"{first.source} {first.field}", f"{first.problem}{more}"
        raise InvalidInput(problem, field=field, value=first.value, remedy=first.remedy)
    return unreviewed(layers, scope)


def unreviewed(layers: Sequence[Layer], scope: Scope | None = None) -> Judge:
    """Compile without a review: only to show what a faulty policy would do, never to act by."""
    here = [layer for layer in in_order(layers) if (scope or Scope()).covers(layer)]
    bounds = joined(here)
    return Judge(
        version=policy_version(layers),
        bounds=bounds,
        tables=Tables(here, bounds),
        levels={level: min(level, bounds.max_level) for level in LEVELS},
    )
