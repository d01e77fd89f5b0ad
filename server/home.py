"""The opened installation as a server uses it: one thread that acts, and parts of its own for looking.

Invariant: whatever runs a graph or decides does so on the acting thread, in turns; looking never waits for it.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from graphs.bootstrap import House, bootstrap, parts_of, queue_looked_at
from graphs.keeping.restoring import Restored
from graphs.parts import Parts, Tenancy
from graphs.working.abreast import Abreast
from graphs.working.turns import Rank
from server.render.words import Reader
from state.ids import TenantId
from state.ports.clock import Clock
from state.ports.queueing import JobState
from state.ports.world import Tenant
from state.settings import Settings

if TYPE_CHECKING:
    from graphs.working.job_queue import LookedAtQueue

P = ParamSpec("P")
T = TypeVar("T")
END_SECONDS = 20.0
"""What waits for a model longer than this when the server ends is gone on with at the next start."""
ALONE = 64
"""Turns that requests under a key of their own share; two keys rarely meet."""
ANY = TenantId("-")
"""Stands where a store wants a tenant and the question is about all of them."""


@dataclass
class Home:
    """One opened home."""

    house: House
    looking: Parts
    """Caches of its own, so that a page never sees a half-changed one of the acting thread."""
    restored: dict[TenantId, Restored] = field(default_factory=dict)
    """Tenants whose database is not the one that worked here last: nothing is done by itself."""
    _look: RLock = field(default_factory=RLock)
    _alone: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(ALONE)))
    _desk: Abreast = field(default_factory=Abreast)
    _queue: "LookedAtQueue | None" = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.house.settings

    @property
    def clock(self) -> Clock:
        """Wall time."""
        return self.house.parts.clock

    def act(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what a person waits for on the acting thread, and wait for what comes of it."""
        return self._desk.act(do, *args, **kwargs)

    def act_as(self, rank: Rank, do: Callable[[], T]) -> T:
        """Do something there in its turn, and wait for what comes of it."""
        return self._desk.act_as(rank, do)

    @contextmanager
    def look(self, tenant: TenantId) -> Generator[Tenancy, None, None]:
        """Look at a tenant as it is now. Raises: NotFound."""
        with self._look:
            yield self.looking.tenancy.refresh(tenant)

    @contextmanager
    def alone(self, name: str) -> Generator[None, None, None]:
        """Be the only one inside who asks for the same thing, here and at every server of the same database."""
        with self._alone[hash(name) % ALONE], self.house.database.alone(name):
            yield

    def tenants(self) -> tuple[Tenant, ...]:
        """List the companies of this home."""
        with self.looking.stores.read(ANY) as unit:
            return tuple(unit.tenants.listed())

    def queued(self, states: Sequence[JobState]) -> Mapping[JobState, int]:
        """Count the jobs of all companies; none where no worker was ever here. Raises: Unavailable."""
        with self._look:
            self._queue = self._queue or queue_looked_at(self.house)
            return self._queue.counts(states) if self._queue else {}

    def close(self) -> None:
        """Let what is being done end, then close."""
        if self._queue:
            self._queue.close()
        self._desk.close(self.house.close, END_SECONDS)


def open_home(settings: Settings, clock: Clock | None = None) -> Home:
    """Open the installation for serving. Raises: Unavailable, InvalidInput."""
    house = bootstrap(settings, clock).warm()
    return Home(house, parts_of(settings, house.parts.stores, house.parts.clock))


def reader_of(tenancy: Tenancy) -> Reader:
    """How times and people are told to whoever reads."""
    names = {str(user.id): user.name for user in tenancy.users}
    return Reader(tenancy.profile.company.zone, tenancy.now, names)
