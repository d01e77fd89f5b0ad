"""Momentum: the last weeks against the weeks before, driver by driver, each beyond its noise floor or flat.

Invariant: a driver without data is unknown, not flat; a direction is never shown without its drivers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from state.evidence import Evidence
from state.world.detection.wording import counted
from state.world.judgement import Driver, Momentum
from state.world.profile.posture import DriverName
from state.world.synthesis.health import half_up
from state.world.synthesis.measures import Outlook, active_contacts, customer_steps, stage_moves
from state.world.synthesis.sources import has_touch_source

Direction = Literal["up", "down", "flat", "unknown"]


def momentum_of(scene: Outlook) -> Momentum:
    """Weigh the drivers."""
    rule = scene.profile.judgement.momentum
    drivers = tuple(DRIVERS[name](scene) for name in rule.drivers)
    up = sum(driver.direction == "up" for driver in drivers)
    down = sum(driver.direction == "down" for driver in drivers)
    known = sum(driver.direction != "unknown" for driver in drivers)
    if known < rule.min_drivers:
        return Momentum(direction="UNKNOWN", drivers=drivers)
    if up and down:
        return Momentum(direction="MIXED", drivers=drivers)
    if up >= rule.drivers_for_direction:
        return Momentum(direction="UP", drivers=drivers)
    return Momentum(direction="DOWN" if down >= rule.drivers_for_direction else "FLAT", drivers=drivers)


def _window(scene: Outlook, back: int = 1) -> datetime:
    return scene.now - timedelta(days=scene.profile.judgement.momentum.window_days * back)


def _is_known_long(scene: Outlook) -> bool:
    """Both windows lie in the time in which the account was known; before that nothing shows absence."""
    created = scene.view.day("created_on") or scene.view.day("customer_since")
    since = scene.view.first_seen if created is None else scene.start_of(created)
    touched = scene.touches[0].at if scene.touches else since
    return min(since, touched) <= _window(scene, 2)


def _share_direction(scene: Outlook, before: Fraction, now: Fraction) -> Direction:
    floor = Fraction(scene.profile.judgement.momentum.share)
    if abs(now - before) <= floor * before:
        return "flat"
    return "up" if now > before else "down"


def _count_direction(scene: Outlook, before: int, now: int) -> Direction:
    if abs(now - before) < scene.profile.judgement.momentum.count:
        return "flat"
    return _share_direction(scene, Fraction(before), Fraction(now))


def _counted(
    scene: Outlook,
    name: str,
    what: str,
    before: int,
    now: int,
    evidence: Sequence[Evidence] = (),
    *,
    is_inverse: bool = False,
) -> Driver:
    direction = _count_direction(scene, before, now)
    direction = _inverse(direction) if is_inverse else direction
    days = scene.profile.judgement.momentum.window_days
    text = f"{what}: {now} in the last {days} days, {before} in the {days} before"
    return Driver(name=name, direction=direction, text=text, evidence=tuple(evidence))


def _inverse(direction: Direction) -> Direction:
    match direction:
        case "up":
            return "down"
        case "down":
            return "up"
        case _:
            return direction


def _unknown(name: str, text: str) -> Driver:
    return Driver(name=name, direction="unknown", text=text)


def _stage(scene: Outlook) -> Driver:
    moves = list(stage_moves(scene, _window(scene)))
    if not moves:
        return _unknown("stage", "Stage: no open deal was there then and now")
    steps = sum(step for _, step in moves)
    limit = scene.profile.judgement.momentum.stage_steps
    direction: Direction = "up" if steps >= limit else "down" if steps <= -limit else "flat"
    cited = tuple(item for deal, step in moves if step for item in deal.cite("stage"))
    word = counted(abs(steps), "place")
    text = f"Stage: {word} {'forward' if steps > 0 else 'back'}" if steps else "Stage: unchanged"
    return Driver(name="stage", direction=direction, text=text, evidence=cited or moves[0][0].cite("stage"))


def _touches(scene: Outlook) -> Driver:
    if not has_touch_source(scene) or not _is_known_long(scene):
        return _unknown("two_way_touches", "Two-way touches: no source shows both windows")
    start, middle = _window(scene, 2), _window(scene)
    now = {touch.record: touch for touch in scene.two_way if touch.at > middle}
    before = {touch.record: touch for touch in scene.two_way if start < touch.at <= middle}
    cited = [item for touch in [*before.values(), *now.values()][-4:] for item in touch.evidence]
    return _counted(scene, "two_way_touches", "Two-way touches", len(before), len(now), cited)


def _contacts(scene: Outlook) -> Driver:
    if not has_touch_source(scene) or not scene.view.contacts or not _is_known_long(scene):
        return _unknown("active_contacts", "Active contacts: no source shows both windows")
    before, now = active_contacts(scene, _window(scene)), scene.active_now
    cited = [
        item for person in {one.key: one for one in (*before, *now)}.values() for item in person.cite("email")
    ]
    direction = _count_direction(scene, len(before), len(now))
    days = scene.profile.judgement.momentum.window_days
    text = f"Active contacts: {len(now)} now, {len(before)} {days} days ago"
    return Driver(name="active_contacts", direction=direction, text=text, evidence=tuple(cited))


def _users(scene: Outlook) -> Driver:
    usage, days = scene.active_users, scene.profile.judgement.momentum.window_days
    if usage is None:
        return _unknown("active_users", "Active users: no fresh usage source")
    now = usage.mean(usage.end, days, at_least=(days + 1) // 2)
    before = usage.mean(usage.end - timedelta(days=days), days, at_least=(days + 1) // 2)
    if now is None or before is None:
        return _unknown("active_users", "Active users: both windows are not reported")
    text = f"Active users, {days}-day mean: {half_up(before)} to {half_up(now)}"
    direction = _share_direction(scene, before, now)
    return Driver(
        name="active_users", direction=direction, text=text, evidence=usage.cite(usage.end, days * 2)
    )


def _tickets(scene: Outlook) -> Driver:
    if scene.freshness("support") != "fresh" or not _is_known_long(scene):
        return _unknown("tickets", "Tickets: no support source shows both windows")
    worst = scene.limits.support_risk_emerging.worst_severity
    days = scene.profile.judgement.momentum.window_days
    counted_in = [
        (scene.today - ticket.opened_on).days
        for ticket in scene.view.tickets
        if ticket.severity <= worst and ticket.status not in ("merged", "duplicate")
    ]
    now = sum(0 <= age < days for age in counted_in)
    before = sum(days <= age < days * 2 for age in counted_in)
    recent = [
        ticket for ticket in scene.view.tickets if 0 <= (scene.today - ticket.opened_on).days < days * 2
    ]
    cited = [item for ticket in recent for item in ticket.cite("severity", "opened_on")][-6:]
    return _counted(scene, "tickets", "Tickets opened", before, now, cited, is_inverse=True)


def _steps(scene: Outlook) -> Driver:
    theirs = any(not promise.is_ours for promise in scene.view.promises)
    if not (scene.view.paper_steps or theirs):
        return _unknown("customer_steps", "Customer-side steps: none is recorded")
    days = scene.profile.judgement.momentum.window_days
    found = [((scene.today - day).days, cited) for day, cited in customer_steps(scene)]
    now = sum(0 <= age < days for age, _ in found)
    before = sum(days <= age < days * 2 for age, _ in found)
    cited = [item for age, evidence in found if 0 <= age < days * 2 for item in evidence]
    return _counted(scene, "customer_steps", "Customer-side steps done", before, now, cited)


DRIVERS: dict[DriverName, Callable[[Outlook], Driver]] = {
    "stage": _stage,
    "two_way_touches": _touches,
    "active_contacts": _contacts,
    "active_users": _users,
    "tickets": _tickets,
    "customer_steps": _steps,
}
