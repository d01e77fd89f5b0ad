"""Alerts in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from state.ids import ActionId, UserId
from state.ports.alerting import Alert


@dataclass
class Bell:
    """What one tenant's people were told."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def copy(self) -> "Bell":
        """Copy the containers; what they hold is frozen."""
        return Bell(dict(self.alerts), set(self.seen))


class MemoryAlerts:
    """`AlertStore` on a bell."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    def put(self, found: Sequence[Alert]) -> None:
        for one in found:
            self._bell.alerts.setdefault(one.id, one)

    def latest(self, matters: Collection[str]) -> Mapping[str, Alert]:
        return {one.matter: one for one in reversed(self._newest()) if one.matter in matters}

    def waiting(self, person: UserId) -> Sequence[Alert]:
        return [one for one in self._newest() if one.person == person and one.id not in self._bell.seen]

    def get(self, alert: str) -> Alert | None:
        return self._bell.alerts.get(alert)

    def of_action(self, action: ActionId) -> Alert | None:
        return next((one for one in self._newest() if one.action == action), None)

    def see(self, alert: str, person: UserId, at: datetime) -> bool:
        waits = any(one.id == alert for one in self.waiting(person))
        self._bell.seen |= {alert} if waits else set()
        return waits

    def _newest(self) -> list[Alert]:
        return sorted(
            sorted(self._bell.alerts.values(), key=lambda one: one.id), key=lambda one: one.at, reverse=True
        )
