"""Support: severe tickets older than promised, an unusual flow of them, and ones that got worse."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from state.evidence import Evidence
from state.world.business_time import business_days_between, is_business_day
from state.world.charts import poisson_limit
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.signal import Severity
from state.world.view import Ticket


def support_sev2_aging(scene: Scene) -> Iterator[Finding]:
    """Tell each severe open ticket that has waited for us longer than the contract allows."""
    rule = scene.limits.support_sev2_aging
    promised = [(c.sla_business_days, c) for c in scene.view.subscriptions if c.is_running]
    allowed = min((days for days, _ in promised if days is not None), default=rule.sla_business_days)
    terms = [
        cited
        for days, contract in promised
        if days == allowed
        for cited in contract.cite("sla_business_days")
    ]
    for ticket in scene.view.tickets:
        if not ticket.is_open or ticket.severity > rule.worst_severity:
            continue
        waited = waited_business_days(scene, ticket)
        if waited > allowed:
            yield scene.signal(
                "SUPPORT_SEV2_AGING",
                ticket.key,
                Severity.HIGH if waited >= rule.high_factor * allowed else rule.severity,
                scene.start_of(scene.business_day(ticket.opened_on, allowed)),
                f"{ticket.identifier}, severity {ticket.severity}, has been open since"
                f" {day_text(ticket.opened_on)}: {counted(waited, 'business day')}, {allowed} are allowed.",
                (*ticket.cite("severity", "status", "opened_on"), *terms),
                numbers={
                    "business_days": str(waited),
                    "allowed": str(allowed),
                    "over": str(waited - allowed),
                },
            )


def waited_business_days(scene: Scene, ticket: Ticket) -> int:
    """Count business days from the opening on, today not included, without those that ended waiting on the customer."""
    opened = ticket.opened_on
    if not any(claim.value != "open" for claim in ticket.history("status")):
        return max(0, business_days_between(scene.profile.calendar, opened, scene.today, scene.region))
    days = (opened + timedelta(days=offset) for offset in range((scene.today - opened).days))
    return sum(
        is_business_day(scene.profile.calendar, day, scene.region)
        and ticket.status_at(scene.start_of(day + timedelta(days=1))) == "open"
        for day in days
    )


def support_risk_emerging(scene: Scene) -> Iterator[Finding]:
    """Tell more arrivals than the account's own limit, open severe tickets, reopenings and bad ratings."""
    if not scene.view.tickets:
        return
    obstacle = scene.obstacle("SUPPORT_RISK_EMERGING")
    if obstacle is not None:
        yield Silence("SUPPORT_RISK_EMERGING", scene.view.key, obstacle, "The support source is not fresh.")
        return
    yield from _arrivals(scene)
    yield from _open_severe(scene)
    yield from _reopened(scene)
    yield from _ratings(scene)


def _arrivals(scene: Scene) -> Iterator[Finding]:
    """Compare the newest window with a Poisson limit from the disjoint windows before it.

    Invariant: half a ticket is added to the baseline, so that an account without tickets is not alarmed by each one.
    """
    rule = scene.limits.support_risk_emerging
    counted_tickets = [t for t in scene.view.tickets if t.severity <= rule.worst_severity and _counts(t)]
    if _history_days(scene) < rule.min_history_weeks * 7:
        text = f"Less than {rule.min_history_weeks} weeks of support history."
        yield Silence("SUPPORT_RISK_EMERGING", scene.view.key, "not_enough_data", text)
        return
    ages = {ticket.key: (scene.today - ticket.opened_on).days for ticket in counted_tickets}
    new = [ticket for ticket in counted_tickets if 0 <= ages[ticket.key] < rule.window_days]
    base_days = min(rule.baseline_weeks * 7, _history_days(scene) - rule.window_days)
    old = [t for t in counted_tickets if rule.window_days <= ages[t.key] < rule.window_days + base_days]
    expected = (len(old) + 0.5) * rule.window_days / base_days
    limit = poisson_limit(expected, 1 / rule.false_alarm_windows)
    if len(new) >= limit:
        text = f"{counted(len(new), 'ticket')} in {rule.window_days} days, where {limit} are already unusual."
        numbers = {"arrivals": str(len(new)), "limit": str(limit), "window_days": str(rule.window_days)}
        yield _risk(scene, "arrivals", rule.severity, text, _cite(new, "severity", "opened_on"), numbers)


