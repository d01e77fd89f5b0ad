"""A company's decided proposals brought along: judged by the policy in force from the facts they came with.

Invariant: history, not news: no action, card, alert or run is made of them, and nothing sleeps because of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from agents.guardrail import AGENT
from graphs.learning.relearning import Relearned, learned_in
from graphs.parts import Parts, Tenancy
from state.decision.decided import DecidedProposal
from state.governance.autonomy import Tally
from state.governance.facts import Facts, written
from state.governance.tallying import RIGHT, WRONG
from state.ids import stable_id
from state.ports.judged import Ruled, Way
from state.ports.preferring import Brought
from state.principal import Principal
from state.world.business_time import local_day
from tools.sample.decided import Past

_WAYS: dict[str, Way] = {"allow": "run", "require_approval": "ask", "deny": "deny"}


def bring(parts: Parts, tenancy: Tenancy, principal: Principal, history: Sequence[Past]) -> Relearned:
    """Keep what a company decided before it came here, count it, and learn from it for the first time; once."""
    cases = {_name(tenancy, one): one for one in history}
    with parts.stores.begin(tenancy.id) as unit:
        if unit.preferences.decided():
            return learned_in(unit, tenancy, principal, "sample")
        brought = {name: _judged(tenancy, name, one) for name, one in cases.items()}
        unit.preferences.put([_case(tenancy, name, one) for name, one in cases.items()], brought)
        for (kind, day), tally in _tallies(tenancy, history).items():
            unit.autonomy.count(AGENT, kind, day, tally)
        return learned_in(unit, tenancy, principal, "sample")


def _name(tenancy: Tenancy, one: Past) -> str:
    return stable_id("ac", tenancy.id, "decided", str(one.number))


def _case(tenancy: Tenancy, name: str, one: Past) -> DecidedProposal:
    return DecidedProposal(
        action=name,
        action_type=one.action_type,
        action_class=one.action_class,
        segment=one.segment,
        confidence=one.confidence,
        p_outcome=one.p_outcome,
        decided_at=one.at,
        decision=one.decision,
        reason=one.reason,
        was_right=one.is_right,
        outcome=one.outcome,
        outcome_at=one.outcome_at,
        origin=stable_id("or", tenancy.id, one.origin) if one.origin else "",
        outcome_origin=stable_id("or", tenancy.id, one.outcome_origin) if one.outcome_origin else "",
    )


def _judged(tenancy: Tenancy, name: str, one: Past) -> Brought:
    facts = Facts.of(one.facts)
    judgement = tenancy.judge(facts)
    ruled = Ruled(
        proposal=stable_id("pr", tenancy.id, name),
        action=name,
        way=_WAYS.get(judgement.verdict.kind, "wait"),
        verdict=judgement.verdict,
        hits=tuple(hit.rule for hit in judgement.hits),
        read=tuple(sorted(judgement.read)),
        policy_version=judgement.policy_version,
        facts=written(facts),
    )
    return Brought(at=one.at, account=one.account, ruled=ruled)


def _tallies(tenancy: Tenancy, history: Sequence[Past]) -> dict[tuple[str, date], Tally]:
    found: dict[tuple[str, date], Tally] = defaultdict(Tally)
    for one in history:
        day = local_day(one.at, tenancy.profile.company.zone)
        found[one.action_type, day] += RIGHT if one.is_right else WRONG
    return found
