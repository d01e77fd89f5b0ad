"""Walk the parts of a mail: what it says, what it hides, what is attached; bounded in depth, number and size.

Invariant: of an attachment only name and sha256 are kept; of an alternative the richest form is what a reader sees,
and what another form says besides is hidden text.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from typing import Final

from tools.connectors.archive import UNPACKED, packing_fault
from tools.connectors.mail_headers import STRUCTURED, TROUBLE, clean, message_id_of, tried
from tools.connectors.mail_html import MOST, Said, split_html, split_tags

DEPTH: Final = 20
PARTS: Final = 200
DESCRIBING: Final = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
UNSAFE_CHARSETS: Final = frozenset({"idna", "punycode", "undefined", "mbcs", "oem"})
COMPARED: Final = 64 * 1024
PIECES: Final = 4000
_MARKUP: Final = re.compile(r"<(?:html|body|table|div)\b", re.IGNORECASE)
_STOP: Final = re.compile(r"(?<=[.!?])\s+|\n")


class TooMuch(Exception):
    """A mail is deeper, larger or more divided than a mail may be."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is attached: its name as the sender wrote it, and the hash of what it is."""

    name: str
    sha256: str
    fault: str | None = None
    """Why nobody should unpack it."""

    @property
    def label(self) -> str:
        """One line for the record."""
        return f"{self.name} sha256:{self.sha256}" + (f" ({self.fault})" if self.fault else "")


@dataclass
class Walk:
    """One pass over a mail; it fills up."""

    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Message] = field(default_factory=list)
    """Blocks of machine-readable delivery reports."""
    returned: list[str] = field(default_factory=list)
    """Message-IDs of mails that are enclosed whole or as headers."""
    parts: int = 0
    unpacked: int = 0

    def read(self, part: Message, depth: int = 0) -> Said:
        """Read a part with all below it. Raises: TooMuch."""
        self.parts += 1
        if depth > DEPTH:
            raise TooMuch(f"parts are nested deeper than {DEPTH}")
        if self.parts > PARTS:
            raise TooMuch(f"it has more than {PARTS} parts")
        if any(len(str(value)) > STRUCTURED for key, value in part.raw_items() if key.lower() in DESCRIBING):
            raise TooMuch("a header of a part is longer than 4 KB")
        kind = tried(part.get_content_type, "text/plain")
        below = part.get_payload() if part.is_multipart() else None
        if isinstance(below, list):
            return self._divided(kind, [one for one in below if isinstance(one, Message)], part, depth)
        return self._leaf(kind, part)

    def _divided(self, kind: str, below: list[Message], part: Message, depth: int) -> Said:
        if kind == "message/delivery-status":
            self.reports += below
            return Said()
        if kind.startswith("message/"):
            self._enclosed(part, below, depth)
            return Said()
        said = [self.read(one, depth + 1) for one in below]
        if kind == "multipart/alternative":
            return _richest(said)
        return Said(_joined(one.visible for one in said), _joined(one.hidden for one in said))

    def _enclosed(self, part: Message, below: list[Message], depth: int) -> None:
        """Keep an enclosed mail as an attachment; its own parts count, its words do not."""
        for one in below:
            inner = Walk(parts=self.parts)
            inner.read(one, depth + 1)
            self.parts = inner.parts
            name = message_id_of(one)
            self.returned += [name] if name else []
            self.attachments.append(Attachment(_file_name(part, "message/rfc822"), _hash(_bytes_of(one))))

    def _leaf(self, kind: str, part: Message) -> Said:
        content = _content(part)
        if kind == "text/rfc822-headers":
            found = re.search(rb"(?im)^message-id:\s*<([!-;=?-~]{1,190})>", content[:COMPARED])
            self.returned += [found[1].decode("ascii")] if found else []
            return Said()
        if kind.startswith("multipart/"):
            return self._undivided(kind, part, content)
        if not kind.startswith("text/") or kind == "text/calendar" or _is_attached(part):
            self._attach(kind, part, content)
            return Said()
        text = clean(_decoded(part, content[: MOST * 4]))
        if kind == "text/html":
            return tried(lambda: split_html(text), Said("", text[:MOST]))
        visible, tagged = split_tags(text[:MOST])
        return Said(visible.strip(), tagged)

    def _undivided(self, kind: str, part: Message, content: bytes) -> Said:
        """Read what says it has parts and has none: the words before the first line that looks like a border."""
        self._attach(kind, part, content)
        text = re.split(r"(?m)^--\S.*$", clean(_decoded(part, content[:MOST])), maxsplit=1)[0].strip()
        return split_html(text) if _MARKUP.search(text) else Said(text)

    def _attach(self, kind: str, part: Message, content: bytes) -> None:
        if not content and not _is_attached(part):
            return
        seen, fault = packing_fault(content, UNPACKED - self.unpacked)
        self.unpacked += seen
        self.attachments.append(Attachment(_file_name(part, kind), _hash(content), fault))


def _richest(said: list[Said]) -> Said:
    """Take the last form that says something; lines that only another form has are hidden from its reader."""
    place = max((place for place, one in enumerate(said) if one.visible), default=None)
    if place is None:
        return Said("", _joined(one.hidden for one in said))
    shown = said[place]
    besides = (only_in(one.visible, shown.visible) for number, one in enumerate(said) if number != place)
    return Said(shown.visible, _joined([*(one.hidden for one in said), *besides]))


def only_in(text: str, other: str) -> str:
    """Give the sentences and lines of a text whose words the other text does not have in that order."""
    known = _squashed(other)
    pieces = _STOP.split(text[:COMPARED])
    kept = [piece for piece in pieces[:PIECES] if len(bare := _squashed(piece)) > 2 and bare not in known]
    return _joined(["\n".join(kept), "\n".join(pieces[PIECES:]), text[COMPARED:]])


def _squashed(text: str) -> str:
    plain = re.sub(r"https?://[^\s>)\]]{1,2000}", "", text)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)


def _is_attached(part: Message) -> bool:
    said = tried(part.get_content_disposition, None)
    return said == "attachment" or bool(tried(part.get_filename, None))


def _file_name(part: Message, kind: str) -> str:
    raw = tried(part.get_filename, None) or ""
    name = " ".join(clean(raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")).split())
    return re.split(r"[/\\]", name)[-1][:200] or f"unnamed {kind}"


def _content(part: Message) -> bytes:
    found = tried(lambda: part.get_payload(decode=True), None)
    if isinstance(found, bytes):
        return found
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _decoded(part: Message, content: bytes) -> str:
    named = (tried(part.get_content_charset, None) or "").lower()
    for charset in (named, "utf-8", "cp1252"):
        if not charset or charset.replace("_", "-") in UNSAFE_CHARSETS:
            continue
        try:
            return content.decode(charset)
        except TROUBLE:
            continue
    return content.decode("latin-1")


def _bytes_of(part: Message) -> bytes:
    return tried(lambda: part.as_bytes(policy=compat32), b"") or repr(part.get_payload()).encode(
        "utf-8", "replace"
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
