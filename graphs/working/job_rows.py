"""How the queue's library writes jobs down, read as ours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dbos import WorkflowStatus
from sqlalchemy import func, select

from state.ports.queueing import JobRow, JobState

if TYPE_CHECKING:
    from dbos._sys_db import SystemDatabase

STATES = {
    "DELAYED": JobState.WAITING,
    "ENQUEUED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}


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


def counted(tables: "SystemDatabase", work: str, states: Sequence[JobState]) -> Mapping[JobState, int]:
    """Count jobs of some states, where they are: the library itself only lists them."""
    rows = tables.tables.workflow_status
    query = select(rows.c.status, func.count()).where(
        rows.c.name == work, rows.c.status.in_(statuses(states))
    )
    found = Counter(dict.fromkeys(states, 0))
    with tables.engine.connect() as connection:
        for name, number in connection.execute(query.group_by(rows.c.status)):
            found[STATES[name]] += number
    return found
