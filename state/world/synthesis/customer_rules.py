"""The rules of a customer's posture, one function each; their order is in `profile/judgement.yaml`."""

from datetime import date

from state.world.detection.wording import counted, day_text
from state.world.synthesis.case import Case, Ground, told


def churned(case: Case) -> Ground | None:
    """Hold where the customer left."""
    view = case.scene.view
    if view.status != "churned":
        return None
    day = view.day("churned_on")
    return Ground(f"Churned{f' on {day_text(day)}' if day else ''}.", view.cite("status", "churned_on"))


def notice_received(case: Case) -> Ground | None:
    """Hold where a contract is under notice."""
    if not case.notices:
        return None
    day = case.notices[0].notice_received_on
    text = f"Notice was received{f' on {day_text(day)}' if day else ''}."
    return Ground(text, tuple(item for one in case.notices for item in one.cite("notice_received_on")))


def notice_written(case: Case) -> Ground | None:
    """Hold where somebody of theirs gave notice in words."""
    if not case.said_notices:
        return None
    said = tuple(item for one in case.said_notices for item in one.cite("text"))
    return Ground(f"The customer wrote: “{case.said_notices[-1].quote}”", said)


def high_risks_in_active_window(case: Case) -> Ground | None:
    """Hold where several high risks meet the contract's end."""
    window, risks = case.scene.in_active_window, case.high_risks
    if not window or len(risks) < case.rule.critical_high_risks:
        return None
    ends = min(contract.ends_on for contract in window if contract.ends_on is not None)
    left = (ends - case.scene.today).days
    lead = f"{counted(len(risks), 'high risk')} with {counted(left, 'day')} to the contract's end on {day_text(ends)}"
    ground = told(risks, lead)
    cited = tuple(item for contract in window for item in contract.cite("ends_on"))
    return Ground(ground.text, (*ground.evidence, *cited), ground.signals)


def high_risk_live(case: Case) -> Ground | None:
    """Hold where high risks are live."""
    found = case.high_risks
    return (
        told(found, counted(len(found), "high risk")) if len(found) >= case.rule.at_risk_high_risks else None
    )


def health_low(case: Case) -> Ground | None:
    """Hold where health is bad."""
    return _health_below(case, case.rule.at_risk_below_health)


def risk_live(case: Case) -> Ground | None:
    """Hold where any risk is live."""
    return told(case.risks, counted(len(case.risks), "risk")) if case.risks else None


def notice_mentioned(case: Case) -> Ground | None:
    """Hold where a text speaks of notice, proven or not."""
    said = case.said_notices
    return Ground("One text speaks of notice.", said[-1].cite("text")) if said else None


def health_middling(case: Case) -> Ground | None:
    """Hold where health is not good."""
    return _health_below(case, case.rule.healthy_from_health)


def _health_below(case: Case, border: int) -> Ground | None:
    score = case.health.score
    return (
        Ground(f"Health is {score}.", case.health.evidence) if score is not None and score < border else None
    )


def customer_is_new(case: Case) -> Ground | None:
    """Hold where the customer is new."""
    starts = [
        (one.starts_on, one.cite("starts_on")) for one in case.scene.view.subscriptions if one.starts_on
    ]
    since: date | None = case.scene.view.day("customer_since")
    cited = case.scene.view.cite("customer_since")
    if since is None and starts:
        since, cited = min(starts, key=lambda start: start[0])
    if since is None:
        return None
    day = (case.scene.today - since).days
    return (
        Ground(f"Customer for {counted(day, 'day')}.", cited)
        if 0 <= day <= case.rule.onboarding_days
        else None
    )


def seats_run_out(case: Case) -> Ground | None:
    """Hold where the seats are nearly all used."""
    near = case.named("SEAT_LIMIT_NEAR")
    return told(near, "Room to grow") if near else None


def expansion_open(case: Case) -> Ground | None:
    """Hold where an expansion is being sold."""
    deals = [deal for deal in case.scene.view.open_deals if deal.kind == "expansion"]
    return Ground(f"{deals[0].name} is an open expansion.", deals[0].cite("kind", "stage")) if deals else None


def health_good(case: Case) -> Ground | None:
    """Hold where health is good by enough inputs."""
    score, inputs = case.health.score, len(case.health.components)
    if score is None or score < case.rule.healthy_from_health or inputs < case.rule.healthy_min_inputs:
        return None
    return Ground(f"Health is {score} by {inputs} inputs; no risk is live.", case.health.evidence)
