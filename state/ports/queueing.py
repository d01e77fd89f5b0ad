"""Work that waits: jobs by id, at most one at a time per account, and the processes that carry them out.

Invariant: a job is a wake-up and proves nothing; the rows it was made from are the truth, so it may come twice or late.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from state.ids import AccountId, TenantId


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JobKind(StrEnum):
    """What is to be done."""

    LOOP = "loop"
    """Run the loop of an account at which something happened."""
    ACT = "act"
    """Carry out one action whose time has come."""
    DAILY = "daily"
    """Look at everything once a day, and put away what is old."""
    PLAN = "plan"
    """Bring a plan forward of which a step is due or has ended."""
    SETTLE = "settle"
    """Go on with what a dead process left."""


class Job(_Frozen):
    """One thing to do once."""

    kind: JobKind
    tenant: TenantId
    subject: str
    """Account, action, day or dead process."""
    number: str
    """Version, grant or window: the same number is never done twice."""
    account: AccountId | None = None
    """Whose turn it takes; None: the tenant's own."""
    tries: int = 0

    @property
    def id(self) -> str:
        """Name it, so that asking for it again asks for nothing new."""
        again = f":{self.tries}" if self.tries else ""
        return f"{self.kind}:{self.tenant}:{self.subject}:{self.number}{again}"

    @property
    def turn(self) -> str:
        """Name whose jobs run one after another."""
        return f"{self.tenant}/{self.account or ''}"

    @property
    def is_released(self) -> bool:
        """Tell whether a person let it go, or a delay that people may veto has passed: it waits behind nothing else."""
        return self.kind is JobKind.ACT

    def again(self) -> "Job":
        """Give the same thing to do under a name of its own, for what could not be done yet."""
        return self.model_copy(update={"tries": self.tries + 1})


class JobState(StrEnum):
    """What became of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(_Frozen):
    """One job as the queue shows it."""

    id: str
    state: JobState
    asked_at: datetime
    worker: str
    """Who runs or ran it, or nothing."""
    result: str = ""


class JobQueue(Protocol):
    """Keeps jobs until a worker takes them."""

    def enqueue(self, job: Job, delay_seconds: float = 0.0) -> None:
        """Ask for a job, at once or later; an id that is known changes nothing."""
        ...

    def cancel(self, job: str) -> None:
        """Take back what has not begun."""
        ...

    def listed(self, states: Sequence[JobState], limit: int) -> tuple[JobRow, ...]:
        """List jobs, newest first."""
        ...

    def counts(self, states: Sequence[JobState] = tuple(JobState)) -> Mapping[JobState, int]:
        """Count jobs by what became of them."""
        ...

    def adopt(self, worker: str) -> int:
        """Give back to the queue what a dead worker had taken. Shape: how many."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop what ended before a time. Shape: how many."""
        ...


class WorkerRow(_Frozen):
    """One process that takes jobs."""

    worker: str
    since: datetime
    until: datetime
    """Its lease; over when it has not been heard for that long."""


class WorkerStore(Protocol):
    """The processes that work on this database, whichever tenant they work for."""

    def beat(self, worker: str, wall: datetime, until: datetime) -> None:
        """Say that a worker is there."""
        ...

    def listed(self) -> tuple[WorkerRow, ...]:
        """List the workers, those whose lease is over as well, the oldest first."""
        ...

    def end(self, worker: str) -> bool:
        """Strike a worker off; say whether it was there, so that one alone adopts what it left."""
        ...
