"""Contradiction: a top proposal rests on an attribute on which two sources disagree.

Invariant: it never blocks by itself; policy reads the critical one, and a person decides.
"""

from collections.abc import Iterator

from agents.critic.review import Review, found
from state.decision.finding import Finding
from state.decision.proposal import Proposal
from state.world.judgement import Contradiction

CRITICAL, NOTED = "critical_contradiction", "noted_contradiction"


def contradictions(review: Review) -> Iterator[Finding]:
    """Find each proposal that is about, or cites, one side of a contradiction."""
    top = review.about.profile.judgement.contradiction.top_proposals
    for place, proposal in enumerate(review.proposals):
        for one in review.about.judgement.contradictions:
            if not rests_on(proposal, one):
                continue
            rule = CRITICAL if one.is_critical_attribute and place < top else NOTED
            text = f"It rests on something sources disagree on: {one.text} Settle that first, or let a person decide."
            yield found("contradiction", rule, proposal.id, text, is_blocking=False, evidence=one.sides)


def rests_on(proposal: Proposal, one: Contradiction) -> bool:
    """Tell whether a proposal's subject, recipient or evidence is one side of a contradiction."""
    if one.subject in (proposal.subject, proposal.recipient):
        return True
    sides = {(side.record, side.field) for side in one.sides}
    ids = {side.id for side in one.sides}
    return any(item.id in ids or (item.record, item.field) in sides for item in proposal.evidence)
