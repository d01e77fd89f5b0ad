"""Where plans are kept: one row per plan, one row per event of its life, and what other systems say of plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from state.governance.plan import Plan, PlanHappening, PlanId, PlanStatus, PlanType
from state.governance.plan_moving import Acted
from state.ids import AccountId, EventId, UserId
from state.ledger.entry import Stamp


@dataclass(frozen=True, slots=True)
class PlanMove:
    """One recorded event of a plan."""

    plan: PlanId
    n: int
    event: str
    from_status: str
    to_status: str
    step: str
    reason: str
    by: UserId
    at: datetime
    """Business time."""
    entry: int
    """The ledger's seq."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody else's system said of a plan, still to be taken over or answered."""

    plan: PlanId
    event: EventId


class PlanStore(Protocol):
    """Plans of one tenant; every move is recorded with its entry in the transaction of the change."""

    def add(self, plan: Plan, event: str, stamp: Stamp) -> Plan:
        """Keep a new plan, `draft` or `adopt`; one whose id is known stays as it is."""
        ...

    def get(self, plan: PlanId) -> Plan | None:
        """Look one up."""
        ...

    def by_prefix(self, prefix: str) -> Plan:
        """Find the one plan whose id begins so. Raises: NotFound, Ambiguous."""
        ...

    def listed(
        self, statuses: Sequence[PlanStatus] = tuple(PlanStatus), account: AccountId | None = None
    ) -> tuple[Plan, ...]:
        """List by status, oldest first."""
        ...

    def active(self, account: AccountId, kind: PlanType) -> Plan | None:
        """Give the one active plan of an account and type."""
        ...

    def apply(self, plan: PlanId, what: PlanHappening, stamp: Stamp) -> Acted:
        """Do what the table says; a refusal leaves an entry and no move. Raises: NotFound."""
        ...

    def due(self, now: datetime) -> tuple[Plan, ...]:
        """List active plans for which time, or the end of an action, calls; oldest first."""
        ...

    def history(self, plan: PlanId) -> tuple[PlanMove, ...]:
        """List what happened to a plan, oldest first."""
        ...

    def hear(self, heard: Sequence[Heard]) -> None:
        """Note that another system spoke of plans; the newest word on each counts."""
        ...

    def heard(self) -> tuple[Heard, ...]:
        """List what was said and not answered."""
        ...

    def answer(self, heard: Sequence[Heard]) -> None:
        """Strike off what was taken over or answered."""
        ...
