"""mail.get_thread: what was written, as far as mail is connected."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from state.world.record import NodeKind
from state.world.view import Mail
from tools.catalog.references import pick
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads
from tools.catalog.words import Line


class ThreadArguments(Arguments):
    """A thread, or any mail of it."""

    mail: Line
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class MailFound(Found):
    """One mail; an inbound one was written by somebody outside."""

    mail: str
    at: datetime
    is_inbound: bool
    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str


class ThreadFound(Found):
    """The thread, oldest first."""

    thread: str
    mails: tuple[MailFound, ...]


def _thread(arguments: ThreadArguments, desk: Desk) -> ThreadFound:
    mails = desk.about.view.mails
    name = arguments.mail
    found = [mail for mail in mails if mail.text("thread") == name]
    if not found:
        one = pick(NodeKind.INTERACTION, mails, name, "mail")
        name = one.text("thread") or one.identifier
        found = [mail for mail in mails if name in (mail.text("thread"), mail.identifier)]
    return ThreadFound(thread=name, mails=tuple(_shown(mail) for mail in found[-arguments.limit :]))


def _shown(mail: Mail) -> MailFound:
    return MailFound(
        mail=mail.identifier,
        at=mail.at,
        is_inbound=mail.is_inbound,
        sender=mail.sender,
        recipients=mail.recipients,
        subject=mail.text("subject") or "",
        body=mail.body,
        evidence=tuple(item.id for item in mail.cite("subject", "text")),
    )


READS = (
    reads(
        "mail.get_thread",
        "Read the mails of one thread.",
        "MED",
        ThreadArguments,
        ThreadFound,
        _thread,
    ),
)
