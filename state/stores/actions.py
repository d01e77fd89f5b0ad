"""Actions in SQL: drafting, and the one way they move, in few statements for a whole batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from state.errors import Conflict
from state.governance.action import OPEN, Action, Status
from state.governance.approval import Pace
from state.governance.guard import GuardContext
from state.governance.happening import Approve, ByPerson, ByWorker, StopOn
from state.ids import AccountId, ActionId, TenantId, ThreadId, UserId
from state.ledger.entry import Entry, EntryDraft, Kind, Stamp, instant
from state.ledger.proof import of_creation
from state.ports.acting import EVERYWHERE, Applied, Change, Drafted, Lease, Past, Stop, Switch, Transition
from state.stores import action_queries as queries
from state.stores import leases, rejections, turns
from state.stores.acting_tables import actions, stops, transitions
from state.stores.action_rows import moving_of, row_of
from state.stores.batch import Recorded, only, plan, require_fresh, settle, unknown
from state.stores.ledger import SqlLedger

ID_PREFIX = "ac_"


class SqlActions:
    """`ActionStore` on one connection and tenant; every step leaves its entry in the same transaction."""

    def __init__(self, connection: Connection, tenant: TenantId, ledger: SqlLedger) -> None:
        self._connection = connection
        self._tenant = tenant
        self._ledger = ledger

    def draft(self, wanted: Sequence[Action], stamp: Stamp) -> tuple[Drafted, ...]:
        """Keep new actions; evidence of what is there already joins it."""
        if not wanted:
            return ()
        by_id, by_key = queries.same(self._connection, self._tenant, wanted)
        planned = plan(wanted, by_id, by_key, stamp)
        self._create(planned.created, stamp)
        applied = self.apply(planned.changes, stamp)
        after = {each.result.action.id: each.result.action for each in applied}
        return tuple(replace(each, action=after.get(each.action.id, each.action)) for each in planned.drafted)

    def apply(self, changes: Sequence[Change], stamp: Stamp) -> tuple[Applied, ...]:
        """Step actions in order and record each step with its entry."""
        if not changes:
            return ()
        turns.share_switch(self._connection)
        loaded = queries.load(self._connection, self._tenant, changes)
        settled = settle(changes, loaded, queries.twins(self._connection, self._tenant, changes))
        entries = self._ledger.append(settled.proofs(stamp))
        rows = [_row(each, entry, stamp) for each, entry in zip(settled.recorded, entries, strict=True)]
        self._write(rows)
        self._create(settled.created, stamp)
        if settled.has_alarm:
            self.switch(is_on=True, stamp=stamp, key=f"alarm:{entries[-1].id}")
        return settled.applied

    def _write(self, rows: Sequence[dict[str, object]]) -> None:
        """Insert transitions; the database moves the actions, or refuses.

        Raises: Conflict when the database finds an action elsewhere.
        """
        if not rows:
            return
        try:
            self._connection.execute(insert(transitions), [{**row, "tenant": self._tenant} for row in rows])
        except IntegrityError as fault:
            raise Conflict(
                "The action changed meanwhile.", field="action", remedy="Look again and decide anew."
            ) from fault

    def _create(self, wanted: Sequence[Action], stamp: Stamp) -> None:
        for action in wanted:
            require_fresh(action, self._tenant)
        if wanted:
            rows = [{**row_of(action), "tenant": self._tenant} for action in wanted]
            self._connection.execute(insert(actions), rows)
            self._ledger.append([of_creation(action, stamp) for action in wanted])

    def get(self, action: ActionId) -> Action:
        """Look one up. Raises: NotFound."""
        return self.several([action])[0]

    def several(self, names: Sequence[ActionId]) -> tuple[Action, ...]:
        """Look many up at once, in the order asked. Raises: NotFound."""
        found = queries.several(self._connection, self._tenant, names)
        for name in names:
            if name not in found:
                raise unknown(name)
        return tuple(found[name] for name in names)

    def by_prefix(self, prefix: str) -> Action:
        """Find the one action whose id begins so. Raises: NotFound, Ambiguous."""
        whole = prefix if prefix.startswith(ID_PREFIX) else ID_PREFIX + prefix
        return only(prefix, queries.beginning(self._connection, self._tenant, whole))

    def listed(
        self, statuses: Sequence[Status], *, person: UserId | None = None, account: AccountId | None = None
    ) -> tuple[Action, ...]:
        """List by status, oldest first."""
        return queries.listed(self._connection, self._tenant, statuses, person, account)

    def counts(self) -> Mapping[Status, int]:
        """Count what is open, by status."""
        return queries.counts(self._connection, self._tenant)

    def due(self, now: datetime, wall: datetime) -> tuple[Action, ...]:
        """List what time calls for, oldest first."""
        return queries.due(self._connection, self._tenant, now, wall)

    def history(self, action: ActionId) -> tuple[Transition, ...]:
        """List what happened to an action, oldest first."""
        return queries.history(self._connection, self._tenant, action)

    def paces(self, person: UserId | None = None) -> tuple[Pace, ...]:
        """Count approvals and those given unread, by person."""
        return queries.paces(self._connection, self._tenant, person)

    def bind(self, waiting: Mapping[ActionId, tuple[ThreadId, str | None]]) -> None:
        """Say which interrupt of which thread waits for each action's decision; None: none does any more."""
        if not waiting:
            return
        mine = update(actions).where(
            actions.c.tenant == self._tenant, actions.c.action == bindparam("bound_action")
        )
        values: dict[str, object] = {
            "thread": bindparam("bound_thread"),
            "interrupt": bindparam("bound_interrupt"),
        }
        rows = [
            {"bound_action": name, "bound_thread": thread, "bound_interrupt": interrupt}
            for name, (thread, interrupt) in waiting.items()
        ]
        self._connection.execute(mine.values(values), rows)

    def answered(self) -> tuple[Action, ...]:
        """List what is over although an interrupt still waits for its decision, oldest first."""
        return queries.answered(self._connection, self._tenant)

    def assign(self, action: ActionId, assignee: UserId, stamp: Stamp) -> Action:
        """Put it into another person's inbox; the status stays."""
        before = self.get(action)
        if before.assignee == assignee:
            return before
        mine = update(actions).where(actions.c.tenant == self._tenant, actions.c.action == action)
        self._connection.execute(mine.values(assignee=assignee))
        payload = {"assignee": assignee, "was": before.assignee or before.owner}
        self._ledger.append([EntryDraft(Kind.DELEGATION, stamp, payload, action=action)])
        return replace(before, assignee=assignee)

    def stop(self) -> Stop:
        """Read the stop switches."""
        return queries.stop(self._connection, self._tenant)

    def past(self, account: AccountId, keys: Sequence[str]) -> Past:
        """Read the switch, and of one account what was last said no to about these things, in one statement."""
        return rejections.past(self._connection, self._tenant, account, keys)

    def switches(self) -> tuple[Switch, Switch]:
        """Read both switches one by one: the tenant's own, then the installation's."""
        scopes = (self._tenant, EVERYWHERE)
        rows = self._connection.execute(select(stops).where(stops.c.tenant.in_(scopes)))
        found = {row.tenant: Switch(row.tenant, row.is_on == 1, row.epoch, row.key) for row in rows}
        own, whole = (found.get(scope, Switch(scope)) for scope in scopes)
        return own, whole

    def switch(
        self, *, is_on: bool, stamp: Stamp, key: str, everywhere: bool = False, reason: str = ""
    ) -> Stop:
        """Turn the stop switch; on takes every permission of this tenant's open actions away, off gives none."""
        tenant = EVERYWHERE if everywhere else self._tenant
        if everywhere:
            turns.take_switch(self._connection)
        row = self._connection.execute(select(stops).where(stops.c.tenant == tenant)).first()
        if row is not None and row.key == key:
            return self.stop()
        epoch = (row.epoch if row else 0) + (1 if is_on else 0)
        values = {"is_on": int(is_on), "epoch": epoch, "key": key}
        if row is None:
            self._connection.execute(insert(stops).values(tenant=tenant, **values))
        else:
            self._connection.execute(update(stops).where(stops.c.tenant == tenant).values(**values))
        payload = {"switch": "on" if is_on else "off", "scope": tenant, "epoch": epoch, "reason": reason}
        self._ledger.append([EntryDraft(Kind.STOP, stamp, payload)])
        if is_on:
            self._take_permissions(stamp, key)
        return self.stop()

    def _take_permissions(self, stamp: Stamp, key: str) -> None:
        guard = GuardContext(now=stamp.at, wall=stamp.wall)
        found = self.listed(OPEN)
        self.apply([Change(action.id, StopOn(), guard, key=f"stop_on:{key}") for action in found], stamp)

    def lease(self, account: AccountId) -> Lease | None:
        """Look at an account's lease, whether over or not."""
        return leases.found(self._connection, self._tenant, account)

    def acquire(self, account: AccountId, owner: str, until: datetime, wall: datetime) -> Lease | None:
        """Take the account's lease if free, over or one's own."""
        return leases.acquire(self._connection, self._tenant, Lease(account, owner, until, 0), wall)

    def renew(self, lease: Lease, until: datetime, wall: datetime) -> Lease | None:
        """Keep a lease that is still one's own and not over."""
        return leases.renew(self._connection, self._tenant, lease, until, wall)

    def release(self, lease: Lease, wall: datetime) -> None:
        """Give a lease back; the number stays."""
        leases.release(self._connection, self._tenant, lease, wall)


def _row(recorded: Recorded, entry: Entry, stamp: Stamp) -> dict[str, object]:
    """Lay out one transition; worker, fence and key where an attempt begins."""
    happening, result, action = recorded.change.happening, recorded.result, recorded.result.action
    by = happening.principal.user if isinstance(happening, ByPerson) else stamp.user
    claimer = happening if isinstance(happening, ByWorker) else None
    return {
        "action": action.id,
        "n": action.version,
        "key": recorded.change.key,
        "event": happening.name,
        "outcome": result.outcome.value,
        "from_status": recorded.before.status.value,
        "to_status": action.status.value,
        "at": instant(stamp.at),
        "wall": instant(stamp.wall),
        "by": by,
        "code": result.code,
        "said": result.text,
        "entry": entry.seq,
        "worker": claimer.worker if claimer else None,
        "fence": claimer.fence if claimer else None,
        "effect_key": action.effect_key,
        "after_ms": happening.after_ms if isinstance(happening, Approve) else None,
        **moving_of(action),
    }
