"""Proposals made by hand for tests of order and lists."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from state.decision.dedup import dedup_key, proposal_id
from state.decision.proposal import (
    ACTION_CLASSES,
    ActionType,
    ExpectedOutcome,
    ExpectedValue,
    Proposal,
    Question,
)
from state.ids import AccountId, NodeKey, TenantId, UserId

WHEN = datetime(2026, 3, 10, 12, tzinfo=UTC)


def candidate(
    name: str,
    amount: int = 100,
    minutes: int = 5,
    *,
    account: str = "acme",
    action_type: ActionType = "create_task",
    urgency: Literal["now", "this_week", "can_wait"] = "this_week",
    subject: str | None = None,
    held_by: str | None = None,
    group: str | None = None,
    draft: Proposal | None = None,
) -> Proposal:
    """Make a proposal that a rule of that name would make."""
    key = dedup_key(TenantId("t"), UserId("maya"), action_type, account, deal=NodeKey(name))
    return Proposal(
        id=proposal_id(key, "0", name),
        account=AccountId(account),
        action_type=action_type,
        action_class=ACTION_CLASSES[action_type],
        rule=name,
        owner=UserId("maya"),
        subject=None if subject is None else NodeKey(subject),
        tool="crm.create_task",
        arguments={} if draft is None else {"draft": draft.id},
        description=f"Do {name}",
        context_summary=name,
        expected_outcome=ExpectedOutcome(text="done", measure="task_done", target="1", by=date(2026, 3, 17)),
        risk_class="low",
        confidence=0.8,
        p_outcome=0.5,
        human_required=False,
        why_now="because",
        expected_value=ExpectedValue(amount=Decimal(amount), currency="USD", arithmetic=f"{amount}"),
        cost_minutes=Decimal(minutes),
        urgency=urgency,
        reversible=True,
        expires_at=WHEN,
        evidence=(),
        held_by=held_by,
        group=group,
        dedup_key=key,
    )


def asked(name: str, subject: str, *changed: Proposal, worth: int = 500) -> Question:
    """Make a question that would change some proposals."""
    return Question(
        id=name,
        topic="topic",
        subject=NodeKey(subject),
        text=f"Which is it, {name}?",
        options=("a", "b"),
        changes=tuple(one.id for one in changed),
        worth=Decimal(worth),
        expires_at=WHEN,
    )
