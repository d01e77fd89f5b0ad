"""A small IMAP server on the loopback: one mailbox that is read, and a log of what was asked."""

import re
import socketserver
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass
class ImapBox:
    """What the server holds, and what it was asked."""

    mails: dict[int, bytes] = field(default_factory=dict)
    epoch: int = 7
    password: str = "secret"
    arrived: str = "09-Mar-2026 11:30:00 +0000"
    sizes: dict[int, int] = field(default_factory=dict)
    """What the server says of a mail's size, where it is not the truth."""
    faults: frozenset[str] = frozenset()
    """`no_ids`: no UIDVALIDITY; `hang_up`: the line goes dead at the first FETCH; `no_body`: mails are not sent."""
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def following(self) -> int:
        """The id that the next mail will have."""
        return max(self.mails, default=0) + 1


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    box: ImapBox
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self._say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().partition(b" ")
            self.box.asked.append(rest.decode())
            verb = rest.split(b" ")[0].upper()
            if verb == b"UID" and b"FETCH" in rest.upper() and "hang_up" in self.box.faults:
                return
            for answer in self._answers(verb, rest):
                self._say(answer)
            done = b"NO no" if verb == b"LOGIN" and not self._is_let_in(rest) else b"OK done"
            self._say(tag + b" " + done)
            if verb == b"LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _is_let_in(self, rest: bytes) -> bool:
        words = [one[0] or one[1] for one in _QUOTED.findall(rest)]
        return bool(words[-1] == self.box.password.encode())

    def _answers(self, verb: bytes, rest: bytes) -> Iterator[bytes]:
        if verb == b"CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1"
        elif verb in (b"SELECT", b"EXAMINE"):
            yield b"* %d EXISTS" % len(self.box.mails)
            if "no_ids" not in self.box.faults:
                yield b"* OK [UIDVALIDITY %d] ok" % self.box.epoch
                yield b"* OK [UIDNEXT %d] ok" % self.box.following
        elif verb == b"LOGOUT":
            yield b"* BYE bye"
        elif verb == b"UID" and b"SEARCH" in rest.upper():
            yield self._search(rest)
        elif verb == b"UID":
            yield from self._fetch(rest)

    def _search(self, rest: bytes) -> bytes:
        """List from an id on, as servers do with the last mail among them; or those that bear a name."""
        if b"HEADER" in rest.upper():
            name = _QUOTED.findall(rest)[-1][0]
            named = sorted(uid for uid, mail in self.box.mails.items() if name in mail)
            return b"* SEARCH" + b"".join(b" %d" % uid for uid in named)
        first = int(re.findall(rb"UID (\d+):", rest)[-1])
        listed = sorted(uid for uid in self.box.mails if uid >= first or uid == max(self.box.mails))
        return b"* SEARCH" + b"".join(b" %d" % uid for uid in listed)

    def _fetch(self, rest: bytes) -> Iterator[bytes]:
        uid = int(rest.split(b" ")[2])
        mail = self.box.mails.get(uid)
        if mail is None:
            return
        if b"BODY.PEEK[]" not in rest:
            size = self.box.sizes.get(uid, len(mail))
            yield b'* 1 FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")' % (
                uid,
                size,
                self.box.arrived.encode(),
            )
        elif "no_body" not in self.box.faults:
            yield b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (uid, len(mail), mail)


@contextmanager
def imap_server(box: ImapBox) -> Generator[ImapBox]:
    """Listen on a free port of the loopback."""
    talk = type("Talk", (_Talk,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        box.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join(timeout=5)
