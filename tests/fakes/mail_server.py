"""A mail server on the loopback that keeps its own log and can misbehave at any step."""

import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """What came in, as the server saw it; `faults` names a step and what it answers."""

    faults: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "mail" in self.faults:
            return self.faults["mail"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.faults:
            return self.faults[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # see above
        content = envelope.content
        assert isinstance(content, bytes)
        if "data" in self.faults:
            return self.faults["data"]
        self.mails.append((str(envelope.mail_from), tuple(envelope.rcpt_tos), content))
        return "250 kept"


@contextmanager
def mail_server(faults: Mapping[str, str] | None = None) -> Generator[MailServer]:
    """Listen on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    log = MailServer(dict(faults or {}), port=port)
    controller = Controller(log, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield log
    finally:
        controller.stop()


@contextmanager
def scripted_server(*answers: str | None) -> Generator[str]:
    """Answer one line per command, whatever it is, and hang up at None: for what no honest server does."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as lines:
            for answer in answers:
                if answer is None:
                    return
                lines.write(answer.encode() + b"\r\n")
                lines.flush()
                if answer.startswith("354"):
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                elif not lines.readline():
                    return

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    with listening:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    thread.join(timeout=5)
