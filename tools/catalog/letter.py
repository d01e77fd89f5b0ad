"""One outgoing mail as RFC 5322 text: the same letter always gives the same bytes.

Source: RFC 5322, RFC 2369 and RFC 8058 (one-click); no boundary, date or id is made up while writing.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.parser import Parser
from email.policy import EmailPolicy
from email.utils import format_datetime

from state.errors import InvalidInput
from tools.catalog.words import checked_line

_WHOLE = frozenset({"message-id", "in-reply-to", "references", "list-unsubscribe", "list-unsubscribe-post"})
"""Headers that stand on one line: breaking them as words would disguise them."""


class _Form(EmailPolicy):
    """SMTP's form: CRLF, seven bits."""

    def fold(self, name: str, value: str) -> str:
        """Write one header."""
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))


FORM = _Form(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One attached text file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that is said, to whom and in whose name."""

    sender_name: str
    sender: str
    to: str
    subject: str
    body: str
    """Complete, footer included."""
    date: datetime
    name: str
    """The Message-ID without brackets."""
    unsubscribe: str
    is_one_click: bool
    answers: tuple[str, ...] = ()
    """Message-IDs of the thread, oldest first; the last is the one that is answered."""
    enclosure: Enclosure | None = None


def written(letter: Letter) -> str:
    """Write a letter. Raises: InvalidInput for a header that holds a line break or a hidden character."""
    message = EmailMessage(policy=FORM)
    for name, value in _headers(letter):
        message[name] = checked_line(value, name) if len(value) <= 300 else value
    message.replace_header("From", Address(letter.sender_name, addr_spec=letter.sender))
    message.set_content(letter.body)
    if letter.enclosure is not None:
        message.add_attachment(
            letter.enclosure.text, subtype="markdown", filename=f"{letter.enclosure.name}.md"
        )
        message.set_boundary(_boundary(letter.name))
    return message.as_string()


def _boundary(name: str) -> str:
    return f"part-{name[:40]}"


def _headers(letter: Letter) -> list[tuple[str, str]]:
    headers = [
        ("From", letter.sender),
        ("To", letter.to),
        ("Subject", letter.subject),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", f"<{letter.name}>"),
    ]
    if letter.answers:
        headers.append(("In-Reply-To", f"<{letter.answers[-1]}>"))
        headers.append(("References", " ".join(f"<{name}>" for name in letter.answers)))
    headers.append(("List-Unsubscribe", letter.unsubscribe))
    if letter.is_one_click:
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def rewritten(content: str, *, name: str, subject: str, body: str) -> str:
    """Write a letter again with other words and its own name; who, when and in which thread stay."""
    message = _parsed(content)
    message.replace_header("Subject", checked_line(subject, "subject"))
    message.replace_header("Message-ID", f"<{name}>")
    words = message.get_body(("plain",))
    if not isinstance(words, MIMEPart):
        raise InvalidInput("The stored message has no text.", field="content")
    words.set_content(body)
    if message.is_multipart():
        message.set_boundary(_boundary(name))
    return message.as_string()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a stored letter says of itself."""

    name: str
    sender: str
    to: tuple[str, ...]


def envelope(content: str) -> Envelope:
    """Read sender, recipients and Message-ID back from the stored text."""
    message = _parsed(content)
    return Envelope(
        name=str(message.get("Message-ID", "")).strip().strip("<>"),
        sender=_addresses(message, "From")[0],
        to=tuple(one for field in ("To", "Cc", "Bcc") for one in _addresses(message, field)),
    )


def _parsed(content: str) -> EmailMessage:
    message = Parser(policy=FORM).parsestr(content)
    if not isinstance(message, EmailMessage):
        raise InvalidInput("The stored message cannot be read.", field="content")
    return message


def _addresses(message: EmailMessage, field: str) -> tuple[str, ...]:
    header = message.get(field)
    return tuple(one.addr_spec for one in header.addresses) if header is not None else ()
