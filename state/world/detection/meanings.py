"""What each signal means, in words an admin reads; every number is a slot that the profile fills.

Invariant: a threshold of the profile that no sentence names, or a slot that no threshold fills, fails a test.
"""

from dataclasses import dataclass

# long: one table, one file

ENDS = "until the condition ends"
LIVES = "{life.ttl_days} days"
NEVER = "—"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row of the signal table."""

    name: str
    subject: str
    """The record it is about, first part of its suppression key."""
    fires: str
    not_when: str
    severity: str
    ends: str = ENDS
    sub_states: str = NEVER
    """Second part of its suppression key."""


MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        "RENEWAL_WINDOW_ENTERED", "contract",
        "days to the contract's end are at most {window_days.a} (tier A), {window_days.b} (B), {window_days.c}"
        " (C)",
        "the renewal is signed, a renewal deal of the same product has closed, the contract is cancelled or the"
        " customer has churned",
        "{severity}; medium from {medium_days} days; high from {high_days} days with any live risk",
        sub_states="early; active from {active_days} days; late once the notice date has passed; overdue after the end",
    ),
    Meaning(
        "NOTICE_DEADLINE", "contract",
        "the notice date is at most {within_days} days away, whether or not the contract renews by itself",
        "notice was given, the renewal is signed, or the date has passed",
        "{severity}; high from {high_days} days",
    ),
    Meaning(
        "CLOSE_DATE_SLIPPED", "deal",
        "an open deal's close date moved later by {moved_days} days or more, or passed {passed_business_days}"
        " business day ago",
        "it moved earlier, or the change was taken back within {corrected_minutes} minutes",
        "{severity}; high from slip {high_slips} on, or across the fiscal quarter ({is_high_across_quarter})",
        ends="a move " + LIVES + "; a passed date " + ENDS, sub_states="moved-1, moved-2 …; passed",
    ),
    Meaning(
        "DEAL_STAGE_REGRESSED", "deal",
        "the stage's place in the order of its pipeline fell, and it still lies lower",
        "the move was taken back within {reverted_minutes} minutes, or the deal closed",
        "{severity}",
        ends=LIVES,
    ),
    Meaning(
        "DEAL_STAGE_ADVANCED", "deal",
        "the stage's place in the order of its pipeline rose, and it still lies higher",
        "the move was taken back within {reverted_minutes} minutes; a reopened deal is DEAL_CLOSED (reopened)",
        "{severity}",
        ends=LIVES,
    ),
    Meaning(
        "DEAL_VALUE_DECREASED", "deal",
        "the amount fell by {share:.0%} or more and by {amount} or more, and has not come back",
        "another currency than before or than the tenant's, a list price instead of an amount, taken back within"
        " {corrected_minutes} minutes, or split: new deals within {split_minutes} minutes make up for it",
        "{severity}; high from {high_share:.0%}",
        ends=LIVES,
    ),
    Meaning(
        "DEAL_VALUE_INCREASED", "deal",
        "the amount rose by {share:.0%} or more and by {amount} or more, and still lies there",
        "as for a decrease ({corrected_minutes} minutes to take it back; {split_minutes} apply to decreases"
        " alone)",
        "{severity}; high from {high_share:.0%}",
        ends=LIVES,
    ),
    Meaning(
        "DEAL_AGING", "deal",
        "an open deal is older than {percentile:.0%} of the closed cycles known then (at least {min_cycles}) and"
        " its stage has not moved for {no_stage_change_days} days; or DEAL_STALE is excused",
        "undated, or fewer closed cycles than that",
        "{severity}",
    ),
    Meaning(
        "DEAL_STALE", "deal",
        "an open deal is older than {percentile:.0%} of the closed cycles known then in the whole tenant (at"
        " least {min_cycles}), else than the longest of at least {longest_min_cycles}",
        "undated; a pipeline flagged long-cycle; a two-way touch in the last {excused_touch_days} days together"
        " with a signed plan with dates ahead (then DEAL_AGING); fewer cycles: “not enough data”",
        "{severity}",
    ),
    Meaning(
        "DEAL_CLOSED", "deal",
        "a deal was won, lost or reopened",
        NEVER,
        "{severity}",
        ends=LIVES, sub_states="won, lost, reopened",
    ),
    Meaning(
        "PROCESS_SLIP_RISK", "deal",
        "the close date is nearer than the median time of a step of the paper process known not to have begun",
        "the step runs or is finished, no step is recorded, or the date has passed",
        "{severity}",
        sub_states="the step",
    ),
    Meaning(
        "COMPETITOR_ADDED", "account",
        "the CRM names a competitor, or a customer's own words hold a name of the dictionary (alike by"
        " {fuzzy_score} of 100 or more)",
        "our own people, newsletters, quoted text, “we replaced X”; without a dictionary “not configured”",
        "{severity}; high in the pipeline's final two stages ({is_high_in_final_two})",
        ends=LIVES, sub_states="the competitor",
    ),
    Meaning(
        "DISCOUNT_REQUESTED", "deal",
        "the buyer of an open deal asked for a discount, by the CRM or in their own words",
        NEVER,
        "{severity}",
        ends=LIVES,
    ),
    Meaning(
        "STAKEHOLDER_CHANGED", "person",
        "a person joined, left, or got another title or role; left: a bounce of {hard_bounce_codes}, inactive in"
        " the CRM, or a user says so; news alone makes it possible (confidence at most {news_alone_confidence}; a"
        " bounce {left_confidence})",
        "an address such as {distribution_names}; a bounce that begins with 4; a correction by a user",
        "{severity}; {champion_severity} for a champion or economic buyer; joined {joined_severity}; possible"
        " {possible_severity}",
        ends=LIVES, sub_states="joined, left, possibly_left, title, role",
    ),
    Meaning(
        "CHAMPION_WENT_COLD", "person",
        "a champion with {inbound_touches} inbound mails or more in the {inbound_days} days before is silent for"
        " {silent_days_min} days or {gap_factor} times the usual time to answer, whichever is longer, at most"
        " {silent_days_cap}, and {unanswered_mails} of our mails are unanswered",
        "out of office, holidays, a person who left, no connected and fresh mail source",
        "{severity}; high if a deal closes within {high_close_days} days or in the active renewal window",
    ),
    Meaning(
        "STAKEHOLDER_GAP", "account",
        "from the pipeline's proposal stage on, or in the active renewal window: no two-way touch with the"
        " economic buyer in {economic_buyer_days} days, or fewer active contacts than {active_contacts.a} (A),"
        " {active_contacts.b} (B), {active_contacts.c} (C)",
        "no contacts, or no connected and fresh source of touches",
        "{severity}",
        sub_states="economic_buyer, active_contacts",
    ),
    Meaning(
        "MULTI_THREAD_ENGAGEMENT", "account",
        "{people} people or more of {departments} departments or more were in two-way touch in {within_days}"
        " days, where at most {before_people_max} was in the {before_days} days before",
        "one meeting with a crowd brings in one person",
        "{severity}",
    ),
    Meaning(
        "SUPPORT_SEV2_AGING", "ticket",
        "an open ticket of severity {worst_severity} or worse has waited for us longer than the contract allows,"
        " else {sla_business_days} business days",
        "merged, duplicate, closed; days that end waiting on the customer are not counted",
        "{severity}; high from {high_factor} times",
    ),
    Meaning(
        "SUPPORT_RISK_EMERGING", "account",
        "tickets of severity {worst_severity} or worse in {window_days} days reach the account's own Poisson"
        " limit from the {baseline_weeks} weeks before (one false alarm in {false_alarm_windows} windows), or"
        " {open_sev1} open of severity 1, or {open_sev2} of severity 2 or worse, or {reopenings} reopenings, or"
        " the last {low_ratings} ratings at most {low_rating_max} of 5",
        "a stale support source; arrivals with less than {min_history_weeks} weeks of history",
        "{severity}; {open_sev1_severity} for severity 1",
        sub_states="arrivals, open_sev1, open_sev2, reopened, ratings",
    ),
    Meaning(
        "SUPPORT_ESCALATED", "ticket",
        "the severity of a ticket was raised",
        NEVER,
        "{severity}",
        ends=LIVES,
    ),
    Meaning(
        "USAGE_DROP_PERCENT", "usage series",
        "the weekday-adjusted mean of active users over {window_days} days lies {share:.0%} or more under the"
        " {window_days} days before and outside the EWMA limit (weight {ewma_lambda}, limit {ewma_limit}; centre,"
        " deviation and weekdays from up to {centre_days} days, at least {centre_min_days}; prewhitened from lag-1"
        " above {prewhiten_from_lag1}); at least {min_baseline_users} users before and {min_history_weeks} weeks"
        " in all",
        "a stale feed or one at zero for several accounts; the first {onboarding_days} days; the same weeks of"
        " last year show it (from {seasonal_weeks} weeks of history); seats sold fell likewise; no series of"
        " active users",
        "{severity}; high from {high_share:.0%} or in the renewal window",
    ),
    Meaning(
        "USAGE_TREND_CHANGE", "usage series",
        "a two-sided CUSUM (k {cusum_k}, h {cusum_h}) over the newest window passes its border",
        "as for a drop, which is told instead; the same weeks of last year moved the same way by"
        " {seasonal_share:.0%} of it or more",
        "{severity}; never a risk by itself",
        sub_states="up, down",
    ),
    Meaning(
        "SEAT_LIMIT_NEAR", "usage series",
        "{share:.0%} of the seats or more are used on {running_days} days running, or {full_share:.0%} on any of"
        " them",
        "seats in trial; a stale feed",
        "{severity}, good news",
        sub_states="near, full",
    ),
    Meaning(
        "NO_MEETING_IN_21_DAYS", "account",
        "an open deal from the discovery stage on, or the active renewal window: no meeting held in {held_days.a}"
        " (A), {held_days.b} (B), {held_days.c} (C) days and none booked in {booked_days}",
        "no connected and fresh calendar; paused by the customer (“call me in June”); churned",
        "{severity}; {active_window_severity} in the active renewal window",
    ),
    Meaning(
        "ACTIVITY_SLUMP", "account",
        "two-way touches in {window_days} days are at most {share:.0%} of the mean of the {baseline_weeks} weeks"
        " before, that mean is {min_mean} or more, and chance explains it with less than {p_below:.0%}",
        "a holiday in the window; touch sources that are stale or not connected; churned",
        "{severity}",
    ),
    Meaning(
        "MEETING_UPCOMING", "meeting",
        "a meeting with somebody outside starts within {within_business_days} business day",
        "declined by its owner, cancelled, or internal only",
        "{severity}",
    ),
    Meaning(
        "MEETING_COMPLETED", "meeting",
        "a held meeting with somebody outside ended {after_minutes} minutes ago",
        "cancelled, no-show, nobody outside accepted and no note confirms it",
        "{severity}",
        ends=LIVES,
    ),
    Meaning(
        "NEW_CONTACT_HIGH_FIT", "person",
        "a person known for at most {new_days} days scores {persona_score} of 100 or more at an account of tier"
        " {tiers}",
        "no permission, a free mail host ({free_mail_domains}), a competitor, somebody known already",
        "{severity}",
    ),
    Meaning(
        "FORM_SUBMITTED", "form",
        "a person filled in a form, and its account is certain by {resolution} or more",
        "marked as spam",
        "{severity}; {medium_severity} for {medium_forms}",
        ends=LIVES, sub_states="the form's kind",
    ),
    Meaning(
        "EMAIL_OPENED_MULTIPLE", "person",
        "{opens} opens by a known person in {separate_hours} separate hours or more, within {within_hours} hours",
        "{machine_seconds} seconds or less after delivery, privacy proxies, opens within {burst_seconds} seconds"
        " of another",
        "{severity}, confidence at most {confidence_max}; never alone a ground for class 2 or 3",
        ends=LIVES,
    ),
    Meaning(
        "REPLY_RECEIVED", "mail",
        "the newest personal mail of a sender outside that nobody has answered",
        "automatic, bulk, from inside, answered",
        "{severity}",
        ends=LIVES, sub_states="request, unsubscribe, other",
    ),
    Meaning(
        "COMMITMENT_DUE", "promise",
        "a promise with an explicit date is due within {within_business_days} business day",
        "kept, ticked off, or without an explicit date",
        "{severity}",
        sub_states="ours, theirs",
    ),
    Meaning(
        "COMMITMENT_OVERDUE", "promise",
        "the explicit date of a promise has passed",
        "kept, ticked off, or without an explicit date",
        "{severity}; high from {high_business_days} business days on if it is ours",
        sub_states="ours, theirs",
    ),
    Meaning(
        "SOURCE_STALE", "source",
        "a connected source passed its hard limit, or {zero_accounts} accounts or more of one feed are at 0 from"
        " the same day",
        "the zeros began on a holiday",
        "{severity}, to the {notify}",
        sub_states="the source; zero- and the feed",
    ),
    Meaning(
        "NEWS_EVENT", "report",
        "a report about this company, matched by domain or by exact name and city",
        "matched by name only",
        "{severity}, inferred, confidence at most {confidence_max}",
        ends=LIVES, sub_states="the report's kind",
    ),
    Meaning(
        "DUPLICATE_ACCOUNT", "account",
        "another account has the same mail domain and a name alike by {name_score} of 100 or more, legal forms"
        " apart ({legal_forms})",
        NEVER,
        "{severity}",
        sub_states="the other account",
    ),
    Meaning(
        "CONSENT_OPTED_OUT", "person",
        "a person wants no mail, by record or in their own words",
        "opted in again later",
        "{severity}",
        sub_states="recorded, asked",
    ),
)  # fmt: skip
