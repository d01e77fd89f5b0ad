"""What acting asks of storage: actions with their one way to move, the stop switch, leases, and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from state.governance.action import Action, Outcome, Status
from state.governance.approval import Pace
from state.governance.guard import GuardContext
from state.governance.happening import Happening
from state.governance.result import Result
from state.ids import AccountId, ActionId, ThreadId, TraceId, UserId
from state.ledger.chain import Head
from state.ledger.entry import Entry, EntryDraft, Sealed, Stamp

EVERYWHERE = "*"
"""The scope of the installation's stop switch; a tenant's is the tenant."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of a draft: a new action, or the one already there."""

    action: Action
    is_created: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One happening for one action."""

    action: ActionId
    happening: Happening
    guard: GuardContext
    """`locks` are read by the store, whatever the caller put there."""
    key: str
    """Names this happening, so that doing it again gives what was recorded and writes nothing."""
    only_after_move: bool = False
    """Left out unless the change before it in the batch, on the same action, brought it forward."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a change gave."""

    result: Result
    is_replayed: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One recorded happening of an action."""

    action: ActionId
    n: int
    event: str
    outcome: Outcome
    start: Status
    end: Status
    at: datetime
    wall: datetime
    """When it happened by the clock on which holds, delays and lags run."""
    by: UserId
    code: str
    key: str
    after_ms: int | None = None
    """Of an approval: since the card was first displayed to that person on that channel."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The stop switches of a tenant, its own and the installation's taken together."""

    is_on: bool
    epoch: int
    """Grows with each switching on; a grant of an older epoch is void."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The last card about a thing that a person said no to."""

    action: Action
    at: datetime
    """Business time of the no."""
    is_open_again: bool = False
    """A later card about the same thing is open."""


@dataclass(frozen=True, slots=True)
class Past:
    """What stands before a judgement: the switch, and by dedup_key what was said no to."""

    stop: Stop
    rejected: Mapping[str, Rejected]


@dataclass(frozen=True, slots=True)
class Switch:
    """One stop switch alone: the tenant's or the installation's."""

    scope: str
    is_on: bool = False
    epoch: int = 0
    key: str = ""
    """Names the last switching; empty before the first."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds an account, until when, under which ever-growing number."""

    account: AccountId
    owner: str
    until: datetime
    """Wall time."""
    fence: int


class LedgerStore(Protocol):
    """An append-only chain of one tenant."""

    def append(self, drafts: Sequence[EntryDraft]) -> Sequence[Entry]:
        """Link drafts to the head, in order."""
        ...

    def head(self) -> Head:
        """Say where the chain ends."""
        ...

    def entries(self, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """List entries with a greater seq, oldest first."""
        ...

    def sealed(self, after: int = 0, limit: int = 1000) -> Sequence[Sealed]:
        """List entries with salt and payload, for export."""
        ...

    def of_action(self, action: ActionId) -> Sequence[Sealed]:
        """List what an action left, oldest first."""
        ...

    def of_trace(self, trace: TraceId) -> Sequence[Sealed]:
        """List what a traced command left, oldest first."""
        ...


class ActionStore(Protocol):
    """Actions of one tenant; nothing but `apply` moves one."""

    def draft(self, wanted: Sequence[Action], stamp: Stamp) -> Sequence[Drafted]:
        """Keep new actions; the same id, or an open one with the same key and trust, takes the evidence instead."""
        ...

    def apply(self, changes: Sequence[Change], stamp: Stamp) -> Sequence[Applied]:
        """Step actions in order and record each step with its entry.

        Shape: one result per change that was not left out by `only_after_move`.
        Raises: NotFound for an unknown action, before anything is written.
        """
        ...

    def get(self, action: ActionId) -> Action:
        """Look one up. Raises: NotFound."""
        ...

    def several(self, names: Sequence[ActionId]) -> Sequence[Action]:
        """Look many up at once, in the order asked. Raises: NotFound."""
        ...

    def by_prefix(self, prefix: str) -> Action:
        """Find the one action whose id begins so. Raises: NotFound, Ambiguous."""
        ...

    def listed(
        self, statuses: Sequence[Status], *, person: UserId | None = None, account: AccountId | None = None
    ) -> Sequence[Action]:
        """List by status, oldest first; `person` is whose inbox it is in (assignee, else owner)."""
        ...

    def counts(self) -> Mapping[Status, int]:
        """Count what is open, by status; one that has none is left out."""
        ...

    def due(self, now: datetime, wall: datetime) -> Sequence[Action]:
        """List what time calls for: approved and released, armed and over, snoozed and over, or expired."""
        ...

    def history(self, action: ActionId) -> Sequence[Transition]:
        """List what happened to an action, oldest first."""
        ...

    def paces(self, person: UserId | None = None) -> Sequence[Pace]:
        """Count, for one person or for each by name, approvals and those given unread."""
        ...

    def bind(self, waiting: Mapping[ActionId, tuple[ThreadId, str | None]]) -> None:
        """Say which interrupt of which thread waits for each action's decision; None: none does any more."""
        ...

    def answered(self) -> Sequence[Action]:
        """List what is over although an interrupt still waits for its decision, oldest first."""
        ...

    def assign(self, action: ActionId, assignee: UserId, stamp: Stamp) -> Action:
        """Put it into another person's inbox; the status stays."""
        ...

    def stop(self) -> Stop:
        """Read the stop switches."""
        ...

    def past(self, account: AccountId, keys: Sequence[str]) -> Past:
        """Read the switch, and of one account what was last said no to about these things."""
        ...

    def switches(self) -> tuple[Switch, Switch]:
        """Read both switches one by one: the tenant's own, then the installation's."""
        ...

    def switch(
        self, *, is_on: bool, stamp: Stamp, key: str, everywhere: bool = False, reason: str = ""
    ) -> Stop:
        """Turn the stop switch; on takes every permission of this tenant's open actions away, off gives none."""
        ...

    def lease(self, account: AccountId) -> Lease | None:
        """Look at an account's lease, whether over or not."""
        ...

    def acquire(self, account: AccountId, owner: str, until: datetime, wall: datetime) -> Lease | None:
        """Take the account's lease if free, over or one's own; each taking has a greater number."""
        ...

    def renew(self, lease: Lease, until: datetime, wall: datetime) -> Lease | None:
        """Keep a lease that is still one's own and not over."""
        ...

    def release(self, lease: Lease, wall: datetime) -> None:
        """Give a lease back; the number stays."""
        ...
