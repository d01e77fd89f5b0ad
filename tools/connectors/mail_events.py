"""From a mail to events: received, sent by one of us, or returned; or the reason why it is none.

Invariant: everything in it is as untrusted as its sender; a name beside an address adds nobody and merges nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from state.ids import AccountId, EventId, UserId
from state.world.event import Event
from state.world.record import Record
from state.world.records import MailBounced, MailReceived, MailSent
from state.world.records.touch import DatedBy
from state.world.whole_text import Whole
from tools.connectors.bounds import fault_of_event
from tools.connectors.mail import Letter, Unread, read_mail
from tools.connectors.mail_headers import Sender
from tools.connectors.port import Found, Reject, Setting

SKEW = timedelta(hours=24)
"""A date further ahead of our clock than this is not believed."""
SOURCE = "mail"


@dataclass(frozen=True)
class Mailroom:
    """For whom mails are read."""

    setting: Setting
    is_inside: Callable[[str], bool]
    """Whether an address is of one of the tenant's own domains."""
    latest: datetime
    """Wall time: no mail was written after it."""
    known: Callable[[EventId], datetime | None] = lambda _: None
    """When an event of this id was said to be, if it is there already: a mail without a date keeps its first one."""

    def found(self, raw: bytes, file: str, line: int = 0, arrived: datetime | None = None) -> Iterator[Found]:
        """Read one mail; `arrived` is when a server took it, where one says so."""
        letter = read_mail(raw)
        if isinstance(letter, Unread):
            yield Reject(file, line, letter.field, letter.value, letter.reason)
            return
        if self._is_borrowed(letter):
            letter = replace(letter, name=letter.digest, has_own_name=False)
        dated = self._dated(letter, arrived)
        try:
            yield from self._told(letter, dated, file, line)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            yield Reject(file, line, place, str(first.get("input", ""))[:200], first["msg"])

    def _is_borrowed(self, letter: Letter) -> bool:
        """Tell whether somebody outside gave a mail a name that only we give: it would stand in our mail's place."""
        is_ours = letter.sender is not None and self.is_inside(letter.sender.address)
        return letter.has_own_name and not is_ours and not letter.returned and self.is_inside(letter.name)

    def _told(self, letter: Letter, dated: tuple[datetime, DatedBy], file: str, line: int) -> Iterator[Found]:
        if letter.returned:
            yield from self._returned(letter, dated, file, line)
            return
        told = self._record(letter, letter.sender, dated[1]) if letter.sender else "no sender"
        if isinstance(told, str):
            yield Reject(file, line, "From", letter.sender.address if letter.sender else "", told)
            return
        found = self._checked(told, letter.name, self._others(letter), dated[0], file, line)
        yield found
        if isinstance(found, Event):
            held = {name: text for name, text in letter.wholes.items() if text and getattr(told, name, None)}
            yield from (Whole(event=found.id, field=name, text=text) for name, text in held.items())
        yield from _remarks(letter, dated[1], file, line)

    def _returned(
        self, letter: Letter, dated: tuple[datetime, DatedBy], file: str, line: int
    ) -> Iterator[Found]:
        for one in letter.returned:
            record = _set(
                MailBounced, bounce=f"{letter.name[:150]}#{_short(one.address)}", recipient=one.address,
                status_code=one.status, diagnostic=one.diagnostic, mail=letter.returned_mail, dated_by=dated[1],
            )  # fmt: skip
            yield self._checked(record, record.bounce, [one.address], dated[0], file, line)

    def _record(self, letter: Letter, sender: Sender, dated_by: DatedBy) -> MailReceived | MailSent | str:
        """Say what kind of mail it is, or why it is not kept."""
        people = [one.address for one in (*letter.to, *letter.cc)]
        is_ours = self.is_inside(sender.address)
        if is_ours and people and all(self.is_inside(one) for one in people):
            return "only colleagues take part; it is not kept"
        user = self.setting.own.get(sender.address.lower())
        if user is None:
            return self._received(letter, sender, dated_by)
        if letter.has_failed_check:
            return "it says it is from one of us, and the receiving server found that it is not"
        return (
            self._sent(letter, user, dated_by) if people else "sent by one of us to nobody that can be read"
        )

    def _received(self, letter: Letter, sender: Sender, dated_by: DatedBy) -> MailReceived:
        return _set(
            MailReceived,
            mail=letter.name, thread=letter.thread, sender=sender.address, sender_name=sender.name,
            to=_plain(letter.to), cc=_plain(letter.cc), subject=letter.subject,
            text=letter.text, hidden_text=letter.hidden_text or None,
            in_reply_to=letter.in_reply_to, references=letter.references or None,
            auto_reply=letter.is_automatic or None, bulk=letter.is_bulk or None,
            attachments=tuple(one.label for one in letter.attachments) or None, dated_by=dated_by,
        )  # fmt: skip

    def _sent(self, letter: Letter, user: UserId, dated_by: DatedBy) -> MailSent:
        to, cc = _plain(letter.to), _plain(letter.cc)
        return _set(
            MailSent,
            mail=letter.name, thread=letter.thread, user=user, to=to or cc, cc=cc if to else (),
            subject=letter.subject, text=letter.text, in_reply_to=letter.in_reply_to,
            bulk=letter.is_bulk_of_ours or letter.is_automatic or None,
            attachments=tuple(one.label for one in letter.attachments) or None, dated_by=dated_by,
        )  # fmt: skip

    def _others(self, letter: Letter) -> list[str]:
        """List whose account it is about: the sender's, or of a mail of ours everybody outside."""
        sender = letter.sender.address if letter.sender else ""
        if sender and not self.is_inside(sender) and sender.lower() not in self.setting.own:
            return [sender]
        return [one.address for one in (*letter.to, *letter.cc) if not self.is_inside(one.address)]

    def _dated(self, letter: Letter, arrived: datetime | None) -> tuple[datetime, DatedBy]:
        """Date a mail: its own date unless it lies ahead of our clock, else its last server's, else its arrival."""
        believed: tuple[tuple[datetime | None, DatedBy], ...] = (
            (letter.date, "header"),
            (letter.received, "received"),
        )
        for moment, by in believed:
            if moment is not None and moment <= self.latest + SKEW:
                return moment, by
        first = arrived or self.known(event_id(letter.name))
        return first or self.setting.now, "arrival"

    def _checked(
        self, record: Record, name: str, people: list[str], at: datetime, file: str, line: int
    ) -> Found:
        event = Event(
            id=event_id(name),
            tenant=self.setting.tenant,
            account=self._account(people),
            source=SOURCE,
            type=record.type,
            time=at,
            recorded_at=at,
            data=record,
        )
        fault = fault_of_event(event)
        return event if fault is None else Reject(file, line, fault.place, fault.value, fault.reason)

    def _account(self, people: list[str]) -> AccountId | None:
        return self.setting.resolve(people) if people else None


