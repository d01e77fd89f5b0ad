"""`revloop worker`: takes jobs, and looks at the rows for what time and events call for.

Invariant: a failing job becomes an entry and fails alone; a restored or copied database is never worked on. Only the
acting thread runs graphs and decides; the others look, ask for jobs and say that this process is there.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Thread

from graphs.bootstrap import House, bootstrap, parts_of, queue_place
from graphs.keeping.restoring import restored, stand_down
from graphs.parts import Parts
from graphs.settling import settle
from graphs.working.abreast import Abreast
from graphs.working.job_queue import WorkingQueue
from graphs.working.jobs import (
    BUSY,
    anchor,
    ask,
    beat,
    dead_workers,
    do,
    leave,
    left_undone,
    rank_of,
    settling,
)
from graphs.working.leasing import keep
from graphs.working.room import Room
from graphs.working.turns import Rank
from server.home import Home
from server.ticks import Ticks, caught, entered, principal_of, told
from state.errors import Unavailable
from state.ids import TenantId
from state.ports.clock import Clock
from state.ports.queueing import Job
from state.settings import Settings

Acting = Callable[[Rank, Callable[[], str]], str]
BEAT_SECONDS = 3.0
SWEEP_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 600.0
AGAIN_SECONDS, RELEASED_AGAIN_SECONDS = 5.0, 1.0
"""What could not be done is asked for again after so long, then twice as long; what people released first."""
MOST_TRIES = 30
END_SECONDS = 20
JOBS_KEPT = timedelta(days=7)
SWEEPS_BETWEEN_FORGETTING = 360


@dataclass
class Worker:
    """One process that takes jobs."""

    house: House
    looking: Parts
    """Caches of its own, so that a look never disturbs a run."""
    act: Acting
    """Does something on the one thread that acts, and waits for what comes of it."""
    queue: WorkingQueue = field(init=False)
    room: Room = field(default_factory=Room)
    ended: Event = field(default_factory=Event)
    done: int = 0
    sweeps: int = 0
    _stopped: set[TenantId] = field(default_factory=set)
    _anchored: int = 0
    """Effects that had left when the ledgers were anchored last."""

    def __post_init__(self) -> None:
        self._beats, self._sweeps = Ticks(self.looking, "beat"), Ticks(self.looking, "sweep")

    def turn(self) -> None:
        """Work until told to end."""
        beating = Thread(target=self._beat, daemon=True, name="beating")
        beating.start()
        self.sweep()
        while not self.ended.wait(SWEEP_SECONDS):
            self.sweep()
        beating.join()

    def begin(self) -> None:
        """Say that this process is there, and take jobs from now on. Raises: Unavailable."""
        self.look_whether_restored()
        beat(self.looking)
        self.queue = WorkingQueue(queue_place(self.house), self.house.parts.worker, self.work, self.room)

    def close(self) -> None:
        """Let what is being done end, and give back what was taken."""
        self.ended.set()
        self.queue.close(END_SECONDS)
        leave(self.looking)

    def work(self, job: Job) -> str:
        """Do a job on the acting thread; what cannot be done now is asked for again."""
        with self.room.waiting(job.id):
            said = caught(lambda: self.act(rank_of(job), partial(self._done, job)))
        if isinstance(said, Exception):
            said = self._failed(job, said)
        if said == BUSY and job.tries < MOST_TRIES:
            first = RELEASED_AGAIN_SECONDS if job.is_released else AGAIN_SECONDS
            self.queue.enqueue(job.again(), min(LONGEST_WAIT_SECONDS, first * 2**job.tries))
        self.done += 1
        return said

    def _done(self, job: Job) -> str:
        self.room.begun(job.id)
        if job.tenant in self._stopped:
            return "restored: nothing is done by itself"
        tenancy = self.house.parts.tenancy.refresh(job.tenant)
        return do(self.house, job, principal_of(self.house.settings, tenancy))

    def _failed(self, job: Job, fault: Exception) -> str:
        """Enter what failed; a database that is away is no failure of the job."""
        written = caught(lambda: entered(self.looking, job.tenant, job.kind.value, job.subject, fault))
        is_away = isinstance(fault, Unavailable) or isinstance(written, Exception)
        return BUSY if is_away else f"failed: {type(fault).__name__}: {fault}"

    def _beat(self) -> None:
        while not self.ended.wait(BEAT_SECONDS):
            self.beat()

    def beat(self) -> None:
        """Be heard, keep what is held, and take over from who is not heard; what fails is entered."""
        self._beats.tick(self._heard)

    def _heard(self) -> None:
        beat(self.looking)
        keep(self.looking, self.house.parts.leases)
        for dead in dead_workers(self.looking):
            self.adopt(dead)
        self._anchor()

    def _anchor(self) -> None:
        """Anchor soon after an effect has left."""
        left = self.house.parts.effects_left
        if left != self._anchored:
            for tenant in self.tenants():
                tenancy = self.looking.tenancy.refresh(tenant)
                anchor(self.looking, tenant, principal_of(self.house.settings, tenancy), at_once=True)
            self._anchored = left

    def adopt(self, dead: str) -> None:
        """Give a dead worker's jobs back to the queue, and ask for what it left half done."""
        self.queue.adopt(dead)
        for tenant in self.tenants():
            for one in left_undone(self.looking, self.looking.tenancy.refresh(tenant)):
                self.queue.enqueue(one.job)
            self.queue.enqueue(settling(tenant, dead))

    def sweep(self) -> None:
        """Ask for what is due at every tenant; what fails is entered, and the next sweep tries again."""
        self.sweeps += 1
        self._sweeps.tick(self._swept)

    def _swept(self) -> None:
        for tenant in self.tenants():
            self._sweeps.tick(partial(self._ask, tenant), tenant)
        if self.sweeps % SWEEPS_BETWEEN_FORGETTING == 0:
            self.queue.forget(self.looking.clock.wall() - JOBS_KEPT)

    def _ask(self, tenant: TenantId) -> None:
        tenancy = self.looking.tenancy.refresh(tenant)
        ask(self.looking, self.queue, tenancy)
        anchor(self.looking, tenant, principal_of(self.house.settings, tenancy))

    def tenants(self) -> tuple[TenantId, ...]:
        """List the companies that are worked for."""
        with self.looking.stores.read(TenantId("-")) as unit:
            return tuple(one.id for one in unit.tenants.listed() if one.id not in self._stopped)

    def look_whether_restored(self) -> None:
        """Stop every tenant whose database is not the one that worked here last."""
        for tenant in self.tenants():
            found = restored(self.looking, tenant)
            if found is not None:
                tenancy = self.looking.tenancy.refresh(tenant)
                stand_down(self.looking, tenancy, principal_of(self.house.settings, tenancy), found)
                self._stopped.add(tenant)
                told(f"{tenant}: {found.text} The stop is on: nothing is sent.")


@contextmanager
def working(settings: Settings, clock: Clock | None = None) -> Generator[Worker, None, None]:
    """Open the installation and take jobs while inside. Raises: Unavailable, InvalidInput."""
    house = bootstrap(settings, clock).warm()
    settle()
    acting = Abreast()

    looking = parts_of(settings, house.parts.stores, house.parts.clock)
    try:
        with taking(Worker(house, looking, acting.act_as)) as worker:
            yield worker
    finally:
        acting.close(house.close, 0.0)


@contextmanager
def working_beside(home: Home) -> Generator[Worker, None, None]:
    """Take jobs beside a server, on its acting thread."""
    looking = parts_of(home.settings, home.house.parts.stores, home.clock)
    with taking(Worker(home.house, looking, home.act_as)) as worker:
        turning = Thread(target=worker.turn, daemon=True, name="worker")
        turning.start()
        yield worker
        worker.ended.set()
        turning.join()


@contextmanager
def taking(worker: Worker) -> Generator[Worker, None, None]:
    """Take jobs while inside."""
    worker.begin()
    try:
        yield worker
    finally:
        worker.close()
