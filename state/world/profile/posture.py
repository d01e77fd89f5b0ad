"""The ordered ruleset of the posture as an admin edits it: which rule names which posture, and every border."""

from typing import Literal, Self

from pydantic import Field, model_validator

from state.world.profile.part import Count, Part, Points, Positive

PostureName = Literal[
    "CHURNED", "CRITICAL", "AT_RISK", "WATCH", "ONBOARDING", "EXPANDING", "HEALTHY", "LOST", "STALLED", "ADVANCING",
    "ENGAGED", "QUIET", "DORMANT",
]  # fmt: skip
Condition = Literal[
    "churned", "notice_received", "notice_written", "high_risks_in_active_window", "high_risk_live", "health_low",
    "risk_live", "notice_mentioned", "health_middling", "customer_is_new", "seats_run_out", "expansion_open",
    "health_good", "last_deal_lost", "deal_is_stale", "slipped_and_quiet", "high_risk_on_late_deal", "stage_up",
    "customer_step_done", "touched_lately", "touched_weeks_ago", "touched_long_ago",
]  # fmt: skip
"""Each is one function of `state.world.synthesis`; this list is closed."""
DriverName = Literal[
    "stage", "two_way_touches", "active_contacts", "active_users", "tickets", "customer_steps"
]


class PostureLine(Part):
    """One rule: the posture, and the conditions of which one must hold."""

    posture: PostureName
    when_any: tuple[Condition, ...] = Field(min_length=1)
    must_be_proven: bool = False
    """Then several records of several sources, or a system of record, must show it."""


class PostureRule(Part):
    """The ordered rules of the posture and their borders; the first rule that holds names it."""

    customer: tuple[PostureLine, ...]
    """For customers and churned accounts."""
    prospect: tuple[PostureLine, ...]
    critical_high_risks: Positive
    at_risk_high_risks: Positive
    at_risk_below_health: Points
    healthy_from_health: Points
    healthy_min_inputs: Positive
    onboarding_days: Count
    stalled_slips: Positive
    stalled_quiet_days: Count
    advancing_days: Count
    engaged_days: Count
    dormant_days: Count
    min_records: Positive
    """CRITICAL and AT_RISK need this many records from `min_sources` sources, or a system of record."""
    min_sources: Positive
    risk_signals: tuple[str, ...]
    """Signals that count as a risk at medium or high severity."""

    @model_validator(mode="after")
    def _bands_meet(self) -> Self:
        if self.at_risk_below_health > self.healthy_from_health:
            raise ValueError("at_risk_below_health must not be above healthy_from_health")
        if self.engaged_days >= self.dormant_days:
            raise ValueError("engaged_days must be below dormant_days")
        return self

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        for lines in (self.customer, self.prospect):
            names = [line.posture for line in lines]
            if len(set(names)) < len(names):
                raise ValueError(f"a posture is named twice in {', '.join(names)}")
        return self
