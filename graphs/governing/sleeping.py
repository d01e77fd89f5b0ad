"""What a person said no to is not asked again for a while, unless it grew more severe.

Invariant: a rejection counts for its key alone; what an erased plan leaves unknown sleeps on.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from graphs.governing.hands import proposal_of, recorded_plan
from graphs.governing.judging import Before
from graphs.parts import Parts, Tenancy
from state.decision.proposal import Proposal
from state.errors import Conflict, Erased
from state.ports.acting import Rejected
from state.ports.deciding import Deliberating
from state.ports.unit import Unit
from state.world.signal import Signal


def said_no(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    about: Deliberating,
    proposals: Sequence[Proposal],
    rejected: Mapping[str, Rejected],
) -> Mapping[str, Before]:
    """Say of each thing that was rejected last whether it still sleeps. Shape: by dedup_key."""
    sleep = timedelta(days=about.profile.judgement.expiry.rejected_sleeps_days)
    found: dict[str, Before] = {}
    for proposal in proposals:
        last = rejected.get(proposal.dedup_key)
        if last is None:
            continue
        is_young = about.now < last.at + sleep and not last.is_open_again
        is_asleep = is_young and not _has_risen(parts, unit, tenancy, about, proposal, last)
        found[proposal.dedup_key] = Before(last.action.id, is_asleep)
    return found


def _has_risen(
    parts: Parts, unit: Unit, tenancy: Tenancy, about: Deliberating, proposal: Proposal, last: Rejected
) -> bool:
    try:
        planned, _ = recorded_plan(parts, unit, tenancy, last.action)
    except (Conflict, Erased):
        return False
    then = severity(proposal_of(planned, last.action), unit.runs.signals_of(last.action.run))
    return severity(proposal, about.judgement.signals) > then


def severity(proposal: Proposal, signals: Sequence[Signal]) -> int:
    """Rank a proposal by the worst of the conditions behind it; -1 where there is none."""
    return max((one.severity.rank for one in signals if one.id in proposal.signals), default=-1)
