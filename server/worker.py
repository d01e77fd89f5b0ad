"""`revloop worker`: takes jobs one after another, and looks at the rows for what time and events call for.

Invariant: a failing job becomes an entry and fails alone; a restored or copied database is never worked on. Only the
acting thread runs graphs and decides; the others look, ask for jobs and say that this process is there.
"""

import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

from graphs.bootstrap import House, bootstrap, parts_of, queue_place, settle
from graphs.governing.decisions import stamp_of
from graphs.identity import local_principal
from graphs.keeping.restoring import restored, stand_down
from graphs.parts import Parts, Tenancy
from graphs.working.job_queue import WorkingQueue
from graphs.working.jobs import BUSY, anchor, beat, dead_workers, do, leave, settling, wanted
from server.home import Home
from state.errors import RevloopError
from state.ids import TenantId
from state.ledger.entry import EntryDraft, Kind
from state.ports.clock import Clock
from state.ports.queueing import Job
from state.principal import Principal
from state.settings import Settings

Acting = Callable[[Callable[[Job], str], Job], str]
BEAT_SECONDS = 3.0
SWEEP_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 600.0
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
    ended: Event = field(default_factory=Event)
    done: int = 0
    sweeps: int = 0
    _stopped: set[TenantId] = field(default_factory=set)

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
        self.queue = WorkingQueue(queue_place(self.house), self.house.parts.worker, self.work)

    def close(self) -> None:
        """Let what is being done end, and give back what was taken."""
        self.ended.set()
        self.queue.close(END_SECONDS)
        leave(self.looking)

    def work(self, job: Job) -> str:
        """Do a job on the acting thread; what cannot be done now is asked for again."""
        said = self.act(self._done, job)
        if said == BUSY and job.tries < MOST_TRIES:
            self.queue.enqueue(job.again(), min(LONGEST_WAIT_SECONDS, 5.0 * 2**job.tries))
        self.done += 1
        return said

    def _done(self, job: Job) -> str:
        if job.tenant in self._stopped:
            return "restored: nothing is done by itself"
        tenancy = self.house.parts.tenancy.refresh(job.tenant)
        try:
            return do(self.house, job, principal_of(self.house.settings, tenancy))
        except Exception as fault:
            self._note(tenancy, job, fault)
            return f"failed: {type(fault).__name__}: {fault}"

    def _note(self, tenancy: Tenancy, job: Job, fault: Exception) -> None:
        principal = principal_of(self.house.settings, tenancy)
        with self.house.parts.stores.begin(tenancy.id) as unit:
            stamp = stamp_of(tenancy, unit, principal, f"job:{job.id}")
            payload = {"job": job.kind.value, "subject": job.subject, "failed": type(fault).__name__}
            unit.ledger.append([EntryDraft(Kind.VALIDATION, stamp, payload)])

    def _beat(self) -> None:
        """Be heard every few seconds, and take over from who is not; a database that is away is waited for."""
        while not self.ended.wait(BEAT_SECONDS):
            try:
                beat(self.looking)
                for dead in dead_workers(self.looking):
                    self.adopt(dead)
            except Exception as fault:
                told(f"not heard: {fault}")

    def adopt(self, dead: str) -> None:
        """Give a dead worker's jobs back to the queue, and ask for what it left half done."""
        self.queue.adopt(dead)
        for tenant in self.tenants():
            self.queue.enqueue(settling(tenant, dead))

    def sweep(self) -> None:
        """Ask for what is due at every tenant; a failure is told, and the next sweep tries again."""
        self.sweeps += 1
        try:
            for tenant in self.tenants():
                self._ask(tenant)
            if self.sweeps % SWEEPS_BETWEEN_FORGETTING == 0:
                self.queue.forget(self.looking.clock.wall() - JOBS_KEPT)
        except RevloopError as failure:
            told(str(failure))

    def _ask(self, tenant: TenantId) -> None:
        try:
            tenancy = self.looking.tenancy.refresh(tenant)
            for one in wanted(self.looking, tenancy):
                self.queue.enqueue(one.job, one.delay_seconds)
            anchor(self.looking, tenant, principal_of(self.house.settings, tenancy))
        except RevloopError as failure:
            told(f"{tenant}: {failure}")

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


def told(text: str) -> None:
    """Write a line of the log."""
    print(text, file=sys.stderr)  # noqa: T201 - the log


def principal_of(settings: Settings, tenancy: Tenancy) -> Principal:
    """Work in the name of the home's owner. Raises: NotFound, Forbidden."""
    own = settings.model_copy(update={"user": ""})
    return local_principal(own, tenancy.tenant, tenancy.users, channel="worker")


@contextmanager
def working(settings: Settings, clock: Clock | None = None) -> Generator[Worker, None, None]:
    """Open the installation and take jobs while inside. Raises: Unavailable, InvalidInput."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="acting") as desk:
        house = bootstrap(settings, clock)
        settle()

        def act(done: Callable[[Job], str], job: Job) -> str:
            return desk.submit(done, job).result()

        try:
            with taking(
                Worker(house, parts_of(settings, house.parts.stores, house.parts.clock), act)
            ) as worker:
                yield worker
        finally:
            desk.submit(house.close).result()


@contextmanager
def working_beside(home: Home) -> Generator[Worker, None, None]:
    """Take jobs beside a server, on its acting thread."""
    looking = parts_of(home.settings, home.house.parts.stores, home.clock)

    def act(done: Callable[[Job], str], job: Job) -> str:
        return home.act(done, job)

    with taking(Worker(home.house, looking, act)) as worker:
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
