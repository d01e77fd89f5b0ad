"""Thresholds of the signals about people, support, usage, forms, news and sources; one type per signal."""

from state.world.profile.part import (
    Count,
    CountByTier,
    Factor,
    Part,
    Points,
    Positive,
    Share,
    Text,
    Tier,
)
from state.world.signal import Severity


class StakeholderChanged(Part):
    """STAKEHOLDER_CHANGED: joined, left, title or role."""

    hard_bounce_codes: tuple[str, ...]
    """Enhanced status codes that mean the address is gone."""
    left_confidence: Share
    """A hard bounce or the CRM together with another source."""
    news_alone_confidence: Share
    distribution_names: tuple[str, ...]
    """Local parts such as info@ that are nobody."""
    severity: Severity
    champion_severity: Severity
    """For a champion or economic buyer."""
    joined_severity: Severity
    """A new person without one of those roles."""
    possible_severity: Severity
    """Somebody who may have left, by news alone."""


class ChampionWentCold(Part):
    """CHAMPION_WENT_COLD: a champion who used to write has stopped answering."""

    inbound_touches: Positive
    inbound_days: Positive
    silent_days_min: Count
    gap_factor: Factor
    """Times the champion's own median reply gap."""
    silent_days_cap: Count
    unanswered_mails: Positive
    high_close_days: Count
    severity: Severity


class StakeholderGap(Part):
    """STAKEHOLDER_GAP: no economic buyer, or too few active contacts; stages start at `proposal_from`."""

    economic_buyer_days: Count
    active_contacts: CountByTier
    severity: Severity


class MultiThread(Part):
    """MULTI_THREAD_ENGAGEMENT: several people of several departments, where there were few before."""

    people: Positive
    departments: Positive
    within_days: Positive
    before_people_max: Count
    before_days: Positive
    severity: Severity


class SupportSev2Aging(Part):
    """SUPPORT_SEV2_AGING: open longer than the contract's SLA."""

    worst_severity: Positive
    """Tickets of this severity number or a lower one count."""
    sla_business_days: Positive
    """Where the contract has no SLA."""
    high_factor: Factor
    severity: Severity


class SupportRiskEmerging(Part):
    """SUPPORT_RISK_EMERGING: more tickets than the account's own limit, or one of the plain rules."""

    worst_severity: Positive
    window_days: Positive
    baseline_weeks: Positive
    min_history_weeks: Positive
    false_alarm_windows: Positive
    """The Poisson limit is exceeded by chance once in this many disjoint windows."""
    open_sev1: Positive
    open_sev2: Positive
    reopenings: Positive
    low_ratings: Positive
    low_rating_max: Positive
    severity: Severity
    open_sev1_severity: Severity


class UsageDrop(Part):
    """USAGE_DROP_PERCENT: the weekday-adjusted mean fell and left its control limit."""

    window_days: Positive
    share: Share
    high_share: Share
    min_baseline_users: Count
    min_history_weeks: Positive
    centre_days: Positive
    centre_min_days: Positive
    ewma_lambda: Share
    ewma_limit: Factor
    prewhiten_from_lag1: Share
    onboarding_days: Count
    seasonal_weeks: Positive
    """History from which the same weeks of last year are compared."""
    severity: Severity


class UsageTrend(Part):
    """USAGE_TREND_CHANGE: a CUSUM crossed its border, up or down."""

    cusum_k: Factor
    cusum_h: Factor
    seasonal_share: Share
    """Last year's move in the same weeks explains a trend of the same direction from this share of it on."""
    severity: Severity


class SeatLimitNear(Part):
    """SEAT_LIMIT_NEAR: nearly all seats used for a while, or all on one day."""

    share: Share
    running_days: Positive
    full_share: Share
    severity: Severity


class NewContactHighFit(Part):
    """NEW_CONTACT_HIGH_FIT: a new person who matters at an account that fits."""

    tiers: tuple[Tier, ...]
    persona_score: Points
    new_days: Count
    free_mail_domains: tuple[str, ...]
    severity: Severity


class FormSubmittedSignal(Part):
    """FORM_SUBMITTED: a person filled in a form and is resolved to an account."""

    resolution: Share
    medium_forms: tuple[str, ...]
    severity: Severity
    medium_severity: Severity


class EmailOpened(Part):
    """EMAIL_OPENED_MULTIPLE: human opens; never alone a ground for an outside action."""

    opens: Positive
    separate_hours: Positive
    within_hours: Positive
    machine_seconds: Count
    """An open this soon after delivery was a scanner."""
    burst_seconds: Count
    """Opens closer together than this count once."""
    confidence_max: Share
    severity: Severity


class SourceStale(Part):
    """SOURCE_STALE: a source passed its hard limit, or a feed went to 0 for several accounts at once."""

    zero_accounts: Positive
    severity: Severity
    notify: Text
    """Role that is told."""


class NewsEvent(Part):
    """NEWS_EVENT: a company matched by domain, or by exact name and city or industry."""

    confidence_max: Share
    severity: Severity


class DuplicateAccount(Part):
    """DUPLICATE_ACCOUNT: another account of the same mail domain whose name is nearly the same."""

    name_score: Points
    """0 to 100; two names are alike from here, legal forms apart."""
    legal_forms: tuple[str, ...]
    severity: Severity
