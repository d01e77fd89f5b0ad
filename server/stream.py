"""The change stream: named events that say what to read again, never what is in it.

Invariant: one poller per process, whatever the number of streams; an event holds ids only, so that reading it again
checks again who may; whose sign-in has ended is asked once for all readers, not by each.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from server.auth import Reading
from server.home import Home
from server.shield import Counts
from state.errors import Unavailable
from state.ids import TenantId
from state.ledger.entry import Entry, Kind

TURN_SECONDS = 0.3
TOGETHER_SECONDS = 0.05
"""What is written within so long is told together."""
LOOK_SECONDS = 1.0
"""Between looks at what other processes wrote; what this one writes is heard at once, on a server what all do."""
MOST_DIGITS = 18
"""Of an entry's number."""
KEEP_SECONDS = 25.0
"""Under the half minute after which some that stand between take a silent connection for a dead one."""
MOST = 200
"""More than this behind, and the page is read again as a whole."""
WAITING = 1000
"""Events that a slow reader may be behind before it is told to read all again."""
NAMES = {
    Kind.ACTION: "card", Kind.APPROVAL: "card", Kind.GRANT: "card", Kind.CLAIM: "card", Kind.RECEIPT: "card",
    Kind.REFUSED: "card", Kind.PROBE: "card", Kind.STOP: "stop", Kind.CLOCK: "clock", Kind.POLICY_ACTIVATED: "policy",
    Kind.VALIDATION: "world", Kind.INGEST: "world", Kind.IMPORT: "world",
}  # fmt: skip
"""Entries that change what a page shows."""


@dataclass(frozen=True, slots=True)
class News:
    """One event of the stream."""

    seq: int
    name: str
    action: str = ""

    def wire(self) -> bytes:
        """Write it as the protocol wants it."""
        told = json.dumps({"seq": self.seq, "action": self.action}, separators=(",", ":"))
        return f"id: {self.seq}\nevent: {self.name}\ndata: {told}\n\n".encode()


ENDED, HERE = News(0, "ended"), News(0, "here")


def news_of(entry: Entry) -> News | None:
    """Say what an entry means for a page; None where nothing is shown of it."""
    name = NAMES.get(entry.kind)
    return News(entry.seq, name, entry.action) if name else None


