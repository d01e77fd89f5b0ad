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
    """Id of the record in its source."""
    field: str
    value: str
    """As the source told it; an object or a list as JSON."""
    quote: str | None
    """The sentence of a text that says it."""
    observed_at: datetime
    age_days: int
    """Clock minus `observed_at`."""
    trust: str
    """`admin`, `user`, `system_of_record`, `model` or `untrusted`."""


class StatementOut(_Out):
    """One sentence of the brief."""

    id: str
    text: str
    kind: Literal["fact", "inferred", "unknown", "contradiction"]
    evidence: tuple[CitedOut, ...]


class SectionOut(_Out):
    """One section of the brief."""

    id: str
    title: str
    statements: tuple[StatementOut, ...]
    empty_reason: str | None
    """Why nothing stands in it."""


class BriefOut(_Out):
    """The one page."""

    word_count: int
    """Of the statements, without what they rest on."""
    sections: tuple[SectionOut, ...]
    cut: tuple[str, ...]
    """Sections left out to keep it to one page."""


class AttendeeOut(_Out):
    """A person expected."""

    name: str
    address: str
    is_known: bool
    """The address is a contact in the CRM."""
    roles: tuple[str, ...]
    stance: str
    last_touch: datetime | None


class MeetingOut(_Out):
    """The meeting the brief is for."""

    id: str
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    """In which it is told, as `America/New_York`."""
    title: str
    place: str
    attendees: tuple[AttendeeOut, ...]
    purpose: str
    purpose_basis: str
    """Why that is thought to be the purpose."""


class ValueOut(_Out):
    """Expected value with its arithmetic."""

    amount: str
    """A decimal number: Δp × value at stake − cost, never the amount of the deal."""
    currency: str
    arithmetic: str
    low: str | None = None
    high: str | None = None
    """Within which it lies in eight of ten cases, as far as what Δp rests on can tell; null: no range."""
    basis: str = ""
    """What Δp rests on: a prior, or so many cases."""


class VerdictOut(_Out):
    """What policy said."""

    kind: Literal["allow", "not_before", "require_approval", "clarify", "deny"]
    rule: str
    """Id of the rule of the policy that decided."""
    reasons: tuple[str, ...]


class ProposalOut(_Out):
    """One proposal with its verdict and action."""

    id: str
    action_type: str
    action_class: int
    """1 inside, 2 changes our records, 3 reaches people outside, 4 asks."""
    description: str
    context_summary: str
    """At most 140 characters."""
    expected_outcome: ExpectedOutcome
    required_inputs: tuple[str, ...]
    risk_class: Literal["low", "medium", "high"]
    confidence: float
    """How sure it is right; policy reads this one."""
    p_outcome: float
    """How likely the expected outcome is met by its day; the value reads this one."""
    expected_value: ValueOut
    human_required: bool
    """Somebody has to approve or answer before it happens."""
    why_now: str
    urgency: Literal["now", "this_week", "can_wait"]
    decide_by: datetime | None
    reversible: bool
    recipient: str | None
    """A contact of the account."""
    owner: str | None
    """In whose name, and in whose inbox; null: nobody yet."""
    held_by: str | None
    """Id of the question whose answer would change it."""
    group: str | None
    """Equal proposals of one owner are one card."""
    evidence: tuple[CitedOut, ...]
    verdict: VerdictOut
    action: str | None
    """Id of its card or act; null for an earlier day, and where policy denies it."""
    status: str | None
    """`pending`, `approved`, `claimed`, `ambiguous`, `executed`, `failed`, `cancelled` or `expired`."""


class QuestionOut(_Out):
    """The one question."""

    id: str
    text: str
    options: tuple[str, ...]
    changes: tuple[str, ...]
    """Ids of the proposals that the answer would change; no other waits for it."""


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
    """The clock: nothing later was read."""
    situation: dict[str, str | int]
    """`account`, `version` and `digest` of what was looked at; a version never changes."""
    reasoner: str
    """`playbook` or `llm:` and the model."""
    fell_back_because: str | None
    """Why the playbook spoke where a model is set."""
    trace_id: str
    run: str
    outcome: Outcome
    """The first of these that applies; it summarises, the lists are complete."""
    posture: str
    interpretation: Interpretation
    assessment: Assessment
    hypotheses: tuple[Hypothesis, ...]
    meeting: MeetingOut | None
    brief: BriefOut | None
    proposals: tuple[ProposalOut, ...]
    question: QuestionOut | None
    """The one question; null once it is answered."""
    no_action: NoActionOut | None
    """Set where there is neither a proposal nor a question."""
    pending: tuple[str, ...]
    """Ids that wait at this account: actions, and the question."""
