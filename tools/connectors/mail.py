"""Read one mail as it came: who wrote when to whom what, what is hidden in it, what is attached, what came back.

Invariant: any bytes give a `Letter` or a reason; nothing here raises, and nothing is read beyond its bound.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message
from typing import Final

from state.world.whole_text import WHOLE_BYTES, cut
from tools.connectors.mail_headers import (
    TROUBLE,
    Sender,
    cited_names,
    date_of,
    has_failed_check,
    is_automatic,
    is_bulk,
    line_of,
    message_id_of,
    people_of,
    received_of,
    tried,
)
from tools.connectors.mail_parts import PARTS, Attachment, TooMuch, Walk
from tools.connectors.mail_reports import Returned, returned_of

MAIL: Final = 25 * 1024 * 1024
LINES: Final = 600_000
HEADERS: Final = 5000
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_BORDER: Final = re.compile(rb"(?i)\bboundary\s*=\s*\"?([^\"\s;]{1,70})")
_DIVIDED: Final = re.compile(rb"(?im)^content-type:\s*(?:multipart|message)/")


@dataclass(frozen=True, slots=True)
class Unread:
    """Why bytes are no mail that can be used."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail; everything in it was written by whoever sent it."""

    name: str
    """Message-ID without brackets, else the hash of the bytes."""
    has_own_name: bool
    digest: str
    """The hash of the bytes, as a name."""
    sender: Sender | None
    """None only for a delivery report."""
    to: tuple[Sender, ...]
    cc: tuple[Sender, ...]
    subject: str
    date: datetime | None
    received: datetime | None
    """When the last server took it."""
    in_reply_to: str | None
    references: tuple[str, ...]
    """The thread, oldest first."""
    is_automatic: bool
    is_bulk: bool
    is_bulk_of_ours: bool
    has_failed_check: bool
    text: str
    hidden_text: str
    attachments: tuple[Attachment, ...]
    returned: tuple[Returned, ...]
    """What a delivery report says of each address."""
    returned_mail: str | None
    """Message-ID of the mail that came back."""
    wholes: Mapping[str, str]
    """Texts that were longer than a field may be, whole unless they are longer than may be kept."""

    @property
    def thread(self) -> str:
        """The mail that began it, as far as this one tells."""
        return (*self.references[:1], self.in_reply_to, self.name)[0] or self.name


def read_mail(raw: bytes) -> Letter | Unread:
    """Read the bytes of one mail."""
    fault = _fault_of(raw)
    if fault is not None:
        return Unread("mail", "", fault)
    try:
        return _letter(message_from_bytes(raw, policy=policy.default), raw)
    except TooMuch as fault:
        return Unread("mail", "", str(fault))
    except TROUBLE as fault:
        return Unread("mail", "", f"not a mail that can be taken apart ({type(fault).__name__})")


def _fault_of(raw: bytes) -> str | None:
    """Say why bytes are not even taken apart: taking apart costs more than counting."""
    if len(raw) > MAIL:
        return "larger than 25 MB"
    if not raw.strip():
        return "empty"
    if raw.count(b"\n") + raw.count(b"\r") > 2 * LINES:
        return f"more than {LINES} lines"
    if _header_lines(raw) > HEADERS:
        return f"more than {HEADERS} header lines"
    return f"it has more than {PARTS} parts" if _borders(raw) > 2 * PARTS else None


def _header_lines(raw: bytes) -> int:
    end = _BLANK.search(raw)
    return raw.count(b"\n", 0, end.start() if end is not None else len(raw))


def _borders(raw: bytes) -> int:
    """Count the lines that look like borders of parts, and the parts that are divided again, at most a few more."""
    divided = len(_DIVIDED.findall(raw))
    if divided > PARTS or b"boundary*" in raw.lower():
        return 2 * divided + raw.count(b"\n--")
    return sum(raw.count(b"\n--" + border) for border in {one[:20] for one in _BORDER.findall(raw)})


def _letter(message: Message, raw: bytes) -> Letter | Unread:
    walk = Walk()
    said = walk.read(message)
    returned = returned_of(walk.reports)
    sender = next((found for name in ("from", "sender") for found in people_of(message, name)), None)
    if sender is None and not returned:
        told = line_of(message, "from") or line_of(message, "sender")
        return Unread("From", told[:200], "no sender that can be read" if told else "no sender")
    name, references = message_id_of(message), cited_names(message, "references")
    answered = cited_names(message, "in-reply-to")
    text, hidden = cut(said.visible), cut(said.hidden)
    digest = f"sha256:{hashlib.sha256(raw).hexdigest()[:40]}"
    return Letter(
        name=name or digest,
        has_own_name=name is not None,
        digest=digest,
        sender=sender,
        to=people_of(message, "to"),
        cc=people_of(message, "cc"),
        subject=line_of(message, "subject")[:500],
        date=date_of(message),
        received=received_of(message),
        in_reply_to=answered[0] if answered else (references[-1] if references else None),
        references=references,
        is_automatic=is_automatic(message) or _is_report(message),
        is_bulk=is_bulk(message, is_ours=False),
        is_bulk_of_ours=is_bulk(message, is_ours=True),
        has_failed_check=has_failed_check(message),
        text=text,
        hidden_text=hidden,
        attachments=tuple(walk.attachments),
        returned=returned,
        returned_mail=next(iter(walk.returned), None),
        wholes=_wholes(text=(text, said.visible), hidden_text=(hidden, said.hidden)),
    )


def _wholes(**texts: tuple[str, str]) -> dict[str, str]:
    """Shape of `texts`: field → as it is kept, and whole."""
    long = {name: whole for name, (kept, whole) in texts.items() if kept != whole}
    return {name: whole if len(whole.encode()) <= WHOLE_BYTES else "" for name, whole in long.items()}


def _is_report(message: Message) -> bool:
    """Delivery and read reports are written by machines."""
    return tried(message.get_content_type, "") == "multipart/report"
