"""Plans to criticize: one account, proposals and drafts made by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from agents.critic import criticize
from state.decision.brief import Brief, Operation, Section, Statement
from state.decision.finding import Finding
from state.decision.planning import Assessment, Deliberated, Deliberation, Interpretation
from state.decision.proposal import ACTION_CLASSES, ActionType, ExpectedOutcome, ExpectedValue, Proposal
from state.evidence import Evidence
from state.ids import AccountId, NodeKey, ProposalId, UserId
from state.ports.deciding import Deliberating, Draft
from state.ports.planned import Planned
from tests.build import PROFILE, Story
from tests.unit.playbook.desk import looked_at

WHEN = datetime(2026, 3, 17, 12, tzinfo=UTC)
RAJ = NodeKey("Contact/raj-patel")


def company() -> Story:
    """Tell a customer with one contact, one contract and one mail."""
    return (
        Story().customer(name="Acme", owner="maya").person("Raj Patel", "2026-02-02", roles=["champion"])
        .contract(product="dispatch", seats=230, annual_value="184000", currency="USD", ends_on="2026-04-30")
        .mail_in("raj@acme.example", "2026-02-24", "We plan two new regions from June, about 80 seats.", mail="ML-1")
    )  # fmt: skip


def seen(story: Story) -> Deliberating:
    """Look at a told story."""
    return looked_at(story.view(), story.around(), PROFILE, "prep")


def proposal(
    action_type: ActionType = "send_email",
    evidence: Sequence[Evidence] = (),
    *,
    name: str = "p1",
    recipient: NodeKey | None = RAJ,
    subject: NodeKey | None = None,
    arguments: Mapping[str, str] | None = None,
    account: str = "acme",
) -> Proposal:
    """Make a proposal."""
    return Proposal(
        id=ProposalId(name), account=AccountId(account), action_type=action_type,
        action_class=ACTION_CLASSES[action_type], rule="test.row", owner=UserId("maya"), subject=subject,
        recipient=recipient, tool="email.send", arguments=dict(arguments or {}), description="Write to Raj Patel",
        context_summary="Raj Patel asked.",
        expected_outcome=ExpectedOutcome(text="He answers", measure="reply", target="1", by=date(2026, 3, 17)),
        risk_class="low", confidence=0.8, p_outcome=0.4, human_required=True, why_now="He asked.",
        expected_value=ExpectedValue(amount=Decimal(100), currency="USD", arithmetic=".1 × 1,000 − 0 = $100"),
        urgency="this_week", reversible=False, expires_at=WHEN, evidence=tuple(evidence), dedup_key=name,
    )  # fmt: skip


def said(text: str, *evidence: Evidence, operations: Sequence[Operation] = (), name: str = "") -> Statement:
    """Make a sentence of a draft or brief."""
    return Statement(
        id=name or f"s-{text[:24]}", text=text, kind="fact" if evidence else "inferred", evidence=evidence,
        operations=tuple(operations),
    )  # fmt: skip


def planned(
    *proposals: Proposal, drafts: Mapping[str, Draft] | None = None, brief: Sequence[Statement] | None = None
) -> Planned:
    """Record a plan."""
    page = None
    if brief is not None:
        section = Section(id="risks", title="Risks", statements=tuple(brief))
        page = Brief(account="acme", title="Acme", meeting=None, word_count=0, sections=(section,))
    deliberated = Deliberated(
        reasoner="playbook",
        interpretation=Interpretation(happening="", changed="", matters_now=""),
        assessment=Assessment(missing=(), contradictory=(), safe_to_decide=True, because=""),
        hypotheses=(),
        decision=Deliberation(proposals=proposals),
        brief=page,
    )
    return Planned(iteration=0, deliberated=deliberated, drafts=dict(drafts or {}))


def drafted(
    about: Deliberating, one: Proposal, *sentences: str | Statement, subject: str = "Your question"
) -> list[Finding]:
    """Criticize a proposal with these words."""
    statements = tuple(said(each) if isinstance(each, str) else each for each in sentences)
    draft = Draft(subject=subject, statements=statements, reasoner="playbook")
    return list(criticize(planned(one, drafts={one.id: draft}), about).findings)


def rules(findings: Sequence[Finding]) -> list[str]:
    """List rule ids; a mark stands behind a blocking one."""
    return [f"{one.rule}!" if one.is_blocking else one.rule for one in findings]
