"""Health 0–100: five inputs by the profile's formulas and weights, renormalised over those that exist.

Invariant: a missing input is named, never guessed; with fewer inputs than the profile asks for there is no number.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from state.evidence import Evidence
from state.world.judgement import Health
from state.world.synthesis.measures import Outlook, Usage
from state.world.synthesis.sources import has_touch_source

FULL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Part:
    """One input: its exact value and what it rests on."""

    value: Fraction
    evidence: tuple[Evidence, ...] = ()


def health_of(scene: Outlook) -> Health:
    """Compute the number, its components and what is missing."""
    rule = scene.profile.judgement.health
    found = {name: part for name, compute in INPUTS.items() if (part := compute(scene)) is not None}
    weights = {name: int(getattr(rule.weights, name)) for name in found}
    whole = sum(weights.values())
    score = None
    if len(found) >= rule.min_inputs and whole:
        score = half_up(
            sum((part.value * weights[name] for name, part in found.items()), Fraction(0)) / whole
        )
    return Health(
        score=score,
        components={name: half_up(part.value) for name, part in found.items()},
        missing=tuple(name for name in INPUTS if name not in found),
        evidence=tuple({item.id: item for part in found.values() for item in part.evidence}.values()),
    )


def half_up(value: Fraction) -> int:
    """Round half up, as every number shown and compared with a border."""
    return math.floor(value + Fraction(1, 2))


def _usage(scene: Outlook) -> Part | None:
    rule, usage = scene.profile.judgement.health.usage, scene.active_users
    if usage is None:
        return None
    before_ends = usage.end - timedelta(days=rule.window_days)
    now = usage.mean(usage.end, rule.window_days, at_least=rule.window_days // 2)
    before = usage.mean(before_ends, rule.baseline_days, at_least=rule.window_days)
    if now is None or not before:
        return None
    value = FULL * min(Fraction(1), now / before)
    share = _seat_share(scene)
    if share is not None and share[0] < Fraction(rule.low_seat_share):
        value = min(value, Fraction(rule.low_seat_cap))
    seats = () if share is None else share[1]
    return Part(value, (*usage.cite(usage.end, rule.window_days), *seats))


def _seat_share(scene: Outlook) -> tuple[Fraction, tuple[Evidence, ...]] | None:
    used: Usage | None = scene.seats_used
    sold = [contract for contract in scene.view.subscriptions if contract.is_running and contract.seats]
    seats = sum(contract.seats or 0 for contract in sold)
    if used is None or not seats:
        return None
    cited = (*used.cite(used.end, 1), *(item for contract in sold for item in contract.cite("seats")))
    return Fraction(used.points[used.end], seats), cited


def _support(scene: Outlook) -> Part | None:
    """Where support is connected; for a company that never bought anything nor raised a ticket it says nothing."""
    rule, view = scene.profile.judgement.health.support, scene.view
    is_served = view.status == "customer" or view.subscriptions or view.tickets
    if scene.freshness("support") != "fresh" or not is_served:
        return None
    lost, cited = 0, []
    for ticket in view.tickets:
        points = (
            {1: rule.per_open_sev1, 2: rule.per_open_sev2}.get(ticket.severity, 0) if ticket.is_open else 0
        )
        again = [
            claim
            for claim in ticket.reopenings
            if 0 <= scene.days_since(claim.valid_from) <= rule.reopening_days
        ]
        lost += points + rule.per_reopening * len(again)
        cited += [
            *(ticket.cite("severity", "status") if points else ()),
            *(claim.evidence() for claim in again),
        ]
    return Part(max(Fraction(0), FULL - lost), tuple(cited))


def _relationship(scene: Outlook) -> Part | None:
    if not has_touch_source(scene):
        return None
    if not scene.two_way:
        return Part(Fraction(0))
    rule, last = scene.profile.judgement.health.relationship, scene.two_way[-1]
    silent = max(0, scene.days_since(last.at) - rule.grace_days)
    further = max(0, len(scene.active_now) - 1)
    value = FULL - silent + rule.per_further_contact * further
    return Part(min(FULL, max(Fraction(0), value)), last.evidence)


def _commercial(scene: Outlook) -> Part | None:
    rule = scene.profile.judgement.health.commercial
    contracts = [
        one for one in scene.view.subscriptions if one.is_running or one.notice_received_on is not None
    ]
    if not contracts:
        return None
    lost, cited = 0, []
    for points, attribute, holds in (
        (rule.overdue_invoice, "invoice_overdue", [one for one in contracts if one.flag("invoice_overdue")]),
        (rule.notice_received, "notice_received_on", [one for one in contracts if one.notice_received_on]),
        (
            rule.downgrade,
            "downgraded_on",
            [
                one
                for one in contracts
                if (day := one.day("downgraded_on")) is not None
                and 0 <= (scene.today - day).days <= rule.downgrade_days
            ],
        ),
    ):
        lost += points if holds else 0
        cited += [item for one in holds for item in one.cite(attribute)]
    return Part(max(Fraction(0), FULL - lost), tuple(cited or contracts[0].cite("status", "annual_value")))


def _satisfaction(scene: Outlook) -> Part | None:
    rule = scene.profile.judgement.health.satisfaction
    ratings = [
        claim
        for ticket in scene.view.tickets
        for claim in ticket.rated
        if 0 <= scene.days_since(claim.valid_from) <= rule.within_days
    ]
    if scene.freshness("support") != "fresh" or len(ratings) < rule.min_ratings:
        return None
    mean = Fraction(sum(int(str(claim.value)) for claim in ratings), len(ratings))
    return Part(min(FULL, mean * rule.per_rating), tuple(claim.evidence() for claim in ratings))


INPUTS: dict[str, Callable[[Outlook], Part | None]] = {
    "usage": _usage,
    "support": _support,
    "relationship": _relationship,
    "commercial": _commercial,
    "satisfaction": _satisfaction,
}
