"""Decided proposals for tests: one by a few words, and many at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from state.decision.decided import DecidedProposal, Observed
from state.decision.preferences import Limits

DAY = datetime(2026, 1, 5, 15, tzinfo=UTC)
LIMITS = Limits(
    prior_decisions=4,
    per_origin=3,
    least_n=20,
    isotonic_from=1000,
    rank_share_min=Decimal("0.5"),
    raise_at_most=Decimal("0.10"),
    border=Decimal("0.85"),
)


def decided(
    action: str = "a",
    kind: str = "update_crm",
    *,
    right: bool | None = True,
    at: datetime = DAY,
    stated: str = "0.9",
    segment: str = "A",
    origin: str = "",
    outcome: Observed | None = None,
    outcome_origin: str = "",
) -> DecidedProposal:
    """Make one; right or not is what the decision says."""
    return DecidedProposal.model_validate(
        {
            "action": action, "action_type": kind, "action_class": 2, "segment": segment,
            "confidence": Decimal(stated), "p_outcome": Decimal("0.5"), "decided_at": at,
            "decision": "approved" if right else "rejected", "was_right": right, "outcome": outcome,
            "origin": origin, "outcome_origin": outcome_origin,
        }
    )  # fmt: skip


def many(right: int, wrong: int, kind: str = "update_crm", *, stated: str = "0.9") -> list[DecidedProposal]:
    """Make so many right ones and wrong ones, an hour apart."""
    return [
        decided(f"{kind}-{n}", kind, right=n < right, at=DAY + timedelta(hours=n), stated=stated)
        for n in range(right + wrong)
    ]
