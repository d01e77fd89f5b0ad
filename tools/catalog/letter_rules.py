"""The rules of outgoing mail, read from the very bytes that would leave: who, to whom, the way out, and nothing hidden.

Invariant: a rule reads the finished message, never what it was made from; a mail that breaks one is neither shown for
approval nor handed over. Source: RFC 5322, RFC 2369, RFC 8058, and the laws on commercial mail that ask for a postal
address and a way out.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import Parser
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import unquote

from state.decision.subject_line import claims_to_answer
from state.errors import InvalidInput
from state.governance.effect import Effect
from state.world.profile.company import Company, Sender
from tools.catalog.letter import FORM
from tools.catalog.words import checked_line, checked_text, ready_to_leave

NEEDED = ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "mime-version")
ALLOWED = frozenset(
    (
        *NEEDED,
        "in-reply-to",
        "references",
        "list-unsubscribe-post",
        "content-type",
        "content-transfer-encoding",
    )
)
"""Every header that may leave; none of them asks for a receipt, a copy or an answer elsewhere."""
ONE_CLICK = "List-Unsubscribe=One-Click"
LINE_BYTES = 998
_TARGET = re.compile(r"<([^<>\s]+)>")
_ENCLOSED = frozenset({"text/markdown", "text/plain"})


@dataclass(frozen=True)
class Outgoing:
    """One mail as it would leave, beside what was approved."""

    effect: Effect
    company: Company

    @cached_property
    def message(self) -> EmailMessage:
        """Read the bytes. Raises: InvalidInput."""
        message = Parser(policy=FORM).parsestr(self.effect.content)
        if not isinstance(message, EmailMessage) or message.defects:
            raise InvalidInput("The message is malformed.", field="content")
        return message

    @property
    def sender(self) -> Sender:
        """Give the tenant's own lines. Raises: InvalidInput."""
        if self.company.sender is None:
            raise InvalidInput("No postal address and opt-out are configured.", field="sender")
        return self.company.sender

    @cached_property
    def text(self) -> str:
        """Read the body as a person would."""
        body = self.message.get_body(("plain",))
        return "" if body is None else str(body.get_content())

    @property
    def subject(self) -> str:
        """Read the subject as a person would."""
        return self.header("Subject")

    def header(self, name: str) -> str:
        """Read a header; empty where there is none."""
        return str(self.message.get(name, "")).strip()

    @cached_property
    def ways_out(self) -> tuple[str, ...]:
        """List the addresses by which no more mail is asked for."""
        return tuple(_TARGET.findall(self.header("List-Unsubscribe")))

    @property
    def has_link_out(self) -> bool:
        """Tell whether one of them is a web address."""
        return any(not one.startswith("mailto:") for one in self.ways_out)


def objections(mail: Outgoing) -> Iterator[tuple[str, str]]:
    """Yield the name and the reason of each rule that a mail breaks."""
    for name, rule in RULES.items():
        try:
            reason = rule(mail)
        except (InvalidInput, MessageError, ValueError, LookupError, AttributeError) as fault:
            reason = str(fault) or "it cannot be read"
        if reason:
            yield name, reason


def approve_to_leave(effect: Effect, company: Company) -> None:
    """Refuse a mail that breaks a rule. Raises: InvalidInput naming the rule."""
    for name, reason in objections(Outgoing(effect, company)):
        raise InvalidInput(f"The mail may not leave: {reason}.", field=name, remedy="Draft it anew.")


def _bytes(mail: Outgoing) -> str:
    content = mail.effect.content
    lines = content.split("\r\n")
    if not content.isascii() or any("\r" in line or "\n" in line or "\0" in line for line in lines):
        return "its bytes are not lines of seven bits"
    return "a line is too long" if any(len(line) > LINE_BYTES for line in lines) else ""


def _headers(mail: Outgoing) -> str:
    names = Counter(name.lower() for name in mail.message)
    twice = sorted(name for name, count in names.items() if count > 1)
    lacking = [name for name in NEEDED if not names[name] or not mail.header(name)]
    foreign = sorted(set(names) - ALLOWED)
    if twice or lacking:
        return f"the header {(*twice, *lacking)[0]} must stand there once"
    return f"the header {foreign[0]} has no place in a mail of ours" if foreign else ""


def _date(mail: Outgoing) -> str:
    return "" if parsedate_to_datetime(mail.header("Date")).tzinfo else "its date has no zone"


