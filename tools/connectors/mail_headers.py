"""Read the headers of a mail, however broken they are: nothing here raises, and nothing reads an unbounded line.

Invariant: an address is taken only from where addresses stand; a display name never becomes one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.headerregistry import AddressHeader, DateHeader
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")
TROUBLE: Final = (
    ValueError, LookupError, AttributeError, TypeError, ArithmeticError, AssertionError, RecursionError, MessageError,
)  # fmt: skip
"""What the standard library raises on headers and parts that no standard allows."""
HEADER: Final = 16 * 1024
STRUCTURED: Final = 4 * 1024
"""Longer headers are read by the simple parser: the exact one takes seconds for them."""
REPEATS: Final = 20
"""Headers of one name that are read."""
PEOPLE: Final = 100
"""Recipients kept of one mail."""
EARLIEST: Final = 1980
_ADDRESS: Final = re.compile(r"[^@\s<>,;\"()\[\]\\]{1,64}@[^@\s<>,;\"()\[\]\\]{1,189}")
_NAME: Final = re.compile(r"[!-;=?-~]{1,190}")
_NAMES: Final = re.compile(r"<([!-;=?-~]{1,190})>")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]")
_OVERRIDE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad]")
"""Invisible letters and those that turn the reading direction."""


@dataclass(frozen=True, slots=True)
class Sender:
    """An address as it was written, and the name beside it, which proves nothing."""

    address: str
    name: str


def tried(read: Callable[[], T], otherwise: T) -> T:
    """Give what can be read, else the other."""
    try:
        return read()
    except TROUBLE:
        return otherwise


def unicode_of(raw: str) -> str:
    """Turn bytes that were read as they came into letters; what is none becomes a replacement mark."""
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def clean(text: str) -> str:
    """Take out control signs and half letters; line ends are one sign."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", plain).encode("utf-8", "replace").decode("utf-8")


def raw_headers(message: Message, name: str) -> list[str]:
    """List a header's values as they were written, each bounded."""
    wanted = name.lower()
    found = (value for key, value in message.raw_items() if key.lower() == wanted)
    return [unicode_of(str(value)[:HEADER]) for value in islice(found, REPEATS)]


def line_of(message: Message, name: str) -> str:
    """Read a header as one line of text; empty when there is none."""
    raw = next(iter(raw_headers(message, name)), "")
    text = tried(lambda: str(policy.default.header_factory(name, raw)), "") or tried(
        lambda: _decoded(raw), raw
    )
    return " ".join(clean(text).split())


def _decoded(raw: str) -> str:
    pieces = decode_header(raw)
    return "".join(
        piece if isinstance(piece, str) else piece.decode(charset or "latin-1", "replace")
        for piece, charset in pieces
    )


def people_of(message: Message, name: str) -> tuple[Sender, ...]:
    """List the usable addresses of a header in order, each once."""
    found: dict[str, Sender] = {}
    for raw in raw_headers(message, name):
        for one in _addresses(raw):
            found.setdefault(one.address.lower(), one)
    return tuple(found.values())[:PEOPLE]


def _addresses(raw: str) -> Iterator[Sender]:
    is_short = len(raw) <= STRUCTURED
    header = tried(lambda: policy.default.header_factory("to", raw), None) if is_short else None
    pairs: list[tuple[str, str]] = []
    if isinstance(header, AddressHeader):
        pairs = tried(lambda: [(one.display_name, one.addr_spec) for one in header.addresses], [])
    if not any(is_address(address) for _, address in pairs):
        pairs = tried(lambda: getaddresses([raw]), [])
    for name, address in pairs:
        if is_address(address):
            yield Sender(unicode_of(address), _shown_name(name))


def _shown_name(raw: str) -> str:
    return " ".join(clean(tried(lambda: _decoded(raw), raw)).split())[:200]


def is_address(text: str) -> bool:
    """Tell whether it is one plain address: no quotes, no route, nothing invisible."""
    plain = unicode_of(text)
    is_plain = _ADDRESS.fullmatch(plain) is not None and not _OVERRIDE.search(plain)
    return is_plain and plain == clean(plain) and "\ufffd" not in plain and len(plain) <= 254


def date_of(message: Message) -> datetime | None:
    """Read when the sender says it wrote."""
    return next((at for raw in raw_headers(message, "date")[:1] if (at := instant_of(raw))), None)


def received_of(message: Message) -> datetime | None:
    """Read when the last server took it: the topmost Received header that has a date."""
    stamps = (
        instant_of(raw.rpartition(";")[2]) for raw in raw_headers(message, "received")[:50] if ";" in raw
    )
    return next((at for at in stamps if at is not None), None)


def instant_of(raw: str) -> datetime | None:
    """Read a mail's date; without an offset it is UTC, and no machine sent mail before 1980."""
    header = tried(lambda: policy.default.header_factory("date", raw), None)
    found = tried(lambda: header.datetime, None) if isinstance(header, DateHeader) else None
    found = found or tried(lambda: parsedate_to_datetime(raw), None)
    if found is None or not EARLIEST <= found.year < 9999:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else tried(lambda: found.astimezone(UTC), None)


def message_id_of(message: Message) -> str | None:
    """Read the Message-ID without its brackets; None for none, or for one that no mail program could cite."""
    raw = next(iter(raw_headers(message, "message-id")), "").strip()
    bare = raw[1:-1] if raw.startswith("<") and raw.endswith(">") else raw
    return bare if _NAME.fullmatch(bare) else None


def cited_names(message: Message, name: str) -> tuple[str, ...]:
    """List the Message-IDs that In-Reply-To or References cites, oldest first, the newest 50."""
    found = [one for raw in raw_headers(message, name) for one in _NAMES.findall(raw)]
    return tuple(dict.fromkeys(found[-50:]))


def is_automatic(message: Message) -> bool:
    """Tell whether a machine answered (RFC 3834, and what came before it)."""
    said = line_of(message, "auto-submitted").lower()
    told = {line_of(message, "precedence").lower()}
    marks = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
    return (
        (bool(said) and not said.startswith("no"))
        or "auto_reply" in told
        or any(raw_headers(message, mark) for mark in marks)
    )


def is_bulk(message: Message, *, is_ours: bool) -> bool:
    """Tell whether it went to many; our own single mails carry a List-Unsubscribe too."""
    if line_of(message, "precedence").lower() in ("bulk", "list", "junk") or raw_headers(message, "list-id"):
        return True
    return not is_ours and bool(raw_headers(message, "list-unsubscribe"))


def has_failed_check(message: Message) -> bool:
    """Tell whether the receiving server found that the sender is not who the From header says."""
    told = next(iter(raw_headers(message, "authentication-results")), "").lower()
    return bool(re.search(r"\bdmarc\s*=\s*fail\b", told)) or (
        bool(re.search(r"\bspf\s*=\s*(?:hard)?fail\b", told)) and not re.search(r"\bdkim\s*=\s*pass\b", told)
    )
