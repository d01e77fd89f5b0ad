"""Tenants, events, situations, surroundings and memory in memory; the simplest thing that keeps each promise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from state.errors import NotFound
from state.ids import AccountId, EventId
from state.ledger.merkle import SALT_BYTES, leaf
from state.ports.addressing import Merge
from state.ports.world import AccountRow, IngestCount, Kept
from state.world.delta import Delta
from state.world.event import Event
from state.world.records import (
    AccountChurned,
    AccountUpdated,
    DealClosed,
    DealUpdated,
    SourceSynced,
    UsageReported,
)
from state.world.situation import EMPTY_DIGEST, Situation, extend
from state.world.surroundings import Peer, SourceState
from tests.fakes.addresses import is_merged, is_parted
from tests.fakes.memory import Notebook

Batch = tuple[str, tuple[Delta, ...]]
"""The digest after one event, and the event's deltas."""


@dataclass
class Globe:
    """What one tenant keeps of the world."""

    events: dict[EventId, list[Event]] = field(default_factory=dict)
    """First copy, then conflicts."""
    folded: set[EventId] = field(default_factory=set)
    batches: dict[str, list[bytes]] = field(default_factory=dict)
    logs: dict[AccountId, list[Batch]] = field(default_factory=dict)
    index: dict[AccountId, AccountRow] = field(default_factory=dict)
    sources: dict[str, SourceState] = field(default_factory=dict)
    deals: dict[tuple[AccountId, str], tuple[date | None, date | None]] = field(default_factory=dict)
    silences: dict[tuple[str, AccountId], date] = field(default_factory=dict)
    notebook: Notebook = field(default_factory=Notebook)
    merges: dict[AccountId, Merge] = field(default_factory=dict)

    def copy(self) -> "Globe":
        """Copy the containers; what they hold is frozen."""
        return Globe(
            {key: list(copies) for key, copies in self.events.items()}, set(self.folded),
            {key: list(leaves) for key, leaves in self.batches.items()},
            {key: list(log) for key, log in self.logs.items()}, dict(self.index), dict(self.sources),
            dict(self.deals), dict(self.silences), self.notebook.copy(),
            dict(self.merges),
        )  # fmt: skip


class MemoryEvents:
    """`EventStore` on a globe."""

    def __init__(self, globe: Globe) -> None:
        self._globe = globe

    def receive(self, events: Sequence[Event], batch: str = "") -> IngestCount:
        counts = Counter(self._keep(event, batch) for event in events)
        return IngestCount(
            received=len(events),
            new=counts["waiting"] + counts["parked"],
            duplicate=counts["duplicate"],
            conflict=counts["conflict"],
            parked=counts["parked"],
        )

    def _keep(self, event: Event, batch: str) -> str:
        copies = self._globe.events.setdefault(event.id, [])
        if event.hash in [copy.hash for copy in copies] or (copies and self._resolves(event, copies[0])):
            return "duplicate"
        copies.append(event)
        if len(copies) == 1:
            self._globe.batches.setdefault(batch, []).append(leaf(bytes(SALT_BYTES), event.canonical))
        return "conflict" if len(copies) > 1 else self._state(event)

    def _resolves(self, event: Event, first: Event) -> bool:
        if event.account is None or event.model_copy(update={"account": None}).hash != first.hash:
            return False
        self.resolve({event.id: event.account})
        return True

    def leaves(self, batch: str) -> tuple[bytes, ...]:
        return tuple(self._globe.batches.get(batch, ()))

    def parked(self, limit: int) -> tuple[Kept, ...]:
        found = [first for first, *_ in self._globe.events.values() if self._state(first) == "parked"]
        return tuple(Kept(event=event) for event in sorted(found, key=lambda event: event.id)[:limit])

    def conflicts(self, limit: int) -> tuple[Kept, ...]:
        found = [
            Kept(event=copy, copy_number=place)
            for _, copies in sorted(self._globe.events.items())
            for place, copy in enumerate(copies)
            if place
        ]
        return tuple(found[:limit])

    def resolve(self, accounts: Mapping[EventId, AccountId]) -> int:
        parked = [kept.event for kept in self.parked(len(self._globe.events)) if kept.event.id in accounts]
        for event in parked:
            self._globe.events[event.id][0] = event.resolved_to(accounts[event.id])
        return len(parked)

    def waiting(self) -> int:
        return len(self._waiting())

    def _state(self, event: Event) -> str:
        if event.id in self._globe.folded:
            return "folded"
        return "waiting" if event.account or isinstance(event.data, SourceSynced) else "parked"

    def get(self, event: EventId) -> Event | None:
        return self._globe.events.get(event, [None])[0]

    def due(self, now: datetime, account: AccountId | None = None) -> tuple[Event, ...]:
        found = [e for e in self._waiting() if e.visible_at <= now and account in {None, e.account}]
        return tuple(sorted(found, key=lambda event: (event.visible_at, event.time, event.id)))

    def _waiting(self) -> list[Event]:
        return [first for first, *_ in self._globe.events.values() if self._state(first) == "waiting"]

    def mark_folded(self, ids: Sequence[EventId]) -> None:
        self._globe.folded.update(ids)

    def next_due(self, now: datetime) -> datetime | None:
        return min((event.visible_at for event in self._waiting() if event.visible_at > now), default=None)

    def counts(self) -> Mapping[str, int]:
        found = Counter(self._state(first) for first, *_ in self._globe.events.values())
        found["conflict"] = sum(len(copies) - 1 for copies in self._globe.events.values())
        return {state: number for state, number in found.items() if number}


