"""Actions, switches, leases and the ledger in memory; the laws are the real ones, only the keeping differs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from state.governance.action import OPEN, Action, Status
from state.governance.approval import Pace
from state.governance.guard import GuardContext, Locks
from state.governance.happening import Approve, ByPerson, Cancel, StopOn
from state.ids import AccountId, ActionId, TenantId, ThreadId, TraceId, UserId
from state.ledger.chain import GENESIS, SALT_BYTES, Head, extend, head_of
from state.ledger.entry import Entry, EntryDraft, Kind, Sealed, Stamp
from state.ledger.proof import of_creation
from state.ports.acting import (
    EVERYWHERE,
    Applied,
    Change,
    Drafted,
    Lease,
    Past,
    Rejected,
    Stop,
    Switch,
    Transition,
)
from state.stores.batch import Known, Loaded, Recorded, key_of, only, plan, require_fresh, settle, unknown
from tests.fakes.displays import paces_of


@dataclass
class Shelf:
    """What one tenant keeps; copied when a transaction begins, dropped when it fails."""

    actions: dict[ActionId, Action] = field(default_factory=dict)
    transitions: dict[tuple[ActionId, int], Transition] = field(default_factory=dict)
    known: dict[tuple[ActionId, str], Known] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    leases: dict[AccountId, Lease] = field(default_factory=dict)
    ledger: list[Sealed] = field(default_factory=list)

    def copy(self) -> "Shelf":
        """Copy the containers; what they hold is frozen."""
        return Shelf(
            dict(self.actions), dict(self.transitions), dict(self.known), set(self.keys), dict(self.leases),
            list(self.ledger),
        )  # fmt: skip


Switches = dict[str, tuple[bool, int, str]]
"""Scope -> on, epoch, key of the last switching."""


class MemoryLedger:
    """`LedgerStore` on a shelf."""

    def __init__(self, tenant: TenantId, shelf: Shelf) -> None:
        self._tenant = tenant
        self._rows = shelf.ledger

    def append(self, drafts: Sequence[EntryDraft]) -> tuple[Entry, ...]:
        """Link drafts to the head; the salts are predictable."""
        places = range(len(self._rows), len(self._rows) + len(drafts))
        salts = [place.to_bytes(SALT_BYTES, "big") for place in places]
        sealed = tuple(extend(self._tenant, self.head(), drafts, salts))
        self._rows.extend(sealed)
        return tuple(each.entry for each in sealed)

    def head(self) -> Head:
        return head_of(self._rows[-1].entry) if self._rows else GENESIS

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        return tuple(each.entry for each in self.sealed(after, limit))

    def sealed(self, after: int = 0, limit: int = 1000) -> tuple[Sealed, ...]:
        return tuple(self._rows[after : after + limit])

    def of_action(self, action: ActionId) -> tuple[Sealed, ...]:
        return tuple(each for each in self._rows if each.entry.action == action)

    def of_trace(self, trace: TraceId) -> tuple[Sealed, ...]:
        return tuple(each for each in self._rows if each.entry.trace == trace)


class MemoryActions:
    """`ActionStore` on a shelf."""

    def __init__(self, tenant: TenantId, shelf: Shelf, switches: Switches, ledger: MemoryLedger) -> None:
        self._tenant = tenant
        self._shelf = shelf
        self._switches = switches
        self._ledger = ledger

    def draft(self, wanted: Sequence[Action], stamp: Stamp) -> tuple[Drafted, ...]:
        planned = plan(wanted, dict(self._shelf.actions), self._open(), stamp)
        self._create(planned.created, stamp)
        self.apply(planned.changes, stamp)
        return tuple(replace(each, action=self.get(each.action.id)) for each in planned.drafted)

    def apply(self, changes: Sequence[Change], stamp: Stamp) -> tuple[Applied, ...]:
        loaded = {change.action: self._loaded(change.action) for change in changes}
        open_keys = {key: action.id for key, action in self._open().items()}
        settled = settle(changes, loaded, open_keys)
        entries = self._ledger.append(settled.proofs(stamp))
        for recorded in settled.recorded:
            self._record(recorded, stamp)
        self._create(settled.created, stamp)
        if settled.has_alarm:
            self.switch(is_on=True, stamp=stamp, key=f"alarm:{entries[-1].id}")
        return settled.applied

    def _open(self) -> dict[tuple[str, bool], Action]:
        return {key_of(action): action for action in self._shelf.actions.values() if action.status.is_open}

    def open_keys(self) -> dict[str, frozenset[str]]:
        """Unverified origin → dedup keys of its open actions."""
        found: dict[str, set[str]] = {}
        for one in self._open().values():
            if one.origin:
                found.setdefault(one.origin, set()).add(one.dedup_key)
        return {origin: frozenset(keys) for origin, keys in found.items()}

    def _loaded(self, name: ActionId) -> Loaded:
        action = self.get(name)
        stop, lease = self.stop(), self._shelf.leases.get(action.account)
        locks = Locks(stop.is_on, stop.epoch)
        if lease:
            locks = replace(locks, fence=lease.fence, holder=lease.owner, held_until=lease.until)
        recorded = {
            key: replace(known, result=replace(known.result, action=action))
            for (owner, key), known in self._shelf.known.items()
            if owner == name
        }
        return Loaded(action, locks, recorded)

    def _record(self, recorded: Recorded, stamp: Stamp) -> None:
        change, result, action = recorded.change, recorded.result, recorded.result.action
        happening = change.happening
        self._shelf.actions[action.id] = action
        self._shelf.known[action.id, change.key] = Known(result, action.status)
        self._shelf.transitions[action.id, action.version] = Transition(
            action=action.id,
            n=action.version,
            event=happening.name,
            outcome=result.outcome,
            start=recorded.before.status,
            end=action.status,
            at=stamp.at,
            wall=stamp.wall,
            by=happening.principal.user if isinstance(happening, ByPerson) else stamp.user,
            code=result.code,
            key=change.key,
            after_ms=happening.after_ms if isinstance(happening, Approve) else None,
        )

    def _create(self, wanted: Iterable[Action], stamp: Stamp) -> None:
        for action in wanted:
            require_fresh(action, self._tenant)
            self._shelf.actions[action.id] = action
            self._ledger.append([of_creation(action, stamp)])

    def get(self, action: ActionId) -> Action:
        return self.several([action])[0]

    def several(self, names: Sequence[ActionId]) -> tuple[Action, ...]:
        for name in names:
            if name not in self._shelf.actions:
                raise unknown(name)
        return tuple(self._shelf.actions[name] for name in names)

    def by_prefix(self, prefix: str) -> Action:
        names = sorted(name for name in self._shelf.actions if name.removeprefix("ac_").startswith(prefix) or name.startswith(prefix))  # fmt: skip # noqa: E501
        return only(prefix, [self._shelf.actions[name] for name in names])

    def listed(
        self, statuses: Sequence[Status], *, person: UserId | None = None, account: AccountId | None = None
    ) -> tuple[Action, ...]:
        return self._sorted(
            action
            for action in self._shelf.actions.values()
            if action.status in statuses
            and person in {None, action.assignee or action.owner}
            and account in {None, action.account}
        )

    def counts(self) -> Mapping[Status, int]:
        return Counter(one.status for one in self._shelf.actions.values() if one.status in OPEN)

    def due(self, now: datetime, wall: datetime) -> tuple[Action, ...]:
        return self._sorted(action for action in self._shelf.actions.values() if _is_due(action, now, wall))

    def _sorted(self, found: Iterable[Action]) -> tuple[Action, ...]:
        return tuple(sorted(found, key=lambda action: (action.created_at, action.id)))

    def history(self, action: ActionId) -> tuple[Transition, ...]:
        return tuple(row for (name, _), row in sorted(self._shelf.transitions.items()) if name == action)

    def paces(self, person: UserId | None = None) -> tuple[Pace, ...]:
        return paces_of(self._shelf.transitions.values(), person)

    def bind(self, waiting: Mapping[ActionId, tuple[ThreadId, str | None]]) -> None:
        for name, (thread, interrupt) in waiting.items():
            self._shelf.actions[name] = replace(self.get(name), thread=thread, interrupt=interrupt)

    def answered(self) -> tuple[Action, ...]:
        return self._sorted(
            action
            for action in self._shelf.actions.values()
            if action.interrupt is not None and not action.status.is_open
        )

    def assign(self, action: ActionId, assignee: UserId, stamp: Stamp) -> Action:
        before = self.get(action)
        if before.assignee == assignee:
            return before
        self._shelf.actions[action] = replace(before, assignee=assignee)
        payload = {"assignee": assignee, "was": before.assignee or before.owner}
        self._ledger.append([EntryDraft(Kind.DELEGATION, stamp, payload, action=action)])
        return self._shelf.actions[action]

    def stop(self) -> Stop:
        both = [self._switches.get(scope, (False, 0, "")) for scope in (self._tenant, EVERYWHERE)]
        return Stop(any(is_on for is_on, _, _ in both), sum(epoch for _, epoch, _ in both))

    def past(self, account: AccountId, keys: Sequence[str]) -> Past:
        mine = [
            one for one in self._shelf.actions.values() if one.account == account and one.dedup_key in keys
        ]
        open_ = {one.dedup_key for one in mine if one.status.is_open}
        noes = [
            Rejected(one, moves[-1].at, is_open_again=one.dedup_key in open_)
            for one in mine
            if (moves := self.history(one.id))
            and moves[-1].event == Cancel.name
            and moves[-1].end is Status.CANCELLED
        ]
        return Past(self.stop(), {one.action.dedup_key: one for one in sorted(noes, key=lambda one: one.at)})

    def switches(self) -> tuple[Switch, Switch]:
        own, whole = (
            Switch(scope, *self._switches.get(scope, (False, 0, ""))) for scope in (self._tenant, EVERYWHERE)
        )
        return own, whole

    def switch(
        self, *, is_on: bool, stamp: Stamp, key: str, everywhere: bool = False, reason: str = ""
    ) -> Stop:
        scope = EVERYWHERE if everywhere else self._tenant
        _, epoch, last = self._switches.get(scope, (False, 0, ""))
        if last == key:
            return self.stop()
        self._switches[scope] = (is_on, epoch + int(is_on), key)
        payload = {
            "switch": "on" if is_on else "off", "scope": scope, "epoch": epoch + int(is_on), "reason": reason,
        }  # fmt: skip
        self._ledger.append([EntryDraft(Kind.STOP, stamp, payload)])
        if is_on:
            guard = GuardContext(now=stamp.at, wall=stamp.wall)
            open_ = self.listed(OPEN)
            self.apply([Change(action.id, StopOn(), guard, key=f"stop_on:{key}") for action in open_], stamp)
        return self.stop()

    def lease(self, account: AccountId) -> Lease | None:
        return self._shelf.leases.get(account)

    def acquire(self, account: AccountId, owner: str, until: datetime, wall: datetime) -> Lease | None:
        there = self.lease(account)
        if there and there.owner != owner and there.until > wall:
            return None
        self._shelf.leases[account] = Lease(account, owner, until, there.fence + 1 if there else 1)
        return self._shelf.leases[account]

    def renew(self, lease: Lease, until: datetime, wall: datetime) -> Lease | None:
        if not self._is_mine(lease) or self._shelf.leases[lease.account].until <= wall:
            return None
        self._shelf.leases[lease.account] = replace(lease, until=until)
        return self._shelf.leases[lease.account]

    def release(self, lease: Lease, wall: datetime) -> None:
        if self._is_mine(lease):
            self._shelf.leases[lease.account] = replace(lease, until=wall)

    def _is_mine(self, lease: Lease) -> bool:
        there = self.lease(lease.account)
        return there is not None and (there.owner, there.fence) == (lease.owner, lease.fence)


def _is_due(action: Action, now: datetime, wall: datetime) -> bool:
    is_late = now >= action.expires_at
    if action.status is Status.APPROVED:
        is_released = action.release_at is not None and wall >= action.release_at
        return is_late or (is_released and (action.not_before is None or now >= action.not_before))
    if action.status is not Status.PENDING:
        return False
    is_armed = action.auto_at is not None and wall >= action.auto_at
    return is_late or is_armed or (action.snoozed_until is not None and now >= action.snoozed_until)
