"""Why something was proposed or done, and whether the same inputs give the same proposals again."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.deliberating import recorded_findings
from graphs.parts import Parts, Tenancy
from graphs.telling.assembling import cited
from graphs.telling.consequences import ApprovedOut, ChangeOut, ReadOut, approved_by, changed_by, read_by
from graphs.telling.report import CitedOut, VerdictOut
from state.decision.dependence import Dependence
from state.decision.finding import Finding
from state.decision.planning import Hypothesis
from state.decision.proposal import Proposal
from state.errors import NotFound
from state.governance.action import Action
from state.ports.judged import Ruled, Rulings
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.world.signal import Signal

NEWEST = 50
"""Runs that one name is looked for in."""


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SignalOut(_Out):
    """A signal that led to it."""

    id: str
    name: str
    severity: str
    text: str
    evidence: tuple[CitedOut, ...]


class StepOut(_Out):
    """One recorded happening of the action."""

    event: str
    start: str
    end: str
    at: str
    by: str
    code: str


class EffectOut(_Out):
    """What the transport would get, or got."""

    tool: str
    recipients: tuple[str, ...]
    content: str
    effect_hash: str
    receipt: str


class Why(_Out):
    """Why it happened, what data it used, which policy allowed it, what was approved, what changed in memory."""

    id: str
    action: str | None
    status: str | None
    proposal: str
    account: str
    trace_id: str
    run: str
    reasoner: str
    description: str
    why_now: str
    expected_value: str
    rule: str
    """The playbook row or model that proposed it."""
    signals: tuple[SignalOut, ...]
    evidence: tuple[CitedOut, ...]
    hypotheses: tuple[Hypothesis, ...]
    findings: tuple[Finding, ...]
    verdict: VerdictOut
    rules_hit: tuple[str, ...]
    policy_version: str
    untrusted: Dependence | None
    """What unverified words decide of it; None where it was not tested."""
    situation: dict[str, str | int]
    approvals: tuple[str, ...]
    approved: tuple[ApprovedOut, ...]
    reads: tuple[ReadOut, ...]
    changes: tuple[ChangeOut, ...]
    steps: tuple[StepOut, ...]
    effects: tuple[EffectOut, ...]
    ledger: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A proposal with everything recorded about it."""

    run: Run
    planned: Planned
    proposal: Proposal
    ruled: Ruled
    situation: dict[str, str | int]
    action: Action | None


def explain(parts: Parts, tenancy: Tenancy, name: str) -> Why:
    """Answer `why ID` for an action or a proposal. Raises: NotFound, Ambiguous."""
    with parts.stores.read(tenancy.id) as unit:
        found = find(parts, unit, tenancy, name)
        return _why(parts, unit, tenancy, found)


def find(parts: Parts, unit: Unit, tenancy: Tenancy, name: str) -> Found:
    """Find a proposal by the start of the id of its action, itself, its run or trace, or a signal that led to it."""
    action = _action(unit, name)
    runs = (unit.runs.get(action.run),) if action else unit.runs.named(name, NEWEST)
    wanted = action.proposal if action else name
    for run in runs:
        if run is None:
            continue
        for planned, ruled, situation in plans_of(parts, unit, tenancy, run):
            for proposal in planned.proposals:
                if _is_meant(wanted, run, proposal):
                    one = next(r for r in ruled if r.proposal == proposal.id)
                    return Found(run, planned, proposal, one, situation, action)
    raise NotFound(
        f"nothing that was proposed is called {name!r}, or led to by it", field="id", value=name,
        remedy="See `revloop inbox`; of a plan, `revloop plan explain`.",
    )  # fmt: skip


def _action(unit: Unit, name: str) -> Action | None:
    """Find an action by the start of its id, or by that of an alert it was drafted for."""
    try:
        return unit.actions.by_prefix(name)
    except NotFound:
        alert = unit.alerts.get(name)
        return unit.actions.get(alert.action) if alert is not None and alert.action else None


