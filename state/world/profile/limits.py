"""Limits on what people are asked and sent: questions, cards, mails, holds and expiry."""

from typing import Literal, Self

from pydantic import model_validator

from state.world.profile.part import Count, Part, Positive, Share, WallTime


class QuestionLimit(Part):
    """The minimum question, and how often one may be asked."""

    options_min: Positive
    options_max: Positive
    words_max: Positive
    answer_seconds: Positive
    cost_seconds: Positive
    """A question is asked only if its value exceeds this much of the seller's time."""
    open_per_account: Positive
    per_seller_day: Positive
    expires_hours_before: Count
    """Before the meeting it is about."""


class NextList(Part):
    """What should I do next."""

    items: Positive
    per_account: Positive
    now_deadline_days: Count


class Confidence(Part):
    """What high confidence means and when an action counts as right."""

    high: Share
    evidence_n: Positive
    """Cases shown as evidence for a promotion; no rule reads it."""
    not_undone_days: Positive


class Learning(Part):
    """How far what people decided may move the order, and how much stricter it may make a border."""

    prior_decisions: Positive
    """So many decisions a prior weighs as much as."""
    isotonic_from: Positive
    """Cases from which a calibration takes any rising shape; below it, a logistic one."""
    rank_share_min: Share
    """The order never takes more of a proposal's value away than down to this share."""
    raise_at_most: Share
    """A border of high confidence rises by at most this much; it never falls."""


class EditLimit(Part):
    """From when an edit of the words is material."""

    material_word_share: Share


class UndoHold(Part):
    """Seconds between the approval of an external send and its claim."""

    seconds: Count
    min_seconds: Count
    max_seconds: Count

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if not self.min_seconds <= self.seconds <= self.max_seconds:
            raise ValueError(f"seconds must be from {self.min_seconds} to {self.max_seconds}")
        return self


class Expiry(Part):
    """How long a card waits, and how long its key sleeps after a rejection."""

    days: Positive
    rejected_sleeps_days: Count
    reject_reasons: tuple[str, ...]


class Batching(Part):
    """SIGNAL_BATCH_READY: when collected signals start a loop."""

    quiet_seconds: Positive
    longest_minutes: Positive
    signals: Positive
    account_loop_minutes: Positive
    """At most one event loop per account in this time."""


class BriefSchedule(Part):
    """When a brief is made and made anew."""

    business_days_before: Count
    at: WallTime
    """Local time of the owner."""
    refresh_hours_before: Count


class Attention(Part):
    """New items per seller and day; it orders the page and lists the overflow."""

    cards: Positive
    questions: Positive


class Outgoing(Part):
    """Mails to one recipient, over all sellers."""

    mails_short: Positive
    short_business_days: Positive
    mails_long: Positive
    long_days: Positive


Level = Literal["L0", "L1", "L2", "L3"]


class Autonomy(Part):
    """Levels of the one autonomy scale."""

    default_level: Level
    max_level: Level
    l2_delay_minutes: Count

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.default_level > self.max_level:
            raise ValueError("default_level must not be above max_level")
        return self
