"""A proposal: one thing that could be done now, with value, two probabilities, evidence and why now."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from state.evidence import Evidence, Trust, least_trust
from state.ids import AccountId, NodeKey, ProposalId, SignalId, UserId

ActionType = Literal[
    "brief", "draft_email", "create_task", "notify_rep", "notify_admin", "log_touch", "log_note", "tag", "attach_brief",
    "research", "mark_undeliverable", "pause_plan", "cancel_step", "update_crm", "close_out", "requalify",
    "forecast_omit", "merge", "escalate_support", "draft_quote", "send_email", "schedule_meeting", "ask",
]  # fmt: skip

ACTION_CLASSES: dict[str, int] = {
    **dict.fromkeys(
        ("brief", "draft_email", "create_task", "notify_rep", "notify_admin", "log_touch", "log_note", "tag",
         "attach_brief", "research", "mark_undeliverable", "pause_plan", "cancel_step"), 1,
    ),
    **dict.fromkeys(
        ("update_crm", "close_out", "requalify", "forecast_omit", "merge", "escalate_support", "draft_quote"), 2
    ),
    "send_email": 3,
    "schedule_meeting": 3,
    "ask": 4,
}  # fmt: skip
"""The least class of each type; a task for somebody else than the owner is class 2."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedOutcome(_Frozen):
    """What should become measurable, and by when."""

    text: str
    measure: str
    target: str
    by: date


class ExpectedValue(_Frozen):
    """Δp × value at stake − cost, never the deal amount."""

    amount: Decimal
    currency: str
    arithmetic: str
    """Shown to people, for example `.09 × 184,000 − 10 = $16,550`."""
    low: Decimal | None = None
    high: Decimal | None = None
    """Within which it lies in eight of ten cases, as far as what Δp rests on can tell; None: no range."""
    basis: str = ""
    """What Δp rests on, in words."""

    @field_serializer("amount", "low", "high")
    def _amount_text(self, amount: Decimal | None) -> str | None:
        return None if amount is None else format(amount, "f")


class Proposal(_Frozen):
    """One ranked candidate; what may happen to it is for policy to say."""

    id: ProposalId
    account: AccountId
    action_type: ActionType
    action_class: int = Field(ge=1, le=4)
    rule: str
    """The playbook row, or the model's name, that proposed it."""
    owner: UserId | None
    """In whose name, and in whose inbox; None: the unassigned queue."""
    subject: NodeKey | None = None
    """The deal, contract, ticket, meeting or contact it is about."""
    recipient: NodeKey | None = None
    """A verified contact; raw addresses are resolved from records, never written by a reasoner."""
    tool: str
    arguments: dict[str, str] = {}
    """Typed references and body slots of the tool."""
    description: str
    context_summary: str = Field(max_length=140)
    expected_outcome: ExpectedOutcome
    required_inputs: tuple[str, ...] = ()
    risk_class: Literal["low", "medium", "high"]
    confidence: float = Field(ge=0, le=1)
    p_outcome: float = Field(ge=0, le=1)
    human_required: bool
    why_now: str
    expected_value: ExpectedValue
    cost_minutes: Decimal = Decimal(0)
    """Minutes of the approver and owner."""
    urgency: Literal["now", "this_week", "can_wait"]
    decide_by: datetime | None = None
    reversible: bool
    expires_at: datetime
    evidence: tuple[Evidence, ...]
    signals: tuple[SignalId, ...] = ()
    held_by: str | None = None
    """Id of the question whose answer would change it; such a proposal waits."""
    group: str | None = None
    """Equal proposals of one owner show as one card."""
    dedup_key: str

    @property
    def trust(self) -> Trust:
        """Minimum trust of its evidence."""
        return least_trust(item.trust for item in self.evidence)


class Question(_Frozen):
    """The one minimum question: one sentence, closed options, and what the answer changes."""

    id: str
    topic: str
    subject: NodeKey
    text: str
    options: tuple[str, ...] = Field(min_length=2, max_length=5)
    changes: tuple[ProposalId, ...] = ()
    worth: Decimal = Decimal(0)
    """Value of information in tenant currency."""
    owner: UserId | None = None
    expires_at: datetime
    evidence: tuple[Evidence, ...] = ()