def _is_meant(wanted: str, run: Run, proposal: Proposal) -> bool:
    names = (proposal.id, run.id, run.trace_id, *proposal.signals)
    return bool(wanted) and any(one.startswith(wanted) for one in names)


def plans_of(
    parts: Parts, unit: Unit, tenancy: Tenancy, run: Run
) -> list[tuple[Planned, tuple[Ruled, ...], dict[str, str | int]]]:
    """Every plan of a run with its rulings, newest first."""
    kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(run.id)}
    out = []
    for kind in sorted((kind for kind in kinds if kind.startswith("rulings.")), reverse=True):
        iteration = kind.partition(".")[2]
        plan = kinds.get(f"mended.{iteration}") or kinds[f"planned.{iteration}"]
        rulings = parts.document(unit, tenancy.id, kinds[kind], Rulings)
        planned = parts.document(unit, tenancy.id, plan, Planned)
        out.append((planned, rulings.rulings, rulings.situation))
    return out


def _why(parts: Parts, unit: Unit, tenancy: Tenancy, found: Found) -> Why:
    proposal, action, now = found.proposal, found.action, tenancy.now
    kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(found.run.id)}
    kept = kinds.get(f"findings.{found.planned.iteration}")
    findings = recorded_findings(parts, unit, tenancy.id, kept).on(proposal.id)
    named = {signal.id: signal for signal in unit.runs.signals_of(found.run.id)}
    of_action = tuple(unit.ledger.of_action(action.id)) if action else ()
    entries = (*of_action, *unit.ledger.of_trace(found.run.trace_id))
    seen = sorted({one.entry.seq: one.entry.id for one in entries}.items())
    verdict = found.ruled.verdict
    value = proposal.expected_value
    return Why(
        id=action.id if action else proposal.id,
        action=action.id if action else None,
        status=action.status.value if action else None,
        proposal=proposal.id,
        account=proposal.account,
        trace_id=found.run.trace_id,
        run=found.run.id,
        reasoner=found.planned.deliberated.reasoner,
        description=proposal.description,
        why_now=proposal.why_now,
        expected_value=value.arithmetic,
        rule=proposal.rule,
        signals=tuple(_signal(named[one], now) for one in proposal.signals if one in named),
        evidence=tuple(cited(one, now) for one in proposal.evidence),
        hypotheses=found.planned.deliberated.hypotheses,
        findings=findings,
        verdict=VerdictOut(kind=verdict.kind, rule=verdict.rule, reasons=verdict.reasons),
        rules_hit=found.ruled.hits,
        policy_version=found.ruled.policy_version,
        untrusted=found.planned.dependences.get(proposal.id),
        situation=found.situation,
        approvals=_approvals(action),
        approved=approved_by(of_action),
        reads=read_by(unit.runs.tool_runs_of(found.run.id)),
        changes=changed_by(unit, tenancy, action, entries),
        steps=_steps(unit, action),
        effects=_effects(action),
        ledger=tuple(name for _, name in seen),
    )


def _signal(signal: Signal, now: datetime) -> SignalOut:
    return SignalOut(
        id=signal.id,
        name=signal.name,
        severity=signal.severity.value,
        text=signal.text,
        evidence=tuple(cited(one, now) for one in signal.evidence),
    )


def _approvals(action: Action | None) -> tuple[str, ...]:
    if action is None:
        return ()
    granted = action.grant.approvers if action.grant else ()
    return tuple(sorted({*granted, *(one.user for one in action.approvals)}))


def _steps(unit: Unit, action: Action | None) -> tuple[StepOut, ...]:
    if action is None:
        return ()
    return tuple(
        StepOut(
            event=one.event,
            start=one.start.value,
            end=one.end.value,
            at=one.at.isoformat(),
            by=one.by,
            code=one.code,
        )
        for one in unit.actions.history(action.id)
    )


def _effects(action: Action | None) -> tuple[EffectOut, ...]:
    if action is None:
        return ()
    effect = action.effect
    return (
        EffectOut(
            tool=effect.tool,
            recipients=effect.recipients,
            content=effect.content,
            effect_hash=action.effect_hash,
            receipt=action.receipt,
        ),
    )
