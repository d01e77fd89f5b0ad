"""Meetings, mails, notes and forms: how people met."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.world.record import Email, Identifier, NodeKind, Record, Text

DatedBy = Literal["header", "received", "arrival"]
"""What dates a mail: its own Date, else the last server's Received, else when it came to us (inferred)."""


class Attendee(BaseModel):
    """One invited person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Email
    name: str = ""
    status: Literal["accepted", "declined", "tentative", "needs_action"] = "needs_action"


class MeetingUpdated(Record):
    """A calendar entry and what became of it."""

    type, node, key = "meeting.updated", NodeKind.MEETING, "meeting"
    texts = ()
    meeting: Identifier
    title: str | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    zone: str | None = None
    organiser: str | None = None
    attendees: tuple[Attendee, ...] | None = None
    """External and internal people."""
    agenda: Text | None = None
    place: str | None = None
    status: Literal["booked", "held", "cancelled", "no_show", "declined_by_owner"] | None = None
    confirmed_held: bool | None = None


class MailReceived(Record):
    """A mail from outside."""

    type, node, key = "mail.received", NodeKind.INTERACTION, "mail"
    texts = ("text",)
    mail: Identifier
    thread: str | None = None
    sender: Email
    sender_name: str = ""
    to: tuple[Email, ...] = ()
    cc: tuple[Email, ...] = ()
    subject: str = ""
    text: Text = ""
    hidden_text: Text = ""
    """Parts a reader would not see; kept apart and shown as untrusted."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    auto_reply: bool = False
    bulk: bool = False
    attachments: tuple[str, ...] = ()
    """Name and sha256 of each; their content is not kept."""
    dated_by: DatedBy | None = None


class MailSent(Record):
    """A mail from one of us."""

    type, node, key = "mail.sent", NodeKind.INTERACTION, "mail"
    texts = ("text",)
    mail: Identifier
    thread: str | None = None
    user: Identifier
    to: tuple[Email, ...] = Field(min_length=1)
    cc: tuple[Email, ...] = ()
    subject: str = ""
    text: Text = ""
    in_reply_to: str | None = None
    bulk: bool = False
    attachments: tuple[str, ...] = ()
    dated_by: DatedBy | None = None


class MailBounced(Record):
    """A delivery failure."""

    type, node, key = "mail.bounced", NodeKind.INTERACTION, "bounce"
    bounce: Identifier
    recipient: Email
    status_code: str = Field(pattern=r"^[45]\.\d{1,3}\.\d{1,3}$")
    diagnostic: str = ""
    mail: str | None = None
    """Message-ID of the mail that came back, where the report encloses it."""
    dated_by: DatedBy | None = None


class MailOpened(Record):
    """A tracking signal; never an outcome."""

    type, node, key = "mail.opened", NodeKind.INTERACTION, "open"
    open: Identifier
    mail: Identifier
    recipient: Email
    delivered_at: AwareDatetime | None = None
    proxy: bool = False


class NoteAdded(Record):
    """A note, call note or meeting text written by one of us, or a transcript."""

    type, node, key = "note.added", NodeKind.INTERACTION, "note"
    links: ClassVar[dict[str, NodeKind]] = {"meeting": NodeKind.MEETING}
    texts = ("text",)
    note: Identifier
    author: Identifier
    kind: Literal["note", "call", "meeting", "transcript"] = "note"
    participants: tuple[Email, ...] = ()
    """Outside people who took part."""
    connected: bool = True
    meeting: str | None = None
    text: Text


class FormSubmitted(Record):
    """A web form; everything in it was typed by an outsider."""

    type, node, key = "form.submitted", NodeKind.INTERACTION, "form"
    texts = ("text",)
    form: Identifier
    kind: Literal["pricing", "demo", "contact", "newsletter"]
    sender: Email
    sender_name: str = ""
    text: Text = ""
    resolution: Decimal = Decimal(1)
    """Probability that the account is the right one."""
    spam: bool = False
