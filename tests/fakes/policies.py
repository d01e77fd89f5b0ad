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
            self._cabinet[version] = self._cabinet[version].model_copy(update={"activated_at": at})

    def listed(self) -> Sequence[KeptPolicy]:
        by_name = sorted(self._cabinet.values(), key=lambda one: one.version)
        return sorted(by_name, key=lambda one: one.asked_at, reverse=True)
