"""Observe, learn, report: what came of it, what is worth remembering, and the answer that people and programs read."""

from typing import TypedDict

from graphs.channels import CloseInput
from graphs.deliberating import principal_of
from graphs.parts import Parts
from graphs.telling.assembling import assemble
from state.canonical import Json
from state.ids import ActionId, RunId, TenantId, TraceId
from state.ledger.entry import EntryDraft, Kind
from state.ports.running import Candidate


class Observed(TypedDict):
    """Writes: action id and the status it ended in."""

    outcomes: list[str]


def observe(parts: Parts, state: CloseInput) -> Observed:
    """Read back what became of every action of this run."""
    tenant = TenantId(state["request"]["tenant"])
    if not state["performed"] and not state["decided"]:
        return Observed(outcomes=[])
    names = sorted({*state["performed"], *(one.partition(":")[0] for one in state["decided"])})
    with parts.stores.read(tenant) as unit:
        return Observed(
            outcomes=[f"{name}:{unit.actions.get(ActionId(name)).status.value}" for name in names]
        )


class Learned(TypedDict):
    """Writes nothing of its own; learning is kept beside the run."""


def learn(parts: Parts, state: CloseInput) -> Learned:
    """Add outcomes to the recorded candidate set, for preferences to learn from."""
    request = state["request"]
    ended = dict(one.split(":", 1) for one in state["outcomes"])
    if not ended:
        return Learned()
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.begin(tenancy.id) as unit:
        run = RunId(request["run"])
        known = [_with_outcome(one, ended.get(str(one.action))) for one in unit.runs.candidates_of(run)]
        unit.runs.put_candidates(run, known)
        stamp = tenancy.stamp(principal_of(request), TraceId(request["trace"]))
        payload: dict[str, Json] = {
            "run": run,
            "candidates": len(known),
            "outcomes": sorted(f"{name}:{status}" for name, status in ended.items()),
        }
        unit.ledger.append([EntryDraft(Kind.LEARNING, stamp, payload)])
    return Learned()


def _with_outcome(candidate: Candidate, outcome: str | None) -> Candidate:
    return candidate if outcome is None else candidate.model_copy(update={"outcome": outcome})


class Reported(TypedDict):
    """Writes: the document that `prep --json` prints."""

    report: str


def report(parts: Parts, state: CloseInput) -> Reported:
    """Assemble the report, keep it, and close the run."""
    request = state["request"]
    tenancy = parts.tenancy(TenantId(request["tenant"]))
    with parts.stores.begin(tenancy.id) as unit:
        document = assemble(parts, unit, tenancy, RunId(request["run"]))
        artifact = parts.keep(unit, tenancy.id, request["run"], "report", document)
        unit.runs.set_status(RunId(request["run"]), "done", artifact)
    return Reported(report=artifact)
