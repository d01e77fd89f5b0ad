"""Where time alone may change what the rules of detection say: a superset of the borders that lie ahead of a scene.

Invariant: between two of these instants every rule says the same of an unchanged account; which of them are borders
in fact is found by asking the rules (`state.world.lookout`).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeAlias

from state.world.business_time import add_business_days
from state.world.detection import champions
from state.world.detection.aging import cycles_of
from state.world.detection.champion import silence_of
from state.world.detection.scene import Scene
from state.world.detection.support import waited_business_days
from state.world.view import Contact, Entity, Meeting, Touch

Mark: TypeAlias = date | datetime
"""A day stands for its midnight in the tenant's zone."""
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
NEAR = 6
"""Units: days; a business day is never further off than this, holidays of a region included."""


def marks_ahead(scene: Scene) -> tuple[datetime, ...]:
    """List the instants after the scene's at which a rule may change its mind, soonest first."""
    found = {_instant(scene, mark) for mark in chain.from_iterable(rule(scene) for rule in MARKS)}
    return tuple(sorted(instant for instant in found if instant > scene.now))


def _instant(scene: Scene, mark: Mark) -> datetime:
    return mark if isinstance(mark, datetime) else scene.start_of(mark)


def _after(day: date, *days: int) -> Iterator[date]:
    return (day + timedelta(days=count) for count in days)


def _around(day: date) -> Iterator[date]:
    """Give the days near one: what is counted in business days lies a few calendar days off."""
    return _after(day, *range(-NEAR, 2))


def _contracts(scene: Scene) -> Iterator[Mark]:
    renewal, notice = scene.limits.renewal_window_entered, scene.limits.notice_deadline
    window = scene.profile.judgement.active_window_days
    met = scene.limits.no_meeting_in_21_days.held_days.of(scene.tier)
    before = (
        renewal.window_days.of(scene.tier),
        renewal.active_days,
        renewal.medium_days,
        renewal.high_days,
        window,
    )
    for contract in scene.view.subscriptions:
        if contract.ends_on is not None:
            yield from _after(contract.ends_on, *(-days for days in before), 1, met + 1 - window)
        if contract.notice_on is not None:
            yield from _after(contract.notice_on, -notice.within_days, -notice.high_days, 1)


def _deals(scene: Scene) -> Iterator[Mark]:
    close, cold = scene.limits.close_date_slipped, scene.limits.champion_went_cold
    steps = [step.median_days for step in scene.profile.pipeline.paper_process]
    for deal in scene.view.open_deals:
        day = deal.close_on
        if day is not None:
            yield scene.business_day(day, close.passed_business_days)
            yield from _after(day, -cold.high_close_days, 1, *(1 - days for days in steps))
            yield from _months_after(max(day, scene.today))


def _months_after(day: date) -> Iterator[date]:
    """Give the firsts of the next months, on which the fiscal quarter may change."""
    first = day.replace(day=1)
    for _ in range(4):
        first = (first + timedelta(days=32)).replace(day=1)
        yield first


def _deal_ages(scene: Scene) -> Iterator[Mark]:
    dated = [(deal, deal.opened_on) for deal in scene.view.open_deals if deal.opened_on is not None]
    if not dated:
        return
    cycles, aging = cycles_of(scene), scene.limits.deal_aging.no_stage_change_days
    borders = [int(above) + 1 for above in (cycles.aging_above, cycles.stale_above) if above is not None]
    for deal, opened in dated:
        yield from _after(opened, 0, *borders)
        yield from (
            scene.day_of(claim.valid_from) + timedelta(days=aging) for claim in deal.history("stage")[-2:]
        )
    yield from (
        day
        for touch in scene.two_way[-1:]
        for day in _day_after(scene, touch, scene.limits.deal_stale.excused_touch_days)
    )
    yield from (step.due_at for plan in scene.view.plans for step in plan.steps)


def _day_after(scene: Scene, touch: Touch, days: int) -> Iterator[date]:
    return _after(scene.day_of(touch.at), days, days + 1)


