"""What the queue's own tables say about jobs: when each was asked for, begun and over, whoever did it.

Invariant: read past the program, by plain SQL, so that it judges the program and not itself.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dbos import DBOSClient
from sqlalchemy import Engine, create_engine, inspect, text

from evals.scale.crew import cpu_seconds
from graphs.working.job_queue import NAME, VERSION, WORK, Place, PlainJson, line_of
from state.ports.queueing import Job

PATIENCE_SECONDS = 600.0
OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED"})


class Late(Exception):
    """Something did not come in the time that only stops what hangs."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One job. Units: seconds since the epoch, 0.0 where it has not come to that."""

    id: str
    state: str
    turn: str
    worker: str
    """Who took it last."""
    asked: float
    begun: float
    over: float

    @property
    def is_over(self) -> bool:
        """Nothing more comes of it."""
        return self.state in OVER


Holds = Callable[[list[Seen]], bool]


class Jobs:
    """The queue's tables, looked at from outside."""

    def __init__(self, home: Path, database: str) -> None:
        self._place = Place(database, "revloop_engine") if database else Place.in_file(home / "engine.db")
        self._engine: Engine = create_engine(self._place.url, pool_pre_ping=True)
        self._table = f"{self._place.schema}.workflow_status" if self._place.schema else "workflow_status"

    def seen(self, like: str = "%") -> list[Seen]:
        """List jobs whose id is like that, the oldest first."""
        whose = "workflow_uuid, status, queue_partition_key, executor_id"
        columns = f"{whose}, created_at, started_at_epoch_ms, completed_at"
        query = f"SELECT {columns} FROM {self._table} WHERE workflow_uuid LIKE :like ORDER BY created_at"  # noqa: S608 - ours
        with self._engine.connect() as connection:
            rows = connection.execute(text(query), {"like": like}).all()
        return [
            Seen(row[0], row[1], row[2] or "", row[3] or "", *_seconds(row[4], row[5], row[6]))
            for row in rows
        ]

    def until(self, holds: Holds, like: str = "%") -> list[Seen]:
        """Wait until it holds of the jobs. Raises: Late."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while not holds(found := self.seen(like)):
            if time.monotonic() > ends:
                raise Late(f"{sum(one.is_over for one in found)} of {len(found)} jobs like {like} are over")
            time.sleep(0.1)
        return found

    def over(self, like: str) -> tuple[int, int]:
        """Count jobs whose id is like that: those that are over, and the others."""
        is_over = f"status IN ({', '.join(f'{one!r}' for one in sorted(OVER))})"
        query = f"SELECT count(*) FILTER (WHERE {is_over}), count(*) FILTER (WHERE NOT {is_over})"
        with self._engine.connect() as connection:
            found = connection.execute(
                text(f"{query} FROM {self._table} WHERE workflow_uuid LIKE :like"), {"like": like}
            )
            done, left = found.one()
        return int(done), int(left)

    def until_over(self, like: str, at_least: int) -> None:
        """Wait until so many are over and no other waits; it asks for two numbers, as whoever measures computes too."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while (found := self.over(like))[0] < at_least or found[1]:
            if time.monotonic() > ends:
                raise Late(f"{found[0]} jobs like {like} are over, {found[1]} are not")
            time.sleep(0.1)

    def served(self) -> dict[int, float]:
        """Say how long each of the server's processes for this database has computed; by pid, of this machine."""
        if not self._place.schema:
            return {}
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        with self._engine.connect() as connection:
            return {pid: cpu_seconds(pid) for pid in connection.execute(text(query)).scalars()}

    def ask(self, job: Job) -> None:
        """Ask for a job as a worker would."""
        self._client.enqueue(
            {
                "workflow_name": WORK,
                "queue_name": line_of(job),
                "workflow_id": job.id,
                "queue_partition_key": job.turn,
                "app_version": VERSION,
            },
            job.model_dump_json(),
        )

    def multiply(self, job: Job, first: int, count: int, turns: int) -> None:
        """Let a job wait that often more, at as many accounts, as if it had been asked for each time."""
        columns = {
            "workflow_status": _columns(self._engine, self._place.schema, "workflow_status"),
            "workflow_input": _columns(self._engine, self._place.schema, "workflow_input"),
        }
        with self._engine.begin() as connection:
            for table, names in columns.items():
                given = {name: name for name in names}
                given["workflow_uuid"] = "workflow_uuid || '#' || number"
                if "queue_partition_key" in given:
                    given["queue_partition_key"] = f"'turn-' || (number % {turns})"
                    given["status"] = "'ENQUEUED'"
                    given["started_at_epoch_ms"] = given["completed_at"] = given["owner_xid"] = "NULL"
                named = f"{self._place.schema}.{table}"
                numbers = f"generate_series({first}, {first + count - 1}) AS number"
                insert = f"INSERT INTO {named} ({', '.join(given)}) SELECT {', '.join(given.values())}"
                connection.execute(
                    text(f"{insert} FROM {named}, {numbers} WHERE workflow_uuid = :id"), {"id": job.id}
                )
                connection.execute(text(f"ANALYZE {named}"))

    def count(self, state: str) -> int:
        """Count the jobs in a state."""
        query = f"SELECT count(*) FROM {self._table} WHERE status = :state"  # noqa: S608 - ours
        with self._engine.connect() as connection:
            return int(connection.execute(text(query), {"state": state}).scalar_one())

    @cached_property
    def _client(self) -> DBOSClient:
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        return DBOSClient(
            system_database_url=self._place.url,
            dbos_system_schema=self._place.schema,
            serializer=PlainJson(),
            application_name=NAME,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
        if "_client" in vars(self):
            self._client.destroy()


def _seconds(*milliseconds: int | None) -> tuple[float, float, float]:
    asked, begun, over = ((one or 0) / 1000 for one in milliseconds)
    return asked, begun, over


def _columns(engine: Engine, schema: str | None, table: str) -> list[str]:
    return [str(one["name"]) for one in inspect(engine).get_columns(table, schema=schema)]


def all_over(at_least: int) -> Holds:
    """Hold when so many jobs are there and over."""
    return lambda found: len(found) >= at_least and all(one.is_over for one in found)
