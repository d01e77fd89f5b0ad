"""Product usage: a fall beyond season and chance, a change of trend, and seats that run out.

Invariant: one-day guests are subtracted before anything is compared.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from state.world.charts import cusum, ewma, reaches
from state.world.detection.panel import Panel
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.sources import is_silent_feed
from state.world.detection.wording import counted, day_text, half_up, percent_text
from state.world.signal import Severity
from state.world.view import Series, Subscription

_DROP, _TREND, _SEATS = "USAGE_DROP_PERCENT", "USAGE_TREND_CHANGE", "SEAT_LIMIT_NEAR"


def usage_moved(scene: Scene) -> Iterator[Finding]:
    """Tell a fall of active users, else a change of their trend, that season, start and seats sold do not explain."""
    series = scene.view.series("active_users")
    if series is None or not series.points:
        if scene.view.feature_uses:
            yield Silence(_DROP, scene.view.key, "not_connected", "No active-user series.")
        return
    obstacle = scene.obstacle(_DROP, series.feed)
    if obstacle is not None or is_silent_feed(scene, series):
        yield Silence(_DROP, series.key, obstacle or "stale", "The usage feed is not fresh.")
        return
    panel = panel_of(scene, series)
    if panel is None or not panel.is_enough:
        weeks = scene.limits.usage_drop_percent.min_history_weeks
        yield Silence(_DROP, series.key, "not_enough_data", f"Less than {weeks} weeks of usage.")
    elif not _is_onboarding(scene):
        drop = _drop(scene, series, panel)
        trend = None if drop else _trend(scene, series, panel)
        yield from (found for found in (drop, trend) if found is not None)


def panel_of(scene: Scene, series: Series) -> Panel | None:
    """Prepare a series up to yesterday, without guests; None when nothing was reported by then."""
    points = _whole_days(scene, _without_guests(scene, series))
    end = next(reversed(points), None)
    return None if end is None else Panel(points, end, scene.limits.usage_drop_percent)


def _drop(scene: Scene, series: Series, panel: Panel) -> Finding | None:
    rule = scene.limits.usage_drop_percent
    before, now = panel.raw_mean(panel.before_days), panel.raw_mean(panel.now_days)
    if before is None or now is None or before < rule.min_baseline_users:
        return None
    fell = min(panel.drop, _unexplained(scene, panel))
    if not reaches(fell, float(rule.share)) or not _outside_limit(panel):
        return None
    shown = 1 - now / before
    text = (
        f"Active users, {rule.window_days}-day mean, fell from {half_up(before)} to {half_up(now)},"
        f" by {percent_text(shown)}."
    )
    return scene.signal(
        _DROP,
        series.key,
        Severity.HIGH if reaches(panel.drop, float(rule.high_share)) or scene.in_window else rule.severity,
        scene.start_of(_onset(panel)),
        text,
        series.cite_days(panel.before_days[0], panel.end),
        numbers={
            "mean_before": str(half_up(before)),
            "mean_now": str(half_up(now)),
            "percent": percent_text(shown),
            "window_days": str(rule.window_days),
            "adjusted_percent": percent_text(panel.drop),
            "last_day": panel.end.isoformat(),
        },
    )


def _trend(scene: Scene, series: Series, panel: Panel) -> Finding | None:
    """Judge the newest window by a two-sided CUSUM on standardised residuals."""
    rule = scene.limits.usage_trend_change
    values, spread = panel.residuals
    if spread == 0 or not values:
        return None
    sums = cusum([value / spread for value in values], float(rule.cusum_k))
    is_down = sums.low > rule.cusum_h
    if not is_down and sums.high <= rule.cusum_h:
        return None
    if _is_seasonal(panel, float(rule.seasonal_share)):
        return None
    direction, start = ("down", sums.low_from) if is_down else ("up", sums.high_from)
    since = panel.end - timedelta(days=len(values) - 1 - start)
    return scene.signal(
        _TREND,
        series.key,
        rule.severity,
        scene.start_of(since),
        f"Active users trend {direction} since about {day_text(since)}.",
        series.cite_days(panel.before_days[0], panel.end),
        sub_state=direction,
        numbers={"since": since.isoformat(), "last_day": panel.end.isoformat()},
    )


def _is_seasonal(panel: Panel, share: float) -> bool:
    same_way = panel.drop * panel.seasonal_drop > 0
    return same_way and abs(panel.seasonal_drop) >= share * abs(panel.drop)


def _onset(panel: Panel) -> date:
    """Estimate when a fall began: where the lower CUSUM last left 0 within the newest window."""
    values, spread = panel.residuals
    first = panel.now_days[0]
    if spread == 0:
        return first
    start = cusum([value / spread for value in values], 0.0).low_from
    return max(first, panel.end - timedelta(days=len(values) - 1 - start))


def _outside_limit(panel: Panel) -> bool:
    values, spread = panel.residuals
    return ewma(values, spread, float(panel.rule.ewma_lambda), float(panel.rule.ewma_limit)).is_low


def _unexplained(scene: Scene, panel: Panel) -> float:
    """Compute what is left of a fall after the same weeks of last year and the seats sold since."""
    kept = (1 - panel.seasonal_drop) * (1 - _seats_fell(scene, panel.before_days[0]))
    return 1 - (1 - panel.drop) / kept if 0 < kept < 1 else panel.drop


def _seats_fell(scene: Scene, since: date) -> float:
    then = sum(_seats_at(scene, contract, since) for contract in scene.view.subscriptions)
    now = sum(contract.seats or 0 for contract in scene.view.subscriptions if contract.is_running)
    return max(0.0, 1 - now / then) if then else 0.0


def _seats_at(scene: Scene, contract: Subscription, day: date) -> int:
    if contract.starts_on is not None and contract.starts_on > day:
        return 0
    if contract.ends_on is not None and contract.ends_on < day:
        return 0
    moment = scene.start_of(day)
    known = [claim.value for claim in contract.history("seats") if claim.valid_from <= moment]
    return int(str(known[-1] or 0)) if known else 0


def _is_onboarding(scene: Scene) -> bool:
    starts = [contract.starts_on for contract in scene.view.subscriptions if contract.starts_on is not None]
    since = scene.view.day("customer_since") or min(starts, default=None)
    return since is not None and (scene.today - since).days <= scene.limits.usage_drop_percent.onboarding_days


def seat_limit_near(scene: Scene) -> Iterator[Finding]:
    """Tell that nearly all seats have been used for a while, or all on a day of that while."""
    rule, series = scene.limits.seat_limit_near, scene.view.series("seats_used")
    sold = [c for c in scene.view.subscriptions if c.status == "active" and c.seats]
    seats = sum(contract.seats or 0 for contract in sold)
    if series is None or not seats or any(c.status == "trial" for c in scene.view.subscriptions):
        return
    obstacle = scene.obstacle(_SEATS, series.feed)
    if obstacle is not None or is_silent_feed(scene, series):
        yield Silence(_SEATS, series.key, obstacle or "stale", "The usage feed is not fresh.")
        return
    used = _whole_days(scene, _without_guests(scene, series))
    near = _run(used, rule.share * seats)
    full = [day for day in list(used)[-rule.running_days :] if used[day] >= rule.full_share * seats]
    if not used or (near < rule.running_days and not full):
        return
    last = next(reversed(used))
    first = last - timedelta(days=max(near, 1) - 1) if near >= rule.running_days else full[0]
    stretch = f"at {percent_text(float(rule.share))} or more for {counted(near, 'day')} running"
    yield scene.signal(
        _SEATS,
        series.key,
        rule.severity,
        scene.start_of(first),
        f"{used[last]} of {seats} seats are in use, "
        + (stretch if near >= rule.running_days else f"all of them on {day_text(full[-1])}")
        + ".",
        (*series.cite_days(first, last), *(cited for contract in sold for cited in contract.cite("seats"))),
        sub_state="full" if full else "near",
        numbers={
            "used": str(used[last]),
            "seats": str(seats),
            "running_days": str(near),
            "border": percent_text(float(rule.share)),
            "full_on": full[-1].isoformat() if full else "",
        },
    )


def _run(values: dict[date, int], border: Decimal) -> int:
    """Count the newest days in a row, none missing, at or above a border."""
    day = next(reversed(values), None)
    count = 0
    while day is not None and day in values and values[day] >= border:
        count, day = count + 1, day - timedelta(days=1)
    return count


def _whole_days(scene: Scene, points: dict[date, int]) -> dict[date, int]:
    if next(reversed(points), scene.today) < scene.today:
        return points
    return {day: value for day, value in points.items() if day < scene.today}


def _without_guests(scene: Scene, series: Series) -> dict[date, int]:
    guests = scene.view.series("guest_users")
    if guests is None:
        return series.points
    return {day: max(0, value - guests.points.get(day, 0)) for day, value in series.points.items()}
