"""When: decide-by, expiry and outcome dates counted from what has a date, and the earliest border still to come."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.playbook.rows import Anchor, Due
from agents.playbook.scene import Scene
from state.ports.deciding import Deliberating
from state.world.business_time import add_business_days, quarter_end
from state.world.detection import aging
from state.world.detection.scene import Scene as Detecting
from state.world.view import PlanRecord, Promise, ReadingNode

CLOSE_OF_DAY = time(18)


def moment(due: Due, scene: Scene) -> datetime | None:
    """Find the instant a rule names; a bare day ends at 18:00 in the tenant's zone."""
    start = _anchor(due.anchor, scene)
    if start is None:
        return None
    if not due.business:
        return start + timedelta(days=due.days)
    zone = ZoneInfo(scene.about.around.zone)
    local = start.astimezone(zone)
    calendar, region = scene.about.profile.calendar, scene.about.profile.company.region
    day = add_business_days(calendar, local.date(), due.days, region)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def first_moment(dues: Sequence[Due], scene: Scene) -> datetime | None:
    """Take the first rule whose date is known and still to come."""
    found = (moment(due, scene) for due in dues)
    return next((one for one in found if one is not None and one > scene.about.now), None)


def outcome_day(dues: Sequence[Due], scene: Scene) -> date:
    """Take the first rule's day, else one week from now."""
    found = first_moment(dues, scene) or scene.about.now + timedelta(days=7)
    return found.astimezone(ZoneInfo(scene.about.around.zone)).date()


def _anchor(anchor: Anchor, scene: Scene) -> datetime | None:
    match anchor:
        case "now":
            return scene.about.now
        case "meeting_start":
            return None if scene.meeting is None else scene.meeting.starts_at
        case "step_due":
            return _step_due(scene)
        case _:
            day = _anchor_day(anchor, scene)
            return None if day is None else end_of(day, scene.about)


def _step_due(scene: Scene) -> datetime | None:
    plan = scene.as_(PlanRecord)
    waiting = () if plan is None else (step.due_at for step in plan.steps if step.status == "waiting")
    return min(waiting, default=None)


def _anchor_day(anchor: Anchor, scene: Scene) -> date | None:
    contract, deal, node = scene.contract, scene.deal, scene.node
    days: dict[Anchor, date | None] = {
        "contract_end": None if contract is None else contract.ends_on,
        "notice": None if contract is None else contract.notice_on,
        "deal_close": None if deal is None else deal.close_on,
        "promise_due": node.due_on if isinstance(node, Promise) else None,
        "call_back": node.day("on") if isinstance(node, ReadingNode) else None,
        "not_before": _not_before(scene),
        "quarter_end": quarter_end(scene.today, scene.about.profile.company.fiscal_year_start_month),
    }
    return days[anchor]


def _not_before(scene: Scene) -> date | None:
    days = (one.day("not_before") for one in scene.view.readings_of("not_before"))
    return max((day for day in days if day is not None), default=None)


def end_of(day: date, about: Deliberating) -> datetime:
    """Give the close of a business day in the tenant's zone, in UTC."""
    return datetime.combine(day, CLOSE_OF_DAY, ZoneInfo(about.around.zone)).astimezone(UTC)


def start_of(day: date, about: Deliberating) -> datetime:
    """Give the first instant of a day in the tenant's zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(about.around.zone)).astimezone(UTC)


def expiry(dues: Sequence[Due], scene: Scene) -> datetime:
    """End a proposal after the profile's days, or at its event's own end, whichever is first."""
    usual = scene.about.now + timedelta(days=scene.about.profile.judgement.expiry.days)
    own = first_moment(dues, scene)
    return usual if own is None else min(usual, own)


def next_border(about: Deliberating) -> tuple[datetime, str] | None:
    """Find the earliest day on which something will be different by itself, and what."""
    return about.view.once("next border", (about.around, about.profile), lambda: _next_border(about))


def _next_border(about: Deliberating) -> tuple[datetime, str] | None:
    coming = [(day, why) for day, why in _borders(about) if start_of(day, about) > about.now]
    if not coming:
        return None
    day, why = min(coming)
    return start_of(day, about), why


def _borders(about: Deliberating) -> Iterator[tuple[date, str]]:
    scene = Detecting(about.view, about.around, about.profile)
    yield from _contracts(about, scene)
    yield from _ages(about, scene)
    yield from _silence(about, scene)
    yield from _spoken(about)
    yield from _booked(about, scene)


def _contracts(about: Deliberating, scene: Detecting) -> Iterator[tuple[date, str]]:
    limits = about.profile.signals
    for contract in scene.renewals:
        if contract.ends_on is not None:
            window = limits.renewal_window_entered.window_days.of(scene.tier)
            yield contract.ends_on - timedelta(days=window), "the renewal window opens"
            active = limits.renewal_window_entered.active_days
            yield contract.ends_on - timedelta(days=active), "the renewal window is active"
        if contract.notice_on is not None:
            yield (
                contract.notice_on - timedelta(days=limits.notice_deadline.within_days),
                "the notice date is near",
            )


def _spoken(about: Deliberating) -> Iterator[tuple[date, str]]:
    for node in about.view.readings_of("call_back"):
        on = node.day("on")
        if on is not None:
            yield on, "they asked to be called"
    for promise in about.view.promises:
        if promise.is_open and promise.due_on is not None:
            yield promise.due_on, "a promise is due"


def _booked(about: Deliberating, scene: Detecting) -> Iterator[tuple[date, str]]:
    for meeting in about.view.booked_meetings(about.now):
        if meeting.starts_at is not None:
            yield (
                scene.business_day(scene.day_of(meeting.starts_at), -1),
                "a meeting is one business day away",
            )
    for plan in about.view.plans:
        for step in plan.steps if plan.is_active else ():
            if step.status == "waiting":
                yield scene.day_of(step.due_at), f"a step of the {plan.kind} plan is due"


def _silence(about: Deliberating, scene: Detecting) -> Iterator[tuple[date, str]]:
    """Tell when a prospect we were in touch with counts as quiet, and as dormant."""
    limits, last = about.profile.judgement.posture, scene.two_way[-1:]
    if about.view.status != "prospect" or not last:
        return
    day = scene.day_of(last[0].at)
    yield day + timedelta(days=limits.engaged_days + 1), "the account counts as quiet"
    yield day + timedelta(days=limits.dormant_days), "the account counts as dormant"


def _ages(about: Deliberating, scene: Detecting) -> Iterator[tuple[date, str]]:
    cycles = aging.cycles_of(scene)
    for deal in about.view.open_deals:
        if deal.close_on is not None:
            yield scene.business_day(deal.close_on, 1), f"the close date of {deal.name} passes"
        if deal.opened_on is None:
            continue
        for border, name in ((cycles.aging_above, "aging"), (cycles.stale_above, "stale")):
            if border is not None:
                yield (
                    deal.opened_on + timedelta(days=int(border) + 1),
                    f"{deal.name} becomes {name} by its age",
                )


def data_border(about: Deliberating) -> datetime | None:
    """Find the day on which a young account has enough weeks of data to be judged."""
    weeks = about.profile.signals.usage_drop_percent.min_history_weeks
    began = about.view.day("created_on") or about.view.day("customer_since") or about.view.first_seen.date()
    border = start_of(began + timedelta(weeks=weeks), about)
    return border if border > about.now else None
