"""Ready-made accounts, proposals, drafts and gateways for tests of tools; every value is invented."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from state.canonical import Json
from state.decision.brief import Statement
from state.decision.proposal import ACTION_CLASSES, ExpectedOutcome, ExpectedValue, Proposal
from state.evidence import Evidence, Trust
from state.governance.action import Action
from state.governance.effect import Effect, effect_hash, rest_hash
from state.ids import AccountId, ActionId, EventId, EvidenceId, ProposalId, RunId, UserId
from state.ports.deciding import Deliberating, Draft
from state.ports.tooling import Reading
from state.principal import Principal, Role
from state.world.knowledge import KnowledgeDocument, Scope
from state.world.profile import Profile
from state.world.synthesis import synthesize
from tests.build import NOW, PROFILE, TENANT, Story
from tools.catalog import TOOL_OF
from tools.egress import Egress
from tools.gateway import TenantGateway
from tools.keys import Key

KEY = Key(1, bytes(range(32)))
ACTION = ActionId("ac_0123456789abcdef0123")
SARAH = "Contact/sarah-chen"
USERS = PROFILE.company.users
DOCUMENTS = (
    KnowledgeDocument(
        id="soc2-summary", title="SOC 2", scope=Scope.CUSTOMER_SAFE, updated=date(2026, 1, 5), kind="security",
        text="# SOC 2\n\nType II, Zürich.",
    ),
    KnowledgeDocument(
        id="battle-card", title="Rival", scope=Scope.INTERNAL, updated=date(2026, 1, 5), kind="battle_card",
        text="Keep this inside.",
    ),
)  # fmt: skip


def acme() -> Story:
    """Tell of a customer of Maya's: people, a deal with a discount asked for, tickets, a plan, mails, meetings."""
    story = Story("acme").customer(
        name="Acme Corp", owner="maya", domain="acme.example", zone="America/Chicago"
    )
    story.person("Sarah Chen", roles=["champion"]).person("Raj Patel", zone="Europe/Paris")
    story.person("Nora Blake", verified=False).person("Ida Moss", email="ida@fieldstone.example")
    story.deal(
        name="More seats", kind="expansion", stage="Negotiation", amount="64000", currency="USD", owner="maya",
        close_on="2026-04-30", forecast_category="commit", discount_requested_percent="18",
    )  # fmt: skip
    story.deal(deal="D-2", name="Old", stage="Proposal", amount="9000").closed("2026-02-01", "won", "D-2")
    story.contract(product="Dispatch", seats=230, annual_value="184000", currency="USD", starts_on="2025-05-01",
                   ends_on="2026-04-30", notice_on="2026-03-31", auto_renew=True)  # fmt: skip
    story.opened_ticket("SUP-4412", "2026-02-19", 2).opened_ticket("SUP-1", "2026-01-02", 3)
    story.ticket("SUP-1", "2026-01-09", status="closed", rating=4)
    story.mail_in("sarah@acme.example", "2026-03-02T14:00", "Can you send the report?", mail="ML-7", thread="T-1",
                  subject="Report")  # fmt: skip
    story.mail_out("raj@acme.example", "2026-03-03T14:00", "Two new regions.", mail="ML-8")
    story.meeting(
        "2026-03-11T14:00", ["sarah@acme.example", "maya@fieldstone.example"], meeting="M-1", title="Sync"
    )
    story.meeting(
        "2026-01-29T15:00", ["raj@acme.example", "maya@fieldstone.example"], meeting="M-0", title="Review"
    )
    story.usage([160, 150, 140, 133])
    steps = [
        {"step": "s1", "title": "Call", "action_type": "create_task", "due_at": "2026-03-10T13:00:00Z"},
        {"step": "s2", "title": "Mail", "action_type": "send_email", "due_at": "2026-04-01T13:00:00Z"},
    ]
    story.plan("2026-03-01", steps, kind="renewal", status="ACTIVE")
    story.bounce("raj@acme.example", "2026-03-04").news("Acme opens a depot", "2026-03-05", kind="expansion")
    return story.note("They liked the plan.", "2026-02-24", participants=["raj@acme.example"])


