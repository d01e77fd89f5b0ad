"""Read a mailbox over IMAP: only what came since the cursor, through the one egress port, without marking it as read.

Invariant: the mailbox is opened read-only and mails are peeked at; a mail that is too large is never fetched; when the
server gives out ids anew, everything is read again, which is harmless.
Source: RFC 3501 (UIDVALIDITY, UIDNEXT, BODY.PEEK); the parser is that of files.
"""

import imaplib
import re
import socket
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from state.errors import InvalidInput, Unavailable
from state.governance.destination import Refused
from state.world.event import Event
from tools.connectors.mail import MAIL
from tools.connectors.mail_events import Mailroom
from tools.connectors.port import Batch, FileRead, Found, Reject
from tools.egress import Egress

TOGETHER: Final = 50
"""Mails in one batch."""
_UID: Final = re.compile(rb"\bUID (\d{1,10})")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})")
_CURSOR: Final = re.compile(r"(\d{1,10}):(\d{1,10})")
_FOLDER: Final = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,200}")
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


class _Client(imaplib.IMAP4):
    """Speaks over a connection that is already made, to the address that was checked."""

    def __init__(self, connected: Callable[[], socket.socket]) -> None:
        self._connected = connected
        super().__init__()

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connected()


@dataclass(frozen=True)
class Imap:
    """The connector of one mailbox; its cursor is UIDVALIDITY:UIDNEXT."""

    box: Mailbox
    room: Mailroom
    egress: Egress

    @property
    def name(self) -> str:
        """Which mailbox it is."""
        return f"{self.box.user}@{self.box.host}/{self.box.folder}"

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Read what came since the cursor, in order. Raises: Unavailable, InvalidInput."""
        if not _FOLDER.fullmatch(self.box.folder):
            raise InvalidInput("The folder has no proper name.", field="folder", value=self.box.folder)
        with self._opened() as client:
            epoch, after = self._selected(client)
            first = _since(cursor, epoch)
            waiting = [uid for uid in self._listed(client, first) if first <= uid < after]
            parts = [waiting[start : start + TOGETHER] for start in range(0, len(waiting), TOGETHER)]
            for number, part in enumerate(parts, start=1):
                is_last = number == len(parts)
                found = [one for uid in part for one in self._read(client, uid)]
                taken = sum(1 for one in found if isinstance(one, Event))
                onward = after if is_last else part[-1] + 1
                yield Batch(
                    tuple(found), f"{epoch}:{onward}", is_last, (FileRead(self.name, len(part), taken),)
                )
            if not parts:
                yield Batch((), f"{epoch}:{max(first, after)}", is_last=True)

    @contextmanager
    def _opened(self) -> Generator[_Client]:
        try:
            client = _Client(self._connected)
        except _FAULTS as fault:
            raise self._unopened(fault) from fault
        try:
            self._let_in(client)
            yield client
        except _FAULTS as fault:
            raise Unavailable(
                f"The mailbox {self.name} broke off: {_words(fault)}.",
                remedy="Import again: it goes on where it stopped.",
            ) from fault
        finally:
            with suppress(*_FAULTS):
                client.logout()
            with suppress(OSError):
                client.shutdown()

    def _let_in(self, client: _Client) -> None:
        try:
            client.login(self.box.user, self.box.password)
        except _FAULTS as fault:
            raise self._unopened(fault) from fault

    def _unopened(self, fault: BaseException) -> Unavailable:
        return Unavailable(
            f"The mailbox {self.name} cannot be opened: {_words(fault)}.",
            field="mailbox",
            value=self.box.host,
            remedy="Check host, user and password.",
        )

    def _connected(self) -> socket.socket:
        made = self.egress.opened(self.box.host, self.box.port, is_secure=self.box.is_secure)
        if isinstance(made, Refused):
            raise Unavailable(
                f"The mail server is not called: {made.reason}.",
                field="host",
                value=self.box.host,
                remedy="An admin names hosts inside the network.",
            )
        return made

    def _selected(self, client: _Client) -> tuple[int, int]:
        """Shape: (UIDVALIDITY, UIDNEXT)."""
        _good(client.select(f'"{self.box.folder}"', readonly=True))
        epoch, after = (client.response(name)[1] for name in ("UIDVALIDITY", "UIDNEXT"))
        if not epoch or not after or epoch[0] is None or after[0] is None:
            raise Unavailable(f"The mailbox {self.name} gives out no lasting ids (UIDVALIDITY, UIDNEXT).")
        return int(epoch[0]), int(after[0])

    def _listed(self, client: _Client, first: int) -> list[int]:
        told = _good(client.uid("SEARCH", f"UID {first}:*"))
        return sorted({int(uid) for line in told if isinstance(line, bytes) for uid in line.split()})

    def _read(self, client: _Client, uid: int) -> Iterator[Found]:
        about = b" ".join(_heads(_good(client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))))
        size = _SIZE.search(about)
        if size is None:
            return
        if int(size[1]) > MAIL:
            yield Reject(self.name, uid, "mail", "", "larger than 25 MB")
            return
        content = _body(_good(client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MAIL + 1}>)")), uid)
        if content is None:
            yield Reject(self.name, uid, "mail", "", "the server did not send it")
            return
        yield from self.room.found(content, self.name, uid, _came(about))


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
    """Read when the server took it."""
    found = re.search(rb'INTERNALDATE "([ \d]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4})"', about)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _since(cursor: str | None, epoch: int) -> int:
    """Say from which id to read: from the first where the ids are given out anew."""
    known = _CURSOR.fullmatch(cursor or "")
    return int(known[2]) if known is not None and int(known[1]) == epoch else 1


def _words(fault: BaseException) -> str:
    """Say what went wrong without repeating what a server wrote at length."""
    return " ".join(str(fault).split())[:120] or type(fault).__name__
