"""The rules of a prospect's posture, one function each; their order is in `profile/judgement.yaml`."""

from datetime import timedelta

from state.world.detection.deals import slips
from state.world.detection.wording import counted, day_text
from state.world.synthesis.case import Case, Ground, told
from state.world.synthesis.measures import customer_steps, stage_moves
from state.world.synthesis.sources import has_touch_source
from state.world.view import Deal


def last_deal_lost(case: Case) -> Ground | None:
    """Hold where nothing is open and the last deal was lost."""
    view = case.scene.view
    closed = sorted((deal.closed_on, deal.key, deal) for deal in view.deals if deal.closed_on is not None)
    if view.open_deals or not closed or closed[-1][2].outcome != "lost":
        return None
    day, _, deal = closed[-1]
    return Ground(f"{deal.name} was lost on {day_text(day)}.", deal.cite("outcome", "closed_on"))


def deal_is_stale(case: Case) -> Ground | None:
    """Hold where a deal is older than deals get."""
    stale = case.named("DEAL_STALE")
    return told(stale, "Stalled") if stale else None


def slipped_and_quiet(case: Case) -> Ground | None:
    """Hold where a deal slipped repeatedly while nobody was in touch."""
    quiet = _quiet_days(case)
    if quiet is None or quiet < case.rule.stalled_quiet_days:
        return None
    limit = case.scene.limits.close_date_slipped
    for deal in case.scene.view.open_deals:
        moved = slips(deal, limit)
        if len(moved) >= case.rule.stalled_slips:
            cited = (*(slip.new.evidence() for slip in moved), *case.scene.two_way[-1].evidence)
            slipped = counted(len(moved), "time")
            text = f"{deal.name} slipped {slipped}, and the last two-way touch was {quiet} days ago."
            return Ground(text, cited)
    return None


def high_risk_on_late_deal(case: Case) -> Ground | None:
    """Hold where a high risk is live while a deal is late in its pipeline."""
    late = {deal.key for deal in case.scene.view.open_deals if _is_late(case, deal)}
    if not late:
        return None
    found = [
        one for one in case.high_risks if one.subject in late or not one.subject.startswith("Opportunity/")
    ]
    return told(found, counted(len(found), "high risk")) if found else None


def _is_late(case: Case, deal: Deal) -> bool:
    line = case.scene.profile.pipeline.pipeline(deal.pipeline)
    return deal.stage is not None and line.is_from(deal.stage, line.proposal_from)


def stage_up(case: Case) -> Ground | None:
    """Hold where a stage went up lately."""
    days = case.rule.advancing_days
    for deal, steps in stage_moves(case.scene, case.scene.now - timedelta(days=days)):
        if steps > 0:
            text = f"{deal.name} advanced to {deal.stage} in the last {days} days."
            return Ground(text, deal.cite("stage"))
    return None


def customer_step_done(case: Case) -> Ground | None:
    """Hold where the customer finished a step lately."""
    days = case.rule.advancing_days
    recent = [
        cited for day, cited in customer_steps(case.scene) if 0 <= (case.scene.today - day).days <= days
    ]
    return Ground(f"The customer finished a step in the last {days} days.", recent[-1]) if recent else None


def _quiet_days(case: Case) -> int | None:
    """Units: days since the last two-way touch; None when no source would show one, or there was none."""
    if not has_touch_source(case.scene) or not case.scene.two_way:
        return None
    return case.scene.days_since(case.scene.two_way[-1].at)


def _touched(case: Case, from_day: int, below: int | None) -> Ground | None:
    quiet = _quiet_days(case)
    if quiet is None or quiet < from_day or (below is not None and quiet >= below):
        return None
    last = case.scene.two_way[-1]
    return Ground(f"The last two-way touch was {counted(quiet, 'day')} ago.", last.evidence)


def touched_lately(case: Case) -> Ground | None:
    """Hold where they were in touch lately."""
    return _touched(case, 0, case.rule.engaged_days + 1)


def touched_weeks_ago(case: Case) -> Ground | None:
    """Hold where they were in touch some weeks ago."""
    return _touched(case, case.rule.engaged_days + 1, case.rule.dormant_days)


def touched_long_ago(case: Case) -> Ground | None:
    """Hold where they were in touch long ago."""
    return _touched(case, case.rule.dormant_days, None)
