"""Policies in memory."""

from collections.abc import Sequence
from datetime import datetime

from state.ports.policies import KeptPolicy

Cabinet = dict[str, KeptPolicy]
"""Version → policy."""


class MemoryPolicies:
    """`PolicyStore` on a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def keep(self, policy: KeptPolicy) -> None:
        self._cabinet.setdefault(policy.version, policy)

    def get(self, version: str) -> KeptPolicy | None:
        return self._cabinet.get(version)

    def activated(self, version: str, at: datetime) -> None:
        if version in self._cabinet:
            kept = {"activated_at": at, "effective_at": None}
            self._cabinet[version] = self._cabinet[version].model_copy(update=kept)

    def schedule(self, version: str, at: datetime | None, over: str = "") -> None:
        if version in self._cabinet:
            wanted = {"effective_at": at, "over": over}
            self._cabinet[version] = self._cabinet[version].model_copy(update=wanted)

    def due(self, now: datetime) -> Sequence[KeptPolicy]:
        waiting = [(one.effective_at, one) for one in self._cabinet.values() if one.effective_at]
        return [one for at, one in sorted(waiting, key=lambda pair: (pair[0], pair[1].version)) if at <= now]

    def listed(self) -> Sequence[KeptPolicy]:
        by_name = sorted(self._cabinet.values(), key=lambda one: one.version)
        return sorted(by_name, key=lambda one: one.asked_at, reverse=True)