def _lives(scene: Scene) -> Iterator[Mark]:
    """Give when what has no end of its own is told no longer."""
    ttl = timedelta(days=scene.limits.life.ttl_days)
    return (moment + ttl + TICK for moment in _moments(scene))


_CLAIMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("deals", ("close_on", "stage", "amount", "outcome", "competitors")),
    ("contacts", ("active", "title", "roles")),
    ("tickets", ("severity", "reopened", "rating")),
)


def _moments(scene: Scene) -> Iterator[datetime]:
    view = scene.view
    for name, attributes in _CLAIMED:
        entities: Iterable[Entity] = getattr(view, name)
        for entity in entities:
            yield from (claim.valid_from for attribute in attributes for claim in entity.history(attribute))
    for person in view.contacts:
        created = person.day("created_on")
        yield person.first_seen if created is None else scene.start_of(created)
    yield from (
        reading.at for reading in view.readings if reading.topic in ("competitor", "discount_request")
    )
    told = (view.bounces, view.news, view.forms, view.opens, [mail for mail in view.mails if mail.is_inbound])
    yield from (one.at for group in told for one in group)
    yield from (meeting.ended_at for meeting in view.meetings if meeting.ended_at is not None)


def _touches(scene: Scene) -> Iterator[Mark]:
    """Follow the last two-way touch with each address, and every one that a window still counts."""
    gap, active = scene.limits.stakeholder_gap, scene.profile.judgement.active_contact_days
    newest = {touch.address: touch for touch in scene.two_way}
    for touch in newest.values():
        yield from _after(scene.day_of(touch.at), gap.economic_buyer_days + 1, active + 1)
    threads, slump = scene.limits.multi_thread_engagement, scene.limits.activity_slump
    edges = (threads.within_days, threads.within_days + threads.before_days)
    if len(newest) >= threads.people:
        days = {scene.day_of(touch.at) for touch in scene.two_way}
        yield from (mark for day in days for mark in _after(day, *edges))
    yield from _slump(scene, slump.window_days, slump.window_days + 7 * slump.baseline_weeks, slump.min_mean)


def _slump(scene: Scene, window: int, whole: int, mean: int) -> Iterator[date]:
    counted = [touch for touch in scene.two_way if scene.days_since(touch.at) < whole]
    if len({touch.record for touch in counted}) * window < mean * (whole - window):
        return
    for day in {scene.day_of(touch.at) for touch in counted}:
        yield from _after(day, window, whole)
    place = scene.profile.calendar.region_or_default(scene.region)
    for holiday in place.holidays:
        yield from _after(holiday.day, 0, window)


def _champions(scene: Scene) -> Iterator[Mark]:
    rule = scene.profile.judgement.champion
    for person, act in champions(scene):
        quiet = silence_of(scene, person)
        if quiet is not None:
            border = scene.day_of(quiet.last.at) + timedelta(days=quiet.border_days)
            yield from _after(border, *range(_holidays(scene) + 1))
        if act is not None:
            heard = (touch for touch in scene.two_way if touch.address == person.email)
            yield from (mark for touch in heard for mark in _day_after(scene, touch, rule.within_days))


def _holidays(scene: Scene) -> int:
    """Units: days by which holidays may put off the border of a silence."""
    cap = timedelta(days=2 * scene.limits.champion_went_cold.silent_days_cap)
    place = scene.profile.calendar.region_or_default(scene.region)
    return sum(scene.today - cap <= holiday.day <= scene.today + cap for holiday in place.holidays)


