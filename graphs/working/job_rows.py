"""How the queue's library writes jobs down, read as ours."""

from collections.abc import Sequence
from datetime import UTC, datetime

from dbos import WorkflowStatus

from state.ports.queueing import JobRow, JobState

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
