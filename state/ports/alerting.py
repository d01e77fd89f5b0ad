"""Alerts: what somebody should know now, with the action that was drafted for it in the same transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.ids import AccountId, ActionId, UserId

AlertKind = Literal["signal", "ladder", "policy"]


class Alert(BaseModel):
    """One thing one person should know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    person: UserId
    kind: AlertKind
    matter: str
    """What it is about, so that the same is not told twice: signal, subject and sub-state, or agent and rung."""
    severity: str
    at: datetime
    """Business time."""
    text: str
    account: AccountId | None = None
    action: ActionId | None = None
    """What was drafted for it."""
    default: str = ""
    """The kind of action the trigger map names for it."""
    chosen: str = ""
    """The kind that was drafted."""

    @property
    def is_otherwise(self) -> bool:
        """Say whether something else than the map's default was drafted."""
        return bool(self.default and self.chosen and self.default != self.chosen)


class AlertStore(Protocol):
    """Alerts of one tenant."""

    def put(self, found: Sequence[Alert]) -> None:
        """Keep alerts once per id."""
        ...

    def latest(self, matters: Collection[str]) -> Mapping[str, Alert]:
        """Give the newest alert of each matter."""
        ...

    def waiting(self, person: UserId) -> Sequence[Alert]:
        """List what a person has not seen, newest first."""
        ...

    def get(self, alert: str) -> Alert | None:
        """Look one up."""
        ...

    def of_action(self, action: ActionId) -> Alert | None:
        """Give the newest alert an action was drafted for."""
        ...

    def see(self, alert: str, person: UserId, at: datetime) -> bool:
        """Put one away; say whether it waited for this person."""
        ...
