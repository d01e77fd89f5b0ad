"""The queue on DBOS: jobs, their turns and delays, in a SQLite file of its own or a schema of its own.

Invariant: arguments are JSON, never pickled; every process runs one version under its own name, so what a dead one
had taken can be given back. Our rows are the truth: whatever is lost here is asked for again by the next look at them.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    Queue,
    Serializer,
    SetEnqueueOptions,
    SetWorkflowID,
)
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from graphs.working.job_rows import counted, row_of, statuses
from graphs.working.room import Room
from state.errors import Conflict, Unavailable
from state.ports.queueing import Job, JobRow, JobState

if TYPE_CHECKING:
    from dbos._sys_db import SystemDatabase

NAME = "revloop"
QUEUE = "accounts"
"""What happened and what is due: one job of an account at a time."""
RELEASED = "released"
"""What people released, past whatever else waits; an account that is in hand is asked for again soon."""
WORK = "revloop.work"
VERSION = "1"
"""Never the code's own hash: a new release goes on with the old one's jobs."""
POLL_SECONDS = {QUEUE: 0.15, RELEASED: 1.0}
FILE_POLL_SECONDS = 2.0
"""Of a file that one process reads: ten looks a second took a twentieth of a core for nothing, and a sweep of every ten
seconds asks for what comes."""
UNUSED_POLL_SECONDS = 60.0
"""Of the library's own queue, which holds nothing of ours."""
AT_HAND = {QUEUE: 100, RELEASED: 10}
"""Jobs a worker takes at once: one is being done, the others wait for a model or for their turn."""
FORGET_AT_ONCE = 500
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

    def __init__(self, place: Place, worker: str, work: Work, room: Room | None = None) -> None:
        """Open it and take jobs; of a queue that others share only what there is room for.

        Raises: Conflict where this process does so already.
        """
        if not _ONE.acquire(blocking=False):
            raise Conflict(
                "This process already takes jobs.", field="worker", remedy="Close its queue first."
            )
        try:
            self._open(place, worker, work, room if place.file is None else None)
        except BaseException:
            _ONE.release()
            raise

    def _open(self, place: Place, worker: str, work: Work, room: Room | None) -> None:
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
        _rest(self._dbos)
        DBOS.launch()
        if room is not None:
            _keep_to(self._dbos, room)
        lines = {
            name: DBOS.register_queue(
                name,
                worker_concurrency=most,
                partition_concurrency=1,
                polling_interval_sec=POLL_SECONDS[name] if place.file is None else FILE_POLL_SECONDS,
                on_conflict="always_update",
            )
            for name, most in AT_HAND.items()
        }
        _remember(self._dbos, lines)

    def enqueue(self, job: Job, delay_seconds: float = 0.0) -> None:
        """Ask for a job, at once or later; an id that is known changes nothing."""
        later = delay_seconds if delay_seconds > 0 else None
        with SetWorkflowID(job.id), SetEnqueueOptions(queue_partition_key=job.turn, delay_seconds=later):
            DBOS.enqueue_workflow(line_of(job), self._run, job.model_dump_json())

    def cancel(self, job: str) -> None:
        """Take back what has not begun."""
        DBOS.cancel_workflow(job)

    def listed(self, states: Sequence[JobState], limit: int) -> tuple[JobRow, ...]:
        """List jobs, newest first."""
        found = DBOS.list_workflows(
            status=statuses(states), name=WORK, limit=limit, sort_desc=True, load_input=False
        )
        return tuple(map(row_of, found))

    def counts(self, states: Sequence[JobState] = tuple(JobState)) -> Mapping[JobState, int]:
        """Count jobs by what became of them."""
        return counted(self._dbos._sys_db, WORK, states)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name

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


def _rest(library: DBOS) -> None:
    """Leave the queue alone that only schedules and resumptions of the library's own would fill."""
    own = library._registry.get_internal_queue()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
    own._polling_interval_sec = UNUSED_POLL_SECONDS  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # as above


def _remember(library: DBOS, lines: Mapping[str, Queue]) -> None:
    """Have the library look for jobs alone: it asked at every look, eight times a second, how this queue is set up."""
    tables = library._sys_db  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
    ask = tables.get_queue

    def known(name: str, *, client_system_database: "SystemDatabase | None" = None) -> Queue | None:
        return lines.get(name) or ask(name, client_system_database=client_system_database)

    tables.get_queue = known  # type: ignore[method-assign]  # as said above


def _keep_to(library: DBOS, room: Room) -> None:
    """Take no more at one look than there is room for; the library knows only a number that all workers share.

    Nor is asked at every look which version is the newest: there is one, and it is ours.
    """
    tables = library._sys_db  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
    take = tables.start_queued_partitioned_workflows

    def taken(
        queue: Queue,
        executor_id: str,
        app_version: str,
        max_tasks: int = AT_HAND[QUEUE],
        *,
        owner_xid: str | None = None,
        is_latest_version: bool | None = None,
    ) -> list[str]:
        most = min(max_tasks, room.left()) if queue.name == QUEUE else max_tasks
        if most == 0:
            return []
        return take(queue, executor_id, app_version, most, owner_xid=owner_xid, is_latest_version=True)

    tables.start_queued_partitioned_workflows = taken  # type: ignore[method-assign]  # as said above


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
            raise _unreadable(error) from error
        return found

    def listed(self, states: Sequence[JobState], limit: int) -> tuple[JobRow, ...]:
        """List jobs, newest first."""
        found = self._client.list_workflows(
            status=statuses(states), name=WORK, limit=limit, sort_desc=True, load_input=False
        )
        return tuple(map(row_of, found))

    def counts(self, states: Sequence[JobState] = tuple(JobState)) -> Mapping[JobState, int]:
        """Count jobs by what became of them. Raises: Unavailable."""
        try:
            return counted(self._client._sys_db, WORK, states)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public name
        except DBAPIError as error:
            raise _unreadable(error) from error

    def close(self) -> None:
        """Give connections back."""
        self._client.destroy()


def _unreadable(error: DBAPIError) -> Unavailable:
    why = str(error.orig).strip().splitlines()[0]
    return Unavailable(f"The queue cannot be read: {why}.", field="database", remedy="See `revloop doctor`.")


def line_of(job: Job) -> str:
    """Name the queue that a job waits in."""
    return RELEASED if job.is_released else QUEUE
