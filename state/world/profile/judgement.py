"""Borders of the judgements about an account: tier, posture, momentum, health, champion, contradiction."""

from typing import Self

from pydantic import model_validator

from state.world.profile.limits import (
    Attention,
    Autonomy,
    Batching,
    BriefSchedule,
    Confidence,
    EditLimit,
    Expiry,
    Learning,
    NextList,
    Outgoing,
    QuestionLimit,
    UndoHold,
)
from state.world.profile.overlay import Influence, Overlays, StanceSaid
from state.world.profile.part import Amount, Count, Part, Points, Positive, Share, Tier
from state.world.profile.posture import DriverName, PostureRule


class SegmentTiers(Part):
    """ARR, or open amount for a prospect, from which an account is of tier A or B; below it is C."""

    a_from: Amount
    b_from: Amount

    def of(self, amount: Amount) -> Tier:
        """Name the tier of an amount in the tenant's currency."""
        if amount >= self.a_from:
            return "A"
        return "B" if amount >= self.b_from else "C"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.b_from >= self.a_from:
            raise ValueError("b_from must be below a_from")
        return self


class NoiseFloor(Part):
    """A change at or below this is not told as a change."""

    money_share: Share
    date_days: Count
    usage_share: Share


class ContradictionLimit(Part):
    """Two claims on one attribute contradict beyond these tolerances."""

    date_days: Count
    money_share: Share
    critical_attributes: tuple[str, ...]
    """Node kind and attribute, such as Opportunity.close_on."""
    top_proposals: Positive
    """Critical only if a proposal of this rank or better rests on it."""

    def is_critical(self, node_kind: str, attribute: str) -> bool:
        """Say whether a contradiction on this attribute can hold an action back."""
        return f"{node_kind}.{attribute}" in self.critical_attributes


class ChampionRule(Part):
    """When a champion may be inferred."""

    two_way_touches: Positive
    within_days: Positive
    inferred_confidence_max: Share
    unknown_from_amount: Amount
    """From this deal amount on an inferred champion is an unknown."""


class MomentumRule(Part):
    """Which drivers are weighed, when one counts as moved, and how many make a direction."""

    drivers: tuple[DriverName, ...]

    window_days: Positive
    share: Share
    count: Positive
    stage_steps: Positive
    drivers_for_direction: Positive
    min_drivers: Positive


class HealthWeights(Part):
    """Weights of the five inputs; renormalised over those available."""

    usage: Points
    support: Points
    relationship: Points
    commercial: Points
    satisfaction: Points

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        total = self.usage + self.support + self.relationship + self.commercial + self.satisfaction
        if total != 100:
            raise ValueError(f"the five weights add up to {total}, not 100")
        return self


class UsageHealth(Part):
    """100 × window mean ÷ baseline mean, capped where few seats are used."""

    window_days: Positive
    baseline_days: Positive
    low_seat_share: Share
    low_seat_cap: Points


class SupportHealth(Part):
    """100 less points per open ticket and reopening."""

    per_open_sev1: Points
    per_open_sev2: Points
    per_reopening: Points
    reopening_days: Positive


class RelationshipHealth(Part):
    """100 less one point per silent day after the grace, plus points per further active contact."""

    grace_days: Count
    per_further_contact: Points


class CommercialHealth(Part):
    """100 less points per commercial warning."""

    overdue_invoice: Points
    notice_received: Points
    downgrade: Points
    downgrade_days: Positive


class SatisfactionHealth(Part):
    """Points per rating step over the mean of recent ratings."""

    per_rating: Points
    within_days: Positive
    min_ratings: Positive


class HealthRule(Part):
    """The health number 0–100, rounded half up before every border."""

    weights: HealthWeights
    min_inputs: Positive
    usage: UsageHealth
    support: SupportHealth
    relationship: RelationshipHealth
    commercial: CommercialHealth
    satisfaction: SatisfactionHealth


class Confirmation(Part):
    """Days since the fact itself was last confirmed: warn softly, block hard."""

    soft_days: Count
    hard_days: Count

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.soft_days > self.hard_days:
            raise ValueError("soft_days must not be above hard_days")
        return self


class ConfirmationAges(Part):
    """Facts whose age counts from their own confirmation, not from their source's last sync."""

    qualification_field: Confirmation
    contact_role: Confirmation
    price_list: Confirmation


class UnknownRule(Part):
    """Which unknowns are named and how many are shown; stages name their own in `pipeline.yaml`."""

    shown: Positive
    active_window_facts: tuple[str, ...]
    """Required while a renewal window is active."""


class Judgement(Part):
    """Read from `judgement.yaml`."""

    segment_tiers: SegmentTiers
    noise_floor: NoiseFloor
    change_baseline_days: Positive
    """Where there was no meeting and no touch, changes are told over this many days."""
    contradiction: ContradictionLimit
    champion: ChampionRule
    stance_days: Positive
    """A stance needs a cited statement this recent."""
    stance_said: StanceSaid
    influence: Influence
    overlays: Overlays
    posture: PostureRule
    momentum: MomentumRule
    health: HealthRule
    active_contact_days: Positive
    active_window_days: Positive
    confirmation: ConfirmationAges
    unknown: UnknownRule
    question: QuestionLimit
    next: NextList
    confidence: Confidence
    learning: Learning
    edit: EditLimit
    undo_hold: UndoHold
    expiry: Expiry
    batching: Batching
    brief_schedule: BriefSchedule
    attention: Attention
    outgoing: Outgoing
    outcomes_per_origin: Positive
    """Answers of one untrusted address that may be learned from."""
    autonomy: Autonomy
    grouped_from: Positive
    """Equal proposals over this many records are one card."""
    metric_min_n: Positive
    """Below it a metric says too little data."""
