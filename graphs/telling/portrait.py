"""What an account's page adds to its state: how deals moved, usage with its limits, what happened, what was proposed.

Invariant: it only reads; nothing is recorded, and nothing valid or known after the moment asked about is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from graphs.perceiving.correctable import FieldOut, correctable
from graphs.perceiving.world import Sight
from graphs.telling.assembling import cited
from graphs.telling.overlook import LineOut
from graphs.telling.report import CitedOut
from graphs.telling.retrospect import sight_at
from state.evidence import Evidence
from state.governance.action import Action, Status
from state.ports.world import AccountRow
from state.world.charts import ewma_border, mean, smoothed
from state.world.detection.deals import settled, slips
from state.world.detection.panel import Panel
from state.world.detection.scene import Scene
from state.world.detection.usage import panel_of
from state.world.timeline import changes
from state.world.view import Deal, Touch

CHART_DAYS, TIMELINE_DAYS = 120, 120
TOLD, PAST = 40, 20
ENDED = (Status.EXECUTED, Status.FAILED, Status.CANCELLED, Status.EXPIRED)
WORDS = {"meeting": "Met", "call": "Call", "mail_in": "They wrote", "mail_out": "We wrote"}


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageOut(_Out):
    """A stage, and the day it was reached."""

    stage: str
    at: datetime


class SlipOut(_Out):
    """A close date that moved later."""

    old: date
    new: date
    days: int
    at: datetime


class DealOut(_Out):
    """An open deal with the way it came."""

    id: str
    name: str
    kind: str
    amount: str
    stage: str
    close_on: date | None
    opened_on: date | None
    age_days: int | None
    stages: tuple[StageOut, ...]
    slips: tuple[SlipOut, ...]
    evidence: tuple[CitedOut, ...]


class UsageOut(_Out):
    """Active users day by day, and what the control chart makes of them."""

    first: date
    values: tuple[int | None, ...]
    """One a day from the first on; None where nothing was reported."""
    normal: float | None
    """Weekday-adjusted mean of the days that tell what is normal; None without enough of them."""
    low: float | None
    high: float | None
    """Limits of the smoothed line; outside them is more than chance."""
    smooth: tuple[float, ...]
    """The smoothed line over the newest days."""
    mean_before: float | None
    mean_now: float | None
    window_days: int
    seats: int
    evidence: tuple[CitedOut, ...]


class MomentOut(_Out):
    """One dated thing that happened."""

    at: datetime
    kind: str
    text: str
    evidence: tuple[CitedOut, ...]


class PastOut(_Out):
    """A proposal that is over."""

    id: str
    action_type: str
    text: str
    status: str
    reason: str
    at: datetime
    by_itself: bool


class Portrait(_Out):
    """Beside the state of an account."""

    since: datetime
    """When the account is known from."""
    worth: str
    """What it pays in a year."""
    deals: tuple[DealOut, ...]
    usage: UsageOut | None
    timeline: tuple[MomentOut, ...]
    past: tuple[PastOut, ...]
    not_connected: tuple[str, ...]
    risks: tuple[LineOut, ...]
    """Live signals that make the posture, with what they rest on."""
    signals: tuple[LineOut, ...]
    """The other live signals."""
    fields: tuple[FieldOut, ...]
    """What can be put right; empty for an earlier day."""


def portrait(parts: Parts, tenancy: Tenancy, row: AccountRow, at: datetime | None = None) -> Portrait:
    """Collect what the page shows beside the state. Raises: NotFound when nothing was known yet."""
    now = at or tenancy.now
    with parts.stores.read(tenancy.id) as unit:
        sight = sight_at(parts, unit, tenancy, row.account, now)
        ended = unit.actions.listed(ENDED, account=row.account)
    scene = Scene(sight.view, sight.around, tenancy.profile)
    running = [one.annual_value for one in sight.view.subscriptions if one.is_running and one.annual_value]
    return Portrait(
        since=sight.view.first_seen,
        worth=str(sum(running[1:], start=running[0])) if running else "",
        deals=tuple(_deal(deal, scene, now) for deal in sight.view.open_deals),
        usage=_usage(scene, now),
        timeline=_timeline(sight, tenancy, now),
        past=tuple(_past(one) for one in _newest(ended, now)),
        not_connected=sight.judgement.not_connected,
        risks=_signals(sight, now, are_risks=True),
        signals=_signals(sight, now, are_risks=False),
        fields=correctable(sight.view) if at is None else (),
    )


def _signals(sight: Sight, now: datetime, *, are_risks: bool) -> tuple[LineOut, ...]:
    return tuple(
        LineOut(text=one.text, tags=(one.name, one.severity.value), evidence=_cited(one.evidence, now))
        for one in sight.judgement.signals
        if one.is_posture_risk is are_risks
    )


def _cited(evidence: Iterable[Evidence], now: datetime) -> tuple[CitedOut, ...]:
    return tuple(cited(item, now) for item in evidence)


def _deal(deal: Deal, scene: Scene, now: datetime) -> DealOut:
    rule = scene.limits.close_date_slipped
    steps = settled(deal.history("stage"), rule.corrected_minutes)
    moved = slips(deal, rule)
    proof = [*deal.cite("amount", "stage", "close_on"), *(one.new.evidence() for one in moved)]
    return DealOut(
        id=deal.identifier,
        name=deal.name,
        kind=deal.kind,
        amount=str(deal.amount) if deal.amount else "",
        stage=deal.stage or "",
        close_on=deal.close_on,
        opened_on=deal.opened_on,
        age_days=deal.age_days(scene.today),
        stages=tuple(StageOut(stage=str(one.value), at=one.valid_from) for one in steps if one.value),
        slips=tuple(
            SlipOut(old=one.old_day, new=one.new_day, days=one.days, at=one.new.valid_from) for one in moved
        ),
        evidence=_cited(proof, now),
    )


def _usage(scene: Scene, now: datetime) -> UsageOut | None:
    series = scene.view.series("active_users")
    panel = panel_of(scene, series) if series is not None else None
    if series is None or panel is None:
        return None
    first = max(next(iter(panel.points)), panel.end - timedelta(days=CHART_DAYS - 1))
    days = [first + timedelta(days=day) for day in range((panel.end - first).days + 1)]
    normal, border, smooth = _limits(panel) if panel.is_enough else (None, 0.0, ())
    return UsageOut(
        first=first,
        values=tuple(panel.points.get(day) for day in days),
        normal=normal,
        low=None if normal is None else max(0.0, normal - border),
        high=None if normal is None else normal + border,
        smooth=smooth,
        mean_before=panel.raw_mean(panel.before_days),
        mean_now=panel.raw_mean(panel.now_days),
        window_days=panel.rule.window_days,
        seats=sum(one.seats or 0 for one in scene.view.subscriptions if one.is_running),
        evidence=_cited(series.cite_days(panel.before_days[0], panel.end), now),
    )


def _limits(panel: Panel) -> tuple[float, float, tuple[float, ...]]:
    """Follow the smoothed line exactly as detection does: centre, distance of a limit, and the line itself."""
    factors, weight = panel.factors, float(panel.rule.ewma_lambda)
    normal = mean(
        [value / factors[day.weekday()] for day, value in panel.centre.items() if factors[day.weekday()] > 0]
    )
    residuals, spread = panel.residuals
    line: list[float] = []
    last = 0.0
    for value in residuals:
        last = smoothed(last, value, weight)
        line.append(normal + last)
    return normal, ewma_border(spread, weight, float(panel.rule.ewma_limit)), tuple(line)


def _timeline(sight: Sight, tenancy: Tenancy, now: datetime) -> tuple[MomentOut, ...]:
    start = now - timedelta(days=TIMELINE_DAYS)
    moved = (
        MomentOut(at=one.at, kind="Changed", text=one.text, evidence=_cited(one.evidence, now))
        for one in changes(sight.view, start, tenancy.profile, sight.around)
    )
    touched = _touched([one for one in sight.view.touches(now) if one.at >= start], now)
    return tuple(
        sorted((*moved, *touched), key=lambda one: (one.at, one.kind, one.text), reverse=True)[:TOLD]
    )


def _touched(touches: Sequence[Touch], now: datetime) -> Iterator[MomentOut]:
    """Tell each record once, with everybody it reached."""
    people: dict[str, list[Touch]] = {}
    for one in touches:
        people.setdefault(one.source.key, []).append(one)
    for group in people.values():
        first = group[0]
        what = first.source.text("title") or first.source.text("subject") or first.source.text("text") or ""
        who = ", ".join(dict.fromkeys(one.address for one in group))
        yield MomentOut(
            at=first.at,
            kind=WORDS[first.kind],
            text=f"{who}: {what}" if what else who,
            evidence=_cited(first.evidence, now),
        )


def _newest(ended: Sequence[Action], now: datetime) -> list[Action]:
    known = [one for one in ended if one.created_at <= now]
    return sorted(known, key=lambda one: (one.created_at, one.id), reverse=True)[:PAST]


def _past(one: Action) -> PastOut:
    return PastOut(
        id=one.id,
        action_type=one.action_type,
        text=one.summary,
        status=one.status.value,
        reason=one.reason,
        at=one.created_at,
        by_itself=one.status is Status.EXECUTED and not one.approvals,
    )
