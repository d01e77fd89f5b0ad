"""Promises with a date: close, or past; kept ones are silent.

Invariant: without an explicit date nothing is ever due.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import ahead, counted, day_text
from state.world.reading import items_in
from state.world.signal import Severity
from state.world.view import AccountView, Mail, Promise


def commitment(scene: Scene) -> Iterator[Finding]:
    """Tell each open promise that is due within a business day or overdue."""
    limits = scene.limits
    edge = scene.business_day(scene.today, limits.commitment_due.within_business_days)
    for promise in scene.view.promises:
        due = promise.due_on
        if due is None or due > edge or not promise.is_open or delivery_of(scene.view, promise) is not None:
            continue
        if due >= scene.today:
            yield _told(scene, promise, due, "COMMITMENT_DUE", limits.commitment_due.severity)
            continue
        late = scene.today >= scene.business_day(due, limits.commitment_overdue.high_business_days)
        is_high = promise.is_ours and late
        severity = Severity.HIGH if is_high else limits.commitment_overdue.severity
        yield _told(scene, promise, due, "COMMITMENT_OVERDUE", severity)


def delivery_of(view: AccountView, promise: Promise) -> Mail | None:
    """Find the mail that delivers what was promised: later, from the promiser's side, with the promised items in it.

    Invariant: a mail that only promises the same again delivers nothing.
    """
    wanted = set(promise.texts("items"))
    if not wanted:
        return None
    again = {other.read_in for other in view.promises if wanted & set(other.texts("items"))}
    for mail in view.mails:
        is_later = mail.at > promise.at and mail.is_personal and mail.is_inbound != promise.is_ours
        if is_later and mail.key not in again and wanted <= _items(mail):
            return mail
    return None


def _items(mail: Mail) -> set[str]:
    words = (mail.text("subject") or "", mail.body, *mail.texts("attachments"))
    return {item for part in words for item in items_in(part)}


def _told(scene: Scene, promise: Promise, due: date, name: str, severity: Severity) -> Finding:
    days = abs((due - scene.today).days)
    who = "We" if promise.is_ours else "They"
    state = f"due {ahead(days)}" if due >= scene.today else f"overdue by {counted(days, 'day')}"
    return scene.signal(
        name,
        promise.key,
        severity,
        scene.start_of(due + timedelta(days=1)) if due < scene.today else promise.at,
        f"{who} promised {promise.deliverable} by {day_text(due)}: {state}.",
        promise.cite("deliverable", "due_on", "actor"),
        sub_state="ours" if promise.is_ours else "theirs",
        numbers={"days": str(days), "due_on": due.isoformat()},
    )
