"""Every threshold of every signal, by the signal's name; an admin edits `signals.yaml`."""

from pydantic import Field

from state.evidence import Trust
from state.world.profile.account_signals import (
    ChampionWentCold,
    DuplicateAccount,
    EmailOpened,
    FormSubmittedSignal,
    MultiThread,
    NewContactHighFit,
    NewsEvent,
    SeatLimitNear,
    SourceStale,
    StakeholderChanged,
    StakeholderGap,
    SupportRiskEmerging,
    SupportSev2Aging,
    UsageDrop,
    UsageTrend,
)
from state.world.profile.deal_signals import (
    ActivitySlump,
    CloseDateSlipped,
    CommitmentDue,
    CommitmentOverdue,
    CompetitorAdded,
    DealAging,
    DealStale,
    DiscountRequested,
    MeetingCompleted,
    MeetingUpcoming,
    NoMeeting,
    NoticeDeadline,
    PlainFact,
    ProcessSlipRisk,
    RenewalWindow,
    StageMoved,
    ValueMoved,
)
from state.world.profile.part import Count, Part, Share


class SignalLife(Part):
    """How long a signal lives and when the same alert may come again."""

    ttl_days: Count
    """Where no condition ends it."""
    same_key_sleeps_days: Count
    """Unless the severity rises, the sub-state changes or another source contradicts."""


class Belief(Part):
    """How far a signal is believed, by the least trusted record it rests on."""

    admin: Share
    user: Share
    system_of_record: Share
    model: Share
    untrusted: Share
    predicted_max: Share
    """A predicted signal is believed at most this far."""

    def of(self, trust: Trust) -> Share:
        """Read the confidence of one trust."""
        by_trust = {
            Trust.ADMIN: self.admin,
            Trust.USER: self.user,
            Trust.SYSTEM_OF_RECORD: self.system_of_record,
            Trust.MODEL: self.model,
            Trust.UNTRUSTED: self.untrusted,
        }
        return by_trust[trust]


class Signals(Part):
    """Read from `signals.yaml`: keys are the signal names, attributes their lower case."""

    life: SignalLife
    belief: Belief
    renewal_window_entered: RenewalWindow = Field(alias="RENEWAL_WINDOW_ENTERED")
    notice_deadline: NoticeDeadline = Field(alias="NOTICE_DEADLINE")
    close_date_slipped: CloseDateSlipped = Field(alias="CLOSE_DATE_SLIPPED")
    deal_stage_regressed: StageMoved = Field(alias="DEAL_STAGE_REGRESSED")
    deal_stage_advanced: StageMoved = Field(alias="DEAL_STAGE_ADVANCED")
    deal_value_decreased: ValueMoved = Field(alias="DEAL_VALUE_DECREASED")
    deal_value_increased: ValueMoved = Field(alias="DEAL_VALUE_INCREASED")
    deal_aging: DealAging = Field(alias="DEAL_AGING")
    deal_stale: DealStale = Field(alias="DEAL_STALE")
    competitor_added: CompetitorAdded = Field(alias="COMPETITOR_ADDED")
    stakeholder_changed: StakeholderChanged = Field(alias="STAKEHOLDER_CHANGED")
    champion_went_cold: ChampionWentCold = Field(alias="CHAMPION_WENT_COLD")
    stakeholder_gap: StakeholderGap = Field(alias="STAKEHOLDER_GAP")
    multi_thread_engagement: MultiThread = Field(alias="MULTI_THREAD_ENGAGEMENT")
    support_sev2_aging: SupportSev2Aging = Field(alias="SUPPORT_SEV2_AGING")
    support_risk_emerging: SupportRiskEmerging = Field(alias="SUPPORT_RISK_EMERGING")
    usage_drop_percent: UsageDrop = Field(alias="USAGE_DROP_PERCENT")
    usage_trend_change: UsageTrend = Field(alias="USAGE_TREND_CHANGE")
    seat_limit_near: SeatLimitNear = Field(alias="SEAT_LIMIT_NEAR")
    no_meeting_in_21_days: NoMeeting = Field(alias="NO_MEETING_IN_21_DAYS")
    activity_slump: ActivitySlump = Field(alias="ACTIVITY_SLUMP")
    meeting_upcoming: MeetingUpcoming = Field(alias="MEETING_UPCOMING")
    meeting_completed: MeetingCompleted = Field(alias="MEETING_COMPLETED")
    new_contact_high_fit: NewContactHighFit = Field(alias="NEW_CONTACT_HIGH_FIT")
    form_submitted: FormSubmittedSignal = Field(alias="FORM_SUBMITTED")
    email_opened_multiple: EmailOpened = Field(alias="EMAIL_OPENED_MULTIPLE")
    commitment_due: CommitmentDue = Field(alias="COMMITMENT_DUE")
    commitment_overdue: CommitmentOverdue = Field(alias="COMMITMENT_OVERDUE")
    source_stale: SourceStale = Field(alias="SOURCE_STALE")
    news_event: NewsEvent = Field(alias="NEWS_EVENT")
    deal_closed: PlainFact = Field(alias="DEAL_CLOSED")
    support_escalated: PlainFact = Field(alias="SUPPORT_ESCALATED")
    reply_received: PlainFact = Field(alias="REPLY_RECEIVED")
    consent_opted_out: PlainFact = Field(alias="CONSENT_OPTED_OUT")
    duplicate_account: DuplicateAccount = Field(alias="DUPLICATE_ACCOUNT")
    process_slip_risk: ProcessSlipRisk = Field(alias="PROCESS_SLIP_RISK")
    discount_requested: DiscountRequested = Field(alias="DISCOUNT_REQUESTED")
