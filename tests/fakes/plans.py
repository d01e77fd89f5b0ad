"""Plans in memory; the law is the real one, only the keeping differs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from state.governance.plan import Plan, PlanHappening, PlanId, PlanStatus, PlanType
from state.governance.plan_moving import Acted
from state.ids import AccountId
from state.ledger.entry import Stamp
from state.ports.acting import ActionStore, LedgerStore
from state.ports.plans import Heard, PlanMove
from state.stores.plan_steps import begun, only_plan, settle_plan, unknown_plan, waited_for


@dataclass
class Planner:
    """What one tenant keeps; copied when a transaction begins."""

    plans: dict[PlanId, Plan] = field(default_factory=dict)
    moves: tuple[PlanMove, ...] = ()
    heard: dict[PlanId, Heard] = field(default_factory=dict)

    def copy(self) -> "Planner":
        return Planner(dict(self.plans), self.moves, dict(self.heard))


class MemoryPlans:
    """`PlanStore` on a planner."""

    def __init__(self, planner: Planner, actions: ActionStore, ledger: LedgerStore) -> None:
        self._planner = planner
        self._actions = actions
        self._ledger = ledger

    def add(self, plan: Plan, event: str, stamp: Stamp) -> Plan:
        if plan.id not in self._planner.plans:
            self._planner.plans[plan.id] = plan
            self._ledger.append([begun(plan, event, stamp)])
        return self._planner.plans[plan.id]

    def get(self, plan: PlanId) -> Plan | None:
        return self._planner.plans.get(plan)

    def by_prefix(self, prefix: str) -> Plan:
        found = tuple(plan for plan in self.listed() if plan.id.startswith(prefix))
        return self.get(PlanId(prefix)) or only_plan(prefix, found)

    def listed(
        self, statuses: Sequence[PlanStatus] = tuple(PlanStatus), account: AccountId | None = None
    ) -> tuple[Plan, ...]:
        ordered = sorted(self._planner.plans.values(), key=lambda plan: (plan.created_at, plan.id))
        return tuple(plan for plan in ordered if plan.status in statuses and account in (None, plan.account))

    def active(self, account: AccountId, kind: PlanType) -> Plan | None:
        found = self.listed([PlanStatus.ACTIVE], account)
        return next((plan for plan in found if plan.type == kind), None)

    def apply(self, plan: PlanId, what: PlanHappening, stamp: Stamp) -> Acted:
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
            after = settled.acted.plan
            self._planner.plans[plan] = after
            by = what.by.user if what.by else stamp.user
            move = PlanMove(
                plan, after.version, what.event.value, before.status.value, after.status.value, what.step,
                what.reason, by, what.at, entry.seq,
            )  # fmt: skip
            self._planner.moves = (*self._planner.moves, move)
        return settled.acted

    def due(self, now: datetime) -> tuple[Plan, ...]:
        return tuple(
            plan
            for plan in self.listed([PlanStatus.ACTIVE])
            if (plan.next_at is not None and plan.next_at <= now)
            or any(not one.status.is_open for one in self._actions.several(waited_for(plan)))
        )

    def history(self, plan: PlanId) -> tuple[PlanMove, ...]:
        return tuple(move for move in self._planner.moves if move.plan == plan)

    def hear(self, heard: Sequence[Heard]) -> None:
        self._planner.heard |= {one.plan: one for one in heard}

    def heard(self) -> tuple[Heard, ...]:
        return tuple(self._planner.heard[name] for name in sorted(self._planner.heard))

    def answer(self, heard: Sequence[Heard]) -> None:
        for one in heard:
            self._planner.heard.pop(one.plan, None)