def _sender(mail: Outgoing) -> str:
    found = mail.message["From"].addresses
    is_ours = len(found) == 1 and mail.company.is_inside(found[0].addr_spec)
    return "" if is_ours else "it is not sent by one of us"


def _recipient(mail: Outgoing) -> str:
    said = tuple(one.addr_spec for one in mail.message["To"].addresses)
    if len(said) != 1:
        return "it must be to exactly one person"
    return "" if said == mail.effect.recipients else "it is not to the recipient that was approved"


def _postal_address(mail: Outgoing) -> str:
    is_there = " ".join(mail.sender.postal_address.split()) in " ".join(mail.text.split())
    return "" if is_there else "our postal address is missing"


def _way_out(mail: Outgoing) -> str:
    return "" if mail.sender.opt_out_address in mail.text else "it does not say how to ask for no more mail"


def _unsubscribe(mail: Outgoing) -> str:
    by_mail = f"mailto:{mail.sender.opt_out_address}"
    if not any(one.partition("?")[0] == by_mail for one in mail.ways_out):
        return "List-Unsubscribe does not name our opt-out address"
    links = [one for one in mail.ways_out if not one.startswith("mailto:")]
    ours = (mail.sender.opt_out_url or "").partition("?")[0]
    if any(not one.startswith("https://") or one.partition("?")[0] != ours for one in links):
        return "List-Unsubscribe leads somewhere else"
    who = mail.effect.recipients[0].lower()
    is_open = any(who in unquote(one).lower() for one in mail.ways_out)
    return "List-Unsubscribe names the recipient in clear" if is_open else ""


def _one_click(mail: Outgoing) -> str:
    post = mail.message.get("List-Unsubscribe-Post")
    wanted = ONE_CLICK if mail.has_link_out else None
    if (None if post is None else str(post)) != wanted:
        return "List-Unsubscribe-Post must be one click where there is a link, and only there"
    needs_link = (mail.sender.opt_out_url or "").startswith("https://")
    return "the one-click address is missing" if needs_link and not mail.has_link_out else ""


def _answer(mail: Outgoing) -> str:
    is_answer = bool(mail.effect.arguments.get("in_reply_to"))
    if claims_to_answer(mail.subject) and not is_answer:
        return "its subject pretends to answer a mail"
    headed = bool(mail.header("In-Reply-To")), bool(mail.header("References"))
    return "" if headed == (is_answer, is_answer) else "its thread is not the one it was written for"


def _words(mail: Outgoing) -> str:
    for words, field in (
        (checked_line(mail.subject, "subject"), "subject"),
        (checked_text(mail.text, "body"), "body"),
    ):
        ready_to_leave(words, field, mail.sender.link_domains)
    return ""


def _parts(mail: Outgoing) -> str:
    if mail.message.get_content_type() == "text/plain":
        return ""
    body, *enclosed = list(mail.message.iter_parts())
    is_plain = (
        mail.message.get_content_type() == "multipart/mixed" and body.get_content_type() == "text/plain"
    )
    are_files = all(
        one.get_content_type() in _ENCLOSED and one.get_content_disposition() == "attachment"
        for one in enclosed
    )
    return "" if is_plain and are_files else "it is more than plain text and text files"


def enclosed_in(content: str) -> tuple[str, ...]:
    """Hash every attached file of a message, in order. Shape: SHA-256 of the decoded bytes."""
    message = Parser(policy=FORM).parsestr(content)
    parts = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
    return tuple(hashlib.sha256(part.get_payload(decode=True) or b"").hexdigest() for part in parts)  # type: ignore[arg-type]  # decoded payloads are bytes


def _enclosures(mail: Outgoing) -> str:
    is_same = enclosed_in(mail.effect.content) == mail.effect.attachments
    return "" if is_same else "an attached file is not the one that was approved"


RULES: Mapping[str, Callable[[Outgoing], str]] = {
    "bytes": _bytes,
    "headers": _headers,
    "date": _date,
    "sender": _sender,
    "recipient": _recipient,
    "postal_address": _postal_address,
    "way_out": _way_out,
    "list_unsubscribe": _unsubscribe,
    "one_click": _one_click,
    "answer": _answer,
    "words": _words,
    "parts": _parts,
    "enclosures": _enclosures,
}
"""Each gives the reason why a mail may not leave, or nothing."""
