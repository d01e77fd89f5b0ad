"""Bring plans forward: what the law of dispatch names is recorded, and a step that begins goes through the loop.

Invariant: nothing runs past policy: a step's proposal is criticized, judged, drafted and approved like any other.
Killed between any two transactions, the next look goes on from the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from agents.playbook.catalogue import PLAN_FACTS
from agents.playbook.facts import situation_facts
from graphs.channels import Request, SituationRef
from graphs.deliberating import gather
from graphs.parts import Parts, Tenancy, trace_of
from graphs.planning.adopting import adopt
from graphs.planning.moving import move, orchestrator
from graphs.planning.placing import unformed
from graphs.runner import Runner
from state.errors import Conflict, Denied
from state.governance.action import Outcome, Status
from state.governance.catalogue import Scalar
from state.governance.condition import Condition, compiled, in_words
from state.governance.plan import Plan, PlanHappening, PlanId, PlanStatus
from state.governance.plan_dispatch import Rest, Said, dispatch
from state.ids import ActionId
from state.ports.unit import Unit

MOST_EVENTS = 200
"""More than any plan has to say in one go."""
NOBODY = "plan"


@dataclass(frozen=True, slots=True)
class Advanced:
    """Where a plan stands after it was brought forward."""

    plan: Plan
    happened: tuple[PlanHappening, ...]
    rest: Rest
    is_busy: bool = False
    """Another process has the account, or the day's budget is spent: a step waits for its loop."""


CRASH_POINTS = ("plan:recording", "plan:recorded")
"""No effect stands between them; the suite kills a process at each."""


def advance_due(runner: Runner, tenancy: Tenancy) -> tuple[Advanced, ...]:
    """Bring forward every plan for which time, or the end of an action, calls."""
    with runner.parts.stores.read(tenancy.id) as unit:
        due, is_heard = unit.plans.due(reach(tenancy)), bool(unit.plans.heard())
    if is_heard:
        with runner.parts.stores.begin(tenancy.id) as unit:
            adopt(unit, tenancy)
            due = unit.plans.due(reach(tenancy))
    return tuple(advance(runner, tenancy, plan.id) for plan in due)


def reach(tenancy: Tenancy) -> datetime:
    """Say up to when steps are due: now, or where the clock stands still until tomorrow, the end of its day."""
    if not tenancy.is_frozen:
        return tenancy.now
    zone = ZoneInfo(tenancy.profile.company.zone)
    return datetime.combine(tenancy.now.astimezone(zone).date(), time.max, zone).astimezone(UTC)


def advance(runner: Runner, tenancy: Tenancy, name: PlanId) -> Advanced:
    """Bring one plan forward until it rests. Raises: NotFound."""
    happened: list[PlanHappening] = []
    for _ in range(MOST_EVENTS):
        plan, found = _look(runner.parts, tenancy, name)
        if isinstance(found, PlanHappening):
            if _recorded(runner.parts, tenancy, plan, found):
                happened.append(found)
        elif not found.is_forming:
            return Advanced(plan, tuple(happened), found)
        elif not _formed(runner, tenancy, plan):
            return Advanced(plan, tuple(happened), found, is_busy=True)
    raise Conflict(f"The plan {name} does not come to rest.", field="plan", value=name)


def look(parts: Parts, tenancy: Tenancy, plan: Plan) -> PlanHappening | Rest:
    """Say what a plan calls for now; nothing is recorded."""
    return _look(parts, tenancy, plan.id)[1]


def _look(parts: Parts, tenancy: Tenancy, name: PlanId) -> tuple[Plan, PlanHappening | Rest]:
    with parts.stores.read(tenancy.id) as unit:
        plan = unit.plans.by_prefix(name)
        if plan.status is not PlanStatus.ACTIVE:
            return plan, dispatch(plan, {}, lambda _: False, tenancy.now)
        facts = facts_of(parts, unit, tenancy, plan)
        ended = statuses(unit, [name for step in plan.open_steps for name in step.actions])

    def holds(condition: Condition) -> bool:
        return compiled(condition, PLAN_FACTS)(facts)

    return plan, dispatch(plan, ended, holds, tenancy.now, _said(plan), reach(tenancy))


def _said(plan: Plan) -> Said:
    told = {
        name: in_words(condition, PLAN_FACTS)
        for name, condition in (("pause", plan.pause_when), ("cancel", plan.cancel_when))
        if condition is not None
    }
    return Said(**told)


def statuses(unit: Unit, names: Sequence[ActionId]) -> Mapping[ActionId, Status]:
    """Read how actions stand; one that gave way to another stands as that one does."""
    found: dict[ActionId, Status] = {}
    for action in unit.actions.several(list(dict.fromkeys(names))):
        last = action
        while last.successor is not None:
            last = unit.actions.get(last.successor)
        found[action.id] = last.status
    return found


def facts_of(parts: Parts, unit: Unit, tenancy: Tenancy, plan: Plan) -> Mapping[str, Scalar]:
    """Collect the facts a plan may read, as the playbook's rows read them."""
    row = unit.situations.account(plan.account)
    if row is None:
        return {}
    reference = SituationRef(account=row.account, version=row.version, digest=row.digest)
    about = gather(parts, unit, tenancy, _request(tenancy, plan), reference, now=tenancy.now)
    known = situation_facts(about, tenancy.book.settings)
    return {name: fact.value for name, fact in known.items()}


def _request(tenancy: Tenancy, plan: Plan) -> Request:
    who = orchestrator(tenancy)
    return Request(
        tenant=tenancy.id,
        run=f"{NOBODY}:{plan.id}:{plan.version}",
        account=plan.account,
        intent="scan",
        user=who.user,
        role=who.role.value,
        channel=who.channel,
        method=who.method,
        trace="",
        thread="",
    )


def _recorded(parts: Parts, tenancy: Tenancy, plan: Plan, what: PlanHappening) -> bool:
    """Record an event, unless the plan has moved since it was looked at."""
    with parts.stores.begin(tenancy.id) as unit:
        if unit.plans.by_prefix(plan.id).version != plan.version:
            return False
        trace = trace_of(tenancy.id, f"{what.event}:{plan.id}", tenancy.now, unit.ledger.head().hash)
        stamp = tenancy.stamp(orchestrator(tenancy), trace)
        acted = move(unit, tenancy, stamp, plan.id, what)
        parts.crash_point("plan:recording")
    parts.crash_point("plan:recorded")
    if acted.outcome is Outcome.REFUSED:
        raise Conflict(acted.text, field="plan", value=plan.id)
    return True


def _formed(runner: Runner, tenancy: Tenancy, plan: Plan) -> bool:
    """Run the account's loop for a begun step; say whether it could be run."""
    try:
        report = runner.start(orchestrator(tenancy), plan.account, "scan")
    except (Conflict, Denied):
        return False
    with runner.parts.stores.begin(tenancy.id) as unit:
        after = unit.plans.by_prefix(plan.id)
        trace = trace_of(tenancy.id, f"unformed:{plan.id}", tenancy.now, unit.ledger.head().hash)
        stamp = tenancy.stamp(orchestrator(tenancy), trace)
        for step in after.steps:
            if step.is_unplaced and after.status is PlanStatus.ACTIVE:
                move(unit, tenancy, stamp, plan.id, unformed(step, report.run, tenancy.now))
    return True
