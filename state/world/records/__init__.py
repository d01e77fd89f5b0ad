"""The closed set of records an event can carry, by event type."""

from state.world.record import Record
from state.world.records.commerce import (
    CommitmentClosed,
    DealClosed,
    DealUpdated,
    PlanStep,
    PlanUpdated,
    ProcessUpdated,
    SubscriptionUpdated,
)
from state.world.records.company import (
    AccountChurned,
    AccountMerged,
    AccountParted,
    AccountUpdated,
    ConsentChanged,
    ContactUpdated,
    FactCorrected,
    QuestionAnswered,
)
from state.world.records.touch import (
    Attendee,
    FormSubmitted,
    MailBounced,
    MailOpened,
    MailReceived,
    MailSent,
    MeetingUpdated,
    NoteAdded,
)
from state.world.records.usage import (
    NewsPublished,
    SourceSynced,
    TicketUpdated,
    TimeDue,
    UsageCounted,
    UsageReported,
)

RECORD_TYPES: dict[str, type[Record]] = {
    model.type: model
    for model in (
        AccountUpdated,
        AccountMerged,
        AccountParted,
        AccountChurned,
        ContactUpdated,
        ConsentChanged,
        FactCorrected,
        QuestionAnswered,
        SubscriptionUpdated,
        DealUpdated,
        DealClosed,
        ProcessUpdated,
        PlanUpdated,
        CommitmentClosed,
        UsageReported,
        UsageCounted,
        TicketUpdated,
        NewsPublished,
        SourceSynced,
        TimeDue,
        MeetingUpdated,
        MailReceived,
        MailSent,
        MailBounced,
        MailOpened,
        NoteAdded,
        FormSubmitted,
    )
}
"""Event type → record model; `docs/events.md` is generated from it."""

__all__ = [
    "RECORD_TYPES",
    "AccountChurned",
    "AccountMerged",
    "AccountParted",
    "AccountUpdated",
    "Attendee",
    "CommitmentClosed",
    "ConsentChanged",
    "ContactUpdated",
    "DealClosed",
    "DealUpdated",
    "FactCorrected",
    "FormSubmitted",
    "MailBounced",
    "MailOpened",
    "MailReceived",
    "MailSent",
    "MeetingUpdated",
    "NewsPublished",
    "NoteAdded",
    "PlanStep",
    "PlanUpdated",
    "ProcessUpdated",
    "QuestionAnswered",
    "SourceSynced",
    "SubscriptionUpdated",
    "TicketUpdated",
    "TimeDue",
    "UsageCounted",
    "UsageReported",
]
