"""One act in a process of its own: prep, answer, approve, sweep; prints what happened as one JSON line."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graphs.bootstrap import House, bootstrap
from graphs.telling.report import Report
from state.ids import AccountId, ActionId
from state.principal import Principal
from state.settings import read_settings
from tests.graph.homes import TENANT, principal_of, waits
from tests.graph.nursery import fork_for_each_line
from tests.graph.planned import on


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


if sys.argv[1:] == ["--forks"]:
    fork_for_each_line(main)
else:
    main(sys.argv[1:])
