"""The checkpointer: SQLite, synchronous inside, offered to asynchronous graphs; strict about what it will read.

Invariant: a crafted checkpoint calls no function: strict msgpack is on before the library is imported, or we refuse.
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from state.errors import Unavailable

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


class LoopSaver(SqliteSaver):
    """`SqliteSaver` that asynchronous graphs can use; its calls take a fraction of a millisecond."""

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


def open_saver(path: Path, kind: type[LoopSaver] = LoopSaver) -> LoopSaver:
    """Open the checkpointer's file: WAL, NORMAL, waiting up to ten seconds for a lock."""
    connection = sqlite3.connect(path, check_same_thread=False)
    path.chmod(0o600)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=10000")
    saver = kind(connection, serde=ClosedSerializer(allowed_msgpack_modules=[]))
    saver.setup()
    return saver
