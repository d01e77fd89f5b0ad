"""The other side: a mail server and an HTTP receiver with a log of their own, which can lag, lie and kill.

Invariant: what counts as an effect is what stands in this log; nothing here imports the program that is judged.
"""

import json
import os
import signal
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_SECONDS = 600.0
LAGS = timedelta(seconds=4)
"""So long the receiver calls absent what it has taken."""
LANDS = timedelta(seconds=3)
"""So long after the call a late effect happens."""
REACHED, KEPT = "transport:reached", "transport:kept"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the other side behaves."""

    is_mute: bool = False
    """It keeps what it was given and drops the line without an answer."""
    is_lagging: bool = False
    """A look within the lag window finds nothing."""
    is_late: bool = False
    """It says nothing, and does it a while after the call."""
    is_keyed: bool = False
    """The same key twice is one effect."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One effect, as the other side had it."""

    key: str
    at: datetime | None
    """The caller's time at which it shows; None for mail."""


@dataclass
class Provider:
    """One log behind two ports; a schedule begins with a fresh page."""

    mail_port: int = 0
    http_port: int = 0
    manner: Manner = field(default_factory=Manner)
    effects: list[Logged] = field(default_factory=list)
    repeats: int = 0
    """Calls under a key that was done already."""
    kill_at: str = ""
    """The step at which the caller is killed; empty: none."""
    has_killed: bool = False
    _victim: int = 0
    _known: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fresh(self, manner: Manner) -> None:
        """Begin a new page."""
        with self._lock:
            self.manner, self.effects, self.repeats = manner, [], 0
            self.kill_at, self.has_killed = "", False

    def arm(self, step: str) -> None:
        """Kill whoever calls next when it comes to a step; its id is told once it is known."""
        self._known.clear()
        self.kill_at, self.has_killed = step, False

    def aim(self, pid: int) -> None:
        """Say which process calls."""
        self._victim = pid
        self._known.set()

    def reach(self, step: str) -> bool:
        """Pass a step; say whether the caller died of it."""
        if self.kill_at != step:
            return False
        self.kill_at = ""
        if not self._known.wait(PATIENCE_SECONDS):
            return False
        self.has_killed = True
        os.kill(self._victim, signal.SIGKILL)
        return True

    def keep(self, key: str, at: datetime | None) -> None:
        """Write an effect down, before anybody is answered."""
        with self._lock:
            if self.manner.is_keyed and any(one.key == key for one in self.effects):
                self.repeats += 1
                return
            shown = at + LANDS if at is not None and self.manner.is_late else at
            self.effects.append(Logged(key, shown))

    def shows(self, key: str, at: datetime) -> bool:
        """Answer a look at the caller's time; within the lag window the answer is a lie."""
        lag = LAGS if self.manner.is_lagging else timedelta(0)
        with self._lock:
            return any(one.key == key and (one.at is None or one.at + lag <= at) for one in self.effects)


class _Mail(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs to hand a message over."""

    @property
    def side(self) -> Provider:
        """Give the log behind this port."""
        assert isinstance(self.server, _MailPort)
        return self.server.provider

    def handle(self) -> None:
        """Talk until the client leaves or the line is dropped."""
        with suppress(OSError):
            self._say("220 here")
            while line := self.rfile.readline():
                if not self._answer(line.decode("latin-1").strip().upper()):
                    return

    def _answer(self, said: str) -> bool:
        verb = said.partition(" ")[0]
        if verb == "DATA":
            return self._take()
        if verb == "RCPT" and self.side.reach(REACHED):
            return False
        self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def _take(self) -> bool:
        provider = self.side
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        name = BytesHeaderParser().parsebytes(b"".join(lines)).get("Message-ID", "")
        provider.keep(str(name), None)
        if provider.reach(KEPT) or provider.manner.is_mute:
            return False
        self._say("250 kept")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()


class _MailPort(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Mail)


class _Http(BaseHTTPRequestHandler):
    """`POST /KEY` has the effect, `GET /KEY` looks for it; the caller's time stands in a header."""

    @property
    def side(self) -> Provider:
        """Give the log behind this port."""
        assert isinstance(self.server, _HttpPort)
        return self.server.provider

    def do_POST(self) -> None:  # the library calls it so
        """Have the effect, then answer or not."""
        provider = self.side
        self.rfile.read(int(self.headers["Content-Length"]))
        if provider.reach(REACHED):
            return
        provider.keep(self.path, self._at())
        if provider.reach(KEPT):
            return
        is_first = not provider.repeats
        if (provider.manner.is_mute and is_first) or provider.manner.is_late:
            self.close_connection = True
            return
        self._say({"kept": True})

    def do_GET(self) -> None:  # see above
        """Say whether it is there, as far as this side says so."""
        self._say({"found": self.side.shows(self.path, self._at())})

    def _at(self) -> datetime:
        return datetime.fromisoformat(self.headers["X-At"])

    def _say(self, answer: dict[str, bool]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library calls it so
        """Print nothing."""


class _HttpPort(ThreadingHTTPServer):
    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Http)


@contextmanager
def listening() -> Generator[Provider, None, None]:
    """Open both ports on the loopback."""
    provider = Provider()
    with _MailPort(provider) as mail, _HttpPort(provider) as http:
        provider.mail_port, provider.http_port = mail.server_address[1], http.server_address[1]
        threads = [threading.Thread(target=one.serve_forever, args=(0.05,)) for one in (mail, http)]
        for thread in threads:
            thread.start()
        try:
            yield provider
        finally:
            mail.shutdown()
            http.shutdown()
            for thread in threads:
                thread.join()
