"""Runs with their leavings, and the built-in CRM, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from state.canonical import Json, digest
from state.errors import NotFound
from state.ids import AccountId, ArtifactId, RunId, TenantId, stable_id
from state.ports.running import REDIRECT, Candidate, CrmRecord, Run, RunHead, ToolRun
from state.world.signal import Signal


@dataclass
class Archive:
    """What one tenant's runs left behind, in the order in which it came."""

    runs: dict[RunId, Run] = field(default_factory=dict)
    artifacts: dict[ArtifactId, tuple[RunId, str, Json]] = field(default_factory=dict)
    signals: dict[tuple[RunId, str], Signal] = field(default_factory=dict)
    candidates: dict[tuple[RunId, str], Candidate] = field(default_factory=dict)
    tool_runs: dict[str, ToolRun] = field(default_factory=dict)
    crm: dict[str, CrmRecord] = field(default_factory=dict)

    def copy(self) -> "Archive":
        """Copy the containers; what they hold is frozen."""
        return replace(self, **{one.name: dict(getattr(self, one.name)) for one in fields(self)})


class MemoryRuns:
    """`RunStore` on an archive."""

    def __init__(self, tenant: TenantId, archive: Archive) -> None:
        self._tenant = tenant
        self._archive = archive

    def start(self, run: Run) -> Run:
        return self._archive.runs.setdefault(run.id, run)

    def set_status(self, run: RunId, status: str, report: ArtifactId | None = None) -> None:
        known = self._archive.runs.get(run)
        if known is not None:
            changes = {"status": status, "report": report or known.report}
            self._archive.runs[run] = Run.model_validate({**known.model_dump(), **changes})

    def get(self, run: RunId) -> Run | None:
        return self._archive.runs.get(run)

    def unfinished(self, account: AccountId | None = None) -> tuple[Run, ...]:
        found = (run for run in self._archive.runs.values() if run.status == "running")
        return tuple(run for run in found if account in (None, run.account))

    def waiting(self) -> tuple[Run, ...]:
        return tuple(
            run for run in self.newest(len(self._archive.runs)) if run.status in {"waiting", "running"}
        )

    def newest(self, limit: int) -> tuple[Run, ...]:
        return tuple(reversed(self._archive.runs.values()))[:limit]

    def named(self, start: str, limit: int) -> tuple[Run, ...]:
        kept = (*self._archive.candidates, *self._archive.signals)
        held = {run for run, name in kept if name.startswith(start)}
        return tuple(
            run
            for run in self.newest(len(self._archive.runs))
            if run.id in held or run.id.startswith(start) or run.trace_id.startswith(start)
        )[:limit]

    def latest(self, account: AccountId) -> Run | None:
        return next(
            (
                run
                for run in self.newest(len(self._archive.runs))
                if run.account == account and run.intent != REDIRECT
            ),
            None,
        )

    def heads(self) -> tuple[RunHead, ...]:
        newest = {run.account: run.id for run in self._archive.runs.values() if run.intent != REDIRECT}
        found = [
            RunHead(account, run, {kind: name for name, kind in self.artifacts_of(run)})
            for account, run in sorted(newest.items())
        ]
        return tuple(one for one in found if one.artifacts)

    def put_artifact(self, kind: str, run: RunId, body: Json) -> ArtifactId:
        name = ArtifactId(stable_id("ar", self._tenant, run, kind, digest(body)))
        self._archive.artifacts.setdefault(name, (run, kind, body))
        return name

    def artifact(self, artifact: ArtifactId) -> Json:
        if artifact not in self._archive.artifacts:
            raise NotFound(f"no artifact {artifact}", field="artifact", value=artifact)
        return self._archive.artifacts[artifact][2]

    def artifacts_of(self, run: RunId) -> tuple[tuple[ArtifactId, str], ...]:
        found = [(name, kind) for name, (of, kind, _) in self._archive.artifacts.items() if of == run]
        return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))

    def put_signals(self, run: RunId, signals: Sequence[Signal]) -> None:
        for signal in signals:
            self._archive.signals.setdefault((run, signal.id), signal)

    def signals_of(self, run: RunId) -> tuple[Signal, ...]:
        return tuple(signal for (of, _), signal in sorted(self._archive.signals.items()) if of == run)

    def put_candidates(self, run: RunId, candidates: Sequence[Candidate]) -> None:
        for candidate in candidates:
            self._archive.candidates[run, candidate.proposal] = candidate

    def candidates_of(self, run: RunId) -> tuple[Candidate, ...]:
        found = [one for (of, _), one in self._archive.candidates.items() if of == run]
        return tuple(sorted(found, key=lambda one: one.rank))

    def put_tool_run(self, tool_run: ToolRun) -> None:
        self._archive.tool_runs.setdefault(tool_run.id, tool_run)

    def tool_runs_of(self, run: RunId) -> tuple[ToolRun, ...]:
        return tuple(one for _, one in sorted(self._archive.tool_runs.items()) if one.run == run)


class MemoryCrm:
    """`CrmStore` on an archive."""

    def __init__(self, archive: Archive) -> None:
        self._rows = archive.crm

    def put(self, records: Sequence[CrmRecord]) -> None:
        for record in records:
            self._rows.setdefault(record.id, record)

    def listed(self, account: AccountId | None = None, kind: str | None = None) -> tuple[CrmRecord, ...]:
        found = [one for _, one in sorted(self._rows.items()) if account in {None, one.account}]
        return tuple(
            sorted((one for one in found if kind in {None, one.kind}), key=lambda one: one.at, reverse=True)
        )

    def get(self, record: str) -> CrmRecord | None:
        found = (one for _, one in sorted(self._rows.items()) if record in (one.id, one.action))
        return next(found, None)

    def sent_to(self, addresses: Sequence[str], since: datetime) -> tuple[CrmRecord, ...]:
        wanted = {address.lower() for address in addresses}
        found = [
            one
            for one in self._rows.values()
            if one.kind == "mail" and one.recipient in wanted and one.at >= since
        ]
        return tuple(sorted(found, key=lambda one: one.at))
