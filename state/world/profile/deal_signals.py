"""Thresholds of the signals about contracts, deals, meetings and promises; one type per signal."""

from state.world.profile.part import Amount, Count, CountByTier, Part, Positive, Share
from state.world.signal import Severity


class RenewalWindow(Part):
    """RENEWAL_WINDOW_ENTERED: days to contract end by tier; early → active → late → overdue."""

    window_days: CountByTier
    active_days: Count
    medium_days: Count
    high_days: Count
    """High from here on, with any open risk."""
    severity: Severity


class NoticeDeadline(Part):
    """NOTICE_DEADLINE: days to the notice date."""

    within_days: Count
    high_days: Count
    severity: Severity


class CloseDateSlipped(Part):
    """CLOSE_DATE_SLIPPED: an open deal's close date moved later, or passed."""

    moved_days: Positive
    passed_business_days: Positive
    corrected_minutes: Count
    """A change taken back within this time is no slip."""
    high_slips: Positive
    is_high_across_quarter: bool
    severity: Severity


class StageMoved(Part):
    """DEAL_STAGE_REGRESSED and DEAL_STAGE_ADVANCED: the index in the pipeline's order changed."""

    reverted_minutes: Count
    severity: Severity


class ValueMoved(Part):
    """DEAL_VALUE_DECREASED and DEAL_VALUE_INCREASED: share and amount both reached."""

    share: Share
    amount: Amount
    high_share: Share
    corrected_minutes: Count
    """A change taken back within this time is none."""
    split_minutes: Count
    """A decrease is a split when new deals that appear this soon before or after make up for it."""
    severity: Severity


class DealAging(Part):
    """DEAL_AGING: older than a percentile of the closed cycles, with no stage change."""

    percentile: Share
    min_cycles: Positive
    no_stage_change_days: Count
    severity: Severity


class DealStale(Part):
    """DEAL_STALE: strictly older than a percentile of the closed cycles, or than the longest of fewer."""

    percentile: Share
    min_cycles: Positive
    longest_min_cycles: Positive
    """With fewer closed cycles than this there is not enough data."""
    excused_touch_days: Count
    """A two-way touch this recent, with a signed dated plan, makes it DEAL_AGING."""
    severity: Severity


class CompetitorAdded(Part):
    """COMPETITOR_ADDED: a field of the CRM, or a customer's own words against the dictionary."""

    fuzzy_score: Count
    """0 to 100; a name counts from here."""
    is_high_in_final_two: bool
    severity: Severity


class NoMeeting(Part):
    """NO_MEETING_IN_21_DAYS: none held by tier and none booked; stages start at `discovery_from`."""

    held_days: CountByTier
    booked_days: Count
    severity: Severity
    active_window_severity: Severity


class ActivitySlump(Part):
    """ACTIVITY_SLUMP: two-way touches of the window against the mean of the weeks before."""

    window_days: Positive
    share: Share
    """At most this share of the mean."""
    baseline_weeks: Positive
    min_mean: Positive
    """Touches per window."""
    p_below: Share
    severity: Severity


class MeetingUpcoming(Part):
    """MEETING_UPCOMING: an external meeting is close."""

    within_business_days: Count
    severity: Severity


class MeetingCompleted(Part):
    """MEETING_COMPLETED: a held external meeting ended."""

    after_minutes: Count
    severity: Severity


class CommitmentDue(Part):
    """COMMITMENT_DUE: a promise with a date is close."""

    within_business_days: Count
    severity: Severity


class CommitmentOverdue(Part):
    """COMMITMENT_OVERDUE: the date of a promise has passed."""

    high_business_days: Count
    """High from here on, if the promise is ours."""
    severity: Severity


class PlainFact(Part):
    """A fact without a border: it fires once per source record."""

    severity: Severity


class ProcessSlipRisk(Part):
    """PROCESS_SLIP_RISK: the close date is nearer than a step of the paper process that has not begun takes."""

    severity: Severity


class DiscountRequested(Part):
    """DISCOUNT_REQUESTED: the buyer of an open deal asked for a discount."""

    severity: Severity
