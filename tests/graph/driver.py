"""One act in a process of its own: prep, answer, approve, sweep; prints what happened as one JSON line."""

import json
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from graphs.bootstrap import House, bootstrap
from graphs.keeping.configuring import judge_of
from graphs.keeping.filing import drafted, knowledge_of, playbook_of, profile_of
from graphs.keeping.rotating import PURPOSES, Rotation
from graphs.settling import settle
from graphs.telling.report import Report
from state.ids import AccountId, ActionId
from state.principal import Principal
from state.settings import read_settings
from tests.graph.homes import ADMIN, TENANT, principal_of, waits
from tests.graph.nursery import ROOT, fork_for_each_line
from tests.graph.planned import on
from tools.policies import load_layers, policy_files


class LaterClock:
    """A wall clock that is ahead, so that no test waits out an undo hold."""

    def wall(self) -> datetime:
        """Now, and a minute."""
        return datetime.now(UTC) + timedelta(seconds=60)


def main(arguments: list[str]) -> None:
    """Act as the arguments say; acts are joined by commas; `+60s` at the end: a minute later."""
    home, act, *rest = arguments
    act, _, later = act.partition("+")
    clock = LaterClock() if later else None
    house = bootstrap(read_settings({"home": home, "tenant": TENANT}), clock)
    principal = principal_of(house)
    said: dict[str, object] = {}
    for one in act.split(","):
        said |= done(house, principal, one, rest)
    said["points"] = list(house.parts.points)
    sys.stdout.write(json.dumps(said, sort_keys=True) + "\n")
    house.close()
    Path(home, "driver-ended").touch()


def done(house: House, principal: Principal, act: str, rest: list[str]) -> dict[str, object]:
    """Do one act and say what came of it."""
    if act in PURPOSES:
        rotation = Rotation(house.parts, house.parts.tenancy(TENANT), ADMIN)
        return {"key": rotation.rotate(act, rotation.rotate(act, None).code).key}
    return acted(house, principal, act, rest)


def acted(house: House, principal: Principal, act: str, rest: list[str]) -> dict[str, object]:
    """Do what a person or a sweep does."""
    tenancy = house.parts.tenancy(TENANT)
    if act == "prep":
        report = house.runner.start(principal, AccountId(rest[0]), "prep")
        return loaded(report)
    if act == "answer":
        run = house.desk.answer(principal, rest[0], rest[1])
        return loaded(house.runner.report(tenancy, run.id))
    if act in ("approve", "reject"):
        desk, name = house.desk, rest[0]
        decided = (
            desk.approve(principal, name) if act == "approve" else desk.reject(principal, name, "not now")
        )
        return {"status": decided.action.status.value}
    if act == "plans":
        return {"advanced": len(on(house, rest[0]))}
    if act == "release":
        return {"status": house.desk.release(principal, ActionId(rest[0])).action.status.value}
    continued = house.runner.continue_unfinished(tenancy)
    swept = house.desk.sweep(tenancy, principal)
    return {
        "runs": [run.id for run in continued],
        "swept": [one.action.id for one in swept],
        "waits": waits(house),
    }


def loaded(report: Report) -> dict[str, object]:
    """Read a report back as plain JSON."""
    plain: dict[str, object] = json.loads(report.model_dump_json())
    return plain


def loaded_once() -> None:
    """Import beforehand what a run loads when it first needs it, and read what every run reads."""
    for name in ("graphs.loop", "graphs.checkpoint", "tools.embedding.choosing", "tools.embedding.ngrams"):
        import_module(name)
    profile_of(drafted("profile", [ROOT / "profile"]))
    knowledge_of(drafted("knowledge", [ROOT / "knowledge"]))
    playbook_of(drafted("playbooks", [ROOT / "playbooks"]))
    judge_of(load_layers(policy_files(ROOT / "policies")), None)
    settle()


if sys.argv[1:] == ["--forks"]:
    loaded_once()
    fork_for_each_line(main)
else:
    main(sys.argv[1:])
