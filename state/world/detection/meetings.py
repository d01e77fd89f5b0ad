"""Meetings held and ahead, the lack of them, and a slump of two-way touches."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from state.evidence import Evidence
from state.world.charts import poisson_at_most
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text, number_text
from state.world.signal import Severity
from state.world.view import Deal, Entity, Meeting, ReadingNode

_ABSENT = "NO_MEETING_IN_21_DAYS"


def no_meeting(scene: Scene) -> Iterator[Finding]:
    """Tell that nobody met for too long and nothing is booked, where a deal or renewal asks for it."""
    rule, view = scene.limits.no_meeting_in_21_days, scene.view
    grounds = _grounds(scene)
    if not grounds or view.status == "churned" or paused_until(scene) is not None:
        return
    obstacle = scene.obstacle(_ABSENT)
    if obstacle is not None:
        yield Silence(_ABSENT, view.key, obstacle, "No fresh calendar shows who was met.")
        return
    allowed = rule.held_days.of(scene.tier)
    held = view.held_meetings(scene.now)
    last = None if not held else scene.day_of(held[-1].ended_at or scene.now)
    if _booked(scene, rule.booked_days) or (scene.today - (last or _began(scene, grounds))).days <= allowed:
        return
    has_renewal = bool(scene.in_active_window)
    since = last or _began(scene, grounds)
    text = f"No meeting in {allowed} days and none booked in the next {rule.booked_days}"
    yield scene.signal(
        _ABSENT,
        view.key,
        rule.active_window_severity if has_renewal else rule.severity,
        scene.start_of(since + timedelta(days=allowed)),
        f"{text}; the last was on {day_text(last)}." if last else f"{text}; none is on record.",
        _proof(grounds, held[-1:]),
        numbers={
            "allowed_days": str(allowed),
            "booked_days": str(rule.booked_days),
            "days_since": str((scene.today - since).days),
            "since": since.isoformat(),
        },
    )


def paused_until(scene: Scene) -> date | None:
    """Read until when a customer asked to be left alone; None when nobody asked, or the day has come."""
    days = [
        day
        for reading in scene.view.readings
        if reading.topic in ("call_back", "not_before") and _is_in_force(scene, reading)
        if (day := reading.day("on") or reading.day("not_before")) is not None and day > scene.today
    ]
    return max(days, default=None)


def _is_in_force(scene: Scene, reading: ReadingNode) -> bool:
    """Tell whether no held meeting after the words has ended the pause."""
    held = scene.view.held_meetings(scene.now)
    return reading.at <= scene.now and not any((m.ended_at or reading.at) > reading.at for m in held)


def _grounds(scene: Scene) -> list[tuple[Entity, datetime]]:
    """Shape: what asks for a meeting, and since when."""
    pipelines = scene.profile.pipeline
    deals: list[tuple[Entity, datetime]] = [
        (deal, since)
        for deal in scene.view.open_deals
        if (since := _entered(deal, scene, pipelines.pipeline(deal.pipeline).discovery_from)) is not None
    ]
    window = scene.profile.judgement.active_window_days
    return [
        *deals,
        *(
            (c, scene.start_of((c.ends_on or scene.today) - timedelta(days=window)))
            for c in scene.in_active_window
        ),
    ]


def _entered(deal: Deal, scene: Scene, mark: str | None) -> datetime | None:
    """When the deal first stood at or after the marked stage; None when it does not stand there now."""
    pipeline = scene.profile.pipeline.pipeline(deal.pipeline)
    if deal.stage is None or not pipeline.is_from(deal.stage, mark):
        return None
    reached = [c.valid_from for c in deal.history("stage") if pipeline.is_from(str(c.value or ""), mark)]
    opened = deal.opened_on
    if opened is not None and len(deal.history("stage")) == 1:
        return min(reached[0], scene.start_of(opened))
    return reached[0]


def _began(scene: Scene, grounds: list[tuple[Entity, datetime]]) -> date:
    return min(scene.day_of(since) for _, since in grounds)


def _booked(scene: Scene, days: int) -> bool:
    edge = scene.today + timedelta(days=days)
    return any(scene.day_of(m.starts_at or scene.now) <= edge for m in scene.view.booked_meetings(scene.now))


def _proof(grounds: list[tuple[Entity, datetime]], meetings: tuple[Meeting, ...]) -> list[Evidence]:
    asked = [cited for entity, _ in grounds for cited in entity.cite("stage", "ends_on")]
    return [*asked, *(cited for meeting in meetings for cited in meeting.cite("starts_at", "ends_at"))]


def activity_slump(scene: Scene) -> Iterator[Finding]:
    """Tell that two-way touches fell to half or less of what was usual, beyond chance."""
    rule, view = scene.limits.activity_slump, scene.view
    base_days = rule.baseline_weeks * 7
    base = {
        t.record
        for t in scene.two_way
        if rule.window_days <= scene.days_since(t.at) < rule.window_days + base_days
    }
    usual = len(base) * rule.window_days / base_days
    if view.status == "churned" or usual < rule.min_mean or _has_holiday(scene, rule.window_days):
        return
    obstacle = scene.obstacle("ACTIVITY_SLUMP")
    if obstacle is not None:
        yield Silence("ACTIVITY_SLUMP", view.key, obstacle, "The touch sources are not fresh.")
        return
    recent = [touch for touch in scene.two_way if scene.days_since(touch.at) < rule.window_days]
    count = len({touch.record for touch in recent})
    if count > float(rule.share) * usual or poisson_at_most(count, usual) >= rule.p_below:
        return
    newest = scene.two_way[-1:]
    yield scene.signal(
        "ACTIVITY_SLUMP", view.key, rule.severity, scene.two_way[-1].at,
        f"{counted(count, 'two-way touch').replace('touchs', 'touches')} in {rule.window_days} days,"
        f" where {number_text(usual)} were usual.",
        [cited for touch in (*recent, *newest) for cited in touch.evidence],
        numbers={"touches": str(count), "usual": number_text(usual), "window_days": str(rule.window_days)},
    )  # fmt: skip


def _has_holiday(scene: Scene, days: int) -> bool:
    place = scene.profile.calendar.region_or_default(scene.region)
    return any(0 <= (scene.today - holiday.day).days < days for holiday in place.holidays)


def meeting_upcoming(scene: Scene) -> Iterator[Finding]:
    """Tell each external meeting that starts before the end of the next business day."""
    rule = scene.limits.meeting_upcoming
    edge = scene.business_day(scene.today, rule.within_business_days)
    for meeting in scene.view.booked_meetings(scene.now):
        starts = meeting.starts_at or scene.now
        if scene.day_of(starts) > edge:
            continue
        local = starts.astimezone(scene.zone)
        yield scene.signal(
            "MEETING_UPCOMING",
            meeting.key,
            rule.severity,
            meeting.first_seen,
            f"A meeting starts on {day_text(local.date())} at {local:%H:%M}.",
            meeting.cite("starts_at", "title", "attendees"),
            numbers={"starts_on": local.date().isoformat(), "starts_at": f"{local:%H:%M}"},
        )


def meeting_completed(scene: Scene) -> Iterator[Finding]:
    """Tell each held external meeting that ended a little while ago."""
    rule = scene.limits.meeting_completed
    for meeting in scene.view.held_meetings(scene.now - timedelta(minutes=rule.after_minutes)):
        ended = meeting.ended_at or scene.now
        if scene.is_live(ended):
            yield scene.signal(
                "MEETING_COMPLETED",
                meeting.key,
                Severity(rule.severity),
                ended,
                f"A meeting was held on {day_text(scene.day_of(ended))}.",
                meeting.cite("ends_at", "starts_at", "status", "attendees"),
                numbers={"held_on": scene.day_of(ended).isoformat()},
            )
