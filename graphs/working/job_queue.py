"""The queue on DBOS: jobs, their turns and delays, in a SQLite file of its own or a schema of its own.

Invariant: arguments are JSON, never pickled; every process runs one version under its own name, so what a dead one
had taken can be given back. Our rows are the truth: whatever is lost here is asked for again by the next look at them.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from dbos import DBOS, DBOSClient, DBOSConfig, Serializer, SetEnqueueOptions, SetWorkflowID, WorkflowStatus
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from state.errors import Conflict, Unavailable
from state.ports.queueing import Job, JobRow, JobState

NAME = "revloop"
QUEUE = "accounts"
"""The one queue: everything that writes to an account takes its turn here."""
WORK = "revloop.work"
VERSION = "1"
"""Never the code's own hash: a new release goes on with the old one's jobs."""
POLL_SECONDS = 0.1
FILE_POLL_SECONDS = 1.0
"""Of a file that one process reads: looking ten times a second took a twentieth of a core for nothing."""
AT_HAND = 100
"""Jobs a worker takes at once: one is being done, the others wait for a model or for their turn."""
FORGET_AT_ONCE = 500
COUNTED = 1000
"""Jobs of one state are counted up to so many."""
STATES = {
    "DELAYED": JobState.WAITING,
    "ENQUEUED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}
Work = Callable[[Job], str]
_ONE = Lock()
"""Held while this process takes jobs: a second queue would silently be the first one again, in its place."""


class PlainJson(Serializer):
    """Writes JSON and reads nothing else."""

    def serialize(self, data: object) -> str:
        """Write plain values as they are and anything else, such as a failure, as what it says."""
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> object:
        """Read plain values."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """Name the format in the rows."""
        return "revloop_json"


class Place:
    """Where the queue keeps its tables."""

    def __init__(self, url: str, schema: str | None) -> None:
        self.url = url
        self.schema = schema

    @classmethod
    def in_file(cls, file: Path) -> "Place":
        """Take a file for its owner alone, with a write-ahead log."""
        return cls(f"sqlite:///{file}", None)

    @property
    def file(self) -> Path | None:
        """The SQLite file, if it is one."""
        url = make_url(self.url)
        return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None

    def prepare(self) -> None:
        """Make the file as the library would not: private, and fast."""
        if self.file is not None and not self.file.exists():
            self.file.touch(mode=0o600)
            connection = sqlite3.connect(self.file)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.close()


class WorkingQueue:
    """`JobQueue` of a worker: one per process, as the library is."""

    def __init__(self, place: Place, worker: str, work: Work) -> None:
        """Open it and take jobs. Raises: Conflict where this process does so already."""
        if not _ONE.acquire(blocking=False):
            raise Conflict(
                "This process already takes jobs.", field="worker", remedy="Close its queue first."
            )
        try:
            self._open(place, worker, work)
        except BaseException:
            _ONE.release()
            raise

    def _open(self, place: Place, worker: str, work: Work) -> None:
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        place.prepare()
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": place.url,
            "application_version": VERSION,
            "executor_id": worker,
            "serializer": PlainJson(),
            "log_level": "CRITICAL",
            "use_listen_notify": False,
            "enable_otlp": False,
        }
        if place.schema is not None:
            config["dbos_system_schema"] = place.schema
        self._dbos = DBOS(config=config)

        def run(body: str) -> str:
            return work(Job.model_validate_json(body))

        self._run = DBOS.workflow(name=WORK, max_recovery_attempts=None)(run)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=AT_HAND,
            partition_concurrency=1,
            polling_interval_sec=POLL_SECONDS if place.file is None else FILE_POLL_SECONDS,
            on_conflict="always_update",
        )

    def enqueue(self, job: Job, delay_seconds: float = 0.0) -> None:
        """Ask for a job, at once or later; an id that is known changes nothing."""
        later = delay_seconds if delay_seconds > 0 else None
        with SetWorkflowID(job.id), SetEnqueueOptions(queue_partition_key=job.turn, delay_seconds=later):
            DBOS.enqueue_workflow(QUEUE, self._run, job.model_dump_json())

    def cancel(self, job: str) -> None:
        """Take back what has not begun."""
        DBOS.cancel_workflow(job)

    def listed(self, states: Sequence[JobState], limit: int) -> tuple[JobRow, ...]:
        """List jobs, newest first."""
        found = DBOS.list_workflows(
            status=statuses(states), name=WORK, limit=limit, sort_desc=True, load_input=False
        )
        return tuple(map(row_of, found))

    def counts(self) -> Mapping[JobState, int]:
        """Count jobs by what became of them."""
        return {state: len(self.listed([state], COUNTED)) for state in JobState}

    def adopt(self, worker: str) -> int:
        """Give back to the queue what a dead worker had taken."""
        given_back = DBOS._recover_pending_workflows([worker])  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
        return len(given_back)

    def forget(self, before: datetime) -> int:
        """Drop what ended before a time."""
        ended = statuses([JobState.DONE, JobState.FAILED, JobState.CANCELLED])
        gone = 0
        while found := DBOS.list_workflows(
            status=ended,
            completed_before=before.isoformat(),
            limit=FORGET_AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            DBOS.delete_workflows([one.workflow_id for one in found])
            gone += len(found)
        return gone

    def close(self, wait_seconds: int) -> None:
        """End: take nothing more, and let what runs come to its end for so long."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
        _ONE.release()


class LookedAtQueue:
    """The queue as a process sees it that takes no jobs: nothing is made, nothing is run."""

    def __init__(self, place: Place) -> None:
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        self._client = DBOSClient(
            system_database_url=place.url,
            dbos_system_schema=place.schema,
            serializer=PlainJson(),
            application_name=NAME,
            retry_connection_errors=False,
        )

    @classmethod
    def at(cls, place: Place) -> "LookedAtQueue | None":
        """Open it; None where no worker has made it yet. Raises: Unavailable."""
        if place.file is not None and not place.file.exists():
            return None
        try:
            found = cls(place)
            found.listed([JobState.FAILED], 1)
        except DBAPIError as error:
            said = str(error.orig)
            if "no such table" in said or "does not exist" in said:
                return None
            raise Unavailable(
                f"The queue cannot be read: {said.strip().splitlines()[0]}.",
                field="database",
                remedy="See `revloop doctor`.",
            ) from error
        return found

    def listed(self, states: Sequence[JobState], limit: int) -> tuple[JobRow, ...]:
        """List jobs, newest first."""
        found = self._client.list_workflows(
            status=statuses(states), name=WORK, limit=limit, sort_desc=True, load_input=False
        )
        return tuple(map(row_of, found))

    def counts(self) -> Mapping[JobState, int]:
        """Count jobs by what became of them."""
        return {state: len(self.listed([state], COUNTED)) for state in JobState}

    def close(self) -> None:
        """Give connections back."""
        self._client.destroy()


def statuses(states: Sequence[JobState]) -> list[str]:
    """Name states as the library does."""
    return [name for name, state in STATES.items() if state in states]


def row_of(found: WorkflowStatus) -> JobRow:
    """Read one job."""
    said = found.output if found.status == "SUCCESS" else found.error
    return JobRow(
        id=found.workflow_id,
        state=STATES[found.status],
        asked_at=datetime.fromtimestamp((found.created_at or 0) / 1000, UTC),
        worker="" if STATES[found.status] is JobState.WAITING else found.executor_id or "",
        result="" if said is None else str(said),
    )
