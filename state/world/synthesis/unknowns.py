"""Unknowns: what posture, stage or contract requires and nobody recorded, or what was confirmed too long ago.

Invariant: absence counts only where a connected source would show presence; with a CRM alone it is said once.
"""

from collections.abc import Iterator
from decimal import Decimal

from state.ids import NodeKey
from state.world.detection.commitments import delivery_of
from state.world.detection.meetings import paused_until
from state.world.detection.wording import day_text
from state.world.judgement import Health, Person, Posture, Unknown
from state.world.synthesis.measures import Outlook
from state.world.synthesis.posture import needs_of
from state.world.synthesis.required import missing, stakes_of
from state.world.synthesis.sources import has_touch_source
from state.world.view import Deal, Meeting


def unknowns_of(
    scene: Outlook, posture: Posture, health: Health, people: tuple[Person, ...]
) -> tuple[Unknown, ...]:
    """List the unknowns worth most, at most as many as the profile shows.

    Units: worth is what depends on the fact, divided by its place in the profile's list; it is for order alone.
    """
    found = list(_data(scene, posture, health))
    if not scene.around.is_import_only and posture not in ("CHURNED", "LOST"):
        found += [*_required(scene, people), *_purposes(scene), *_next_steps(scene)]
    best: dict[tuple[str, NodeKey], Unknown] = {}
    for one in found:
        known = best.get((one.id, one.subject))
        if known is None or one.worth > known.worth:
            best[one.id, one.subject] = one
    ranked = sorted(best.values(), key=lambda one: (-one.worth, one.id, one.subject))
    return tuple(ranked[: scene.profile.judgement.unknown.shown])


def _data(scene: Outlook, posture: Posture, health: Health) -> Iterator[Unknown]:
    if posture == "UNKNOWN":
        needs = ", ".join(needs_of(scene, health))
        yield Unknown(
            id="data", text=f"Not enough data for a judgement. Needed: {needs}.", subject=scene.view.key
        )


def _required(scene: Outlook, people: tuple[Person, ...]) -> Iterator[Unknown]:
    """Give each missing fact of each stake; what is only old comes after what is absent."""
    for stake in stakes_of(scene):
        for place, fact in enumerate(stake.facts):
            for one in missing(scene, stake, fact, people):
                worth = _worth(stake.amount, place + len(stake.facts) * one.is_aged)
                cited = (*stake.evidence, *one.evidence)
                yield Unknown(id=fact, text=one.text, subject=one.subject, worth=worth, evidence=cited)


def _worth(amount: Decimal, place: int) -> float:
    return float(round(amount / (place + 1), 2))


def _purposes(scene: Outlook) -> Iterator[Unknown]:
    """Ask what the next meeting with people outside is about, unless its agenda or an answer says it."""
    soon = scene.business_day(scene.today, scene.limits.meeting_upcoming.within_business_days)
    for meeting in scene.view.booked_meetings(scene.now)[:1]:
        if (
            meeting.starts_at is None
            or scene.day_of(meeting.starts_at) > soon
            or _says_purpose(scene, meeting)
        ):
            continue
        worth = max((stake.amount for stake in stakes_of(scene)), default=Decimal(0))
        day = day_text(scene.day_of(meeting.starts_at))
        yield Unknown(
            id="meeting_purpose", text=f"What is the meeting of {day} about? It has no agenda.", subject=meeting.key,
            worth=float(worth), evidence=meeting.cite("title", "starts_at"),
        )  # fmt: skip


def _says_purpose(scene: Outlook, meeting: Meeting) -> bool:
    names = {meeting.key, meeting.identifier}
    answered = any(
        one.text("topic") == "meeting_purpose" and one.text("subject") in names for one in scene.view.answers
    )
    return bool(meeting.agenda) or answered


def _next_steps(scene: Outlook) -> Iterator[Unknown]:
    """Ask for the next step of a qualified deal with no meeting, dated promise, plan or agreed pause ahead."""
    if (
        not has_touch_source(scene)
        or paused_until(scene) is not None
        or scene.view.booked_meetings(scene.now)
    ):
        return
    promised = any(
        one.is_open and one.due_on is not None and delivery_of(scene.view, one) is None
        for one in scene.view.promises
    )
    planned = any(plan.is_active for plan in scene.view.plans)
    if promised or planned:
        return
    places = {stake.node.key: len(stake.facts) for stake in stakes_of(scene)}
    for deal in _qualified(scene):
        worth = _worth(deal.decimal("amount") or Decimal(0), places.get(deal.key, 0))
        text = f"What is the next step on {deal.name}? No meeting, promise or plan is ahead."
        yield Unknown(id="next_step", text=text, subject=deal.key, worth=worth, evidence=deal.cite("stage"))


def _qualified(scene: Outlook) -> list[Deal]:
    lines = scene.profile.pipeline
    return [
        deal
        for deal in scene.view.open_deals
        if deal.stage is not None and lines.pipeline(deal.pipeline).is_qualified(deal.stage)
    ]
