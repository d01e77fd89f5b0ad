"""What people do about plans: draft, approve, start, pause, resume, cancel; each recorded before anything follows.

Invariant: only a person who may approve approves, starts and resumes, himself or by a key of his that may; none of it
approves a step's action.
"""

from dataclasses import dataclass

from graphs.governing.authority import IN_PERSON
from graphs.parts import Tenancy, trace_of
from graphs.planning.drafting import drafted, due_dates, template_of
from graphs.planning.explaining import PlanOut, explained, told_of
from graphs.planning.finding import plan_named, plans
from graphs.planning.moving import move
from graphs.planning.orchestrating import advance
from graphs.runner import Runner
from state.errors import Conflict, Forbidden, NotFound, PlanActivationRejected
from state.governance.action import Outcome
from state.governance.plan import Plan, PlanEvent, PlanHappening, PlanStatus, PlanType
from state.governance.plan_moving import APPROVERS, HUMAN, REJECTED
from state.ids import AccountId
from state.ledger.entry import Stamp
from state.ports.unit import Unit
from state.principal import Principal

THEMSELVES = IN_PERSON | {"api"}
"""As for a card: a key that may approve was given by an admin to one person's program."""


@dataclass(frozen=True)
class Planning:
    """Plans of one tenant, for one principal."""

    runner: Runner
    tenancy: Tenancy
    principal: Principal

    def listed(self, account: AccountId | None = None, *, is_all: bool = False) -> tuple[PlanOut, ...]:
        """List plans that are not over, or all."""
        return plans(self.runner.parts, self.tenancy, account, is_all=is_all)

    def shown(self, name: str) -> PlanOut:
        """Tell how a plan stands. Raises: NotFound, Ambiguous."""
        return told_of(self.runner.parts, self.tenancy, self._plan(name))

    def explained(self, name: str) -> PlanOut:
        """Tell why a plan is where it is. Raises: NotFound, Ambiguous."""
        return explained(self.runner.parts, self.tenancy, self._plan(name))

    def draft(self, account: AccountId, kind: str) -> PlanOut:
        """Draft a plan from its template. Raises: NotFound, Forbidden."""
        self._require(PlanEvent.CANCEL)
        template = template_of(self.tenancy, kind)
        wanted: PlanType = next(name for name in (template.type, *template.also) if name == kind)
        with self.runner.parts.stores.begin(self.tenancy.id) as unit:
            row = unit.situations.account(account)
            if row is None:
                raise NotFound(f"no account {account!r}", field="account", value=account)
            stamp = self._stamp(unit, f"draft:{account}:{kind}")
            plan = unit.plans.add(drafted(self.tenancy, row, wanted, stamp.trace), "draft", stamp)
        return self.shown(plan.id)

    def approve(self, name: str) -> PlanOut:
        """Say that the plan is right; each step's action still has its own approval. Raises: Conflict, Forbidden."""
        return self._moved(name, PlanEvent.APPROVE)

    def activate(self, name: str) -> PlanOut:
        """Start it: dates count from now, and what is due begins. Raises: PlanActivationRejected, Forbidden."""
        return self._moved(name, PlanEvent.ACTIVATE)

    def pause(self, name: str, reason: str = "") -> PlanOut:
        """Set it aside; cards of its steps go. Raises: Conflict, Forbidden."""
        return self._moved(name, PlanEvent.PAUSE, reason)

    def resume(self, name: str) -> PlanOut:
        """Let it go on; what waits moves by the days of the pause. Raises: PlanActivationRejected, Forbidden."""
        return self._moved(name, PlanEvent.RESUME)

    def cancel(self, name: str, reason: str = "", step: str = "") -> PlanOut:
        """End it, or one step of it. Raises: Conflict, Forbidden."""
        return self._moved(name, PlanEvent.CANCEL_STEP if step else PlanEvent.CANCEL, reason, step)

    def _moved(self, name: str, event: PlanEvent, reason: str = "", step: str = "") -> PlanOut:
        self._require(event)
        plan = self._plan(name)
        with self.runner.parts.stores.begin(self.tenancy.id) as unit:
            stamp = self._stamp(unit, f"{event.value}:{plan.id}")
            what = PlanHappening(
                event=event, at=self.tenancy.now, by=self.principal, reason=reason, step=step
            )
            if event is PlanEvent.ACTIVATE:
                dates = due_dates(self.tenancy, plan.steps, self.tenancy.now)
                what = what.model_copy(update={"due": dict(dates)})
            acted = move(unit, self.tenancy, stamp, plan.id, what)
        if acted.outcome is Outcome.REFUSED:
            raise _refusal(plan, acted.code, acted.text)
        if acted.plan.status is PlanStatus.ACTIVE:
            advance(self.runner, self.tenancy, plan.id)
        return self.shown(plan.id)

    def _require(self, event: PlanEvent) -> None:
        """Let people who may approve change plans, and start them in person only. Raises: Forbidden."""
        who = self.principal
        is_there = event not in HUMAN or who.channel in THEMSELVES
        if who.role not in APPROVERS or not is_there:
            raise Forbidden(
                f"A {who.role.value} over {who.channel} does not {event.value.replace('_', ' ')} plans.",
                field="user",
                value=who.user,
                remedy="Ask the owner, or use --as.",
            )

    def _plan(self, name: str) -> Plan:
        return plan_named(self.runner.parts, self.tenancy, name)

    def _stamp(self, unit: Unit, command: str) -> Stamp:
        trace = trace_of(self.tenancy.id, f"plan:{command}", self.tenancy.now, unit.ledger.head().hash)
        return self.tenancy.stamp(self.principal, trace)


def _refusal(plan: Plan, code: str, text: str) -> Conflict | Forbidden:
    remedy = f"See `revloop plan explain {plan.id}`."
    if code == REJECTED:
        return PlanActivationRejected(text, field="plan", value=plan.id, remedy=remedy)
    if code == "human":
        return Forbidden(text, field="plan", value=plan.id)
    return Conflict(text, field="plan", value=plan.id, remedy=remedy)
