"""Plan, fetch, criticize: what a reasoner says, what it asked to read, and what the critics object to."""

from typing import TypedDict

from agents.counterfactual import dependences
from agents.critic import criticize as find_faults
from agents.critic import mended
from graphs.channels import CriticizeInput, FetchInput, PlanInput, Request, SituationRef
from graphs.deliberating import gather, principal_of
from graphs.parts import Parts
from graphs.planning.calling import with_steps
from graphs.times import instant
from graphs.working.turns import while_others_act
from state.canonical import canonical_json
from state.decision.planning import DataRequest
from state.evidence import Evidence, Trust
from state.ids import ArtifactId, EventId, EvidenceId, RunId, TenantId, TraceId, stable_id
from state.ports.deciding import Deliberating, Recollection
from state.ports.planned import Planned
from state.ports.tooling import Reading
from state.ports.unit import Unit
from state.ports.world import recollected

DRAFTED = frozenset({"draft_email", "send_email", "draft_quote"})
"""Action types whose words a reasoner writes."""
NOTHING = ""
"""In place of a document: no critic found anything."""
READ = "ar_"
"""Prefix of artifacts among the recollections: what a data request brought back."""


class Decided(TypedDict):
    """Writes: the recorded plan and its kind."""

    plan: str
    plan_kind: str


async def plan(parts: Parts, state: PlanInput) -> Decided:
    """Let the reasoner decide and write its drafts; what it said is recorded before anything else happens."""
    about = await parts.aside(_gathered, parts, state)
    tenancy = parts.tenancy(TenantId(state["request"]["tenant"]))
    said = await while_others_act(tenancy.reasoner.deliberate(about))
    deliberated = with_steps(said, about, tenancy.playbook)
    recorded = Planned(
        iteration=state["iteration"],
        deliberated=deliberated,
        steps=tuple(about.steps),
        recollections=tuple(state["recollections"]),
    )
    drafts = {
        proposal.id: await while_others_act(tenancy.reasoner.draft(proposal, about))
        for proposal in recorded.proposals
        if proposal.action_type in DRAFTED
    }
    hangs_on = dependences(about, recorded.proposals, tenancy.playbook)
    learned = about.preferences_version
    recorded = recorded.model_copy(update={"drafts": drafts, "dependences": hangs_on, "preferences": learned})
    artifact = await parts.aside(_record, parts, state["request"], recorded)
    return Decided(plan=artifact, plan_kind=deliberated.decision.kind)


def _gathered(parts: Parts, state: PlanInput) -> Deliberating:
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.read(tenancy.id) as unit:
        recollections = recalled(parts, unit, tenancy.id, state["recollections"])
        return gather(
            parts,
            unit,
            tenancy,
            request,
            state["situation"],
            now=instant(state["now"]),
            recollections=recollections,
            iteration=state["iteration"],
        )


def recalled(parts: Parts, unit: Unit, tenant: TenantId, ids: list[str]) -> tuple[Recollection, ...]:
    """Read passages and earlier reads back by id."""
    wanted = [name for name in ids if not name.startswith(READ)]
    if not all((tenant, name) in parts.documents for name in wanted):
        for passage in unit.memory.by_ids(wanted):
            parts.recall(tenant, passage.id, recollected(passage, 0.0))
    known = [name for name in wanted if (tenant, name) in parts.documents]
    reads = [name for name in ids if name.startswith(READ)]
    return tuple(parts.document(unit, tenant, name, Recollection) for name in [*known, *reads])


def _record(parts: Parts, request: Request, recorded: Planned) -> ArtifactId:
    with parts.stores.begin(TenantId(request["tenant"])) as unit:
        kind = f"planned.{recorded.iteration}"
        return parts.keep(unit, TenantId(request["tenant"]), request["run"], kind, recorded)


class Fetched(TypedDict):
    """Writes: one more recollection, and how often data was asked for."""

    recollections: list[str]
    reads: int


def fetch(parts: Parts, state: FetchInput) -> Fetched:
    """Answer a data request through the gateway."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.read(tenancy.id) as unit:
        planned = parts.document(unit, tenancy.id, state["plan"], Planned)
        asked = planned.deliberated.decision
        assert isinstance(asked, DataRequest), "the route leads here for data requests only"
        about = gather(parts, unit, tenancy, request, state["situation"], now=instant(state["now"]))
    reading = Reading(
        tool=asked.tool,
        arguments=asked.arguments,
        principal=principal_of(request),
        run=RunId(request["run"]),
        reason=asked.reason,
        now=instant(state["now"]),
        trace=TraceId(request["trace"]),
    )
    found = tenancy.gateway.read(reading, parts.stores, about)
    text = canonical_json(found.value).decode() if found.ok else str(found.refusal)
    answer = _as_recollection(text, asked, reading, state["situation"])
    with parts.stores.begin(tenancy.id) as unit:
        artifact = parts.keep(unit, tenancy.id, request["run"], f"read.{state['reads']}", answer)
    return Fetched(recollections=[*state["recollections"], artifact], reads=state["reads"] + 1)


def _as_recollection(
    text: str, asked: DataRequest, reading: Reading, situation: SituationRef
) -> Recollection:
    evidence = Evidence(
        id=EvidenceId(stable_id("ev", situation["digest"], asked.tool, text)),
        source="tool",
        record=asked.tool,
        field="result",
        value=text[:120],
        quote=text,
        observed_at=reading.now,
        hash=situation["digest"],
        trust=Trust.UNTRUSTED,
        event=EventId(asked.tool),
    )
    return Recollection(
        text=text, score=0.0, scope="account", title=asked.tool, trust=Trust.UNTRUSTED, evidence=evidence
    )


class Criticized(TypedDict):
    """Writes: the findings, and the plan with ungrounded statements marked."""

    findings: str
    plan: str


def criticize(parts: Parts, state: CriticizeInput) -> Criticized:
    """Run every validator, keep every finding, and let no ungrounded sentence stand as a fact."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.read(tenancy.id) as unit:
        planned = parts.document(unit, tenancy.id, state["plan"], Planned)
        now = instant(state["now"])
        about = gather(
            parts, unit, tenancy, request, state["situation"], now=now, iteration=planned.iteration
        )
    found = find_faults(planned, about)
    if not found.findings:
        return Criticized(findings=NOTHING, plan=state["plan"])
    run, better = request["run"], mended(planned, found)
    with parts.stores.begin(tenancy.id) as unit:
        findings = parts.keep(unit, tenancy.id, run, f"findings.{planned.iteration}", found)
        artifact = (
            state["plan"]
            if better == planned
            else parts.keep(unit, tenancy.id, run, f"mended.{planned.iteration}", better)
        )
    return Criticized(findings=findings, plan=artifact)
