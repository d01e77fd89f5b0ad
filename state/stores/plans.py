"""Plans in SQL: a move is inserted, the trigger brings the plan there, and the entry stands in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, exists, insert, or_, select

from state.governance.action import OPEN
from state.governance.plan import Plan, PlanHappening, PlanId, PlanStatus, PlanType
from state.governance.plan_moving import Acted
from state.ids import AccountId, EventId, TenantId, UserId
from state.ledger.entry import Stamp, instant
from state.ports.acting import LedgerStore
from state.ports.plans import Heard, PlanMove
from state.stores.acting_tables import actions
from state.stores.driven import ask
from state.stores.plan_steps import begun, only_plan, settle_plan, unknown_plan, waited_for
from state.stores.plan_tables import plan_actions, plan_moves, plans, plans_heard
from state.stores.runs import Row, insert_once

HEARD = (
    select(plans_heard.c.plan, plans_heard.c.event)
    .where(plans_heard.c.tenant == bindparam("tenant"))
    .order_by(plans_heard.c.plan)
)
"""Made once: every batch of events asks it."""
_OF = (plans.c.tenant == bindparam("tenant"), plans.c.status.in_(bindparam("statuses", expanding=True)))
LISTED = select(plans.c.body).where(*_OF).order_by(plans.c.created_at, plans.c.plan)
LISTED_OF = LISTED.where(plans.c.account == bindparam("account"))
"""Every run asks it of its account."""


class SqlPlans:
    """`PlanStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId, ledger: LedgerStore) -> None:
        self._connection = connection
        self._tenant = tenant
        self._ledger = ledger

    def add(self, plan: Plan, event: str, stamp: Stamp) -> Plan:
        """Keep a new plan; one whose id is known stays as it is."""
        there = self.get(plan.id)
        if there is not None:
            return there
        row = {
            "tenant": self._tenant,
            "plan": plan.id,
            "account": plan.account,
            "plan_type": plan.type,
            "created_at": instant(plan.created_at),
            "status": plan.status.value,
            "version": plan.version,
            **_moving(plan),
        }
        self._connection.execute(insert(plans).values(row))
        self._wait_for(plan)
        self._ledger.append([begun(plan, event, stamp)])
        return plan

    def get(self, plan: PlanId) -> Plan | None:
        """Look one up."""
        found = self._found(plans.c.plan == plan)
        return found[0] if found else None

    def by_prefix(self, prefix: str) -> Plan:
        """Find the one plan whose id begins so. Raises: NotFound, Ambiguous."""
        exact = self.get(PlanId(prefix))
        return exact or only_plan(prefix, self._found(plans.c.plan.startswith(prefix, autoescape=True)))

    def listed(
        self, statuses: Sequence[PlanStatus] = tuple(PlanStatus), account: AccountId | None = None
    ) -> tuple[Plan, ...]:
        """List by status, oldest first."""
        given = {"tenant": self._tenant, "statuses": [status.value for status in statuses]}
        of_account = {} if account is None else {"account": account}
        rows = ask(self._connection, LISTED_OF if of_account else LISTED, {**given, **of_account})
        return tuple(Plan.model_validate_json(body) for (body,) in rows)

    def active(self, account: AccountId, kind: PlanType) -> Plan | None:
        """Give the one active plan of an account and type."""
        found = self._found(
            plans.c.account == account, plans.c.plan_type == kind, plans.c.status == PlanStatus.ACTIVE.value
        )
        return found[0] if found else None

    def apply(self, plan: PlanId, what: PlanHappening, stamp: Stamp) -> Acted:
        """Do what the table says; a refusal leaves an entry and no move. Raises: NotFound."""
        before = self.get(plan)
        if before is None:
            raise unknown_plan(plan)
        other = self.active(before.account, before.type)
        rival = other.id if other is not None and other.id != plan else None
        settled = settle_plan(before, what, rival, stamp)
        if settled.entry is None:
            return settled.acted
        (entry,) = self._ledger.append([settled.entry])
        if settled.is_recorded:
            self._move(before, settled.acted.plan, what, stamp, entry.seq)
        return settled.acted

    def _move(self, before: Plan, after: Plan, what: PlanHappening, stamp: Stamp, entry: int) -> None:
        row = {
            "tenant": self._tenant,
            "plan": before.id,
            "n": after.version,
            "event": what.event.value,
            "from_status": before.status.value,
            "to_status": after.status.value,
            "step": what.step,
            "reason": what.reason,
            "by": what.by.user if what.by else stamp.user,
            "at": instant(what.at),
            "entry": entry,
            **_moving(after),
        }
        self._connection.execute(insert(plan_moves).values(row))
        if waited_for(before) != waited_for(after):
            self._wait_for(after)

    def _wait_for(self, plan: Plan) -> None:
        mine = (plan_actions.c.tenant == self._tenant, plan_actions.c.plan == plan.id)
        self._connection.execute(delete(plan_actions).where(*mine))
        rows = [{"tenant": self._tenant, "plan": plan.id, "action": name} for name in waited_for(plan)]
        if rows:
            self._connection.execute(insert(plan_actions), rows)

    def due(self, now: datetime) -> tuple[Plan, ...]:
        """List active plans for which time, or the end of an action, calls; oldest first."""
        has_ended = exists().where(
            plan_actions.c.tenant == plans.c.tenant,
            plan_actions.c.plan == plans.c.plan,
            actions.c.tenant == plan_actions.c.tenant,
            actions.c.action == plan_actions.c.action,
            actions.c.status.not_in([status.value for status in OPEN]),
        )
        calls = or_(plans.c.next_at <= instant(now), has_ended)
        return self._found(plans.c.status == PlanStatus.ACTIVE.value, calls)

    def history(self, plan: PlanId) -> tuple[PlanMove, ...]:
        """List what happened to a plan, oldest first."""
        mine = (plan_moves.c.tenant == self._tenant, plan_moves.c.plan == plan)
        query = select(plan_moves).where(*mine).order_by(plan_moves.c.n)
        return tuple(_read(row) for row in self._connection.execute(query).mappings())

    def hear(self, heard: Sequence[Heard]) -> None:
        """Note that another system spoke of plans; the newest word on each counts."""
        self.answer(heard)
        newest = {one.plan: one.event for one in heard}
        rows: list[Row] = [
            {"tenant": self._tenant, "plan": plan, "event": event} for plan, event in newest.items()
        ]
        insert_once(self._connection, plans_heard, rows)

    def heard(self) -> tuple[Heard, ...]:
        """List what was said and not answered."""
        rows = ask(self._connection, HEARD, {"tenant": self._tenant})
        return tuple(Heard(PlanId(plan), EventId(event)) for plan, event in rows)

    def answer(self, heard: Sequence[Heard]) -> None:
        """Strike off what was taken over or answered."""
        if heard:
            names = [one.plan for one in heard]
            mine = (plans_heard.c.tenant == self._tenant, plans_heard.c.plan.in_(names))
            self._connection.execute(delete(plans_heard).where(*mine))

    def _found(self, *wanted: ColumnElement[bool]) -> tuple[Plan, ...]:
        query = select(plans.c.body).where(plans.c.tenant == self._tenant, *wanted)
        rows = self._connection.execute(query.order_by(plans.c.created_at, plans.c.plan))
        return tuple(Plan.model_validate_json(row.body) for row in rows)


def _moving(plan: Plan) -> dict[str, str | None]:
    return {
        "next_at": None if plan.next_at is None else instant(plan.next_at),
        "body": plan.model_dump_json(),
    }


def _read(row: RowMapping) -> PlanMove:
    return PlanMove(
        plan=PlanId(row["plan"]),
        n=row["n"],
        event=row["event"],
        from_status=row["from_status"],
        to_status=row["to_status"],
        step=row["step"],
        reason=row["reason"],
        by=UserId(row["by"]),
        at=datetime.fromisoformat(row["at"]),
        entry=row["entry"],
    )