def _tickets(scene: Scene) -> Iterator[Mark]:
    yield from _waiting_tickets(scene)
    rule = scene.limits.support_risk_emerging
    base = rule.baseline_weeks * 7
    opened = [ticket.opened_on for ticket in scene.view.tickets]
    for day in opened:
        yield from _after(day, 0, rule.window_days, rule.window_days + base, rule.min_history_weeks * 7)
    since = scene.view.day("customer_since")
    if since is not None:
        yield from _after(since, rule.min_history_weeks * 7)
    known = [*opened, since] if since is not None else opened
    is_young = bool(known) and (scene.today - min(known)).days < base + rule.window_days
    if is_young and any((scene.today - day).days < rule.window_days for day in opened):
        yield from _after(scene.today, *range(1, rule.window_days + 1))


def _waiting_tickets(scene: Scene) -> Iterator[date]:
    rule = scene.limits.support_sev2_aging
    promised = [c.sla_business_days for c in scene.view.subscriptions if c.is_running]
    allowed = min((days for days in promised if days is not None), default=rule.sla_business_days)
    borders = (allowed + 1, -int(-float(rule.high_factor) * allowed // 1))
    for ticket in scene.view.tickets:
        if ticket.status != "open" or ticket.severity > rule.worst_severity:
            continue
        waited = waited_business_days(scene, ticket)
        for border in borders:
            if border > waited:
                ahead = add_business_days(scene.profile.calendar, scene.today, border - waited, scene.region)
                yield from _after(ahead, *range(-NEAR, NEAR))


def _usage(scene: Scene) -> Iterator[Mark]:
    for measure in ("active_users", "seats_used", "guest_users"):
        series = scene.view.series(measure)
        if series is not None and series.points:
            yield next(reversed(series.points)) + DAY
    starts = [contract.starts_on for contract in scene.view.subscriptions if contract.starts_on is not None]
    since = scene.view.day("customer_since") or min(starts, default=None)
    if since is not None:
        yield from _after(since, scene.limits.usage_drop_percent.onboarding_days + 1)


def _meetings(scene: Scene) -> Iterator[Mark]:
    rule, done = scene.limits.no_meeting_in_21_days, scene.limits.meeting_completed
    met = rule.held_days.of(scene.tier) + 1
    for meeting in scene.view.meetings:
        yield from _of_meeting(scene, meeting, rule.booked_days)
        if meeting.ended_at is not None:
            yield from (meeting.ended_at, meeting.ended_at + timedelta(minutes=done.after_minutes))
            yield from _after(scene.day_of(meeting.ended_at), met)
    for deal in scene.view.open_deals:
        yield from (scene.day_of(claim.valid_from) + timedelta(days=met) for claim in deal.history("stage"))
        if deal.opened_on is not None:
            yield from _after(deal.opened_on, met)
    for reading in scene.view.readings:
        if reading.topic in ("call_back", "not_before"):
            yield from (day for day in (reading.day("on"), reading.day("not_before")) if day is not None)


def _of_meeting(scene: Scene, meeting: Meeting, booked_days: int) -> Iterator[Mark]:
    if meeting.starts_at is not None and meeting.starts_at > scene.now:
        day = scene.day_of(meeting.starts_at)
        yield from (*_around(day), *_after(day, -booked_days))
        yield meeting.starts_at


def _promises(scene: Scene) -> Iterator[Mark]:
    late = scene.limits.commitment_overdue.high_business_days
    for promise in scene.view.promises:
        due = promise.due_on
        if due is not None and promise.is_open:
            yield from (*_around(due), scene.business_day(due, late))


def _new_people(scene: Scene) -> Iterator[Mark]:
    days = scene.limits.new_contact_high_fit.new_days
    return (mark for person in scene.view.contacts for mark in _newness(scene, person, days))


def _newness(scene: Scene, person: Contact, days: int) -> Iterator[Mark]:
    created = person.day("created_on") or scene.day_of(person.first_seen)
    return _after(created, *range(days + 2)) if (scene.today - created).days <= days else iter(())


MARKS: tuple[Callable[[Scene], Iterator[Mark]], ...] = (
    _contracts,
    _deals,
    _deal_ages,
    _lives,
    _touches,
    _champions,
    _tickets,
    _usage,
    _meetings,
    _promises,
    _new_people,
)
