"""A bulkhead per cost class of a tenant: so many calls at once and no more, so that slow ones sink nobody else.

Invariant: state of one process, keyed by tenant first; a place is given back when the call's own thread has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Final

from state.ids import TenantId
from state.ports.tooling import CostClass

PLACES: Final[Mapping[CostClass, int]] = MappingProxyType({"CHEAP": 8, "MED": 4, "EXP": 1})


@dataclass
class Bulkhead:
    """How many calls of each cost run now, in this process."""

    places: Mapping[CostClass, int] = field(default_factory=lambda: PLACES)
    _running: dict[tuple[TenantId, CostClass], int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def takes(self, tenant: TenantId, cost: CostClass) -> bool:
        """Take a place, if there is one."""
        with self._lock:
            running = self._running.get((tenant, cost), 0)
            if running >= self.places.get(cost, 0):
                return False
            self._running[tenant, cost] = running + 1
            return True

    def gives_back(self, tenant: TenantId, cost: CostClass) -> None:
        """Give a place back."""
        with self._lock:
            self._running[tenant, cost] -= 1

    def running(self, tenant: TenantId, cost: CostClass) -> int:
        """Count the calls that run now."""
        with self._lock:
            return self._running.get((tenant, cost), 0)
