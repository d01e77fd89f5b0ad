"""What stands around every request: headers that forbid, a bound on what is sent, on how often, and counters.

Invariant: no page may run or load anything that does not come from here, and none can be framed.
"""

import base64
import hashlib
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter_ns

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.problems import MEDIA, problem_of, refused
from server.render.page import STYLE as BRIEF_STYLE
from server.render.situation_picture import STYLE as PICTURE_STYLE
from state.errors import TooLarge
from state.ports.clock import Clock

MOST_BYTES = 256 * 1024
PER_MINUTE = 300
"""Writes of one client in a minute; a person clears ten cards with thirty."""
CLIENTS = 10_000
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds until an answer begins, as they are counted."""


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {_hash(PICTURE_STYLE)} {_hash(BRIEF_STYLE)}",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Shield:
    """Adds the headers, and refuses a body that is too large before anything reads it whole."""

    def __init__(self, app: ASGIApp, *, is_https: bool, counts: "Counts") -> None:
        self.app = app
        self.counts = counts
        self.headers = dict(HEADERS)
        if is_https:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        is_over, began_ns = [False], perf_counter_ns()

        async def shielded(message: Message) -> None:
            if is_over[0]:
                return
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
                self.counts.answer(str(scope["method"]), int(message["status"]), perf_counter_ns() - began_ns)
            await send(message)

        if _declared(scope) <= MOST_BYTES:
            with suppress(TooLarge):
                await self.app(scope, _bounded(receive, is_over), shielded)
            if not is_over[0]:
                return
        is_over[0] = False
        await JSONResponse(problem_of(_too_large()), 413, None, MEDIA)(scope, receive, shielded)


class KnownHost:
    """Lets in who asks under a name the server has: a page elsewhere cannot reach it under a name of its own."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it as every failure is told."""
        is_known = [False]

        async def known(scope: Scope, receive: Receive, send: Send) -> None:
            is_known[0] = True

        async def unheard(message: Message) -> None:
            """Say nothing: the refusal is told in our form."""

        await TrustedHostMiddleware(known, self.names, www_redirect=False)(scope, receive, unheard)
        app = self.app if is_known[0] else refused(400, "Nothing is served under this host name.")
        await app(scope, receive, send)


def _declared(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "0")
    return int(said) if said.isdigit() else 0


def _too_large() -> TooLarge:
    return TooLarge("That is too much at once.", remedy=f"At most {MOST_BYTES // 1024} kB.")


def _bounded(receive: Receive, is_over: list[bool]) -> Receive:
    """Count what arrives; a body that was declared smaller, or not at all, ends here. Raises: TooLarge."""
    came = [0]

    async def counted() -> Message:
        message = await receive()
        came[0] += len(message.get("body", b""))
        if came[0] > MOST_BYTES:
            is_over[0] = True
            raise _too_large()
        return message

    return counted


@dataclass
class Counts:
    """What happened since this process began."""

    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By method and status."""
    ticks: int = 0
    """Rounds of upkeep."""
    failures: int = 0
    """Rounds of upkeep that failed."""
    streams: int = 0
    """Open change streams."""
    took: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """Answers that began within each of the bounds and not sooner, the last beyond all."""
    took_seconds: float = 0.0
    lost: Callable[[], int] = lambda: 0
    """Spans that could not be sent."""

    def answer(self, method: str, status: int, took_ns: int) -> None:
        """Count one that begins."""
        seconds = took_ns / 1e9
        self.answered[method, status] += 1
        self.took[bisect_left(BOUNDS, seconds)] += 1
        self.took_seconds += seconds


@dataclass
class Pace:
    """How often each client wrote in the running minute."""

    clock: Clock
    most: int = PER_MINUTE
    seen: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)

    def is_over(self, client: str) -> bool:
        """Count one more; tell whether it is too many."""
        wall = self.clock.wall()
        since, count = self.seen.pop(client, (wall, 0))
        if wall - since >= timedelta(minutes=1):
            since, count = wall, 0
        self.seen[client] = since, count + 1
        if len(self.seen) > CLIENTS:
            self.seen.popitem(last=False)
        return count >= self.most
