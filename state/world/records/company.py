"""Accounts, people, consent and corrections."""

from datetime import date
from typing import Literal

from pydantic import Field

from state.world.record import Email, Identifier, NodeKind, Record


class AccountUpdated(Record):
    """A company as the CRM knows it."""

    type, node, key = "account.updated", NodeKind.ACCOUNT, "account"
    account: Identifier
    name: str | None = None
    aliases: tuple[str, ...] | None = None
    domain: str | None = None
    industry: str | None = None
    city: str | None = None
    country: str | None = None
    zone: str | None = None
    """IANA time zone of the account."""
    segment: str | None = None
    status: Literal["prospect", "customer", "churned"] | None = None
    owner: str | None = None
    """User id of the account owner."""
    team: str | None = None
    employees: int | None = None
    fit_score: int | None = Field(default=None, ge=0, le=100)
    customer_since: date | None = None
    created_on: date | None = None
    parent: str | None = None
    link: str | None = None
    churn_flag: bool | None = None
    in_rollout: bool | None = None
    """A planned deployment is under way: how-to tickets are expected."""


class AccountMerged(AccountUpdated):
    """A person said that another account is the same company; from then on its events are told of this one."""

    type, node, key = "account.merged", NodeKind.ACCOUNT, "account"
    merged_with: Identifier
    """The other account, which stays as it was before."""
    merged_by: str | None = None
    """The action that did it."""


class AccountParted(Record):
    """A merge is taken back: what was told of the other account counts there again, and no longer here."""

    type, node, key = "account.parted", NodeKind.ACCOUNT, "account"
    account: Identifier
    parted_from: Identifier


class AccountChurned(Record):
    """The customer left."""

    type, node, key = "account.churned", NodeKind.ACCOUNT, "account"
    account: Identifier
    churned_on: date | None = None
    churn_reason: str | None = None


class ContactUpdated(Record):
    """A person at the account."""

    type, node, key = "contact.updated", NodeKind.CONTACT, "contact"
    contact: Identifier
    name: str | None = None
    email: Email | None = None
    title: str | None = None
    department: str | None = None
    roles: (
        tuple[Literal["champion", "economic_buyer", "user", "technical", "procurement", "legal"], ...] | None
    ) = None
    stance: Literal["supporter", "neutral", "critic", "unknown"] | None = None
    active: bool | None = None
    created_by: str | None = None
    created_on: date | None = None
    fit_score: int | None = Field(default=None, ge=0, le=100)
    zone: str | None = None
    verified: bool | None = None
    """False for people known only from a form, mail or calendar; they cannot be recipients."""


class ConsentChanged(Record):
    """A person opted out of or back into mail."""

    type, node, key = "consent.changed", NodeKind.CONTACT, "contact"
    contact: Identifier
    mail_consent: Literal["opted_in", "opted_out"]


class FactCorrected(Record):
    """A person says what is right; a claim with trust `user` that stands beside the source's."""

    type, node, key = "fact.corrected", NodeKind.ACCOUNT, "account"
    account: Identifier
    subject: str
    """Node key, for example Contact/sarah."""
    attribute: str
    value: str | bool | int | tuple[str, ...] | None
    reason: str = ""


class QuestionAnswered(Record):
    """The owner answered the one open question."""

    type, node, key = "question.answered", NodeKind.READING, "question"
    question: Identifier
    topic: str
    """The rule that asked, for example meeting_purpose."""
    subject: str
    """What it was about: a meeting, a deal."""
    answer: str
    user: Identifier
