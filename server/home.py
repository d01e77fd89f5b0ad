"""The opened installation as a server uses it: one thread that acts, and parts of its own for looking.

Invariant: whatever runs a graph or decides does so on the acting thread, one after another; looking never waits for it.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import ParamSpec, TypeVar

from graphs.bootstrap import House, bootstrap, parts_of
from graphs.keeping.restoring import Restored
from graphs.parts import Parts, Tenancy
from server.render.words import Reader
from state.ids import TenantId
from state.ports.clock import Clock
from state.ports.world import Tenant
from state.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
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
    _desk: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
    )

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.house.settings

    @property
    def clock(self) -> Clock:
        """Wall time."""
        return self.house.parts.clock

    def act(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something on the acting thread and wait for what comes of it."""
        return self._desk.submit(do, *args, **kwargs).result()

    @contextmanager
    def look(self, tenant: TenantId) -> Generator[Tenancy, None, None]:
        """Look at a tenant as it is now. Raises: NotFound."""
        with self._look:
            yield self.looking.tenancy.refresh(tenant)

    def tenants(self) -> tuple[Tenant, ...]:
        """List the companies of this home."""
        with self.looking.stores.read(ANY) as unit:
            return tuple(unit.tenants.listed())

    def close(self) -> None:
        """Let what is being done end, then close."""
        self.act(self.house.close)
        self._desk.shutdown()


def open_home(settings: Settings, clock: Clock | None = None) -> Home:
    """Open the installation for serving. Raises: Unavailable, InvalidInput."""
    house = bootstrap(settings, clock)
    return Home(house, parts_of(settings, house.parts.stores, house.parts.clock))


def reader_of(tenancy: Tenancy) -> Reader:
    """How times and people are told to whoever reads."""
    names = {str(user.id): user.name for user in tenancy.users}
    return Reader(tenancy.profile.company.zone, tenancy.now, names)