def event_id(name: str) -> EventId:
    """Name the event of a mail after its Message-ID, so that it is the same from a file and from a server."""
    return EventId(f"{SOURCE}:{name}")


def own_addresses(users: Mapping[str, str]) -> dict[str, UserId]:
    """Map the addresses of our people to them. Shape of `users`: user id → address."""
    return {address.lower(): UserId(user) for user, address in users.items() if address}


def _remarks(letter: Letter, dated_by: DatedBy, file: str, line: int) -> Iterator[Reject]:
    """Say what of a taken mail was inferred, cut or left closed."""
    if dated_by == "arrival":
        yield Reject(file, line, "Date", "", "no usable date: dated by its arrival, inferred", is_taken=True)
    elif dated_by == "received":
        yield Reject(file, line, "Date", "", "no usable date: dated by its last server", is_taken=True)
    if not letter.has_own_name:
        yield Reject(
            file, line, "Message-ID", "", "none of its own: named by the hash of the mail", is_taken=True
        )
    for name, whole in letter.wholes.items():
        kept = "the whole is kept beside it" if whole else "more than 10 MB, the rest is not kept"
        yield Reject(file, line, name, "", f"longer than 64 KB: cut there; {kept}", is_taken=True)
    for one in letter.attachments:
        if one.fault is not None:
            yield Reject(file, line, "attachment", one.name, f"not opened: {one.fault}", is_taken=True)


def _plain(people: tuple[Sender, ...]) -> tuple[str, ...]:
    return tuple(one.address for one in people)


def _short(address: str) -> str:
    return address.lower()[-49:]


R = TypeVar("R", bound=Record)


def _set(model: type[R], **fields: object) -> R:
    """Make a record of the fields that are there, so that only they become claims. Raises: ValidationError."""
    return model.model_validate({name: value for name, value in fields.items() if value is not None})
