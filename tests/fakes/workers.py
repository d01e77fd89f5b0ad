"""The processes that take jobs, in memory."""

from datetime import datetime

from state.ports.queueing import WorkerRow

Crew = dict[str, WorkerRow]


class MemoryWorkers:
    """`WorkerStore` on a crew."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    def beat(self, worker: str, wall: datetime, until: datetime) -> None:
        since = self._crew[worker].since if worker in self._crew else wall
        self._crew[worker] = WorkerRow(worker=worker, since=since, until=until)

    def listed(self) -> tuple[WorkerRow, ...]:
        return tuple(sorted(self._crew.values(), key=lambda one: (one.since, one.worker)))

    def end(self, worker: str) -> bool:
        return self._crew.pop(worker, None) is not None
