"""What is read of actions: one select for a batch with the rows it locks, and the lists people see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, func, or_, select

from state.governance.action import OPEN, Action, Outcome, Status
from state.governance.approval import HASTY_MS, Pace
from state.governance.guard import Locks
from state.governance.result import recalled
from state.ids import AccountId, ActionId, TenantId, UserId
from state.ledger.entry import instant
from state.ports.acting import EVERYWHERE, Change, Stop, Transition
from state.stores.acting_tables import IS_ANSWERED, IS_YES, actions, leases, stops, transitions
from state.stores.action_rows import ActionRow, action_of
from state.stores.batch import Known, Loaded, Twin, key_of, successor_of
from state.stores.driven import ask

_NAMES = tuple(actions.c.keys())
_ANSWERED = (
    select(actions)
    .where(actions.c.tenant == bindparam("tenant"), IS_ANSWERED)
    .order_by(actions.c.created_at, actions.c.action)
)
_OPEN = [status.value for status in OPEN]
_SEEN = [
    transitions.c[name].label(f"seen_{name}") for name in ("key", "outcome", "to_status", "code", "said")
]
_LEASE = [leases.c.owner.label("holder"), leases.c.until.label("held_until"), leases.c.fence]


def load(connection: Connection, tenant: TenantId, changes: Sequence[Change]) -> dict[ActionId, Loaded]:
    """Read a batch's actions with stop, lease and what its keys recorded, in one statement."""
    names, keys = {change.action for change in changes}, {change.key for change in changes}
    is_seen = and_(
        transitions.c.tenant == actions.c.tenant,
        transitions.c.action == actions.c.action,
        transitions.c.key.in_(sorted(keys)),
    )
    is_held = and_(leases.c.tenant == actions.c.tenant, leases.c.account == actions.c.account)
    query = (
        select(actions, *_LEASE, *_SEEN, *switch_columns(tenant))
        .outerjoin(leases, is_held)
        .outerjoin(transitions, is_seen)
        .where(actions.c.tenant == tenant, actions.c.action.in_(sorted(names)))
    )
    loaded: dict[ActionId, Loaded] = {}
    for row in connection.execute(query).mappings():
        name = ActionId(row["action"])
        before = loaded.get(name) or Loaded(_action(row), _locks(row), {})
        loaded[name] = Loaded(before.action, before.locks, {**before.recorded, **_seen(row, before.action)})
    return loaded


def switch_columns(tenant: TenantId) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Sum both switches' epochs and take either's being on."""
    of_both = stops.c.tenant.in_([tenant, EVERYWHERE])
    is_on = select(func.coalesce(func.max(stops.c.is_on), 0)).where(of_both).scalar_subquery()
    epoch = select(func.coalesce(func.sum(stops.c.epoch), 0)).where(of_both).scalar_subquery()
    return is_on.label("stop_on"), epoch.label("stop_epoch")


def _locks(row: RowMapping) -> Locks:
    until = datetime.fromisoformat(row["held_until"]) if row["held_until"] else None
    return Locks(row["stop_on"] == 1, int(row["stop_epoch"]), row["fence"] or 0, row["holder"] or "", until)


def _seen(row: RowMapping, action: Action) -> Mapping[str, Known]:
    if row["seen_key"] is None:
        return {}
    result = recalled(Outcome(row["seen_outcome"]), action, row["seen_code"], row["seen_said"])
    return {row["seen_key"]: Known(result, Status(row["seen_to_status"]))}


def twins(connection: Connection, tenant: TenantId, changes: Sequence[Change]) -> dict[Twin, ActionId]:
    """Find open cards for the things that a batch's successors are about; asks nothing if there are none."""
    keys = {successor.dedup_key for change in changes if (successor := successor_of(change))}
    if not keys:
        return {}
    query = select(actions.c.dedup_key, actions.c.origin_trusted, actions.c.action)
    is_open = actions.c.status.in_(_OPEN)
    found = query.where(actions.c.tenant == tenant, actions.c.dedup_key.in_(sorted(keys)), is_open)
    return {
        (row["dedup_key"], row["origin_trusted"] == 1): row["action"]
        for row in connection.execute(found).mappings()
    }


def same(
    connection: Connection, tenant: TenantId, wanted: Sequence[Action]
) -> tuple[dict[ActionId, Action], dict[Twin, Action]]:
    """Find what is there already for drafts: by id in any status, by key among the open."""
    names, keys = sorted({each.id for each in wanted}), sorted({each.dedup_key for each in wanted})
    is_twin = and_(actions.c.dedup_key.in_(keys), actions.c.status.in_(_OPEN))
    query = select(actions).where(actions.c.tenant == tenant, or_(actions.c.action.in_(names), is_twin))
    found = [_action(row) for row in connection.execute(query).mappings()]
    return {each.id: each for each in found}, {key_of(each): each for each in found if each.status.is_open}


def several(connection: Connection, tenant: TenantId, names: Sequence[ActionId]) -> dict[ActionId, Action]:
    """Look many up."""
    query = select(actions).where(actions.c.tenant == tenant, actions.c.action.in_(sorted(set(names))))
    return {(action := _action(row)).id: action for row in connection.execute(query).mappings()}


