"""Posture: the ordered ruleset of the profile, the first rule that holds and is proven names it.

Invariant: CRITICAL and AT_RISK rest on several records from several sources or on a system of record; signals of
a stale source do not count; where nothing holds the posture is UNKNOWN and says what is needed.
"""

from state.world.judgement import Health, Posture
from state.world.profile.posture import Condition
from state.world.synthesis import customer_rules as customer
from state.world.synthesis import prospect_rules as prospect
from state.world.synthesis.case import Case, Ground, Rule
from state.world.synthesis.measures import Outlook
from state.world.synthesis.sources import has_touch_source, is_touch_source_stale

CONDITIONS: dict[Condition, Rule] = {
    "churned": customer.churned,
    "notice_received": customer.notice_received,
    "notice_written": customer.notice_written,
    "high_risks_in_active_window": customer.high_risks_in_active_window,
    "high_risk_live": customer.high_risk_live,
    "health_low": customer.health_low,
    "risk_live": customer.risk_live,
    "notice_mentioned": customer.notice_mentioned,
    "health_middling": customer.health_middling,
    "customer_is_new": customer.customer_is_new,
    "seats_run_out": customer.seats_run_out,
    "expansion_open": customer.expansion_open,
    "health_good": customer.health_good,
    "last_deal_lost": prospect.last_deal_lost,
    "deal_is_stale": prospect.deal_is_stale,
    "slipped_and_quiet": prospect.slipped_and_quiet,
    "high_risk_on_late_deal": prospect.high_risk_on_late_deal,
    "stage_up": prospect.stage_up,
    "customer_step_done": prospect.customer_step_done,
    "touched_lately": prospect.touched_lately,
    "touched_weeks_ago": prospect.touched_weeks_ago,
    "touched_long_ago": prospect.touched_long_ago,
}
"""What each name of the file asks; the order is the file's."""


def posture_of(case: Case) -> tuple[Posture, Ground]:
    """Name the posture by the first rule of `profile/judgement.yaml` that holds."""
    rules = case.rule.prospect if case.scene.view.status == "prospect" else case.rule.customer
    for line in rules:
        for name in line.when_any:
            ground = CONDITIONS[name](case)
            if ground is not None and (not line.must_be_proven or case.is_proven(ground)):
                return line.posture, ground
    return "UNKNOWN", _not_enough(case)


def _not_enough(case: Case) -> Ground:
    return Ground(f"Not enough data. Needed: {', '.join(needs_of(case.scene, case.health))}.")


def needs_of(scene: Outlook, health: Health) -> tuple[str, ...]:
    """Name what a posture would need and does not have."""
    if scene.view.status == "prospect":
        is_stale, has_deal = is_touch_source_stale(scene), any(one.stage for one in scene.view.open_deals)
        source = "a mailbox or calendar that is up to date" if is_stale else NEEDED["relationship"]
        needs = ((source, has_touch_source(scene)), (TOUCH, bool(scene.two_way)), (DEAL, has_deal))
        return tuple(text for text, is_there in needs if not is_there)
    return tuple(NEEDED[name] for name in health.missing) or ("a healthy score or a live signal",)


TOUCH, DEAL = "a two-way touch", "an open deal with its stage"
NEEDED = {
    "usage": "eight weeks of product usage",
    "support": "a connected support desk",
    "relationship": "a connected mailbox or calendar",
    "commercial": "a running contract",
    "satisfaction": "three ticket ratings",
}
