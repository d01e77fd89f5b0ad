"""A proposal that was decided, with what came of it: the one thing that learning reads.

Invariant: whether it was right and whether its measure was met are apart; what nobody knows yet is None, never a no.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.decision.proposal import ActionType

Decided = Literal["approved", "edited", "reworked", "rejected", "ran"]
"""edited: the words, not materially; reworked: materially; ran: by itself, without a person."""
Observed = Literal[
    "reply_positive", "reply_neutral", "reply_negative", "meeting_held", "meeting_no_show", "stage_advanced", "won",
    "lost", "renewed", "churned", "record_kept", "record_changed_back", "ticket_moved", "ticket_stood", "silence",
]  # fmt: skip
"""What can be an outcome; that an image was opened is none."""
MET: frozenset[Observed] = frozenset(
    {
        "reply_positive",
        "reply_neutral",
        "reply_negative",
        "meeting_held",
        "stage_advanced",
        "won",
        "renewed",
        "record_kept",
        "ticket_moved",
    }
)
"""What meets a measure; every other outcome misses it."""
Probability = Annotated[Decimal, Field(ge=0, le=1)]


class DecidedProposal(BaseModel):
    """One decided proposal, as it was stated when it was decided, and how it ended; it names nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    action_type: ActionType
    action_class: int = Field(ge=1, le=4)
    segment: str = ""
    """The account's tier then; empty where it was not recorded."""
    confidence: Probability
    """As it was stated: unlearned."""
    p_outcome: Probability
    decided_at: AwareDatetime
    decision: Decided
    reason: str = ""
    """Of a no, one of the profile's reasons; never a person's own words."""
    was_right: bool | None
    """Approved without material edit, or run and not undone in time; None while that time lasts."""
    outcome: Observed | None = None
    outcome_at: AwareDatetime | None = None
    origin: str = ""
    """The unverified source that decided it; empty where none did."""
    outcome_origin: str = ""
    """The unverified source that told its outcome; empty where a system of record or a person did."""

    @property
    def was_met(self) -> bool | None:
        """Say whether the measure was met; None where no outcome is known."""
        return None if self.outcome is None else self.outcome in MET

    @property
    def was_done(self) -> bool:
        """Say whether it was carried out: only such have outcomes."""
        return self.decision != "rejected"


def counted(decided: list[DecidedProposal], per_origin: int) -> tuple[DecidedProposal, ...]:
    """Keep what may be learned from, oldest first: of each unverified origin only the first few.

    Invariant: one origin moves no more than `per_origin` decisions and as many outcomes, however often it appears.
    """
    decisions: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    kept: list[DecidedProposal] = []
    for one in sorted(decided, key=_by_time):
        if not _has_room(decisions, one.origin, per_origin):
            continue
        if one.outcome is not None and not _has_room(outcomes, one.outcome_origin, per_origin):
            kept.append(one.model_copy(update={"outcome": None, "outcome_at": None}))
            continue
        kept.append(one)
    return tuple(kept)


def _has_room(counts: dict[str, int], origin: str, most: int) -> bool:
    if not origin:
        return True
    counts[origin] = counts.get(origin, 0) + 1
    return counts[origin] <= most


def _by_time(one: DecidedProposal) -> tuple[datetime, str]:
    return (one.decided_at, one.action)
