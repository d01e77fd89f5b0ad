"""Run a recorded decision again from its pinned inputs, and compare what comes out."""

import json
from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from graphs.channels import SituationRef
from graphs.deliberating import gather
from graphs.keeping.configuring import judge_of
from graphs.nodes.deciding import recalled
from graphs.parts import Parts, Tenancy
from graphs.runner import Runner, request_of
from graphs.telling.assembling import latest_plan
from graphs.telling.explaining import find
from state.canonical import Json
from state.decision.planning import Deliberated
from state.decision.preferences import Preferences
from state.errors import NotFound
from state.governance.facts import Facts
from state.governance.judge import Judge
from state.ids import RunId
from state.ports.judged import Ruled, Rulings
from state.ports.planned import Planned
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal
from state.world.business_time import local_day


class Replayed(BaseModel):
    """A decision run again from its pinned inputs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    run: str
    reasoner: str
    recorded_hash: str
    replayed_hash: str
    judged: int
    """How many recorded judgements were made again, by the policy of that day."""
    is_equal: bool
    differences: tuple[str, ...]


def replay(runner: Runner, tenancy: Tenancy, name: str) -> Replayed:
    """Run a recorded decision again: the playbook anew, a model's output as recorded, and what policy said of either.

    Raises: NotFound.
    """
    parts = runner.parts
    with parts.stores.read(tenancy.id) as unit:
        run, planned = _decision(parts, unit, tenancy, name)
    tenancy = parts.pinned(tenancy, run.files)
    with parts.stores.read(tenancy.id) as unit:
        kept = {kind: artifact for artifact, kind in unit.runs.artifacts_of(run.id)}
        rulings = parts.document(unit, tenancy.id, kept[f"rulings.{planned.iteration}"], Rulings)
        principal = Principal.model_validate(
            {"tenant": tenancy.id, "user": run.user, "role": run.role, "channel": run.channel}
        )
        about = gather(
            parts,
            unit,
            tenancy,
            request_of(run, principal),
            _looked_at(rulings),
            now=rulings.now,
            recollections=recalled(parts, unit, tenancy.id, list(planned.recollections)),
            iteration=planned.iteration,
        )
        about = replace(about, preferences=learned_at(unit, planned), steps=planned.steps)
        otherwise = tuple(_judged_otherwise(unit, tenancy, rulings))
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
        judged=len(_judged(rulings)),
        is_equal=planned.proposal_hash == again.proposal_hash and not otherwise,
        differences=(*differences(planned.deliberated, said), *otherwise),
    )


def _looked_at(rulings: Rulings) -> SituationRef:
    """Name the situation that was judged."""
    found = rulings.situation
    return SituationRef(
        account=str(found["account"]), version=int(found["version"]), digest=str(found["digest"])
    )


def _judged(rulings: Rulings) -> list[Ruled]:
    """List the rulings that rest on recorded facts."""
    return [one for one in rulings.rulings if one.facts]


def _judged_otherwise(unit: Unit, tenancy: Tenancy, rulings: Rulings) -> Iterator[str]:
    """Judge the recorded facts again; name what comes out otherwise. Raises: NotFound."""
    for one in _judged(rulings):
        judge = _judge_at(unit, tenancy, one, rulings)
        if judge(Facts.of(rulings.facts_of(one))).verdict != one.verdict:
            yield f"verdict on {one.action or one.proposal}"


def _judge_at(unit: Unit, tenancy: Tenancy, ruled: Ruled, rulings: Rulings) -> Judge:
    """Compile the policy that a ruling was made by, as it stood on that day. Raises: NotFound."""
    kept = unit.policies.get(ruled.policy_version)
    if kept is None:
        raise NotFound(f"policy {ruled.policy_version} is gone", field="policy", value=ruled.policy_version)
    return judge_of(kept.layers, local_day(rulings.now, tenancy.tenant.zone))


def learned_at(unit: Unit, planned: Planned) -> Preferences | None:
    """Read the version that a recorded plan was ordered by; None where there was none."""
    kept = unit.preferences.get(planned.preferences)
    return None if kept is None else kept.document


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
