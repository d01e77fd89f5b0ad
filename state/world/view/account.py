"""The account as one object: its own facts and every person, deal, contract, touch and series on it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import TypeVar, cast

from state.ids import NodeKey
from state.world.record import NodeKind
from state.world.records import Attendee
from state.world.situation import Situation
from state.world.view.commerce import Deal, PaperStep, PlanRecord, Subscription
from state.world.view.entity import Entity
from state.world.view.people import Contact, Promise, Read, ReadingNode
from state.world.view.touch import Bounce, Form, Mail, Meeting, News, Note, Open, Touch
from state.world.view.usage import FeatureUse, Series, Ticket

E = TypeVar("E", bound=Entity)
T = TypeVar("T")


@dataclass(frozen=True)
class AccountView(Entity):
    """Read everything known of one account at one situation version."""

    inside_domains: frozenset[str] = frozenset()
    """The tenant's verified mail domains, lower case: people there are us, not touches."""

    @classmethod
    def of(cls, situation: Situation, inside_domains: Iterable[str] = ()) -> "AccountView":
        """Look at a situation; without the tenant's domains everybody counts as outside."""
        key = NodeKey(f"{NodeKind.ACCOUNT.value}/{situation.account}")
        return cls(situation, key, frozenset(domain.lower() for domain in inside_domains))

    def seen_from(self, inside_domains: Iterable[str]) -> "AccountView":
        """Read the same account with these domains as ours; itself when they are already."""
        domains = frozenset(domain.lower() for domain in inside_domains)
        return self if domains == self.inside_domains else AccountView(self.situation, self.key, domains)

    @cached_property
    def _said(self) -> dict[str, tuple[tuple[object, ...], object]]:
        return {}

    def once(self, name: str, given: tuple[object, ...], say: Callable[[], T]) -> T:
        """Say something of this account once for the same givens, which are compared by identity and kept alive."""
        known = self._said.get(name)
        if known is None or any(one is not other for one, other in zip(known[0], given, strict=True)):
            known = self._said[name] = (given, say())
        return cast(T, known[1])

    def is_inside(self, address: str) -> bool:
        """Tell whether an address belongs to one of the tenant's verified domains."""
        return address.rpartition("@")[2].lower() in self.inside_domains

    @property
    def name(self) -> str:
        """As the CRM names it, else the id."""
        return self.text("name") or self.identifier

    @property
    def owner(self) -> str | None:
        """User id of the account owner."""
        return self.text("owner")

    @property
    def status(self) -> str:
        """prospect, customer or churned."""
        return self.text("status") or "prospect"

    def _all(self, kind: NodeKind, as_type: type[E]) -> tuple[E, ...]:
        return tuple(as_type(self.situation, key) for key in self.situation.nodes(kind))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """People in the CRM (unresolved mail and meeting addresses are not among them)."""
        return self._all(NodeKind.CONTACT, Contact)

    @cached_property
    def deals(self) -> tuple[Deal, ...]:
        """Opportunities, open and closed."""
        return self._all(NodeKind.OPPORTUNITY, Deal)

    @cached_property
    def open_deals(self) -> tuple[Deal, ...]:
        """Opportunities neither won nor lost."""
        return tuple(deal for deal in self.deals if deal.is_open)

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """Contracts."""
        return self._all(NodeKind.SUBSCRIPTION, Subscription)

    @cached_property
    def paper_steps(self) -> tuple[PaperStep, ...]:
        """Steps of the buyers' paper process."""
        return self._all(NodeKind.PROCESS, PaperStep)

    @cached_property
    def plans(self) -> tuple[PlanRecord, ...]:
        """Recorded plans."""
        return self._all(NodeKind.PLAN, PlanRecord)

    @cached_property
    def tickets(self) -> tuple[Ticket, ...]:
        """Support cases."""
        return self._all(NodeKind.TICKET, Ticket)

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Calendar entries."""
        return self._all(NodeKind.MEETING, Meeting)

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """Commitments, ours and theirs."""
        return self._all(NodeKind.COMMITMENT, Promise)

    @cached_property
    def readings(self) -> tuple[ReadingNode, ...]:
        """What texts say, answers to questions and crossed borders apart."""
        return tuple(
            node for node in self._all(NodeKind.READING, ReadingNode) if node.text("record_type") is None
        )

    @cached_property
    def news(self) -> tuple[News, ...]:
        """Public reports."""
        return self._all(NodeKind.BUSINESS_EVENT, News)

    @cached_property
    def interactions(self) -> tuple[Entity, ...]:
        """Mails, bounces, opens, notes and forms by key."""
        return self._all(NodeKind.INTERACTION, Entity)

    @cached_property
    def _by_record_type(self) -> dict[str, list[NodeKey]]:
        found: dict[str, list[NodeKey]] = {}
        for key in self.situation.nodes(NodeKind.INTERACTION):
            found.setdefault(str(self.situation.value(key, "record_type") or ""), []).append(key)
        return found

    def _interactions(self, as_type: type[E], *record_types: str) -> tuple[E, ...]:
        keys = sorted(key for name in record_types for key in self._by_record_type.get(name, ()))
        return tuple(as_type(self.situation, key) for key in keys)

    @cached_property
    def mails(self) -> tuple[Mail, ...]:
        """Mails in and out, oldest first."""
        return tuple(
            sorted(
                self._interactions(Mail, "mail.received", "mail.sent"), key=lambda mail: (mail.at, mail.key)
            )
        )

    @cached_property
    def bounces(self) -> tuple[Bounce, ...]:
        """Delivery failures."""
        return self._interactions(Bounce, "mail.bounced")

    @cached_property
    def opens(self) -> tuple[Open, ...]:
        """Tracking signals."""
        return self._interactions(Open, "mail.opened")

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Notes, calls and transcripts, oldest first."""
        return tuple(sorted(self._interactions(Note, "note.added"), key=lambda note: (note.at, note.key)))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """Form submissions."""
        return self._interactions(Form, "form.submitted")

    @cached_property
    def answers(self) -> tuple[Entity, ...]:
        """Answers the owner gave to earlier questions: topic, subject, answer."""
        nodes = self._all(NodeKind.READING, Entity)
        return tuple(node for node in nodes if node.text("record_type") == "question.answered")

    def series(self, measure: str) -> Series | None:
        """One usage series by its name."""
        key = NodeKey(f"{NodeKind.SERIES.value}/{measure}")
        return Series(self.situation, key) if key in self.situation else None

    @cached_property
    def feature_uses(self) -> tuple[FeatureUse, ...]:
        """Counted uses of features, oldest first; no series of users."""
        found = [
            one
            for one in self._all(NodeKind.SERIES, FeatureUse)
            if one.text("record_type") == "usage.counted"
        ]
        return tuple(sorted(found, key=lambda one: (one.on, one.key)))

    @cached_property
    def _contacts_by_email(self) -> dict[str, Contact]:
        return {person.email: person for person in reversed(self.contacts) if person.email}

    def contact_by_email(self, address: str) -> Contact | None:
        """Resolve a raw address to a known person."""
        return self._contacts_by_email.get(address.lower())

    def speaker_of(self, reading: Read) -> Contact | None:
        """Find the known person whose words a reading quotes: by address, else by a name that only one has."""
        by = reading.text("by") or ""
        if "@" in by:
            return self.contact_by_email(by)
        wanted = by.casefold()
        named = [p for p in self.contacts if wanted in (p.name.casefold(), p.first_name.casefold())]
        return named[0] if len(named) == 1 else None

    def outside_people(self, meeting: Meeting) -> tuple[Attendee, ...]:
        """Attendees from outside the tenant's verified domains."""
        return tuple(person for person in meeting.attendees if not self.is_inside(person.email))

    def held_meetings(self, now: datetime) -> tuple[Meeting, ...]:
        """External meetings that took place by `now`, oldest end first."""
        return tuple(meeting for ended, _, meeting in self._attended if ended <= now)

    def booked_meetings(self, now: datetime) -> tuple[Meeting, ...]:
        """External meetings that start after `now` and are not off, soonest first."""
        found = [
            (meeting.starts_at, meeting.key, meeting)
            for meeting in self.meetings
            if meeting.starts_at is not None and meeting.starts_at > now and not meeting.is_off
        ]
        return tuple(meeting for _, _, meeting in sorted(found) if self.outside_people(meeting))

    def touches(self, now: datetime) -> tuple[Touch, ...]:
        """List touches with people outside up to `now`, oldest first; opens and auto-replies are none."""
        return tuple(touch for touch in self._touches if touch.at <= now)

    @cached_property
    def _touches(self) -> tuple[Touch, ...]:
        found = [*self._mail_touches(), *self._note_touches(), *self._meeting_touches()]
        outside = (touch for touch in found if not self.is_inside(touch.address))
        return tuple(sorted(outside, key=lambda touch: (touch.at, touch.kind, touch.address, touch.record)))

    def _mail_touches(self) -> Iterator[Touch]:
        for mail in self.mails:
            if mail.is_personal and mail.is_inbound:
                yield Touch(mail.at, "mail_in", mail.sender, mail, ("subject", "sender"))
            elif mail.is_personal:
                for address in mail.recipients:
                    yield Touch(mail.at, "mail_out", address, mail, ("subject", "to"))

    def _note_touches(self) -> Iterator[Touch]:
        for note in self.notes:
            if note.note_kind in ("call", "transcript") and note.flag("connected") is not False:
                met = self._met.get(note.text("meeting"), frozenset())
                for address in note.texts("participants"):
                    if address.lower() in met:
                        continue
                    yield Touch(note.at, "call", address.lower(), note, ("text",))

    def _meeting_touches(self) -> Iterator[Touch]:
        for meeting in self.meetings:
            ended = meeting.ended_at
            if ended is None or meeting.is_off:
                continue
            confirmed = self._is_confirmed(meeting)
            for person in meeting.attendees:
                if person.status == "accepted" or (confirmed and person.status != "declined"):
                    yield Touch(ended, "meeting", person.email.lower(), meeting, ("title", "starts_at"))

    @cached_property
    def _noted_meetings(self) -> frozenset[str | None]:
        return frozenset(note.text("meeting") for note in self.notes)

    @cached_property
    def _met(self) -> dict[str | None, frozenset[str]]:
        """Shape: meeting → who took part; a call or transcript of it is no second touch of theirs."""
        found: dict[str | None, set[str]] = {}
        for touch in self._meeting_touches():
            found.setdefault(touch.record, set()).add(touch.address)
        return {meeting: frozenset(addresses) for meeting, addresses in found.items()}

    def _is_confirmed(self, meeting: Meeting) -> bool:
        marked = meeting.status == "held" or meeting.flag("confirmed_held") is True
        return marked or meeting.identifier in self._noted_meetings

    @cached_property
    def _attended(self) -> tuple[tuple[datetime, NodeKey, Meeting], ...]:
        """External meetings that somebody from outside took part in, by their end; some are still to come."""
        ends = ((meeting.ended_at, meeting.key, meeting) for meeting in self.meetings if not meeting.is_off)
        found = ((ended, key, one) for ended, key, one in ends if ended is not None and self._has_guest(one))
        return tuple(sorted(found, key=itemgetter(0, 1)))

    def _has_guest(self, meeting: Meeting) -> bool:
        confirmed = self._is_confirmed(meeting)
        return any(
            person.status == "accepted" or (confirmed and person.status != "declined")
            for person in self.outside_people(meeting)
        )
