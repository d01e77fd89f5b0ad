"""The one way out: every host that a file, a feed or a setting names is resolved once, checked, and called as checked.

Invariant: what is connected to is the address that was checked, never a second look-up; a redirect is a new call with
the same checks; the environment's proxies are not read.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urljoin

from state.governance.destination import (
    Destination,
    Named,
    Refused,
    address_refusal,
    destination_of,
    host_of,
)

CHUNK: Final = 65_536
MOVED: Final = frozenset({301, 302, 303, 307, 308})
USER_AGENT: Final = "Revloop"

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to addresses; called once per host of a call."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a call may cost."""

    content_bytes: int = 10 * 1024 * 1024
    seconds: float = 20.0
    """For the whole answer, redirects apart."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    url: str
    """Where it came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Egress:
    """Calls outside hosts on behalf of one installation."""

    named: Named = frozenset()
    """Hosts an admin named; only they may be private."""
    bounds: Bounds = Bounds()
    resolve: Resolve = system_addresses
    read: Callable[[str, Named], Destination | Refused] = destination_of
    refusal: Callable[[str, str, int, Named], Refused | None] = address_refusal
    certificates: ssl.SSLContext | None = field(default=None, repr=False)
    """None: the system's authorities."""

    def addresses(self, host: str, port: int) -> tuple[str, ...] | Refused:
        """Resolve a host and check every address: one that is refused refuses the host."""
        try:
            found = tuple(self.resolve(host, port))
        except (OSError, UnicodeError):
            return Refused("network", f"the name {host} cannot be found")
        if not found:
            return Refused("network", f"the name {host} cannot be found")
        refusals = (self.refusal(address, host, port, self.named) for address in found)
        return next((one for one in refusals if one is not None), found)

    def opened(self, host: str, port: int, *, is_secure: bool) -> socket.socket | Refused:
        """Connect to a host that some protocol of its own speaks to, such as IMAP."""
        plain = host_of(host, port, self.named)
        return plain if isinstance(plain, Refused) else self._connected(plain, port, is_secure=is_secure)

    def _connected(self, host: str, port: int, *, is_secure: bool) -> socket.socket | Refused:
        found = self.addresses(host, port)
        if isinstance(found, Refused):
            return found
        for address in found:
            try:
                plain = socket.create_connection((address, port), timeout=self.bounds.seconds)
            except OSError:
                continue
            return self._secured(plain, host) if is_secure else plain
        return Refused("network", f"{host} does not answer")

    def _secured(self, plain: socket.socket, host: str) -> socket.socket | Refused:
        context = self.certificates or ssl.create_default_context()
        try:
            return context.wrap_socket(plain, server_hostname=host)
        except (OSError, ValueError):
            plain.close()
            return Refused("network", f"{host} does not show a valid certificate")

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched | Refused:
        """Read a web address, following redirects as far as allowed."""
        seen, asked = self.read(url, self.named), dict(headers or {})
        for _ in range(self.bounds.redirects + 1):
            if isinstance(seen, Refused):
                return seen
            answer = self._asked(seen, asked)
            if isinstance(answer, Refused) or answer.status not in MOVED:
                return answer
            onward = self.read(urljoin(seen.url, answer.headers.get("location", "")), self.named)
            if isinstance(onward, Destination) and (seen.scheme, onward.scheme) == ("https", "http"):
                return Refused("redirect", "the answer leads from a secure address to an open one")
            asked = asked if isinstance(onward, Destination) and onward.host == seen.host else {}
            seen = onward
        return Refused("redirect", f"the answer leads on more than {self.bounds.redirects} times")

    def post(
        self, url: str, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Fetched | Refused:
        """Send to a web address; where it leads on to is not followed, as the body was meant for this one."""
        seen = self.read(url, self.named)
        if isinstance(seen, Refused):
            return seen
        answer = self._asked(seen, {**(headers or {}), "Content-Type": content_type}, body)
        if isinstance(answer, Fetched) and answer.status in MOVED:
            return Refused("redirect", "the answer leads elsewhere, and what was sent is not sent on")
        return answer

    def _asked(
        self, to: Destination, headers: Mapping[str, str], body: bytes | None = None
    ) -> Fetched | Refused:
        plain = self._connected(to.host, to.port, is_secure=to.scheme == "https")
        if isinstance(plain, Refused):
            return plain
        late = threading.Event()
        watch = threading.Timer(self.bounds.seconds, _hang_up, (plain, late))
        watch.daemon = True
        watch.start()
        try:
            answer = self._answered(to, plain, headers, body)
        except TimeoutError:
            answer = self._late(to)
        except (OSError, HTTPException, ValueError):
            answer = Refused("network", f"{to.host} broke off, or answered in no readable form")
        finally:
            watch.cancel()
            plain.close()
        found = self._late(to) if late.is_set() else answer
        return replace(found, has_begun=True) if isinstance(found, Refused) else found

    def _late(self, to: Destination) -> Refused:
        return Refused("time", f"{to.host} took longer than {self.bounds.seconds:g} seconds")

    def _answered(
        self, to: Destination, plain: socket.socket, headers: Mapping[str, str], body: bytes | None = None
    ) -> Fetched | Refused:
        connection = HTTPConnection(to.host, to.port)
        connection.sock, connection.auto_open = plain, 0
        asked = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close", **headers}
        connection.request("GET" if body is None else "POST", to.target, body=body, headers=asked)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        if told.get("content-encoding", "identity").lower() != "identity":
            return Refused("size", f"{to.host} sent a packed answer that was not asked for")
        content = _bounded(response, self.bounds.content_bytes)
        if content is None:
            return Refused("size", f"{to.host} sent more than {self.bounds.content_bytes} bytes")
        if response.length:
            return Refused("network", f"{to.host} broke off before its answer was whole")
        return Fetched(to.url, response.status, told, content)


def _bounded(response: HTTPResponse, most: int) -> bytes | None:
    content = bytearray()
    while chunk := response.read(min(CHUNK, most + 1 - len(content))):
        content += chunk
        if len(content) > most:
            return None
    return bytes(content)


def _hang_up(plain: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
