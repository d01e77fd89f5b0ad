"""Contracts that end: the renewal window by tier, and the last day for notice."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import ahead, counted, day_text
from state.world.signal import Severity, Signal
from state.world.view import Subscription


def renewal_window_entered(scene: Scene, found: Iterable[Signal]) -> Iterator[Signal]:
    """Tell each contract in its window; `found` are the other live signals, whose risks raise the severity."""
    has_risk = any(signal.is_posture_risk for signal in found)
    window = scene.limits.renewal_window_entered.window_days.of(scene.tier)
    for contract in scene.in_window:
        left = scene.days_left(contract)
        yield scene.signal(
            "RENEWAL_WINDOW_ENTERED",
            contract.key,
            _severity(scene, left, has_risk=has_risk),
            scene.start_of(scene.today + timedelta(days=left - window)),
            _text(scene, contract),
            contract.cite("ends_on", "notice_on"),
            sub_state=_sub_state(scene, contract),
            numbers={"days_left": str(left), "days_over": str(-left)},
        )


def notice_deadline(scene: Scene) -> Iterator[Finding]:
    """Tell a notice date that is close, whether or not the contract renews by itself."""
    rule = scene.limits.notice_deadline
    for contract in scene.renewals:
        notice = contract.notice_on
        if notice is None or contract.notice_received_on is not None:
            continue
        left = (notice - scene.today).days
        if not 0 <= left <= rule.within_days:
            continue
        yield scene.signal(
            "NOTICE_DEADLINE",
            contract.key,
            Severity.HIGH if left <= rule.high_days else rule.severity,
            scene.start_of(notice - timedelta(days=rule.within_days)),
            f"Notice can be given until {day_text(notice)}, {ahead(left)}.",
            contract.cite("notice_on", "auto_renew"),
            numbers={"days_left": str(left)},
        )


def _severity(scene: Scene, left: int, *, has_risk: bool) -> Severity:
    rule = scene.limits.renewal_window_entered
    if left <= rule.high_days and has_risk:
        return Severity.HIGH
    return Severity.MEDIUM if left <= rule.medium_days else rule.severity


def _sub_state(scene: Scene, contract: Subscription) -> str:
    left, notice = scene.days_left(contract), contract.notice_on
    if left < 0:
        return "overdue"
    if notice is not None and notice < scene.today:
        return "late"
    return "active" if left <= scene.limits.renewal_window_entered.active_days else "early"


def _text(scene: Scene, contract: Subscription) -> str:
    left, ends = scene.days_left(contract), day_text(contract.ends_on or scene.today)
    if left < 0:
        return f"The contract ended on {ends}, {counted(-left, 'day')} ago, and no renewal is recorded."
    if _sub_state(scene, contract) == "late":
        notice = day_text(contract.notice_on or scene.today)
        return f"The contract ends on {ends}, {ahead(left)}; the notice date {notice} has passed."
    return f"The contract ends on {ends}, {ahead(left)}."
