"""Contracts, deals, the paper process and plans."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.world.record import Amount, Currency, Identifier, NodeKind, Record, Text


class SubscriptionUpdated(Record):
    """A contract: seats, price, term and notice."""

    type, node, key = "subscription.updated", NodeKind.SUBSCRIPTION, "subscription"
    links: ClassVar[dict[str, NodeKind]] = {"product": NodeKind.PRODUCT}
    subscription: Identifier
    product: str | None = None
    seats: int | None = Field(default=None, ge=0)
    annual_value: Amount | None = None
    currency: Currency | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    notice_on: date | None = None
    auto_renew: bool | None = None
    status: Literal["trial", "active", "cancelled", "renewed", "expired"] | None = None
    notice_received_on: date | None = None
    renewal_signed_on: date | None = None
    sla_business_days: int | None = None
    downgraded_on: date | None = None
    invoice_overdue: bool | None = None


class DealUpdated(Record):
    """An open opportunity, or a change to it."""

    type, node, key = "deal.updated", NodeKind.OPPORTUNITY, "deal"
    links: ClassVar[dict[str, NodeKind]] = {"product": NodeKind.PRODUCT}
    texts = ("note",)
    deal: Identifier
    name: str | None = None
    kind: Literal["new", "renewal", "expansion"] | None = None
    pipeline: str | None = None
    stage: str | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    amount_inferred: bool | None = None
    """True when the amount is the list price because the source has none for open deals."""
    close_on: date | None = None
    opened_on: date | None = None
    owner: str | None = None
    product: str | None = None
    forecast_category: Literal["commit", "best_case", "pipeline", "omitted"] | None = None
    discount_requested_percent: Decimal | None = None
    discount_approved_percent: Decimal | None = None
    competitors: tuple[str, ...] | None = None
    """Companies the CRM names as competing for this deal."""
    identified_pain: Text | None = None
    metrics: Text | None = None
    decision_criteria: Text | None = None
    decision_process: Text | None = None
    budget: Text | None = None
    critical_event: Text | None = None
    note: Text | None = None
    """What the editor wrote beside the change, for example the call it rests on."""


class DealClosed(Record):
    """A deal was won, lost or reopened."""

    type, node, key = "deal.closed", NodeKind.OPPORTUNITY, "deal"
    deal: Identifier
    outcome: Literal["won", "lost", "reopened"]
    amount: Amount | None = None
    currency: Currency | None = None
    closed_on: date


class ProcessUpdated(Record):
    """A step of the buyer's paper process: security review, legal, procurement, signature."""

    type, node, key = "process.updated", NodeKind.PROCESS, "process"
    links: ClassVar[dict[str, NodeKind]] = {"deal": NodeKind.OPPORTUNITY}
    process: Identifier
    deal: str | None = None
    step: Literal["security_review", "legal", "procurement", "signature"] | None = None
    status: Literal["not_begun", "running", "finished"] | None = None
    started_on: date | None = None
    finished_on: date | None = None


class PlanStep(BaseModel):
    """One step of a plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Identifier
    title: str
    action_type: str
    due_at: AwareDatetime
    status: Literal["waiting", "done", "cancelled"] = "waiting"


class PlanUpdated(Record):
    """A multi-step plan for the account."""

    type, node, key = "plan.updated", NodeKind.PLAN, "plan"
    plan: Identifier
    kind: Literal["renewal", "onboarding", "revival", "expansion", "upsell"] | None = None
    status: Literal["DRAFT", "APPROVED", "ACTIVE", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"] | None = None
    steps: tuple[PlanStep, ...] | None = None
    acted_by: str | None = None
    """The action of ours that says so; with it the plan itself is moved."""
    acted_step: str | None = None
    reason: str | None = None


class CommitmentClosed(Record):
    """A promise was kept, or ticked off."""

    type, node, key = "commitment.closed", NodeKind.COMMITMENT, "commitment"
    commitment: Identifier
    closed_on: date
    closed_by: str = ""
