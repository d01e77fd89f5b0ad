"""Meetings, mails, notes, forms and news; and the touches they amount to."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from pydantic import TypeAdapter

from state.evidence import Evidence
from state.world.records import Attendee
from state.world.view.entity import Entity

_ATTENDEES = TypeAdapter(tuple[Attendee, ...])


@dataclass(frozen=True)
class Meeting(Entity):
    """A calendar entry."""

    @property
    def title(self) -> str:
        """Untrusted text."""
        return self.text("title") or ""

    @property
    def starts_at(self) -> datetime | None:
        """UTC."""
        return self.instant("starts_at")

    @property
    def ends_at(self) -> datetime | None:
        """UTC."""
        return self.instant("ends_at")

    @property
    def agenda(self) -> str:
        """Untrusted text; empty when none."""
        return (self.text("agenda") or "").strip()

    @property
    def status(self) -> str:
        """booked, held, cancelled, no_show or declined_by_owner."""
        return self.text("status") or "booked"

    @cached_property
    def attendees(self) -> tuple[Attendee, ...]:
        """Everybody invited, inside and outside."""
        return _ATTENDEES.validate_python(self.value("attendees") or ())

    @property
    def ended_at(self) -> datetime | None:
        """UTC; the end, else the start."""
        return self.ends_at or self.starts_at

    @property
    def is_off(self) -> bool:
        """Cancelled, declined by its owner, or nobody came."""
        return self.status in ("cancelled", "no_show", "declined_by_owner")


@dataclass(frozen=True)
class Mail(Entity):
    """A mail, in or out."""

    @cached_property
    def is_inbound(self) -> bool:
        """From outside."""
        return self.text("record_type") == "mail.received"

    @property
    def at(self) -> datetime:
        """When it was received or sent."""
        return self.first_seen

    @cached_property
    def sender(self) -> str:
        """Raw address of an inbound mail, user id of an outbound one."""
        return (self.text("sender") or self.text("user") or "").lower()

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """To and Cc, raw, lower case."""
        return tuple(address.lower() for address in (*self.texts("to"), *self.texts("cc")))

    @cached_property
    def is_personal(self) -> bool:
        """Neither an auto-reply nor a bulk mail."""
        return not self.flag("auto_reply") and not self.flag("bulk")

    @property
    def body(self) -> str:
        """Visible text."""
        return self.text("text") or ""


@dataclass(frozen=True)
class Note(Entity):
    """A note, call note, meeting text or transcript."""

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.first_seen

    @property
    def note_kind(self) -> str:
        """note, call, meeting or transcript."""
        return self.text("kind") or "note"

    @property
    def body(self) -> str:
        """Its text."""
        return self.text("text") or ""


@dataclass(frozen=True)
class Form(Entity):
    """A web form; everything in it is untrusted."""

    @property
    def at(self) -> datetime:
        """When it came in."""
        return self.first_seen

    @property
    def form_kind(self) -> str:
        """pricing, demo, contact or newsletter."""
        return self.text("kind") or "contact"

    @property
    def sender(self) -> str:
        """Raw address, lower case."""
        return (self.text("sender") or "").lower()


@dataclass(frozen=True)
class Bounce(Entity):
    """A delivery failure."""

    @property
    def at(self) -> datetime:
        """When it came back."""
        return self.first_seen

    @property
    def recipient(self) -> str:
        """Raw address, lower case."""
        return (self.text("recipient") or "").lower()

    @property
    def status_code(self) -> str:
        """Enhanced status code, for example 5.1.1."""
        return self.text("status_code") or ""


@dataclass(frozen=True)
class Open(Entity):
    """A tracking signal; never an outcome."""

    @property
    def at(self) -> datetime:
        """When the image was fetched."""
        return self.first_seen

    @property
    def recipient(self) -> str:
        """Raw address, lower case."""
        return (self.text("recipient") or "").lower()

    @property
    def mail(self) -> str:
        """Id of the mail that was opened."""
        return self.text("mail") or ""

    @property
    def is_proxy(self) -> bool:
        """Fetched by a privacy proxy."""
        return self.flag("proxy") is True


@dataclass(frozen=True)
class News(Entity):
    """A public report."""

    @property
    def at(self) -> datetime:
        """When it was published."""
        return self.first_seen

    @property
    def headline(self) -> str:
        """Untrusted text."""
        return self.text("headline") or ""

    @property
    def news_kind(self) -> str:
        """person_joined, person_left, hiring, expansion, funding or other."""
        return self.text("kind") or "other"

    @property
    def person(self) -> str:
        """Name of the person it is about; empty when none."""
        return self.text("person") or ""

    @property
    def company(self) -> str:
        """The other company, where a person moved; empty when none."""
        return self.text("company") or ""

    @property
    def matched_by(self) -> str:
        """domain, name_and_city or name."""
        return self.text("matched_by") or "name"


@dataclass(frozen=True)
class Touch:
    """One contact between us and a person outside."""

    at: datetime
    kind: Literal["meeting", "call", "mail_in", "mail_out"]
    address: str
    """Raw address of the outside person, lower case."""
    source: Entity
    """The mail, note or meeting; one meeting with many people is one record."""
    fields: tuple[str, ...]
    """What of the record proves it."""

    @property
    def record(self) -> str:
        """The source's own id of the mail, note or meeting."""
        return self.source.identifier

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Cite the record."""
        return self.source.cite(*self.fields)

    @property
    def is_two_way(self) -> bool:
        """A held meeting, a connected call or an inbound personal mail."""
        return self.kind != "mail_out"