def beginning(connection: Connection, tenant: TenantId, prefix: str) -> tuple[Action, ...]:
    """List actions whose id begins so, at most eight."""
    is_within = actions.c.action.between(prefix, prefix + "\x7f")
    query = select(actions).where(actions.c.tenant == tenant, is_within).order_by(actions.c.action).limit(8)
    return tuple(_action(row) for row in connection.execute(query).mappings())


def listed(
    connection: Connection,
    tenant: TenantId,
    statuses: Sequence[Status],
    person: UserId | None,
    account: AccountId | None,
) -> tuple[Action, ...]:
    """List by status, inbox and account, oldest first."""
    query = _listing(is_of_person=person is not None, is_of_account=account is not None)
    values = {"tenant": tenant, "statuses": [*statuses], "person": person, "account": account}
    given = {name: value for name, value in values.items() if value is not None}
    return tuple(_action(dict(zip(_NAMES, row, strict=True))) for row in ask(connection, query, given))


@cache
def _listing(*, is_of_person: bool, is_of_account: bool) -> Select[tuple[object, ...]]:
    is_asked = actions.c.status.in_(bindparam("statuses", expanding=True))
    query = select(actions).where(actions.c.tenant == bindparam("tenant"), is_asked)
    if is_of_person:
        query = query.where(func.coalesce(actions.c.assignee, actions.c.owner) == bindparam("person"))
    if is_of_account:
        query = query.where(actions.c.account == bindparam("account"))
    return query.order_by(actions.c.created_at, actions.c.action)


def counts(connection: Connection, tenant: TenantId) -> dict[Status, int]:
    """Count what is open, by status."""
    query = select(actions.c.status, func.count().label("number")).group_by(actions.c.status)
    rows = connection.execute(query.where(actions.c.tenant == tenant, actions.c.status.in_(_OPEN)))
    return {Status(row.status): row.number for row in rows}


def due(connection: Connection, tenant: TenantId, now: datetime, wall: datetime) -> tuple[Action, ...]:
    """List what time calls for, oldest first."""
    business, real = instant(now), instant(wall)
    status, late = actions.c.status, actions.c.expires_at <= business
    released = and_(
        actions.c.release_at <= real, or_(actions.c.not_before.is_(None), actions.c.not_before <= business)
    )
    called = or_(
        and_(status == "approved", or_(released, late)),
        and_(status == "pending", or_(actions.c.auto_at <= real, actions.c.snoozed_until <= business, late)),
    )
    query = select(actions).where(actions.c.tenant == tenant, called)
    rows = connection.execute(query.order_by(actions.c.created_at, actions.c.action)).mappings()
    return tuple(_action(row) for row in rows)


def answered(connection: Connection, tenant: TenantId) -> tuple[Action, ...]:
    """List what is over although an interrupt still waits for its decision, oldest first."""
    return tuple(
        _action(dict(zip(_NAMES, row, strict=True))) for row in ask(connection, _ANSWERED, {"tenant": tenant})
    )


def history(connection: Connection, tenant: TenantId, action: ActionId) -> tuple[Transition, ...]:
    """List what happened to an action, oldest first."""
    mine = (transitions.c.tenant == tenant, transitions.c.action == action)
    rows = connection.execute(select(transitions).where(*mine).order_by(transitions.c.n)).mappings()
    return tuple(_transition(row) for row in rows)


def paces(connection: Connection, tenant: TenantId, person: UserId | None) -> tuple[Pace, ...]:
    """Count approvals and those given unread, by person; the index holds approvals alone."""
    is_yes = (transitions.c.tenant == tenant, IS_YES)
    who = () if person is None else (transitions.c.by == person,)
    query = select(
        transitions.c.by,
        func.count().label("all"),
        func.count().filter(transitions.c.after_ms < HASTY_MS).label("hasty"),
        func.count().filter(transitions.c.after_ms.is_(None)).label("undisplayed"),
    )
    grouped = query.where(*is_yes, *who).group_by(transitions.c.by).order_by(transitions.c.by)
    rows = connection.execute(grouped).mappings()
    return tuple(Pace(UserId(row["by"]), row["all"], row["hasty"], row["undisplayed"]) for row in rows)


def stop(connection: Connection, tenant: TenantId) -> Stop:
    """Read both switches as one."""
    row = connection.execute(select(*switch_columns(tenant))).mappings().one()
    return Stop(row["stop_on"] == 1, int(row["stop_epoch"]))


def _transition(row: RowMapping) -> Transition:
    return Transition(
        action=ActionId(row["action"]),
        n=row["n"],
        event=row["event"],
        outcome=Outcome(row["outcome"]),
        start=Status(row["from_status"]),
        end=Status(row["to_status"]),
        at=datetime.fromisoformat(row["at"]),
        wall=datetime.fromisoformat(row["wall"]),
        by=UserId(row["by"]),
        code=row["code"],
        key=row["key"],
        after_ms=row["after_ms"],
    )


def _action(row: Mapping[Any, object]) -> Action:
    return action_of(cast("ActionRow", row))
