"""Look at the accounts nobody asked about: run the loop where something moved or a border in time was crossed.

Invariant: an account at which nothing happened and no border was crossed since its last run is not run again; at
night it is not even read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphs.parts import Tenancy
from graphs.perceiving.due import due_among, due_scan
from graphs.runner import Runner
from graphs.telling.assembling import plan_of
from graphs.telling.report import Report
from state.errors import Conflict, Denied
from state.ids import RunId
from state.ports.running import Run
from state.ports.unit import Unit
from state.ports.world import AccountRow
from state.principal import Principal, Role

Progress = Callable[[AccountRow], None]
"""Told each account before it is looked at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One account after the scan."""

    account: AccountRow
    run: RunId
    is_new: bool
    """It was run just now."""


@dataclass(frozen=True, slots=True)
class Night:
    """What a nightly scan came to."""

    read: int
    """Accounts whose situation was looked at."""
    looked: tuple[Looked, ...]
    """Accounts whose loop ran."""
    busy: int
    """Left to the process that works on them, or to another day's budget; due again at the next scan of what moved."""


def scanner(tenancy: Tenancy) -> Principal:
    """Nobody asked: the agent itself, which decides nothing."""
    return Principal(
        tenant=tenancy.id,
        user=tenancy.tenant.default_user,
        role=Role.AGENT,
        method="schedule",
        channel="scan",
    )


def scan(
    runner: Runner, tenancy: Tenancy, accounts: Sequence[AccountRow], progress: Progress | None = None
) -> tuple[Looked, ...]:
    """Bring every given account up to date; one that another process works on is left to it."""
    found: list[Looked] = []
    for row in _aged(runner, tenancy, accounts):
        if progress is not None:
            progress(row)
        with runner.parts.stores.read(tenancy.id) as unit:
            last = unit.runs.latest(row.account)
            is_fresh = last is not None and is_current(runner, unit, tenancy, last, row)
        if last is not None and is_fresh:
            found.append(Looked(row, last.id, is_new=False))
            continue
        try:
            report = runner.start(scanner(tenancy), row.account, "scan")
        except (Conflict, Denied):
            continue
        found.append(Looked(row, RunId(report.run), is_new=True))
    return tuple(found)


def _aged(runner: Runner, tenancy: Tenancy, accounts: Sequence[AccountRow]) -> tuple[AccountRow, ...]:
    """Let what is due by time become events first, and read the rows of the accounts where it did."""
    due = due_among(runner.parts, tenancy, scanner(tenancy), {row.account for row in accounts})
    moved = {one.account for one in due if one.crossed}
    if not moved:
        return tuple(accounts)
    with runner.parts.stores.read(tenancy.id) as unit:
        fresh = {name: unit.situations.account(name) for name in sorted(moved)}
    return tuple(fresh.get(row.account) or row for row in accounts)


def nightly(runner: Runner, tenancy: Tenancy, progress: Callable[[int], None] | None = None) -> Night:
    """Read what is due and nothing else, and run the loop of every account where something came of it."""
    read = busy = 0
    looked: list[Looked] = []
    for found in due_scan(runner.parts, tenancy, scanner(tenancy)):
        read += 1
        if progress is not None:
            progress(read)
        if not (found.has_moved or found.changed):
            continue
        with runner.parts.stores.read(tenancy.id) as unit:
            row = unit.situations.account(found.account)
        try:
            report = runner.start(scanner(tenancy), found.account, "scan")
        except (Conflict, Denied):
            busy += 1
            continue
        if row is not None:
            looked.append(Looked(row, RunId(report.run), is_new=True))
    return Night(read, tuple(looked), busy)


def is_current(runner: Runner, unit: Unit, tenancy: Tenancy, run: Run, row: AccountRow) -> bool:
    """Tell whether a run saw this version of the account under these files, and no border has been crossed since."""
    if run.config_hash != tenancy.config_hash:
        return False
    kinds = {kind: artifact for artifact, kind in unit.runs.artifacts_of(run.id)}
    if not any(kind.startswith("rulings.") for kind in kinds):
        return False
    _, rulings = plan_of(runner.parts, unit, tenancy, kinds)
    seen = unit.views.get(row.account)
    is_asleep = seen is not None and seen.look_at is not None and seen.look_at > tenancy.now
    return rulings.situation["version"] == row.version and is_asleep


def reports(runner: Runner, tenancy: Tenancy, looked: Sequence[Looked]) -> tuple[Report, ...]:
    """Read the report of each account as it stands now."""
    return tuple(runner.report(tenancy, one.run) for one in looked)
