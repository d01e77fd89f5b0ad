"""A mailbox on a server: opened read-only through the one way out, asked by id or by a mail's name, without marking it.

Invariant: what is connected to is the address that was checked; mails are peeked at; no password is repeated.
Source: RFC 3501 (UIDVALIDITY, UIDNEXT, BODY.PEEK, SEARCH HEADER).
"""

import imaplib
import re
import socket
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from state.errors import InvalidInput, Unavailable
from state.governance.destination import PORTS, Named, Refused
from state.settings import Settings
from tools.egress import Egress

_UID: Final = re.compile(rb"\bUID (\d{1,10})")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})")
_CAME: Final = re.compile(rb'INTERNALDATE "([ \d]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4})"')
_FOLDER: Final = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,200}")
_NAME: Final = re.compile(r"[^\x00-\x20\x7f\"\\<>]{1,320}")
_FAULTS: Final = (imaplib.IMAP4.error, OSError, ValueError, TypeError, IndexError)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a mailbox is, and how it is opened."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    is_secure: bool = True

    @property
    def name(self) -> str:
        """Which mailbox it is."""
        return f"{self.user}@{self.host}/{self.folder}"

    @classmethod
    def of(cls, url: str, password: str, named: Named, setting: str) -> "Mailbox":
        """Read `imaps://USER@HOST/FOLDER`; a password in it is used where none is given. Raises: InvalidInput."""
        try:
            parts = urlsplit(url)
            host, port, user = parts.hostname or "", parts.port, unquote(parts.username or "")
        except ValueError:
            parts, host, port, user = urlsplit(""), "", None, ""
        if not host or not user or parts.scheme not in ("imap", "imaps"):
            raise InvalidInput(
                "The address of the mailbox is not complete.",
                field=setting,
                remedy="Write imaps://USER@HOST/FOLDER; an @ in the user's name is %40.",
            )
        is_secure = parts.scheme == "imaps"
        if not is_secure and host not in named:
            raise InvalidInput(
                "A mailbox outside is opened over TLS alone.", field=setting, value=host,
                remedy="Write imaps://.",
            )  # fmt: skip
        return cls(
            host=host,
            user=user,
            password=password or unquote(parts.password or ""),
            port=port or PORTS[parts.scheme],
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_secure=is_secure,
        )


class Client(imaplib.IMAP4):
    """Speaks over a connection that is already made, to the address that was checked."""

    def __init__(self, connected: Callable[[], socket.socket]) -> None:
        self._connected = connected
        super().__init__()

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connected()


