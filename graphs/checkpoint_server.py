"""The checkpointer on PostgreSQL, in a schema of its own beside ours; as strict as the one in a file."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import sleep
from typing import Any, TypeVar

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from graphs.checkpoint import ClosedSerializer, Saver, Threaded
from state.errors import Unavailable

MOST_CONNECTIONS = 4
ONE_AT_A_TIME = 5_141_072
"""Number of the lock under which the tables are made."""
TRIES, TRY_SECONDS = 300, 0.1
_TABLES = {
    "checkpoints": "checkpoint::text, metadata::text",
    "checkpoint_blobs": "blob",
    "checkpoint_writes": "blob",
}
T = TypeVar("T")


class ServerSaver(Saver, PostgresSaver):
    """The threads in a PostgreSQL schema.

    A connection that died in the pool is noticed by what is asked on it, and that is asked once more: what is written
    here is written under its own id, so twice is once. To ask each connection first whether it lives cost a fifth.
    """

    def __init__(self, pool: "ConnectionPool[psycopg.Connection[DictRow]]") -> None:
        super().__init__(pool, serde=ClosedSerializer(allowed_msgpack_modules=[]))
        self.pool = pool

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint."""
        return self._asked(partial(super().put, config, checkpoint, metadata, new_versions))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write the pending writes of a task."""
        self._asked(partial(super().put_writes, config, writes, task_id, task_path))

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint."""
        return self._asked(partial(super().get_tuple, config))

    def _asked(self, ask: Callable[[], T]) -> T:
        """Ask, and once more when the connection was dead, after every other dead one is gone."""
        try:
            return ask()
        except psycopg.OperationalError:
            self.pool.check()
            return ask()

    def contents(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Give every stored value with its thread."""
        with self.pool.connection() as connection:
            for table, columns in _TABLES.items():
                query = f"SELECT thread_id, {columns} FROM {table}"  # noqa: S608 - ours
                for row in connection.execute(query.encode()):
                    thread, *found = row.values()
                    yield str(thread), tuple(found)

    def at_rest(self, since: str) -> Sequence[str]:
        """List threads with more than one checkpoint and none newer than an id, oldest first."""
        query = (
            "SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < %s"
            " AND count(*) > count(DISTINCT checkpoint_ns) ORDER BY max(checkpoint_id)"
        )
        with self.pool.connection() as connection:
            return [str(row["thread_id"]) for row in connection.execute(query, (since,))]

    def keep_latest(self, threads: Sequence[str]) -> None:
        """Leave of each thread only what it goes on from."""
        self.prune(threads)

    def compact(self) -> None:
        """Leave no deleted byte behind."""
        with self.pool.connection() as connection:
            for table in _TABLES:
                connection.execute(f"VACUUM (FULL) {table}".encode())

    def close(self) -> None:
        """Give the connections back."""
        self.pool.close()


class ServedServerSaver(Threaded, ServerSaver):
    """The threads in a PostgreSQL schema, for a server."""


S = TypeVar("S", bound=ServerSaver)


def open_server_saver(place: str, kind: type[S]) -> S:
    """Open the schema that a connection string names, and make its tables when they are not there.

    Raises: Unavailable.
    """
    pool = ConnectionPool(
        place,
        connection_class=psycopg.Connection[DictRow],
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
        min_size=1,
        max_size=MOST_CONNECTIONS,
        open=True,
    )
    saver = kind(pool)
    try:
        _made(saver)
    except psycopg.Error as fault:
        pool.close()
        raise Unavailable(
            f"The checkpoints cannot be opened: {fault}.", remedy="See `revloop doctor`."
        ) from fault
    return saver


def _made(saver: ServerSaver) -> None:
    """Make the tables, one process at a time.

    Why by trying: whoever waits for a lock holds a snapshot, and indexes made concurrently wait for snapshots.
    """
    newest = len(saver.MIGRATIONS) - 1
    with saver.pool.connection() as connection:
        there = connection.execute(
            "SELECT to_regclass('checkpoint_migrations') IS NOT NULL AS is_there"
        ).fetchone()
        if there and there["is_there"]:
            row = connection.execute("SELECT max(v) AS v FROM checkpoint_migrations").fetchone()
            if row and row["v"] == newest:
                return
        for _ in range(TRIES):
            locked = connection.execute(
                "SELECT pg_try_advisory_lock(%s) AS is_mine", (ONE_AT_A_TIME,)
            ).fetchone()
            if locked and locked["is_mine"]:
                break
            sleep(TRY_SECONDS)
        else:
            raise Unavailable("Another process is making the checkpoints' tables.", remedy="Try again.")
        try:
            saver.setup()
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (ONE_AT_A_TIME,))