def looking_at(
    story: Story, role: Role = Role.SELLER, profile: Profile = PROFILE, user: str = "maya"
) -> Deliberating:
    """Look at a story as a reasoner would."""
    view, around = story.view(profile), story.around()
    return Deliberating(
        principal=Principal(tenant=TENANT, user=UserId(user), role=role),
        intent="prep",
        view=view,
        judgement=synthesize(view, story.signals(profile), around, profile),
        around=around,
        profile=profile,
        users=profile.company.users,
        knowledge=DOCUMENTS,
    )


def cited(value: str = "133", record: str = "M-1") -> Evidence:
    """Cite something."""
    return Evidence(
        id=EvidenceId(f"ev_{record}_{value}"), source="crm", record=record, field="value", value=value,
        observed_at=NOW, hash="0" * 64, trust=Trust.SYSTEM_OF_RECORD, event=EventId("E-1"),
    )  # fmt: skip


def proposal(action_type: str = "send_email", /, **changes: object) -> Proposal:
    """Propose something at Acme in Maya's name."""
    body: dict[str, Any] = {
        "id": ProposalId("pr_1"),
        "account": AccountId("acme"),
        "action_type": action_type,
        "action_class": ACTION_CLASSES[action_type],
        "rule": "test.row",
        "owner": UserId("maya"),
        "tool": TOOL_OF[action_type],
        "description": "Do the right thing",
        "context_summary": "Acme: the right thing is due.",
        "expected_outcome": ExpectedOutcome(text="Done", measure="done", target="1", by=date(2026, 3, 13)),
        "risk_class": "low",
        "confidence": 0.9,
        "p_outcome": 0.5,
        "human_required": False,
        "why_now": "Now",
        "expected_value": ExpectedValue(amount=Decimal(10), currency="USD", arithmetic="1 × 10"),
        "urgency": "now",
        "reversible": True,
        "expires_at": NOW + timedelta(days=7),
        "evidence": (cited(),),
        "dedup_key": "dk_1",
    }
    return Proposal.model_validate(body | changes)


def words(subject: str = "Your renewal", *paragraphs: str) -> Draft:
    """Write a draft."""
    said = paragraphs or ("Hello Sarah,", "your renewal is due on 30 April.", "Maya")
    statements = tuple(Statement(id=f"s{n}", text=text, kind="inferred") for n, text in enumerate(said))
    return Draft(subject=subject, statements=statements, reasoner="playbook")


def gateway(home: Path, **changes: object) -> TenantGateway:
    """Open Fieldstone's gateway in a home."""
    made = TenantGateway(
        profile=PROFILE,
        folder=home / "tenants" / TENANT,
        keys=lambda: (KEY,),
        smtp_url="",
        egress=Egress(named=frozenset({"127.0.0.1"})),
        sent=None,
        is_frozen=True,
        run_budget={"CHEAP": 3, "MED": 2, "EXP": 0},
        users=USERS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def carrying(effect: Effect, **changes: object) -> Action:
    """Make the action that carries an effect."""
    action = Action(
        id=ACTION,
        tenant=TENANT,
        account=AccountId("acme"),
        proposal=ProposalId("pr_1"),
        run=RunId("rn_1"),
        action_type=effect.action_type,
        action_class=3,
        owner=UserId("maya"),
        dedup_key="dk_1",
        origin_trusted=True,
        summary="Acme",
        effect=effect,
        effect_hash=effect_hash(effect),
        rest_hash=rest_hash({}),
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        situation_version=1,
        situation_digest="0" * 64,
        policy_version="v1",
    )
    return replace(action, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def reading(
    tool: str,
    arguments: Mapping[str, Json] | None = None,
    *,
    role: Role = Role.SELLER,
    run: str | None = "rn_1",
    at: datetime = NOW,
    reason: str = "What happened there?",
) -> Reading:
    """Ask to read."""
    who = Principal(tenant=TENANT, user=UserId("maya"), role=role)
    name = None if run is None else RunId(run)
    return Reading(tool=tool, arguments=arguments or {}, principal=who, run=name, reason=reason, now=at)


def addresses(found: Sequence[str]) -> list[str]:
    """Sort addresses, ignoring case."""
    return sorted(address.lower() for address in found)
