"""Order of proposals: urgency band first, inside a band expected value per minute of human time.

Invariant: the same proposals give the same order in every process; nothing is added or dropped.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from state.decision.proposal import Proposal
from state.ids import AccountId

BANDS = ("now", "this_week", "can_wait")
LEAST_MINUTES = Decimal("0.5")
"""What nobody has to do still costs a glance."""
_CENT = Decimal("0.01")

Before = Mapping[str, Collection[str]]
"""Rule → rules whose proposals come after its own."""


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
    proposals: Sequence[Proposal],
    names: Mapping[AccountId, str] | None = None,
    before: Before | None = None,
    worth: Callable[[Proposal], Decimal] | None = None,
) -> tuple[Proposal, ...]:
    """Order proposals best first; those waiting for an answer come last in their band.

    `worth` stands in for the plain score and moves nothing out of its band.

    Shape: same proposals, none added or dropped; ties by account name.
    """
    known, weigh = names or {}, worth or score

    def place(proposal: Proposal) -> tuple[object, ...]:
        return (
            BANDS.index(proposal.urgency),
            proposal.held_by is not None,
            not is_broken_promise(proposal),
            -weigh(proposal),
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