def _open_severe(scene: Scene) -> Iterator[Finding]:
    rule = scene.limits.support_risk_emerging
    for worst, enough, severity, name in (
        (1, rule.open_sev1, rule.open_sev1_severity, "open_sev1"),
        (2, rule.open_sev2, rule.severity, "open_sev2"),
    ):
        found = [ticket for ticket in scene.view.tickets if ticket.is_open and ticket.severity <= worst]
        if len(found) >= enough:
            what = "severity 1" if worst == 1 else "severity 2 or worse"
            text = (
                f"{counted(len(found), 'ticket')} of {what} open: {', '.join(t.identifier for t in found)}."
            )
            numbers = {"open": str(len(found)), "worst": str(worst)}
            yield _risk(scene, name, severity, text, _cite(found, "severity", "status"), numbers)


def _reopened(scene: Scene) -> Iterator[Finding]:
    rule = scene.limits.support_risk_emerging
    claims = [
        claim
        for ticket in scene.view.tickets
        for claim in ticket.reopenings
        if scene.is_live(claim.valid_from)
    ]
    if len(claims) >= rule.reopenings:
        text = f"{counted(len(claims), 'ticket')} opened again within {scene.limits.life.ttl_days} days."
        numbers = {"reopenings": str(len(claims)), "days": str(scene.limits.life.ttl_days)}
        yield _risk(scene, "reopened", rule.severity, text, [claim.evidence() for claim in claims], numbers)


def _ratings(scene: Scene) -> Iterator[Finding]:
    rule = scene.limits.support_risk_emerging
    rated = sorted(
        (claim for ticket in scene.view.tickets for claim in ticket.rated),
        key=lambda claim: (claim.valid_from, claim.event),
    )
    last = rated[-rule.low_ratings :]
    bad = len(last) == rule.low_ratings and all(
        int(str(claim.value)) <= rule.low_rating_max for claim in last
    )
    if bad and scene.is_live(last[-1].valid_from):
        text = f"The last {len(last)} ratings were {' and '.join(str(claim.value) for claim in last)} of 5."
        numbers = {"ratings": str(len(last)), "best": "5"}
        yield _risk(scene, "ratings", rule.severity, text, [claim.evidence() for claim in last], numbers)


def _risk(
    scene: Scene,
    sub_state: str,
    severity: Severity,
    text: str,
    proof: list[Evidence],
    numbers: dict[str, str],
) -> Finding:
    since = max((item.observed_at for item in proof), default=scene.now)
    return scene.signal(
        "SUPPORT_RISK_EMERGING",
        scene.view.key,
        severity,
        since,
        text,
        proof,
        sub_state=sub_state,
        numbers=numbers,
    )


def _history_days(scene: Scene) -> int:
    """Units: days for which a missing ticket means that there was none."""
    opened = [ticket.opened_on for ticket in scene.view.tickets]
    since = scene.view.day("customer_since")
    known = [*opened, since] if since is not None else opened
    return (scene.today - min(known)).days if known else 0


def _counts(ticket: Ticket) -> bool:
    return ticket.status not in ("merged", "duplicate")


def _cite(tickets: list[Ticket], *attributes: str) -> list[Evidence]:
    return [cited for ticket in tickets for cited in ticket.cite(*attributes)]


def support_escalated(scene: Scene) -> Iterator[Finding]:
    """Tell each open ticket whose severity was raised."""
    for ticket in scene.view.tickets:
        claims = [claim for claim in ticket.history("severity") if claim.value is not None]
        for old, new in reversed(tuple(pairwise(claims))):
            if scene.is_live(new.valid_from) and int(str(new.value)) < int(str(old.value)):
                yield scene.signal(
                    "SUPPORT_ESCALATED", ticket.key, scene.limits.support_escalated.severity, new.valid_from,
                    f"{ticket.identifier} was raised from severity {old.value} to {new.value}"
                    f" on {day_text(scene.day_of(new.valid_from))}.",
                    (old.evidence(), new.evidence()),
                    numbers={"raised_on": scene.day_of(new.valid_from).isoformat()},
                )  # fmt: skip
                break