class MemorySituations:
    """`SituationStore` on a globe: the whole log, replayed at every load."""

    def __init__(self, globe: Globe) -> None:
        self._globe = globe

    def admit(self, events: Sequence[Event], batches: Sequence[Sequence[Delta]]) -> frozenset[str]:
        before = dict(self._globe.index)
        for event, batch in zip(events, batches, strict=True):
            account = AccountId(str(event.account))
            log = self._globe.logs.setdefault(account, [])
            head = self._globe.index.get(account) or AccountRow(account=account, name=account)
            log.append((extend(head.digest, [batch]), tuple(batch)))
            changes = {**_said(event), "version": len(log), "digest": log[-1][0]}
            self._globe.index[account] = head.model_copy(update=changes)
        touched = [
            (before.get(name), row) for name, row in self._globe.index.items() if before.get(name) != row
        ]
        changed = [pair for pair in touched if _as_peer(pair[0]) != _as_peer(pair[1])]
        return frozenset(row.domain for pair in changed for row in pair if row is not None and row.domain)

    def account(self, account: AccountId) -> AccountRow | None:
        return self._globe.index.get(account)

    def standing(self, account: AccountId, now: datetime) -> tuple[AccountRow | None, bool]:
        waits = any(
            first.account == account and first.id not in self._globe.folded and first.visible_at <= now
            for first, *_ in self._globe.events.values()
        )
        return self.account(account), waits

    def accounts(self) -> tuple[AccountRow, ...]:
        found = [row for row in self._globe.index.values() if not is_merged(self._globe.merges, row.account)]
        return tuple(sorted(found, key=lambda row: (row.name, row.account)))

    def load(self, account: AccountId, version: int | None = None) -> Situation:
        log = self._globe.logs.get(account, [])
        if version is None and not log:
            raise NotFound(f"no account {account!r}", field="account", value=account)
        version = len(log) if version is None else version
        if version > len(log):
            raise NotFound(f"no version {version} of {account}", field="version", value=str(version))
        seal = log[version - 1][0] if version else EMPTY_DIGEST
        return Situation(account, [delta for _, batch in log[:version] for delta in batch], version, seal)

    def versions_of(self, events_: Sequence[EventId]) -> Mapping[EventId, int]:
        logged = [place for log in self._globe.logs.values() for place in enumerate(log, start=1)]
        found = {delta.event: version for version, (_, batch) in logged for delta in batch}
        return {event: found[event] for event in events_ if event in found}

    def peers(self, domain: str, besides: AccountId) -> tuple[Peer, ...]:
        rows = sorted(self._globe.index.values(), key=lambda row: row.account)
        return tuple(
            Peer.model_validate(
                {name: getattr(row, name) for name in ("account", "name", "domain", "owner", "city")}
                | {"is_parted": is_parted(self._globe.merges, row.account, besides)}
            )
            for row in rows
            if row.domain == domain
            and row.account != besides
            and not is_merged(self._globe.merges, row.account)
        )


