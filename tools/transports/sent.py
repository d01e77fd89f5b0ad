"""Where a mail server keeps what it was given: asked by a message's own name, and its body compared.

Invariant: "absent" is said only of a folder that has shown another mail which went the same way; a message that bears
the name and says something else is neither found nor absent.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING, Self

from state.errors import RevloopError
from state.settings import Settings
from tools.egress import Egress
from tools.transports.parcel import Looked, Parcel

if TYPE_CHECKING:
    from tools.imap import Folder, Mailbox

MOST = 25 * 1024 * 1024
"""Bytes of a mail that is fetched for comparing."""


@dataclass(frozen=True, slots=True)
class SentFolder:
    """The folder into which the server puts every mail that it takes."""

    box: "Mailbox"
    egress: Egress
    lag: timedelta
    """How long it may take until it shows one."""

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Find it in the settings; None where none is named. Raises: InvalidInput."""
        if not settings.sent_url:
            return None
        from tools.imap import Mailbox, password_of

        box = Mailbox.of(settings.sent_url, "", settings.named_hosts, "sent_url")
        if not box.password:
            box = replace(box, password=password_of(settings))
        return cls(box, Egress(settings.named_hosts), timedelta(seconds=settings.sent_lag_seconds))

    def look(self, parcel: Parcel, others: Iterable[str]) -> Looked:
        """Look for a message by name and body; `others` are names of mails that were handed to the same server."""
        from tools.imap import opened

        try:
            with opened(self.box, self.egress, "It is looked at again.") as folder:
                if found := folder.called(parcel.name):
                    return _compared(folder, found, parcel)
                return "absent" if any(folder.called(name) for name in others) else "unknown"
        except RevloopError:
            return "unknown"


def _compared(folder: "Folder", found: Iterable[int], parcel: Parcel) -> Looked:
    contents = [folder.content(uid, MOST) for uid in found]
    whole = [one for one in contents if one is not None and len(one) <= MOST]
    if len(whole) < len(contents) or any(_name(_read(one)) != parcel.name for one in whole):
        return "unknown"
    wanted = body_hash(parcel.content)
    return "found" if all(body_hash(one) == wanted for one in whole) else "different"


def body_hash(content: bytes) -> str:
    """Hash what a message says: every part decoded, with its kind and file name, without what a server may change.

    Source: RFC 6376, 3.4.4, for ends of lines and of the body; headers and encodings are not compared.
    """
    seal = hashlib.sha256()
    for part in _read(content).walk():
        if part.is_multipart():
            continue
        decoded = part.get_payload(decode=True)
        body = decoded if isinstance(decoded, bytes) else b""
        said = _relaxed(body) if part.get_content_maintype() == "text" else body
        for piece in (part.get_content_type().encode(), (part.get_filename() or "").encode(), said):
            seal.update(len(piece).to_bytes(8, "big") + piece)
    return seal.hexdigest()


def _relaxed(body: bytes) -> bytes:
    lines = [line.rstrip(b" \t") for line in body.replace(b"\r\n", b"\n").split(b"\n")]
    return b"\n".join(lines).rstrip(b"\n")


def _read(content: bytes) -> Message:
    return BytesParser().parsebytes(content)


def _name(message: Message) -> str:
    return str(message.get("Message-ID", "")).strip().removeprefix("<").removesuffix(">")
