"""The processes that take jobs, in SQL; their rows are the installation's."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from state.ports.acting import EVERYWHERE
from state.ports.queueing import WorkerRow
from state.stores.events import iso
from state.stores.run_tables import workers


class SqlWorkers:
    """`WorkerStore` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def beat(self, worker: str, wall: datetime, until: datetime) -> None:
        """Say that a worker is there."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        row = {"tenant": EVERYWHERE, "worker": worker, "since": iso(wall), "until": iso(until)}
        put = dialect.insert(workers).values(row)
        self._connection.execute(
            put.on_conflict_do_update(index_elements=["tenant", "worker"], set_={"until": put.excluded.until})
        )

    def listed(self) -> tuple[WorkerRow, ...]:
        """List the workers, those whose lease is over as well, the oldest first."""
        query = select(workers).where(workers.c.tenant == EVERYWHERE)
        return tuple(
            WorkerRow(
                worker=row.worker,
                since=datetime.fromisoformat(row.since),
                until=datetime.fromisoformat(row.until),
            )
            for row in self._connection.execute(query.order_by(workers.c.since, workers.c.worker))
        )

    def end(self, worker: str) -> bool:
        """Strike a worker off; say whether it was there."""
        mine = delete(workers).where(workers.c.tenant == EVERYWHERE, workers.c.worker == worker)
        return self._connection.execute(mine).rowcount > 0
