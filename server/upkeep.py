"""What a server does beside answering: unfinished runs go on, and what is due is carried out.

Invariant: a restored or copied database stops and does nothing by itself.
"""

import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from graphs.identity import local_principal
from graphs.keeping.restoring import restored, stand_down
from graphs.working.turns import Rank
from server.home import Home
from server.shield import Counts
from server.ticks import Ticks
from state.errors import Conflict
from state.ids import TenantId
from state.principal import Principal

EVERY_SECONDS = 1.0
FULL_ROUND = 30
"""Rounds after which claims of dead processes are looked for, whether or not something is due."""


def principal_of(home: Home, tenant: TenantId) -> Principal:
    """Work in the name of the home's owner. Raises: NotFound, Forbidden."""
    known = home.house.parts.tenancy.refresh(tenant)
    settings = home.settings.model_copy(update={"user": ""})
    return local_principal(settings, known.tenant, known.users, channel="worker")


def look_whether_restored(home: Home, tenant: TenantId) -> None:
    """Stop a tenant whose database is not the one that worked here last."""
    parts = home.house.parts
    found = restored(parts, tenant)
    if found is not None:
        stand_down(parts, parts.tenancy.refresh(tenant), principal_of(home, tenant), found)
        home.restored[tenant] = found
        print(f"{tenant}: {found.text} The stop is on: nothing is sent.", file=sys.stderr)  # noqa: T201 - the log


@dataclass
class Upkeep:
    """Rounds over every tenant, on a thread."""

    home: Home
    counts: Counts
    _ticks: Ticks = field(init=False)
    _ended: Event = field(default_factory=Event)
    _rounds: int = 0
    _holds: list[datetime] = field(default_factory=list)
    """When the holds end that the last round saw to end before the next one."""

    def __post_init__(self) -> None:
        self._ticks = Ticks(self.home.looking, "upkeep")

    def begin(self) -> Thread:
        """Begin the rounds."""
        thread = Thread(target=self._turn, daemon=True, name="upkeep")
        thread.start()
        return thread

    def end(self, thread: Thread) -> None:
        """End them; the one under way is finished first."""
        self._ended.set()
        thread.join()

    def _turn(self) -> None:
        while not self._ended.wait(self._pause()):
            self.round()

    def _pause(self) -> float:
        """Wait for the next round, or only until the next hold ends; one that is over already hurries nobody.

        Units: seconds.
        """
        ends, self._holds = self._holds, []
        wall = self.home.clock.wall()
        return min([EVERY_SECONDS, *((end - wall).total_seconds() for end in ends if end > wall)])

    def round(self) -> None:
        """Look at every tenant once; a failure is counted and entered, and the next round tries again."""
        self._rounds += 1
        self.counts.ticks += 1
        failed = self._ticks.failures
        self._ticks.tick(self._round)
        self.counts.failures += self._ticks.failures - failed

    def _round(self) -> None:
        for tenant in self.home.tenants():
            if tenant.id not in self.home.restored:
                self._ticks.tick(partial(self._look_after, tenant.id), tenant.id)

    def _look_after(self, tenant: TenantId) -> None:
        is_full = self._rounds % FULL_ROUND == 1
        if is_full or self._is_due(tenant):
            rank = Rank.WORK if is_full else Rank.PERSON
            self.home.act_as(rank, partial(self._settle, tenant, is_full=is_full))

    def _is_due(self, tenant: TenantId) -> bool:
        """Tell whether something is due by now, and remember the holds that end before the next round."""
        with self.home.look(tenant) as tenancy, self.home.looking.stores.read(tenant) as unit:
            wall = self.home.clock.wall()
            soon = wall + timedelta(seconds=EVERY_SECONDS)
            coming = unit.actions.due(tenancy.now, soon)
        ends = [one.release_at or one.auto_at for one in coming]
        ahead = [end for end in ends if end is not None and wall < end <= soon]
        self._holds += ahead
        return len(coming) > len(ahead)

    def _settle(self, tenant: TenantId, *, is_full: bool) -> None:
        """Do on the acting thread what time calls for; what another process holds is left to it."""
        house, principal = self.home.house, principal_of(self.home, tenant)
        tenancy = house.parts.tenancy(tenant)
        if is_full:
            house.runner.continue_unfinished(tenancy)
        try:
            house.desk.sweep(tenancy, principal)
        except Conflict:
            return
