"""What is due, done as a worker does it: asked of the queue after our commit, taken from it, adopted from the dead."""

from threading import Event, Lock

from graphs.bootstrap import House, queue_place
from graphs.working.job_queue import WorkingQueue
from graphs.working.jobs import ask, beat, dead_workers, do, settling
from state.ports.queueing import Job, JobState
from state.principal import Principal

LOOKS = 1200
LOOK_SECONDS = 0.05


def work(house: House, principal: Principal) -> None:
    """Be a worker until nothing waits: adopt, ask, take."""
    beat(house.parts)
    alone = Lock()

    def done(job: Job) -> str:
        with alone:
            return do(house, job, principal)

    queue = WorkingQueue(queue_place(house), house.parts.worker, done)
    try:
        for dead in dead_workers(house.parts):
            queue.adopt(dead)
            queue.enqueue(settling(principal.tenant, dead))
        ask(house.parts, queue, house.parts.tenancy.refresh(principal.tenant))
        _until_nothing_waits(queue)
    finally:
        queue.close(0)


def laid(house: House) -> None:
    """Make the queue's own tables, so that a schedule begins with them as with ours."""
    WorkingQueue(queue_place(house), house.parts.worker, lambda _: "").close(0)


def _until_nothing_waits(queue: WorkingQueue) -> None:
    pause = Event()
    for _ in range(LOOKS):
        if not queue.listed([JobState.WAITING, JobState.RUNNING], 1):
            return
        pause.wait(LOOK_SECONDS)
