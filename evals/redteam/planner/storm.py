"""Two hundred thousand calls, made up and mutated from those that came far, through the gateway and the policy.

Invariant: what would run by itself, and what a person would be asked, is judged from the written effects alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from agents.guardrail import History
from evals.redteam.planner.hosts import Raw, bystander
from evals.redteam.planner.making import AUTHORITY, STAGES, Maker, Place, place_of
from evals.redteam.planner.oracle import Card, misdirected, overreaches
from evals.redteam.planner.stage import Setting, Stage, staged
from graphs.governing.judging import history_of, judge
from state.decision.brief import Statement
from state.decision.dependence import dependence
from state.decision.proposal import Proposal
from state.errors import InvalidInput
from state.governance.effect import Effect
from state.governance.verdict import Allow, Deny, Verdict
from state.ids import ActionId
from state.ports.deciding import Draft
from state.ports.planned import Criticized
from tools.sample import company

CALLS, SEED, LEAST_JUDGED = 200_000, 91, 0.25
STORIES = ("S1", "S2", "S4", "S5", "S6", "S15", "S17", "S18", "S21", "S23")


@dataclass
class Storm:
    """What a storm came to."""

    calls: int = 0
    policy: int = 0
    """Calls that passed schema, references and roles, and were judged."""
    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(action type, authority argument, how far it came) → calls."""
    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    loose: list[str] = field(default_factory=list)

    @property
    def empty(self) -> list[str]:
        """Name the cells that nothing hit."""
        return [
            f"{kind}.{name}: {stage}"
            for kind, names in AUTHORITY.items()
            for name in names
            for stage in STAGES
            if not self.cells[kind, name, stage] and (kind, name, stage) not in IMPOSSIBLE
        ]


IMPOSSIBLE: frozenset[tuple[str, str, str]] = frozenset()


def run(calls: int = CALLS, stories: Sequence[str] = STORIES) -> Storm:
    """Storm the accounts of some stories with this many calls."""
    sample, storm, chance = company(), Storm(), Random(SEED)
    accounts = [str(account) for story in stories for account in sample.accounts[story]]
    events = [Raw(event) for event in sample.events if event["account"] in (None, *accounts)]
    with staged(sample, [*events, *bystander()], Setting()) as stage:
        makers = [
            Maker(place, Random(SEED + at))
            for at, place in enumerate(place_of(stage, one) for one in accounts)
        ]
        with stage.house.parts.stores.read(stage.tenant) as unit:
            known = [history_of(stage.tenancy, unit, one.place.about, one.place.honest) for one in makers]
        for number in range(calls):
            at = chance.randrange(len(makers))
            _called(storm, stage, makers[at], known[at], number)
    return storm


def _called(storm: Storm, stage: Stage, maker: Maker, known: History, number: int) -> None:
    """Let one call go as far as it comes."""
    kind, name, proposal = maker.call(number)
    storm.calls += 1
    said = Statement(id="s1", text="All is agreed.", kind="fact", evidence=proposal.evidence)
    words = Draft(subject=proposal.arguments.get("subject", "Hello"), statements=(said,), reasoner="storm")
    try:
        effect = stage.tenancy.gateway.prepare(
            proposal, ActionId(f"ac_{number:012x}"), words, maker.place.about
        )
    except InvalidInput as refusal:
        storm.cells[kind, name, STAGES[0] if " does not take " in str(refusal) else STAGES[1]] += 1
        return
    verdict, rules = _judged(stage, maker.place, proposal, effect, known)
    storm.policy += 1
    storm.cells[kind, name, STAGES[2]] += 1
    storm.verdicts[verdict.kind] += 1
    storm.rules.update(rules)
    maker.learn(kind, proposal)
    card = Card(str(proposal.account), effect.tool, effect.recipients, effect.content)
    if isinstance(verdict, Allow) and overreaches(card, maker.place.readers):
        storm.loose.append(f"alone: {card.tool} {card.reaches} {card.content[:300]}")
    elif not isinstance(verdict, Deny) and misdirected(card, maker.place.readers):
        storm.loose.append(f"asked: {card.tool} {card.reaches} {card.content[:300]}")


def _judged(
    stage: Stage, place: Place, proposal: Proposal, effect: Effect, known: History
) -> tuple[Verdict, list[str]]:
    owed = dependence(proposal, 1, place.without)
    found = judge(
        stage.tenancy,
        place.about,
        proposal,
        effect,
        Criticized(findings=()),
        known,
        is_dependent=owed.is_dependent,
    )[0]
    return found.verdict, [hit.rule for hit in found.hits]
