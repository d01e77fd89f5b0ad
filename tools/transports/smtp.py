"""An SMTP server: every recipient accepted before a byte of the message is handed over.

Invariant: what is unclear once DATA has begun is unknown, never retried here; before DATA nothing was sent; the
server is called as the one way out has checked it.
"""

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from state.errors import InvalidInput
from state.governance.destination import Refused
from state.ports.tooling import Sent
from tools.egress import Egress
from tools.transports.approved import Approved
from tools.transports.parcel import Looked, Parcel
from tools.transports.sent import SentFolder

_PORTS = {"smtp": 25, "smtps": 465}
WITNESSES = 5
"""How many mails that went the same way are looked for, before a missing one is believed to be missing."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where and as whom to hand mail over."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """On this machine's loopback."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def name(self) -> str:
        """Which one it is, as marks say it."""
        return f"{self.user}@{self.host}:{self.port}"

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtp://user:password@host:port` or `smtps://…`. Raises: InvalidInput."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            parts, port = urlsplit(""), 0
        if not parts.hostname:
            raise InvalidInput(
                "The SMTP address cannot be read.",
                field="smtp_url",
                remedy="Write smtp://user:password@host:port.",
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)


class _Declined(Exception):
    """A definite answer before DATA: nothing was sent."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.detail)
        self.sent = sent


class _Line(smtplib.SMTP):
    """Speaks over a connection that is already made, and keeps what it has told the server of the envelope."""

    said_sender = ""
    said_to: tuple[str, ...] = ()

    def __init__(self, made: socket.socket, host: str, port: int) -> None:
        self._made = made
        super().__init__(host, port, "localhost")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._made

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Begin an envelope."""
        self.said_sender, self.said_to = sender, ()
        return super().mail(sender, options)

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Add a recipient, whatever the server answers."""
        self.said_to = (*self.said_to, recip)
        return super().rcpt(recip, options)


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Hands mail to one server; SMTP itself cannot be asked afterwards, the folder of what was sent can."""

    server: Server
    trail: Path
    """Where a mark says to whom a message was handed, so that a later look elsewhere calls nothing absent."""
    egress: Egress
    sent: SentFolder | None = None
    timeout_seconds: float = 20.0

    def deliver(self, parcel: Parcel, approved: Approved) -> Sent:
        """Open, offer every recipient, hold what the server was told against what was approved, then the message."""
        return marked(self.trail, parcel, self.server.name, lambda: self._hand_over(parcel, approved))

    def look(self, parcel: Parcel) -> Looked:
        """Look where this server keeps what it was given; without such a folder nobody can say."""
        if self.sent is None or not self._is_mine(mark_of(self.trail, parcel)):
            return "unknown"
        return self.sent.look(parcel, self._witnesses(parcel))

    def _is_mine(self, mark: Path) -> bool:
        """Say whether a message was handed to this server, or to none."""
        return not mark.exists() or mark.read_text(encoding="utf-8") == self.server.name

    def _witnesses(self, parcel: Parcel) -> Iterator[str]:
        """Name the newest other messages that went this way: a folder that shows none of them shows nothing."""
        marks = [one for one in self.trail.glob(".*.handed") if one != mark_of(self.trail, parcel)]
        mine = filter(self._is_mine, sorted(marks, key=lambda one: one.stat().st_mtime_ns, reverse=True))
        yield from (one.name.removeprefix(".").removesuffix(".handed") for one in islice(mine, WITNESSES))

    def _hand_over(self, parcel: Parcel, approved: Approved) -> Sent:
        has_begun = False
        try:
            with self._open() as server:
                _offer(server, parcel)
                content = parcel.content
                _is_approved(server, approved, content)
                has_begun = True
                return _answered(*server.data(content), unclear="unknown")
        except _Declined as declined:
            return declined.sent
        except smtplib.SMTPResponseException as fault:
            return _answered(
                fault.smtp_code, fault.smtp_error, unclear="unknown" if has_begun else "not_done"
            )
        except smtplib.SMTPNotSupportedError as fault:
            return Sent("unknown" if has_begun else "refused", str(fault))
        except (OSError, smtplib.SMTPException) as fault:
            return Sent("unknown" if has_begun else "not_done", str(fault) or type(fault).__name__)

    @contextmanager
    def _open(self) -> Generator["_Line"]:
        """Connect, encrypt where offered, log in; a password goes over an encrypted line or this machine only."""
        where = self.server
        server = self._connected()
        try:
            server.ehlo()
            is_private = where.is_tls or where.is_here
            if not where.is_tls and server.has_extn("starttls"):
                server.starttls(context=self.egress.certificates or ssl.create_default_context())
                server.ehlo()
                is_private = True
            if where.user and not is_private:
                raise _Declined(Sent("refused", "the server offers no encryption for the password"))
            if where.user:
                server.login(where.user, where.password)
            yield server
        finally:
            _leave(server)

    def _connected(self) -> "_Line":
        host, port = self.server.host, self.server.port
        made = self.egress.opened(host, port, is_secure=self.server.is_tls)
        if isinstance(made, Refused):
            raise _Declined(Sent("not_done" if made.code == "network" else "refused", made.reason))
        made.settimeout(self.timeout_seconds)
        try:
            return _Line(made, host, port)
        except (OSError, smtplib.SMTPException):
            made.close()
            raise


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _offer(server: smtplib.SMTP, parcel: Parcel) -> None:
    """Name sender and recipients; if one is declined, nothing is sent to any. Raises: _Declined."""
    _accepted(server, *server.mail(parcel.sender))
    for address in parcel.recipients:
        _accepted(server, *server.rcpt(address))


def _is_approved(server: _Line, approved: Approved, content: bytes) -> None:
    """Stop before the message where the envelope or the bytes are not those approved. Raises: _Declined."""
    changed = approved.difference(server.said_sender, server.said_to, content)
    if changed is not None:
        with suppress(OSError, smtplib.SMTPException):
            server.rset()
        raise _Declined(Sent("refused", changed, is_mismatch=True))


def _accepted(server: smtplib.SMTP, code: int, answer: bytes) -> None:
    if code in (250, 251):
        return
    with suppress(OSError, smtplib.SMTPException):
        server.rset()
    raise _Declined(_answered(code, answer))


def _answered(
    code: int, answer: bytes | str, *, unclear: Literal["unknown", "not_done"] = "not_done"
) -> Sent:
    """Read a reply: 2xx is taken, 4xx not now, 5xx never; anything else is no answer."""
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    detail = f"{code} {said}".replace("\n", " ").strip()[:300]
    kinds: dict[int, Literal["receipt", "not_done", "refused"]] = {2: "receipt", 4: "not_done", 5: "refused"}
    found = kinds.get(code // 100)
    return Sent(unclear if found is None else found, detail)


def marked(trail: Path, parcel: Parcel, where: str, hand_over: Callable[[], Sent]) -> Sent:
    """Leave a mark before a message is handed over, and take it away where nothing was sent."""
    mark = mark_of(trail, parcel)
    try:
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch(mode=0o600)
        mark.write_text(where, encoding="utf-8")
    except OSError as fault:
        return Sent("not_done", f"the outbox folder cannot be written: {fault.strerror}")
    sent = hand_over()
    if sent.kind in ("not_done", "refused"):
        mark.unlink(missing_ok=True)
    return sent


def mark_of(trail: Path, parcel: Parcel) -> Path:
    """Name the mark of a message that was handed to a server."""
    return trail / f".{parcel.name}.handed"
