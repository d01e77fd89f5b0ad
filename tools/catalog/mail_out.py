"""email.send: the one mail that may leave.

Invariant: the address comes from a verified record, the sender is the owner, and the message that an approval was given
for is the message that is handed over, under a name only this tenant can make.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, Field

from state.decision.subject_line import claims_to_answer
from state.errors import InvalidInput
from state.evidence import Trust
from state.governance.action import Action
from state.governance.effect import Effect
from state.ids import UserId
from state.ports.tooling import Inside, ToolSpec
from state.principal import User
from state.world.profile import Profile
from state.world.profile.company import Sender
from state.world.record import NodeKind
from state.world.records import MailSent
from state.world.view import Contact, Mail
from tools.catalog.draft import Percent, granted_percent, words_of
from tools.catalog.letter import Enclosure, Letter, envelope, rewritten, written
from tools.catalog.letter_rules import approve_to_leave, enclosed_in
from tools.catalog.naming import edited_seed, is_named_after, message_name
from tools.catalog.references import (
    ADDRESS,
    deal_of,
    document_of,
    mail_of,
    recipient_of,
    sending_user,
    subject_of,
)
from tools.catalog.task import Arguments, Premises, Row, Task, parsed, stored
from tools.catalog.tool import edits
from tools.catalog.words import Line, Text, checked_line, checked_text, ready_to_leave
from tools.catalog.writing import Pen
from tools.keys import sealed
from tools.transports.parcel import Parcel

_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9._%+=$-]{1,190}@[A-Za-z0-9.-]{1,190})>?")


class SendArguments(Arguments):
    """The draft it sends, the mail it answers, the document it encloses, and the discount its words offer."""

    draft: Line | None = None
    in_reply_to: Annotated[Line | None, Field(validation_alias=AliasChoices("in_reply_to", "mail"))] = None
    document: Line | None = None
    deal: Line | None = None
    percent: Annotated[Percent, Field(validation_alias=AliasChoices("percent", "discount_percent"))] = (
        Decimal(0)
    )


class SendRow(Row):
    """What an approver sees of a mail, and may change: its words."""

    recipient: str
    owner: UserId
    subject: Line
    body: Text
    purpose: str | None
    draft: str | None
    in_reply_to: str | None
    thread: str | None
    document: str | None
    discount_percent: str


@dataclass(frozen=True, slots=True)
class EmailSend:
    """Renders a mail to one verified contact and hands exactly it over."""

    spec: ToolSpec

    def render(self, task: Task) -> Effect:
        """Write the message. Raises: InvalidInput."""
        arguments = parsed(SendArguments, task.proposal.arguments, self.spec.name)
        contact, words = recipient_of(task, self.spec.trust_required["recipient"]), words_of(task)
        owner = sending_user(task, arguments.in_name_of)
        answered = None if arguments.in_reply_to is None else _answered(task, arguments.in_reply_to, contact)
        row = SendRow(
            recipient=contact.key,
            owner=owner.id,
            subject=_subject(words.subject, task.profile, is_reply=answered is not None),
            body=_body(words.body, task.profile),
            purpose=arguments.purpose,
            draft=arguments.draft,
            in_reply_to=None if answered is None else answered.identifier,
            thread=None if answered is None else answered.text("thread"),
            document=arguments.document,
            discount_percent=format(_percent(task, arguments), "f"),
        )
        letter = _letter(task, row, owner, _address(contact), answered)
        return self._effect(row, written(letter), (letter.to,), task.profile)

    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect:
        """Write it again with other words. Raises: InvalidInput."""
        edits(self.spec, changes)
        old, profile = action.effect, premises.profile
        row = stored(SendRow, {**old.arguments, **changes}, self.spec.name)
        row = row.model_copy(
            update={
                "subject": _subject(row.subject, profile, is_reply=row.in_reply_to is not None),
                "body": _body(row.body, profile),
            }
        )
        seed = edited_seed(action.id, row.model_dump(mode="json"))
        name = message_name(premises.key, seed, envelope(old.content).sender)
        body = f"{row.body}\n\n{_footer(_sender(profile))}"
        content = rewritten(old.content, name=name, subject=row.subject, body=body)
        return self._effect(row, content, old.recipients, profile)

    def _effect(self, row: SendRow, content: str, recipients: tuple[str, ...], profile: Profile) -> Effect:
        effect = Effect(
            tool=self.spec.name,
            action_type="send_email",
            arguments=row.model_dump(mode="json"),
            recipients=recipients,
            external=any(not profile.company.is_inside(address) for address in recipients),
            content=content,
            attachments=enclosed_in(content),
        )
        approve_to_leave(effect, profile.company)
        return effect

    def parcel(self, action: Action, premises: Premises) -> Parcel:
        """Wrap the stored message, refusing one that says otherwise than its action. Raises: InvalidInput."""
        effect, said = action.effect, envelope(action.effect.content)
        is_ours = premises.profile.company.is_inside(said.sender)
        if not is_ours or sorted(said.to) != sorted(effect.recipients):
            raise InvalidInput("The message is not to the recipients that were approved.", field="recipients")
        if not is_named_after(action, premises.keys, said.name, said.sender):
            raise InvalidInput(
                "The message does not bear its action's name.", field="Message-ID", value=said.name
            )
        approve_to_leave(effect, premises.profile.company)
        return Parcel(said.name, "eml", said.sender, effect.recipients, effect.content.encode("ascii"))

    def after(self, action: Action, now: datetime) -> Inside:
        """Say that it was sent: a row per recipient, and the mail in its thread."""
        row = stored(SendRow, action.effect.arguments, self.spec.name)
        name, pen = envelope(action.effect.content).name, Pen(action, now)
        told = {
            "mail": name,
            "user": row.owner,
            "to": list(action.effect.recipients),
            "subject": row.subject,
            "text": row.body,
            "thread": row.thread,
            "in_reply_to": row.in_reply_to,
            "attachments": [row.document] if row.document else None,
        }
        sent = MailSent.model_validate({field: value for field, value in told.items() if value is not None})
        records = [
            pen.record("mail", name, row, recipient=address.lower(), part=address)
            for address in action.effect.recipients
        ]
        return pen.inside(records, [pen.event(sent, source="mail")])


def _address(contact: Contact) -> str:
    address = contact.email or ""
    if not ADDRESS.fullmatch(address):
        raise InvalidInput(
            "The contact's address cannot be used.",
            field="recipient",
            value=repr(address),
            remedy="Correct the CRM.",
        )
    return address


def _answered(task: Task, reference: str, contact: Contact) -> Mail:
    mail = mail_of(task, reference)
    if contact.email not in (mail.sender, *mail.recipients):
        raise InvalidInput(
            "The recipient took no part in the mail that is answered.", field="mail", value=mail.identifier
        )
    return mail


def _percent(task: Task, arguments: SendArguments) -> Decimal:
    reference = subject_of(task, NodeKind.OPPORTUNITY, arguments.deal)
    deal = deal_of(task, reference) if reference and arguments.percent else None
    return granted_percent(task, deal, arguments.percent)


def _subject(subject: str, profile: Profile, *, is_reply: bool) -> str:
    plain = checked_line(subject, "subject")
    if claims_to_answer(plain) and not is_reply:
        raise InvalidInput(
            "The subject pretends to answer a mail.",
            field="subject",
            value=plain,
            remedy="Name the mail it answers.",
        )
    return ready_to_leave(plain, "subject", _sender(profile).link_domains)


def _body(body: str, profile: Profile) -> str:
    return ready_to_leave(checked_text(body, "body"), "body", _sender(profile).link_domains)


def _sender(profile: Profile) -> Sender:
    if profile.company.sender is None:
        raise InvalidInput(
            "No postal address and opt-out are configured.",
            field="sender",
            remedy="Add `sender` to company.yaml.",
        )
    return profile.company.sender


def _footer(sender: Sender) -> str:
    name, address = (
        checked_line(sender.name, "sender.name"),
        checked_line(sender.postal_address, "sender.address"),
    )
    who = address if name in address else f"{name}, {address}"
    lines = ("-- ", who, f"No more mail from us, please: write to {sender.opt_out_address}.")
    return "\n".join(lines) + "\n"


def _letter(task: Task, row: SendRow, owner: User, to: str, answered: Mail | None) -> Letter:
    sender = _sender(task.profile)
    enclosed = None if row.document is None else document_of(task, row.document, leaves=True)
    link, is_one_click = _unsubscribe(sender, sealed(task.premises.key, "unsubscribe", to)[:32])
    return Letter(
        sender_name=checked_line(owner.name, "owner"),
        sender=owner.email,
        to=to,
        subject=row.subject,
        body=f"{row.body}\n\n{_footer(sender)}",
        date=task.about.now,
        name=message_name(task.premises.key, task.action, owner.email),
        unsubscribe=link,
        is_one_click=is_one_click,
        answers=() if answered is None else _thread_of(task, answered),
        enclosure=None if enclosed is None else Enclosure(enclosed.id, enclosed.text),
    )


def _unsubscribe(sender: Sender, token: str) -> tuple[str, bool]:
    """Name the ways out; the token says who asks without naming the address. One click needs https."""
    if not ADDRESS.fullmatch(sender.opt_out_address):
        raise InvalidInput("The opt-out address cannot be used.", field="sender.opt_out_address")
    by_mail, url = f"<mailto:{sender.opt_out_address}?subject={token}>", sender.opt_out_url or ""
    if not re.fullmatch(r"https://[!-;=?-~]{1,200}", url):
        return by_mail, False
    return f"<{url}{'&' if '?' in url else '?'}r={token}>, {by_mail}", True


def _thread_of(task: Task, mail: Mail) -> tuple[str, ...]:
    """Name the mails of the thread that is answered, oldest first."""
    earlier = mail.text("in_reply_to")
    known = next((one for one in task.view.mails if one.identifier == earlier), None)
    return (*((_wire_name(known, task),) if known is not None else ()), _wire_name(mail, task))


def _wire_name(mail: Mail, task: Task) -> str:
    """Give a mail's Message-ID; a source that keeps only its own id has it completed by the sender's domain."""
    found = _MESSAGE_ID.fullmatch(mail.identifier)
    if found is not None:
        return found.group(1)
    domain = (mail.sender if mail.is_inbound else task.owner.email).rpartition("@")[2]
    return f"{re.sub(r'[^A-Za-z0-9._-]', '.', mail.identifier)}@{domain}"


EMAIL_SEND = EmailSend(
    ToolSpec(
        name="email.send",
        purpose="Send one mail in the owner's name to one verified contact.",
        kind="outside",
        action_class=3,
        risk="high",
        cost="MED",
        arguments=SendArguments,
        result=SendRow,
        effects=("a mail reaches the recipient", "the mail stands in the thread"),
        reversible=False,
        editable=("subject", "body"),
        trust_required={"recipient": Trust.SYSTEM_OF_RECORD},
    )
)
OUTSIDE = (EMAIL_SEND,)
