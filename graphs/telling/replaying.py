"""Run a recorded decision again from its pinned inputs, and compare what comes out."""

import json
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from graphs.channels import SituationRef
from graphs.deliberating import gather
from graphs.nodes.deciding import recalled
from graphs.parts import Parts, Tenancy
from graphs.runner import Runner, config_of, request_of
from graphs.telling.assembling import latest_plan
from graphs.telling.explaining import find
from state.canonical import Json
from state.decision.planning import Deliberated
from state.decision.preferences import Preferences
from state.ids import RunId
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal


class Replayed(BaseModel):
    """A decision run again from its pinned inputs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    run: str
    reasoner: str
    recorded_hash: str
    replayed_hash: str
    is_equal: bool
    differences: tuple[str, ...]


def replay(runner: Runner, tenancy: Tenancy, name: str) -> Replayed:
    """Run a recorded decision again: the playbook anew, a model's recorded output with all code after it anew.

    Raises: NotFound.
    """
    parts = runner.parts
    with parts.stores.read(tenancy.id) as unit:
        run, planned = _decision(parts, unit, tenancy, name)
    tenancy = parts.pinned(tenancy, run.files)
    with parts.stores.read(tenancy.id) as unit:
        _, rulings = latest_plan(parts, unit, tenancy, run.id)
        situation = rulings.situation
        principal = Principal.model_validate(
            {"tenant": tenancy.id, "user": run.user, "role": run.role, "channel": run.channel}
        )
        reference = SituationRef(
            account=str(situation["account"]),
            version=int(situation["version"]),
            digest=str(situation["digest"]),
        )
        passages = _recalled_ids(runner, run)
        about = gather(
            parts,
            unit,
            tenancy,
            request_of(run, principal),
            reference,
            now=rulings.now,
            recollections=recalled(parts, unit, tenancy.id, passages),
            iteration=planned.iteration,
        )
        about = replace(about, preferences=learned_at(unit, planned), steps=planned.steps)
    said = planned.deliberated
    if said.reasoner.startswith("playbook"):
        said = runner.wait(tenancy.playbook.deliberate(about))
    again = Planned(iteration=planned.iteration, deliberated=said)
    return Replayed(
        id=name,
        run=run.id,
        reasoner=said.reasoner,
        recorded_hash=planned.proposal_hash,
        replayed_hash=again.proposal_hash,
        is_equal=planned.proposal_hash == again.proposal_hash,
        differences=differences(planned.deliberated, said),
    )


def learned_at(unit: Unit, planned: Planned) -> Preferences | None:
    """Read the version that a recorded plan was ordered by; None where there was none."""
    kept = unit.preferences.get(planned.preferences)
    return None if kept is None else kept.document


def _recalled_ids(runner: Runner, run: Run) -> list[str]:
    values = runner.wait(runner.loop.aget_state(config_of(run))).values
    return [str(one) for one in values.get("recollections", [])]


def _decision(parts: Parts, unit: Unit, tenancy: Tenancy, name: str) -> tuple[Run, Planned]:
    run = unit.runs.get(RunId(name))
    if run is not None:
        return run, latest_plan(parts, unit, tenancy, run.id)[0]
    found = find(parts, unit, tenancy, name)
    return found.run, found.planned


def differences(before: Deliberated, after: Deliberated) -> tuple[str, ...]:
    """Name the parts of two answers that differ."""
    old: dict[str, Json] = json.loads(before.model_dump_json())
    new: dict[str, Json] = json.loads(after.model_dump_json())
    return tuple(key for key in sorted(old) if old[key] != new[key])
