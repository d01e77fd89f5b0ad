"""The account as one object: its own facts and every person, deal, contract, touch and series on it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import TypeVar, cast

from state.ids import NodeKey
from state.world.record import NodeKind
from state.world.records import Attendee
from state.world.situation import Situation
from state.world.view.people import Contact, Read
from state.world.view.records import Records
from state.world.view.touch import Meeting, Touch

T = TypeVar("T")


@dataclass(frozen=True)
class AccountView(Records):
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
        named = self.called(by)
        return named[0] if len(named) == 1 else None

    def called(self, name: str) -> Sequence[Contact]:
        """List the people with this full or first name."""
        return self._contacts_by_name.get(name.casefold(), ())

    @cached_property
    def _contacts_by_name(self) -> Mapping[str, Sequence[Contact]]:
        """Shape: full or first name, lower case → everybody who has it."""
        found: dict[str, list[Contact]] = {}
        for person in self.contacts:
            for name in {person.name.casefold(), person.first_name.casefold()}:
                found.setdefault(name, []).append(person)
        return found

    def outside_people(self, meeting: Meeting) -> tuple[Attendee, ...]:
        """Attendees from outside the tenant's verified domains."""
        return tuple(person for person in meeting.attendees if not self.is_inside(person.email))

    def held_meetings(self, now: datetime) -> tuple[Meeting, ...]:
        """External meetings that took place by `now`, oldest end first."""
        ends, meetings = self._attended
        return meetings[: bisect_right(ends, now)]

    def booked_meetings(self, now: datetime) -> tuple[Meeting, ...]:
        """External meetings that start after `now` and are not off, soonest first."""
        starts, meetings = self._bookable
        return meetings[bisect_right(starts, now) :]

    @cached_property
    def _bookable(self) -> tuple[Sequence[datetime], tuple[Meeting, ...]]:
        """External meetings with a start that are not off, by it."""
        on = (one for one in self.meetings if not one.is_off and self.outside_people(one))
        return _by_time((one.starts_at, one) for one in on)

    def touches(self, now: datetime) -> tuple[Touch, ...]:
        """List touches with people outside up to `now`, oldest first; opens and auto-replies are none."""
        return self._touches[: bisect_right(self._touches, now, key=attrgetter("at"))]

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
    def _attended(self) -> tuple[Sequence[datetime], tuple[Meeting, ...]]:
        """External meetings that somebody from outside took part in, by their end; some are still to come."""
        met = (one for one in self.meetings if not one.is_off and one.ended_at and self._has_guest(one))
        return _by_time((one.ended_at, one) for one in met)

    def _has_guest(self, meeting: Meeting) -> bool:
        confirmed = self._is_confirmed(meeting)
        return any(
            person.status == "accepted" or (confirmed and person.status != "declined")
            for person in self.outside_people(meeting)
        )


def _by_time(
    found: Iterable[tuple[datetime | None, Meeting]],
) -> tuple[Sequence[datetime], tuple[Meeting, ...]]:
    """Order meetings by a time of theirs, those without one left out."""
    timed = sorted(
        ((at, one) for at, one in found if at is not None), key=lambda pair: (pair[0], pair[1].key)
    )
    return [at for at, _ in timed], tuple(one for _, one in timed)
