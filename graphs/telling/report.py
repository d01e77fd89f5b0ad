"""The stable JSON contract of `prep`: types only; `graphs.telling.assembling` fills them.

Invariant: `outcome` summarises, the lists are complete.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from state.decision.planning import Assessment, Hypothesis, Interpretation
from state.decision.proposal import ExpectedOutcome


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CitedOut(_Out):
    """One citation, with its age at the report's clock."""

    id: str
    source: str
    record: str
    field: str
    value: str
    quote: str | None
    observed_at: datetime
    age_days: int
    trust: str


class StatementOut(_Out):
    """One sentence of the brief."""

    id: str
    text: str
    kind: str
    evidence: tuple[CitedOut, ...]


class SectionOut(_Out):
    """One section of the brief."""

    id: str
    title: str
    statements: tuple[StatementOut, ...]
    empty_reason: str | None


class BriefOut(_Out):
    """The one page."""

    word_count: int
    sections: tuple[SectionOut, ...]
    cut: tuple[str, ...]


class AttendeeOut(_Out):
    """A person expected."""

    name: str
    address: str
    is_known: bool
    roles: tuple[str, ...]
    stance: str
    last_touch: datetime | None


class MeetingOut(_Out):
    """The meeting the brief is for."""

    id: str
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    title: str
    place: str
    attendees: tuple[AttendeeOut, ...]
    purpose: str
    purpose_basis: str


class ValueOut(_Out):
    """Expected value with its arithmetic."""

    amount: str
    currency: str
    arithmetic: str


class VerdictOut(_Out):
    """What policy said."""

    kind: str
    rule: str
    reasons: tuple[str, ...]


class ProposalOut(_Out):
    """One proposal with its verdict and action."""

    id: str
    action_type: str
    action_class: int
    description: str
    context_summary: str
    expected_outcome: ExpectedOutcome
    required_inputs: tuple[str, ...]
    risk_class: str
    confidence: float
    p_outcome: float
    expected_value: ValueOut
    human_required: bool
    why_now: str
    urgency: str
    decide_by: datetime | None
    reversible: bool
    recipient: str | None
    owner: str | None
    held_by: str | None
    group: str | None
    evidence: tuple[CitedOut, ...]
    verdict: VerdictOut
    action: str | None
    status: str | None


class QuestionOut(_Out):
    """The one question."""

    id: str
    text: str
    options: tuple[str, ...]
    changes: tuple[str, ...]


class NoActionOut(_Out):
    """Why nothing is done, and when to look again."""

    reasons: tuple[str, ...]
    look_again_at: datetime | None


Outcome = Literal["data_request", "clarification", "approval", "proposals", "no_action"]


class Report(_Out):
    """The stable JSON contract of `prep`."""

    account: str
    tenant: str
    as_of: datetime
    situation: dict[str, str | int]
    reasoner: str
    fell_back_because: str | None
    trace_id: str
    run: str
    outcome: Outcome
    posture: str
    interpretation: Interpretation
    assessment: Assessment
    hypotheses: tuple[Hypothesis, ...]
    meeting: MeetingOut | None
    brief: BriefOut | None
    proposals: tuple[ProposalOut, ...]
    question: QuestionOut | None
    no_action: NoActionOut | None
    pending: tuple[str, ...]