def _as_peer(row: AccountRow | None) -> object:
    return row and (row.domain, row.name, row.owner, row.city)


def _said(event: Event) -> dict[str, object]:
    """Read what an event changes in the index: the set fields of an account, and that it left."""
    record = event.data
    if isinstance(record, AccountChurned):
        return {"status": "churned"}
    if not isinstance(record, AccountUpdated):
        return {}
    fields = ("name", "domain", "owner", "city", "segment", "status", "aliases")
    found = {name: getattr(record, name) for name in fields} | {"region": record.country}
    return {
        name: value for name, value in found.items() if value or (name == "aliases" and value is not None)
    }


class MemoryAround:
    """`AroundStore` on a globe."""

    def __init__(self, globe: Globe) -> None:
        self._globe = globe

    def note(self, batch: Sequence[Event]) -> None:
        for event in batch:
            record, account = event.data, AccountId(str(event.account))
            if isinstance(record, SourceSynced):
                state = SourceState(source=record.feed, synced_at=event.time, connected=record.connected)
                self._globe.sources[record.feed] = state
            elif isinstance(record, DealUpdated) and record.opened_on is not None:
                _, closed = self._globe.deals.get((account, record.deal), (None, None))
                self._globe.deals[account, record.deal] = (record.opened_on, closed)
            elif isinstance(record, DealClosed):
                opened, _ = self._globe.deals.get((account, record.deal), (None, None))
                closed = None if record.outcome == "reopened" else record.closed_on
                self._globe.deals[account, record.deal] = (opened, closed)
            elif isinstance(record, UsageReported) and record.series == "active_users":
                self._hear(record, account)

    def take_back(self, closings: Sequence[Event]) -> None:
        for event in closings:
            if isinstance(event.data, DealClosed):
                key = (AccountId(str(event.account)), event.data.deal)
                opened, closed = self._globe.deals.get(key, (None, None))
                if closed == event.data.closed_on:
                    self._globe.deals[key] = (opened, None)

    def _hear(self, record: UsageReported, account: AccountId) -> None:
        for offset, value in enumerate(record.values):
            if value:
                self._globe.silences.pop((record.feed, account), None)
            else:
                day = record.first_day + timedelta(days=offset)
                self._globe.silences.setdefault((record.feed, account), day)

    def sources(self) -> Mapping[str, SourceState]:
        return dict(sorted(self._globe.sources.items()))

    def standing(self) -> tuple[Mapping[str, SourceState], int]:
        return self.sources(), sum(row.version for row in self._globe.index.values())

    def resync(self, at: datetime) -> None:
        for name, state in self._globe.sources.items():
            if state.connected and state.synced_at < at:
                self._globe.sources[name] = state.model_copy(update={"synced_at": at})

    def closed_cycles(self, now: datetime) -> tuple[int, ...]:
        spans = [
            (closed - opened).days
            for opened, closed in self._globe.deals.values()
            if opened is not None and closed is not None and closed <= now.date()
        ]
        return tuple(sorted(spans))

    def silent_feeds(self) -> Mapping[str, tuple[date, int]]:
        found: dict[str, Counter[date]] = {}
        for (feed, _), since in self._globe.silences.items():
            found.setdefault(feed, Counter())[since] += 1
        return {
            feed: max(days.items(), key=lambda item: (item[1], item[0]))
            for feed, days in sorted(found.items())
        }
