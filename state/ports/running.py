"""What a run leaves behind: the run itself, artifacts by content, signals, candidates and tool runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.canonical import Json
from state.ids import AccountId, ArtifactId, RunId, ThreadId, TraceId, UserId
from state.world.signal import Signal

REDIRECT = "redirect"
"""The intent of a run about one card that a person addressed to somebody else."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Frozen):
    """One iteration of the loop for one account."""

    id: RunId
    thread: ThreadId
    account: AccountId
    intent: str
    user: UserId
    role: str
    channel: str
    trace_id: TraceId
    started_at: datetime
    """The tenant's business clock."""
    status: Literal["running", "waiting", "done", "failed"] = "running"
    report: ArtifactId | None = None
    config_hash: str = ""
    """Hash of the profile, playbooks and policy that were in force."""
    files: Mapping[str, str] = {}
    """Kind → version of the files that were in force."""


@dataclass(frozen=True, slots=True)
class RunHead:
    """The newest run of an account, by what it left."""

    account: AccountId
    run: RunId
    artifacts: Mapping[str, ArtifactId]
    """Kind → artifact."""


class Candidate(_Frozen):
    """One member of a decision's candidate set, as it was scored and chosen."""

    proposal: str
    dedup_key: str
    action_type: str
    rank: int
    score: str
    propensity: str
    """Probability with which this rank was drawn; `1` for a deterministic order."""
    verdict: str
    segment: str = ""
    """The account's tier."""
    action: str | None = None
    outcome: str | None = None


class ToolRun(_Frozen):
    """One call through the gateway."""

    id: str
    run: RunId | None
    tool: str
    principal: UserId
    arguments_hash: str
    cost_class: str
    outcome: Literal["ok", "refused", "failed", "timeout"]
    detail: str
    at: datetime
    artifact: ArtifactId | None = None
    """Where a large answer is kept."""
    code: str = ""
    """What refused it: tool, tenant, role, reason, run_budget, budget, breaker, bulkhead, arguments or lease."""
    attempts: int = 1
    """How often it was tried; 0 where it never began."""


class RunStore(Protocol):
    """Runs and their leavings; every write has an id derived from its inputs and inserts once."""

    def start(self, run: Run) -> Run:
        """Insert or return existing."""
        ...

    def set_status(self, run: RunId, status: str, report: ArtifactId | None = None) -> None:
        """Move a run on."""
        ...

    def get(self, run: RunId) -> Run | None:
        """Look one up."""
        ...

    def unfinished(self, account: AccountId | None = None) -> tuple[Run, ...]:
        """List runs that are `running`, of one account or all: to be continued when their lease is dead."""
        ...

    def waiting(self) -> tuple[Run, ...]:
        """List runs that wait for people, newest first."""
        ...

    def newest(self, limit: int) -> tuple[Run, ...]:
        """List runs of every account, newest first."""
        ...

    def named(self, start: str, limit: int) -> tuple[Run, ...]:
        """List runs by the start of their id or trace, or of the id of a proposal or signal of theirs, newest first."""
        ...

    def latest(self, account: AccountId) -> Run | None:
        """Give the newest run of an account; one that redirected a single card says nothing of the account."""
        ...

    def heads(self) -> tuple[RunHead, ...]:
        """Name the artifacts of what `latest` gives for every account, where it left any, by account."""
        ...

    def put_artifact(self, kind: str, run: RunId, body: Json) -> ArtifactId:
        """Store a JSON document under an id derived from run, kind and content."""
        ...

    def artifact(self, artifact: ArtifactId) -> Json:
        """Read a document. Raises: NotFound."""
        ...

    def artifacts_of(self, run: RunId) -> tuple[tuple[ArtifactId, str], ...]:
        """Shape: (id, kind) in order of creation."""
        ...

    def put_signals(self, run: RunId, signals: Sequence[Signal]) -> None:
        """Record the signals a run saw."""
        ...

    def signals_of(self, run: RunId) -> tuple[Signal, ...]:
        """Read them back."""
        ...

    def put_candidates(self, run: RunId, candidates: Sequence[Candidate]) -> None:
        """Record the candidate set with scores and propensities."""
        ...

    def candidates_of(self, run: RunId) -> tuple[Candidate, ...]:
        """Read it back."""
        ...

    def put_tool_run(self, tool_run: ToolRun) -> None:
        """Record a call."""
        ...

    def tool_runs_of(self, run: RunId) -> tuple[ToolRun, ...]:
        """Read them back."""
        ...


class CrmRecord(_Frozen):
    """One row of the built-in CRM store, made by exactly one action."""

    id: str
    kind: Literal[
        "task", "note", "touch", "tag", "update", "attachment", "escalation", "notification", "draft", "quote",
        "research", "mail", "invitation", "plan_step",
    ]  # fmt: skip
    account: AccountId
    subject: str
    owner: UserId | None
    action: str
    body: Json
    at: datetime
    recipient: str | None = None
    """Raw address, for mails and invitations: what frequency caps count."""


class CrmStore(Protocol):
    """The built-in CRM: tasks, notes, changes, drafts and what was sent."""

    def put(self, records: Sequence[CrmRecord]) -> None:
        """Insert once per id."""
        ...

    def listed(self, account: AccountId | None = None, kind: str | None = None) -> tuple[CrmRecord, ...]:
        """Newest first."""
        ...

    def get(self, record: str) -> CrmRecord | None:
        """Look one up by id or by the id of the action that made it."""
        ...

    def sent_to(self, addresses: Sequence[str], since: datetime) -> tuple[CrmRecord, ...]:
        """Mails to any of these addresses, all sellers."""
        ...