@dataclass
class Changes:
    """Reads new entries of the companies that somebody watches, once for all their readers."""

    home: Home
    counts: Counts
    is_ending: Callable[[], bool] = lambda: False
    """Asked at each look: a server that ends tells its readers first, as it waits for their connections."""
    _here: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _readers: dict[TenantId, dict[asyncio.Queue[News], str]] = field(default_factory=dict)
    """With the credential that each came in by."""
    _written: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a ledger has grown that somebody reads."""
    _looked: float = 0.0
    """Loop time of the last look; below, at which all were told last that this is here."""
    _kept: float = 0.0
    _seen: dict[TenantId, int] = field(default_factory=dict)

    async def turn(self) -> None:
        """Look again and again; without a reader nothing is read, and a database that is away is looked for again."""

        def heard(tenant: TenantId, entries: Sequence[Entry]) -> None:
            self.grown(tenant, entries[-1].seq)

        listeners = self.home.house.database.listeners
        listeners.append(heard)
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._written.wait(), TURN_SECONDS)
                await asyncio.sleep(TOGETHER_SECONDS)
                with suppress(Unavailable):
                    await self._look(self._here.time())
        finally:
            listeners.remove(heard)

    def grown(self, tenant: TenantId, seq: int) -> None:
        """Hear from any thread that a ledger grew: what somebody reads, and was not told yet, is looked at now."""
        if seq > self._seen.get(tenant, seq):
            self._here.call_soon_threadsafe(self._written.set)

    async def _look(self, now: float) -> None:
        """Tell readers what is new, or let them go; nothing written and nothing due is no look."""
        if self.is_ending():
            self._end()
        is_keeping, is_looking = now - self._kept >= KEEP_SECONDS, now - self._looked >= LOOK_SECONDS
        if not (is_keeping or is_looking or self._written.is_set()):
            return
        self._written.clear()
        self._looked, self._kept = now, now if is_keeping else self._kept
        for tenant in [one for one, readers in self._readers.items() if readers]:
            if is_keeping:
                await self.keep(tenant)
            for news in await run_in_threadpool(self.fresh, tenant):
                self.tell(tenant, news)

    def _end(self) -> None:
        """Let every reader go; the page connects again by itself."""
        for queue in (one for readers in self._readers.values() for one in readers):
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(ENDED)

    async def keep(self, tenant: TenantId) -> None:
        """Let every reader hear that this is here, and those go whose sign-in has ended."""
        valid = await run_in_threadpool(self._valid, tenant)
        for queue, credential in list(self._readers.get(tenant, {}).items()):
            if not queue.full():
                queue.put_nowait(HERE if credential in valid else ENDED)

    def _valid(self, tenant: TenantId) -> frozenset[str]:
        wall = self.home.clock.wall()
        with self.home.looking.stores.read(tenant) as unit:
            company = unit.tenants.company(tenant)
            known = [*unit.credentials.listed("session", wall), *unit.credentials.listed("key", wall)]
        users = {user.id for user in company[1]} if company else set()
        return frozenset(one.id for one in known if one.user in users)

    def fresh(self, tenant: TenantId) -> list[News]:
        """Read what is new to the readers of a company; nothing where the last has left."""
        seen = self._seen.get(tenant)
        found = [] if seen is None else self.after(tenant, seen)
        if found:
            self._seen[tenant] = found[-1].seq
        return found

    def after(self, tenant: TenantId, seq: int) -> list[News]:
        """List what came after an entry; too much at once is one event that says so."""
        with self.home.looking.stores.read(tenant) as unit:
            entries = unit.ledger.entries(after=seq, limit=MOST)
            head = unit.ledger.head().seq if len(entries) == MOST else 0
        if head:
            return [News(head, "all")]
        told = [news for entry in entries if (news := news_of(entry)) is not None]
        is_last = bool(told) and told[-1].seq == entries[-1].seq
        return told if is_last or not entries else [*told, News(entries[-1].seq, "seen")]

    def tell(self, tenant: TenantId, news: News) -> None:
        """Hand an event to everybody who reads; who is too far behind is told to read all again."""
        for queue in self._readers.get(tenant, {}):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(News(news.seq, "all"))
            else:
                queue.put_nowait(news)

    def head(self, tenant: TenantId) -> int:
        """Say where the ledger ends."""
        with self.home.looking.stores.read(tenant) as unit:
            return unit.ledger.head().seq

    async def follow(self, credential: str, tenant: TenantId, last: int | None) -> AsyncIterator[bytes]:
        """Yield events from where the reader left off, until the session or the connection ends."""
        queue: asyncio.Queue[News] = asyncio.Queue(WAITING)
        head = await run_in_threadpool(self.head, tenant)
        self._seen.setdefault(tenant, head)
        self._readers.setdefault(tenant, {})[queue] = credential
        self._written.set()
        self.counts.streams += 1
        try:
            yield b"retry: 1000\n\n"
            missed = await run_in_threadpool(self.after, tenant, last) if last is not None else []
            for news in missed:
                yield news.wire()
            sent = missed[-1].seq if missed else 0
            while True:
                news = await queue.get()
                if news is ENDED:
                    return
                if news is HERE:
                    yield b": here\n\n"
                elif news.seq > sent:
                    yield news.wire()
        finally:
            self.counts.streams -= 1
            self._readers[tenant].pop(queue, None)
            if not self._readers[tenant]:
                self._seen.pop(tenant, None)


router = APIRouter()


@router.get("/changes", response_class=StreamingResponse, include_in_schema=False)
async def changes(request: Request, caller: Reading) -> StreamingResponse:
    """Stream what changes."""
    found: Changes = request.app.state.changes
    last = request.headers.get("last-event-id", request.query_params.get("after", ""))
    return StreamingResponse(
        found.follow(caller.credential.id, caller.tenant, number_of(last)),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


def number_of(text: str) -> int | None:
    """Read where a reader left off; what is no number of an entry is from now on."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
