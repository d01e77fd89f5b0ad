"""Assemble the report of a run from what the run recorded; the same records give the same bytes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from graphs.parts import Parts, Tenancy
from graphs.telling.report import (
    AttendeeOut,
    BriefOut,
    CitedOut,
    MeetingOut,
    NoActionOut,
    Outcome,
    ProposalOut,
    QuestionOut,
    Report,
    SectionOut,
    StatementOut,
    ValueOut,
    VerdictOut,
)
from state.decision.brief import Brief, Section
from state.decision.planning import DataRequest, NoAction
from state.decision.proposal import Proposal, Question
from state.evidence import Evidence
from state.governance.action import OPEN
from state.ids import ActionId, ArtifactId, RunId
from state.ports.judged import Ruled, Rulings
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit


def assemble(parts: Parts, unit: Unit, tenancy: Tenancy, run: RunId) -> Report:
    """Join the newest plan of a run with its rulings and the state of its actions."""
    known = parts.documents.get((tenancy.id, run))
    found = known if isinstance(known, Run) else unit.runs.get(run)
    assert found is not None, "a run is recorded before it starts"
    planned, rulings = latest_plan(parts, unit, tenancy, run)
    named = [one.action for one in rulings.rulings if one.action is not None]
    actions = unit.actions.several([ActionId(name) for name in dict.fromkeys(named)]) if named else ()
    statuses = {str(action.id): action.status.value for action in actions}
    open_ = [action.id for action in unit.actions.listed(OPEN, account=found.account)]
    return report_of(found, tenancy, planned, rulings, statuses, open_)


def latest_plan(parts: Parts, unit: Unit, tenancy: Tenancy, run: RunId) -> tuple[Planned, Rulings]:
    """Give the newest plan of a run, as the critics left it, with what policy said about it."""
    kept = parts.underway.get((tenancy.id, run))
    return plan_of(
        parts, unit, tenancy, kept or {kind: artifact for artifact, kind in unit.runs.artifacts_of(run)}
    )


def plan_of(
    parts: Parts, unit: Unit, tenancy: Tenancy, kinds: Mapping[str, ArtifactId]
) -> tuple[Planned, Rulings]:
    """Give the newest plan among a run's artifacts, with what policy said about it."""
    iteration = max(int(kind.partition(".")[2]) for kind in kinds if kind.startswith("rulings."))
    plan: ArtifactId = kinds.get(f"mended.{iteration}") or kinds[f"planned.{iteration}"]
    planned = parts.document(unit, tenancy.id, plan, Planned)
    return planned, parts.document(unit, tenancy.id, kinds[f"rulings.{iteration}"], Rulings)


def report_of(
    run: Run,
    tenancy: Tenancy,
    planned: Planned,
    rulings: Rulings,
    statuses: Mapping[str, str],
    open_actions: Iterable[str],
) -> Report:
    """Fill the contract; no store is read here."""
    said = planned.deliberated
    question = planned.question if planned.iteration == 0 else None
    now = rulings.now
    return Report(
        account=run.account,
        tenant=tenancy.id,
        as_of=now,
        situation=rulings.situation,
        reasoner=said.reasoner,
        fell_back_because=said.fell_back_because,
        trace_id=run.trace_id,
        run=run.id,
        outcome=_outcome(planned, rulings, question),
        posture=rulings.posture,
        interpretation=said.interpretation,
        assessment=said.assessment,
        hypotheses=said.hypotheses,
        meeting=_meeting(said.brief),
        brief=_brief(said.brief, now),
        proposals=tuple(_proposal(one, rulings.of(one.id), statuses, now) for one in planned.proposals),
        question=_question(question),
        no_action=_no_action(planned),
        pending=(*open_actions, *((question.id,) if question else ())),
    )


def _outcome(planned: Planned, rulings: Rulings, question: Question | None) -> Outcome:
    """Give the first that applies of data_request, clarification, approval, proposals, no_action."""
    if isinstance(planned.deliberated.decision, DataRequest):
        return "data_request"
    if question is not None:
        return "clarification"
    if any(one.verdict.kind == "require_approval" for one in rulings.rulings):
        return "approval"
    return "proposals" if rulings.rulings else "no_action"


def cited(evidence: Evidence, now: datetime) -> CitedOut:
    """One citation with its age."""
    return CitedOut(
        id=evidence.id,
        source=evidence.source,
        record=evidence.record,
        field=evidence.field,
        value=evidence.value,
        quote=evidence.quote,
        observed_at=evidence.observed_at,
        age_days=evidence.age_days(now),
        trust=evidence.trust.value,
    )


def _proposal(
    proposal: Proposal, ruled: Ruled | None, statuses: Mapping[str, str], now: datetime
) -> ProposalOut:
    assert ruled is not None, "every proposal is ruled on"
    verdict = ruled.verdict
    shared = proposal.model_dump(include=set(ProposalOut.model_fields) & set(Proposal.model_fields))
    shared |= {"evidence": tuple(cited(item, now) for item in proposal.evidence)}
    shared |= {"expected_value": worth_of(proposal)}
    shared |= {"human_required": proposal.human_required or verdict.kind in ("require_approval", "clarify")}
    return ProposalOut(
        **shared,
        verdict=VerdictOut(kind=verdict.kind, rule=verdict.rule, reasons=verdict.reasons),
        action=ruled.action,
        status=statuses.get(str(ruled.action)),
    )


def worth_of(proposal: Proposal) -> ValueOut:
    """Write what it is worth, with the arithmetic."""
    return ValueOut.model_validate(proposal.expected_value.model_dump())


def _question(question: Question | None) -> QuestionOut | None:
    if question is None:
        return None
    return QuestionOut(id=question.id, text=question.text, options=question.options, changes=question.changes)


def _no_action(planned: Planned) -> NoActionOut | None:
    decision = planned.deliberated.decision
    if not isinstance(decision, NoAction):
        return None
    return NoActionOut(reasons=decision.reasons, look_again_at=decision.look_again_at)


def _meeting(brief: Brief | None) -> MeetingOut | None:
    if brief is None or brief.meeting is None:
        return None
    meeting = brief.meeting
    return MeetingOut(
        id=meeting.id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=meeting.title,
        place=meeting.place,
        attendees=tuple(AttendeeOut(**person.model_dump()) for person in meeting.attendees),
        purpose=meeting.purpose,
        purpose_basis=meeting.purpose_basis,
    )


def _brief(brief: Brief | None, now: datetime) -> BriefOut | None:
    if brief is None:
        return None
    sections = tuple(_section(section, now) for section in brief.sections)
    return BriefOut(word_count=brief.word_count, sections=sections, cut=brief.cut)


def _section(section: Section, now: datetime) -> SectionOut:
    return SectionOut(
        id=section.id,
        title=section.title,
        statements=tuple(
            StatementOut(
                id=one.id,
                text=one.text,
                kind=one.kind,
                evidence=tuple(cited(item, now) for item in one.evidence),
            )
            for one in section.statements
        ),
        empty_reason=section.empty_reason,
    )