def password_of(settings: Settings) -> str:
    """Read the password of mailboxes. Raises: InvalidInput when there is none, or others can read its file."""
    if settings.imap_password:
        return settings.imap_password
    if not settings.imap_password_file:
        raise InvalidInput(
            "The mailbox has no password.", field="imap_password",
            remedy="Set REVLOOP_IMAP_PASSWORD, or REVLOOP_IMAP_PASSWORD_FILE.",
        )  # fmt: skip
    file = Path(settings.imap_password_file).expanduser()
    if not file.is_file():
        raise InvalidInput("The password's file is not there.", field="imap_password_file", value=str(file))
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise InvalidInput(
            "The password's file can be read by others.", field="imap_password_file", value=str(file),
            remedy=f"Run: chmod 600 {file}",
        )  # fmt: skip
    return file.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a mail before it is fetched."""

    size: int
    """Bytes."""
    came: datetime | None
    """When the server took it."""


@dataclass(frozen=True)
class Folder:
    """One folder, open; every method raises imaplib's errors, which `opened` turns into ours."""

    client: Client
    epoch: int
    """UIDVALIDITY: ids are lasting within it."""
    after: int
    """UIDNEXT: the id that the next mail will have."""

    def since(self, first: int) -> list[int]:
        """List ids from one on; as servers do, the last mail may be among them though it is older."""
        return self._searched(f"UID {first}:*")

    def called(self, name: str) -> list[int]:
        """List the mails with a Message-ID, given without its brackets."""
        if not _NAME.fullmatch(name):
            raise ValueError("no mail can have that name")
        return self._searched(f'HEADER Message-ID "<{name}>"')

    def head(self, uid: int) -> Head | None:
        """Ask for size and arrival."""
        about = b" ".join(_heads(_good(self.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))))
        size = _SIZE.search(about)
        return None if size is None else Head(int(size[1]), _came(about))

    def content(self, uid: int, most: int) -> bytes | None:
        """Fetch a mail, at most so many bytes and one."""
        return _body(_good(self.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{most + 1}>)")), uid)

    def _searched(self, criterion: str) -> list[int]:
        told = _good(self.client.uid("SEARCH", criterion))
        return sorted({int(uid) for line in told if isinstance(line, bytes) for uid in line.split()})


@contextmanager
def opened(box: Mailbox, egress: Egress, again: str) -> Generator[Folder]:
    """Open the folder read-only; `again` says what to do when it breaks off. Raises: Unavailable, InvalidInput."""
    if not _FOLDER.fullmatch(box.folder):
        raise InvalidInput("The folder has no proper name.", field="folder", value=box.folder)
    try:
        client = Client(lambda: _connected(box, egress))
    except _FAULTS as fault:
        raise _unopened(box, fault) from fault
    try:
        _let_in(client, box)
        yield _selected(client, box)
    except _FAULTS as fault:
        raise Unavailable(f"The mailbox {box.name} broke off: {_words(fault)}.", remedy=again) from fault
    finally:
        with suppress(*_FAULTS):
            client.logout()
        with suppress(OSError):
            client.shutdown()


def _let_in(client: Client, box: Mailbox) -> None:
    try:
        client.login(box.user, box.password)
    except _FAULTS as fault:
        raise _unopened(box, fault) from fault


def _unopened(box: Mailbox, fault: BaseException) -> Unavailable:
    return Unavailable(
        f"The mailbox {box.name} cannot be opened: {_words(fault)}.",
        field="mailbox",
        value=box.host,
        remedy="Check host, user and password.",
    )


def _connected(box: Mailbox, egress: Egress) -> socket.socket:
    made = egress.opened(box.host, box.port, is_secure=box.is_secure)
    if isinstance(made, Refused):
        raise Unavailable(
            f"The mail server is not called: {made.reason}.",
            field="host",
            value=box.host,
            remedy="An admin names hosts inside the network.",
        )
    return made


def _selected(client: Client, box: Mailbox) -> Folder:
    _good(client.select(f'"{box.folder}"', readonly=True))
    epoch, after = (client.response(name)[1] for name in ("UIDVALIDITY", "UIDNEXT"))
    if not epoch or not after or epoch[0] is None or after[0] is None:
        raise Unavailable(f"The mailbox {box.name} gives out no lasting ids (UIDVALIDITY, UIDNEXT).")
    return Folder(client, int(epoch[0]), int(after[0]))


def _good(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    """Give what the server answered. Raises: imaplib.IMAP4.error."""
    status, told = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server answered {status}")
    return told


def _heads(told: Sequence[object]) -> Iterator[bytes]:
    for one in told:
        head = one[0] if isinstance(one, tuple) else one
        if isinstance(head, bytes):
            yield head


def _body(told: Sequence[object], uid: int) -> bytes | None:
    """Find the mail among what was sent: another one's answer is not taken for it."""
    for number, one in enumerate(told):
        if not (isinstance(one, tuple) and len(one) == 2 and isinstance(one[1], bytes)):
            continue
        after = told[number + 1] if number + 1 < len(told) else b""
        named = _UID.search(bytes(one[0])) or _UID.search(after if isinstance(after, bytes) else b"")
        if named is None or int(named[1]) == uid:
            return one[1]
    return None


def _came(about: bytes) -> datetime | None:
    found = _CAME.search(about)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _words(fault: BaseException) -> str:
    """Say what went wrong without repeating what a server wrote at length."""
    return " ".join(str(fault).split())[:120] or type(fault).__name__
