"""From facts to decisions: which rows hold, which give way to others, what they are worth together, and their order.

Invariant: the order of the files never changes the outcome beyond the stated precedence.
"""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agents.playbook.asking import Weighed, held, weigh
from agents.playbook.facts import Facts, situation_facts
from agents.playbook.forming import Formed, form
from agents.playbook.loading import Play, Playbook
from agents.playbook.ordering import ordered
from agents.playbook.rows import Row
from agents.playbook.scene import Known, Scene
from agents.playbook.slots import unique
from agents.playbook.subject_facts import subject_facts
from agents.playbook.subjects import scenes
from state.decision.proposal import ExpectedValue, Proposal
from state.decision.value import within_ceiling
from state.ids import NodeKey
from state.ports.deciding import Deliberating, PlanCall


@dataclass(frozen=True, slots=True)
class Considered:
    """What one deliberation found."""

    facts: Facts
    proposals: tuple[Proposal, ...]
    """Best first."""
    weighed: Weighed | None
    gave_way: tuple[str, ...]
    """Ids of rows that held and gave way to another."""


def consider(about: Deliberating, book: Playbook) -> Considered:
    """Form every proposal, let rows give way, merge equal cards, bound values, ask, hold and rank."""
    base = situation_facts(about, book.settings)
    if about.intent == "account":
        return Considered(base, (), None, ())
    staged = _Staged(about, book, base)
    found = _called(about, book, staged) + [
        one
        for play in book.plays
        for scene, facts in staged.of(play.row)
        for one in form(play, scene, facts, book)
    ]
    kept = giving_way(found)
    formed = bounded(merged(kept))
    weighed = weigh(about, book, base, formed)
    proposals = held(formed, None if weighed is None else weighed.question)
    ranked = ordered(about, proposals, before(book.plays, base))
    stayed = {one.play.row.id for one in kept}
    gone = sorted({one.play.row.id for one in found} - stayed)
    return Considered(base, ranked, weighed, tuple(gone))


class _Staged:
    """The scenes of each subject rule with their facts, found once per deliberation."""

    def __init__(self, about: Deliberating, book: Playbook, base: Facts) -> None:
        self._about, self._book, self._base = about, book, base
        self._known: dict[tuple[str, str | None], list[tuple[Scene, Mapping[str, Known]]]] = {}

    def of(self, row: Row, call: PlanCall | None = None) -> list[tuple[Scene, Mapping[str, Known]]]:
        """Give the scenes of a row, each with all facts its condition may read; a step of a plan is about its plan."""
        if call is not None and row.subject == "active_plan":
            plan = next((one for one in self._about.view.plans if one.identifier == call.plan), None)
            return [] if plan is None else [self._with_facts(Scene(self._about, plan.key), row)]
        key = (row.subject, row.after)
        if key not in self._known:
            found = scenes(row.subject, self._about, self._book.settings)
            self._known[key] = [self._with_facts(scene, row) for scene in found]
        return self._known[key]

    def _with_facts(self, scene: Scene, row: Row) -> tuple[Scene, Mapping[str, Known]]:
        return scene, ChainMap(subject_facts(scene, self._book.settings, row.after), self._base)


def _called(about: Deliberating, book: Playbook, staged: _Staged) -> list[Formed]:
    """Form what the rows of begun steps propose; a step that names a row of the playbook comes with the rest."""
    found: list[Formed] = []
    for call in about.steps:
        play = book.steps.get(call.rule)
        if play is not None:
            for scene, facts in staged.of(play.row, call):
                found += form(play, scene, facts, book)
    return found


def giving_way(found: Sequence[Formed]) -> tuple[Formed, ...]:
    """Drop what a row of no later precedence replaces; a row that is dropped replaces nothing."""
    blocked: dict[str, set[str]] = {}
    for one in found:
        if not _is_blocked(one, blocked):
            for name in one.play.row.suppresses:
                blocked.setdefault(name, set()).add(one.play.row.id)
    return tuple(one for one in found if not _is_blocked(one, blocked))


def _is_blocked(one: Formed, blocked: Mapping[str, set[str]]) -> bool:
    row = one.play.row
    return any(blocked.get(name, set()) - {row.id} for name in (row.id, one.play.family))


def merged(found: Sequence[Formed]) -> tuple[Formed, ...]:
    """Make one card of proposals with the same identity: the first stays and takes the others' evidence."""
    cards: dict[str, Formed] = {}
    for one in found:
        first = cards.get(one.proposal.dedup_key)
        cards[one.proposal.dedup_key] = one if first is None else _with_evidence(first, one.proposal)
    kept = {str(one.proposal.id) for one in cards.values()}
    return tuple(
        one for one in cards.values() if one.proposal.arguments.get("draft") in (None, *sorted(kept))
    )


def _with_evidence(first: Formed, other: Proposal) -> Formed:
    own = first.proposal
    evidence = unique((*own.evidence, *other.evidence))
    signals = tuple(dict.fromkeys((*own.signals, *other.signals)))
    return replace(first, proposal=own.model_copy(update={"evidence": evidence, "signals": signals}))


def bounded(found: Sequence[Formed]) -> tuple[Formed, ...]:
    """Cut values so that all acts on one deal together stay under its ceiling; a draft and its send are one act."""
    shares: dict[NodeKey, list[Formed]] = {}
    for one in sorted(found, key=_worth):
        if one.price.bound_to is not None and one.proposal.action_type != "send_email":
            shares.setdefault(one.price.bound_to, []).append(one)
    values = {
        str(one.proposal.id): value
        for acts in shares.values()
        for one, value in zip(acts, _cut(acts), strict=True)
    }
    return tuple(
        replace(one, proposal=one.proposal.model_copy(update={"expected_value": values[name]}))
        if (name := one.proposal.arguments.get("draft", str(one.proposal.id))) in values
        else one
        for one in found
    )


def _cut(acts: Sequence[Formed]) -> Sequence[ExpectedValue]:
    most = min((one.price.most for one in acts if one.price.most is not None), default=None)
    values = [one.proposal.expected_value for one in acts]
    return values if most is None else within_ceiling(values, most)


def _worth(one: Formed) -> tuple[Decimal, str]:
    return (-one.proposal.expected_value.amount, one.proposal.dedup_key)


def before(plays: Sequence[Play], facts: Facts) -> dict[str, frozenset[str]]:
    """Say which rows come before which: those that serve the next meeting's purpose, else as the rows say."""
    purpose = facts["meeting.purpose"].value
    serving = {play.row.id for play in plays if play.row.serves == purpose}
    others = {play.row.id for play in plays if play.row.serves is not None} - serving
    orders = {play.row.id: set(play.row.orders_before) for play in plays}
    if serving:
        for name in serving:
            orders[name] |= others
        for name in others:
            orders[name] -= serving
    return {name: frozenset(after) for name, after in orders.items() if after}
