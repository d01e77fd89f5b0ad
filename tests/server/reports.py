"""Reports made by hand for tests of their pages."""

from datetime import UTC, date, datetime

from graphs.telling.report import (
    AttendeeOut,
    BriefOut,
    CitedOut,
    MeetingOut,
    ProposalOut,
    QuestionOut,
    Report,
    SectionOut,
    StatementOut,
    ValueOut,
)
from server.render.words import Reader
from state.decision.planning import Assessment, Interpretation
from state.decision.proposal import ExpectedOutcome

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
READER = Reader("America/New_York", NOW, {"maya": "Maya Ortiz"})


def cited(value: str = "230", quote: str | None = None, source: str = "crm", age_days: int = 3) -> CitedOut:
    return CitedOut(
        id="ev_1", source=source, record="C-1", field="seats", value=value, quote=quote, observed_at=NOW,
        age_days=age_days, trust="system_of_record",
    )  # fmt: skip


def statement(text: str, *evidence: CitedOut, kind: str = "fact") -> StatementOut:
    return StatementOut.model_validate({"id": "st_1", "text": text, "kind": kind, "evidence": evidence})


def section(name: str, *statements: StatementOut, empty: str | None = None) -> SectionOut:
    return SectionOut(id=name, title=name.replace("_", " "), statements=statements, empty_reason=empty)


def proposal(
    action_type: str = "create_task", kind: str = "allow", status: str | None = "executed", **more: object
) -> ProposalOut:
    fields: dict[str, object] = {
        "id": "pr_1", "action_type": action_type, "action_class": 1, "description": "Call Ann Lee at Oak Inc",
        "context_summary": "Ann waits for a call.", "required_inputs": (), "risk_class": "low", "confidence": 0.84,
        "p_outcome": 0.5, "human_required": False, "why_now": "She asked on Friday", "urgency": "now",
        "decide_by": None, "reversible": True, "recipient": None, "owner": "maya", "held_by": None, "group": None,
        "evidence": (cited(),), "action": "ac_0123456789abcdef", "status": status,
        "expected_outcome": ExpectedOutcome(text="She says yes", measure="reply", target="yes", by=date(2026, 3, 17)),
        "expected_value": ValueOut(amount="990", currency="USD", arithmetic=".1 × 10,000 − 10 = $990"),
        "verdict": {"kind": kind, "rule": "some-rule", "reasons": ("It stays inside.",)},
    }  # fmt: skip
    return ProposalOut.model_validate({**fields, **more})


def report(
    *sections: SectionOut, proposals: tuple[ProposalOut, ...] = (), question: QuestionOut | None = None,
    meeting: MeetingOut | None = None,
) -> Report:  # fmt: skip
    brief = BriefOut(word_count=12, sections=sections, cut=())
    return Report(
        account="oak", tenant="fieldstone", as_of=NOW, situation={"account": "oak", "version": 1, "digest": "0"},
        reasoner="playbook", fell_back_because=None, trace_id="tr_1", run="run_1", outcome="proposals",
        posture="AT_RISK", interpretation=Interpretation(happening="a", changed="b", matters_now="c"),
        assessment=Assessment(missing=(), contradictory=(), safe_to_decide=True, because=""), hypotheses=(),
        meeting=meeting, brief=brief, proposals=proposals, question=question, no_action=None, pending=(),
    )  # fmt: skip


def meeting(title: str = "Review") -> MeetingOut:
    known = AttendeeOut(
        name="Ann Lee", address="ann@oak.example", is_known=True, roles=("champion",), stance="supporter",
        last_touch=datetime(2026, 3, 2, 15, tzinfo=UTC),
    )  # fmt: skip
    stranger = known.model_copy(update={"name": "Bo", "address": "bo@oak.example", "is_known": False})
    return MeetingOut(
        id="M-1", starts_at=datetime(2026, 3, 11, 14, tzinfo=UTC), ends_at=datetime(2026, 3, 11, 14, 45, tzinfo=UTC),
        zone="America/New_York", title=title, place="Video call", attendees=(known, stranger), purpose="renewal",
        purpose_basis="its agenda says so",
    )  # fmt: skip
