"""Draft a plan from its template for one account, and date its steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.playbook.plan_rows import PlanFile, StepRow
from graphs.parts import Tenancy
from state.errors import NotFound
from state.governance.plan import Plan, PlanId, PlanType, Step
from state.ids import stable_id
from state.ports.world import AccountRow
from state.world.business_time import add_business_days

MORNING = time(9)
"""A step that waits for days is due at nine in the tenant's zone."""


def template_of(tenancy: Tenancy, kind: str) -> PlanFile:
    """Find the template of a type. Raises: NotFound."""
    found = next((plan for name, plan in tenancy.book.plans.items() if name == kind), None)
    if found is None:
        known = ", ".join(sorted(tenancy.book.plans)) or "none"
        raise NotFound(
            f"There is no template for {kind!r}.", field="type", value=kind, remedy=f"Known: {known}."
        )
    return found


def drafted(tenancy: Tenancy, account: AccountRow, kind: PlanType, seed: str) -> Plan:
    """Draft the plan with provisional dates; they count anew from the day it is activated. Raises: NotFound."""
    template = template_of(tenancy, kind)
    names = [row.step for row in template.steps]
    steps = [
        _step(tenancy, row, after=() if place == 0 else (names[place - 1],))
        for place, row in enumerate(template.steps)
    ]
    dates = due_dates(tenancy, steps, tenancy.now)
    return Plan(
        id=PlanId(stable_id("pl", tenancy.id, account.account, kind, seed)),
        tenant=tenancy.id,
        account=account.account,
        type=kind,
        title=f"{template.title}, {account.name}",
        template=template.type,
        owner=account.owner,
        zone=tenancy.profile.company.zone,
        pause_when=template.pause_when,
        cancel_when=template.cancel_when,
        steps=tuple(step.model_copy(update={"due_at": dates[step.step]}) for step in steps),
        created_at=tenancy.now,
        since=tenancy.now,
    )


def _step(tenancy: Tenancy, row: StepRow, after: tuple[str, ...]) -> Step:
    own = row.does or tenancy.book.row(row.rule)
    assert own is not None, "the loader has checked that every row is there"
    return Step(
        step=row.step,
        title=row.title,
        rule=row.rule,
        action_type=own.action_type,
        after=after if row.after is None else row.after,
        wait=row.wait,
        when=row.when,
        if_unmet=row.if_unmet,
        patience_days=row.patience_days,
        if_missed=row.if_missed,
        due_at=tenancy.now,
    )


def due_dates(tenancy: Tenancy, steps: Sequence[Step], start: datetime) -> Mapping[str, datetime]:
    """Date every step by its wait after the last of what it comes after, or after the start."""
    found: dict[str, datetime] = {}
    for step in steps:
        begin = max((found[name] for name in step.after), default=start)
        found[step.step] = _after(tenancy, begin, step)
    return found


def _after(tenancy: Tenancy, begin: datetime, step: Step) -> datetime:
    if step.wait.days == 0:
        return begin
    company, zone = tenancy.profile.company, ZoneInfo(tenancy.profile.company.zone)
    day = begin.astimezone(zone).date()
    if step.wait.business:
        day = add_business_days(tenancy.profile.calendar, day, step.wait.days, company.region)
    else:
        day += timedelta(days=step.wait.days)
    return datetime.combine(day, MORNING, zone).astimezone(begin.tzinfo)
