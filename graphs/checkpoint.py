"""The checkpointer: synchronous inside, offered to asynchronous graphs; strict about what it will read.

Invariant: a crafted checkpoint calls no function: strict msgpack is on before the library is imported, or we refuse.
"""

import asyncio
import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from state.errors import Conflict, Unavailable

STRICT = "LANGGRAPH_STRICT_MSGPACK"


def require_strict() -> None:
    """Refuse to start when the library was imported without the strict setting. Raises: Unavailable."""
    from langgraph.checkpoint.serde import jsonplus

    is_strict = getattr(jsonplus, "STRICT_MSGPACK_ENABLED", None)
    given = os.environ.get(STRICT, "")  # noqa: TID251 - the library reads it at import
    if given.lower() not in ("1", "true") or is_strict is False:
        raise Unavailable(
            f"{STRICT} is not set, so a crafted checkpoint could call functions.",
            remedy=f"Start with {STRICT}=true in the environment.",
        )


class ClosedSerializer(JsonPlusSerializer):
    """Reads the library's own safe types and no other, whatever a graph asks for; so no run needs a copy of it."""

    def with_msgpack_allowlist(self, extra_allowlist: Iterable[tuple[str, ...] | type]) -> JsonPlusSerializer:
        """Allow nothing more: our channels carry plain values."""
        return self


class Offered(BaseCheckpointSaver[str]):
    """A saver that asynchronous graphs can use; its calls take a fraction of a millisecond."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint."""
        return self.get_tuple(config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint."""
        return self.put(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write the pending writes of a task."""
        self.put_writes(config, writes, task_id, task_path)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, object] | None = None,  # noqa: A002 - the saver's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """List checkpoints, newest first."""
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        self.delete_thread(thread_id)


class Threaded(Offered):
    """The same on a server's event loop: each call in a thread, so that none holds up the others."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Read one checkpoint."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one checkpoint."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write the pending writes of a task."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, object] | None = None,  # noqa: A002 - the saver's own name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """List checkpoints, newest first."""

        def listed() -> list[CheckpointTuple]:
            return list(self.list(config, filter=filter, before=before, limit=limit))

        for found in await asyncio.to_thread(listed):
            yield found


class Saver(Offered, ABC):
    """A saver, and what is done with all threads at once, whichever database keeps them."""

    @abstractmethod
    def contents(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Give every stored value with its thread."""

    @abstractmethod
    def at_rest(self, since: str) -> Sequence[str]:
        """List threads with more to keep than they need and no checkpoint newer than an id, oldest first."""

    @abstractmethod
    def keep_latest(self, threads: Sequence[str]) -> None:
        """Leave of each thread only what it goes on from."""

    @abstractmethod
    def compact(self) -> None:
        """Leave no deleted byte behind. Raises: Conflict."""

    @abstractmethod
    def close(self) -> None:
        """Give connections back."""


class LoopSaver(Saver, SqliteSaver):
    """The threads in a SQLite file."""

    def contents(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Give every stored value with its thread."""
        for table, columns in (("checkpoints", "checkpoint, metadata"), ("writes", "value")):
            for thread, *found in self.conn.execute(f"SELECT thread_id, {columns} FROM {table}"):  # noqa: S608 - ours
                yield thread, tuple(found)

    def at_rest(self, since: str) -> Sequence[str]:
        """List threads with more than one checkpoint and none newer than an id, oldest first."""
        return [str(row[0]) for row in self.conn.execute(AT_REST, (since,))]

    def keep_latest(self, threads: Sequence[str]) -> None:
        """Leave of each thread only what it goes on from."""
        with self.lock:
            for thread in threads:
                for statement in KEEP_LATEST:
                    self.conn.execute(statement, {"thread": thread})
            self.conn.commit()

    def compact(self) -> None:
        """Leave no deleted byte behind. Raises: Conflict."""
        self.conn.commit()
        self.conn.execute("VACUUM")
        is_busy, _, _ = self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise Conflict(
                "Another process holds the checkpoints.",
                remedy="End it and run this again; nothing is lost by it.",
            )

    def close(self) -> None:
        """Give the connection back."""
        self.conn.close()


class ServedSaver(Threaded, LoopSaver):
    """The threads in a SQLite file, for a server."""


AT_REST = (
    "SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING max(checkpoint_id) < ? AND count(*) >"
    " count(DISTINCT checkpoint_ns) ORDER BY max(checkpoint_id)"
)
KEEP_LATEST = (
    (
        "DELETE FROM writes WHERE thread_id = :thread AND checkpoint_id <> (SELECT max(c.checkpoint_id)"
        " FROM checkpoints AS c WHERE c.thread_id = :thread AND c.checkpoint_ns = writes.checkpoint_ns)"
    ),
    (
        "DELETE FROM checkpoints WHERE thread_id = :thread AND checkpoint_id <> (SELECT max(c.checkpoint_id)"
        " FROM checkpoints AS c WHERE c.thread_id = :thread AND c.checkpoint_ns = checkpoints.checkpoint_ns)"
    ),
    "UPDATE checkpoints SET parent_checkpoint_id = NULL WHERE thread_id = :thread",
)
"""As the PostgreSQL saver's own pruning does; the SQLite one has none."""


def open_saver(path: Path, kind: type[LoopSaver] = LoopSaver) -> LoopSaver:
    """Open the checkpointer's file: WAL, NORMAL, waiting up to ten seconds for a lock. Raises: Unavailable."""
    connection = sqlite3.connect(path, check_same_thread=False)
    path.chmod(0o600)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=10000")
        saver = kind(connection, serde=ClosedSerializer(allowed_msgpack_modules=[]))
        saver.setup()
    except sqlite3.DatabaseError as fault:
        connection.close()
        raise Unavailable(
            f"The checkpoints {path} cannot be used: {fault}.",
            remedy="Restore it, or move it away: then waiting runs are gone, but no action and no entry.",
        ) from fault
    return saver
