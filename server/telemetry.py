"""What a request did, for whoever runs the server: one JSON line and one span each, with the ledger entries it left.

Invariant: off unless a setting says otherwise, and nothing leaves but to the address the setting names, through the one
way out; neither line nor span holds a path's names, a query, a body or a secret: routes, statuses, ids of the ledger.
Source: W3C Trace Context for `traceparent`; OTLP/HTTP in JSON for spans.
"""

import json
import re
import secrets
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter_ns

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from state.governance.destination import Refused
from state.ids import TenantId
from state.ledger.entry import Entry
from state.ports.clock import Clock
from tools.egress import Egress

TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
ANSWERED = "x-trace-id"
WAITING = 2_000
"""Spans that wait to be sent; more than that, and the oldest are let go."""
EVERY_SECONDS = 5.0
NAMED = "revloop"


@dataclass
class Span:
    """One request under way."""

    trace: str
    span: str
    parent: str
    method: str
    at: datetime
    began_ns: int = field(default_factory=perf_counter_ns)
    route: str = "-"
    status: int = 0
    entries: list[Entry] = field(default_factory=list)
    tenant: str = ""

    @property
    def took_ns(self) -> int:
        """How long it has been under way."""
        return perf_counter_ns() - self.began_ns


UNDERWAY: ContextVar[Span | None] = ContextVar("underway", default=None)


def heard(tenant: TenantId, entries: Sequence[Entry]) -> None:
    """Note what a transaction left in the ledger on the request that caused it; whatever runs by itself has none."""
    span = UNDERWAY.get()
    if span is not None:
        span.tenant = tenant
        span.entries += entries


class Telling:
    """Writes a line for each request and hands its span on."""

    def __init__(
        self, clock: Clock, line: Callable[[str], None] | None, send: Callable[[Span], None] | None
    ) -> None:
        self.clock = clock
        self._line = line
        self._send = send

    @property
    def is_on(self) -> bool:
        """Tell whether anything is told at all."""
        return self._line is not None or self._send is not None

    def tell(self, span: Span) -> None:
        """Tell of one request that was answered."""
        if self._line is not None:
            self._line(json.dumps(line_of(span), separators=(",", ":")))
        if self._send is not None:
            self._send(span)


class Traced:
    """Gives each request a trace, and tells of it once it was answered."""

    def __init__(self, app: ASGIApp, *, telling: Telling) -> None:
        self.app = app
        self.telling = telling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http" or not self.telling.is_on:
            await self.app(scope, receive, send)
            return
        span = begun(Headers(scope=scope), str(scope["method"]), self.telling.clock.wall())
        token = UNDERWAY.set(span)

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.status = int(message["status"])
                MutableHeaders(scope=message)[ANSWERED] = span.trace
            await send(message)

        try:
            await self.app(scope, receive, traced)
        finally:
            UNDERWAY.reset(token)
            span.route = str(getattr(scope.get("route"), "path", "-"))
            self.telling.tell(span)


def begun(headers: Mapping[str, str], method: str, at: datetime) -> Span:
    """Begin a span, in the caller's trace when it names one."""
    found = TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    trace, parent = found.groups() if found else (secrets.token_hex(16), "")
    return Span(trace, secrets.token_hex(8), parent, method, at)


def line_of(span: Span) -> dict[str, object]:
    """Lay a request out as one line of the log."""
    return {
        "at": span.at.isoformat(timespec="milliseconds"),
        "trace": span.trace,
        "span": span.span,
        "method": span.method,
        "route": span.route,
        "status": span.status,
        "ms": round(span.took_ns / 1e6, 1),
        "tenant": span.tenant,
        "entries": [
            {"seq": one.seq, "kind": one.kind.value, "trace": one.trace, "action": one.action}
            for one in span.entries
        ],
    }


def otlp(
    spans: Iterable[Span], took_ns: Callable[[Span], int] = lambda span: span.took_ns
) -> dict[str, object]:
    """Write spans as OTLP has them in JSON; each ledger entry is an event of its request."""
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _attributes({"service.name": NAMED})},
                "scopeSpans": [
                    {"scope": {"name": NAMED}, "spans": [_span(one, took_ns(one)) for one in spans]}
                ],
            }
        ]
    }


def _span(span: Span, took_ns: int) -> dict[str, object]:
    start = int(span.at.timestamp() * 1_000_000) * 1000
    told: dict[str, str | int] = {
        "http.request.method": span.method, "http.route": span.route,
        "http.response.status_code": span.status, "revloop.tenant": span.tenant,
    }  # fmt: skip
    return {
        "traceId": span.trace,
        "spanId": span.span,
        **({"parentSpanId": span.parent} if span.parent else {}),
        "name": f"{span.method} {span.route}",
        "kind": 2,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + took_ns),
        "attributes": _attributes(told),
        "events": [_event(one, start + took_ns) for one in span.entries],
        "status": {"code": 2 if span.status >= 500 else 0},
    }


def _event(entry: Entry, at_ns: int) -> dict[str, object]:
    told: dict[str, str | int] = {
        "revloop.ledger.seq": entry.seq, "revloop.ledger.kind": entry.kind.value,
        "revloop.ledger.trace": entry.trace, "revloop.action": entry.action,
    }  # fmt: skip
    return {"name": "ledger", "timeUnixNano": str(at_ns), "attributes": _attributes(told)}


def _attributes(told: Mapping[str, str | int]) -> list[dict[str, object]]:
    return [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in told.items()
    ]


class Exporter:
    """Sends spans to one address, in batches, from a thread of its own; what cannot be sent is let go and counted."""

    def __init__(self, url: str, egress: Egress) -> None:
        self.lost = 0
        self._url = url
        self._egress = egress
        self._waiting: deque[tuple[Span, int]] = deque(maxlen=WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._turn, daemon=True, name="telemetry")

    def begin(self) -> None:
        """Begin to send."""
        self._thread.start()

    def end(self) -> None:
        """Send what waits, and end."""
        self._ended.set()
        self._thread.join()
        self.flush()

    def take(self, span: Span) -> None:
        """Take a span that has ended; where as many wait as may, the oldest goes."""
        self.lost += len(self._waiting) == WAITING
        self._waiting.append((span, span.took_ns))

    def flush(self) -> None:
        """Send what waits now."""
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not batch:
            return
        took = {id(span): took_ns for span, took_ns in batch}
        body = json.dumps(otlp([span for span, _ in batch], lambda span: took[id(span)])).encode()
        answer = self._egress.post(self._url, body, "application/json")
        if isinstance(answer, Refused) or answer.status >= 300:
            self.lost += len(batch)

    def _turn(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.flush()


def to_log(line: str) -> None:
    """Write a line where the server's log goes."""
    sys.stderr.write(f"{line}\n")
