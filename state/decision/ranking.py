"""Order of proposals: urgency band first, inside a band expected value per minute of human time.

Invariant: the same proposals give the same order in every process; nothing is added or dropped.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from state.decision.proposal import Proposal
from state.ids import AccountId, ProposalId, TenantId, stable_id

BANDS = ("now", "this_week", "can_wait")
LEAST_MINUTES = Decimal("0.5")
"""What nobody has to do still costs a glance."""
_CENT = Decimal("0.01")

Before = Mapping[str, Collection[str]]
"""Rule → rules whose proposals come after its own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one candidate stood when the decision was made; recorded for learning."""

    proposal: ProposalId
    rule: str
    dedup_key: str
    band: str
    position: int
    """From 1."""
    score: Decimal
    """Units: tenant currency per minute."""
    propensity: Decimal
    """P(this candidate stands here); 1 while the order is deterministic."""
    draw: Decimal
    """Uniform in [0, 1), fixed by tenant, business day and dedup_key; a sampling order reads it."""


def score(proposal: Proposal) -> Decimal:
    """Value per minute.

    Units: tenant currency per minute of the approver and owner.
    """
    minutes = max(proposal.cost_minutes, LEAST_MINUTES)
    return (proposal.expected_value.amount / minutes).quantize(_CENT, ROUND_HALF_UP)


def is_broken_promise(proposal: Proposal) -> bool:
    """Say whether it keeps a promise of ours that is due: shown first, whatever its value."""
    return proposal.urgency == "now" and (proposal.subject or "").startswith("Commitment/")


def rank(
    proposals: Sequence[Proposal], names: Mapping[AccountId, str] | None = None, before: Before | None = None
) -> tuple[Proposal, ...]:
    """Order proposals best first; those waiting for an answer come last in their band.

    Shape: same proposals, none added or dropped; ties by account name.
    """
    known = names or {}

    def place(proposal: Proposal) -> tuple[object, ...]:
        return (
            BANDS.index(proposal.urgency),
            proposal.held_by is not None,
            not is_broken_promise(proposal),
            -score(proposal),
            known.get(proposal.account, proposal.account),
            proposal.action_class,
            proposal.rule,
            proposal.dedup_key,
        )

    return _respecting(sorted(proposals, key=place), before or {})


def _respecting(ordered: list[Proposal], before: Before) -> tuple[Proposal, ...]:
    """Move a proposal behind those of its account that must come first; a circle is left as it is."""
    out: list[Proposal] = []
    waiting = list(ordered)
    while waiting:
        free = (one for one in waiting if not _has_earlier(one, waiting, before))
        chosen = next(free, waiting[0])
        out.append(chosen)
        waiting.remove(chosen)
    return tuple(out)


def _has_earlier(proposal: Proposal, waiting: Sequence[Proposal], before: Before) -> bool:
    return any(
        proposal.rule in before.get(other.rule, ()) and other.rule != proposal.rule
        for other in waiting
        if other.account == proposal.account
    )


def draw(tenant: TenantId, business_day: date, dedup_key: str) -> Decimal:
    """Draw a number that the same day and card always give.

    Units: uniform in [0, 1), six decimals.
    """
    seed = stable_id("draw", tenant, business_day.isoformat(), dedup_key)
    whole = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    return Decimal(whole * 1_000_000 >> 64) / 1_000_000


def standings(ranked: Sequence[Proposal], tenant: TenantId, business_day: date) -> tuple[Standing, ...]:
    """Record the candidate set as it was ranked: position, score, selection probability and the day's draw."""
    return tuple(
        Standing(
            proposal=proposal.id,
            rule=proposal.rule,
            dedup_key=proposal.dedup_key,
            band=proposal.urgency,
            position=position,
            score=score(proposal),
            propensity=Decimal(1),
            draw=draw(tenant, business_day, proposal.dedup_key),
        )
        for position, proposal in enumerate(ranked, start=1)
    )
