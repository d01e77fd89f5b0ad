"""Claims in columns: cheap to store, to read and to cut at an instant; a Delta is made when somebody reads it.

Invariant: what a page holds comes back claim by claim, in ingestion order; a page is never changed.
"""

import gc
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import TypedDict

from state.canonical import Json
from state.evidence import Trust
from state.ids import AccountId, EventId, NodeKey
from state.world.delta import Delta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TRUSTS = tuple(Trust)
PLACE = {trust: place for place, trust in enumerate(TRUSTS)}
RANKS = tuple(trust.rank for trust in TRUSTS)


class Page(TypedDict):
    """The JSON form of some consecutive claims; names are kept once and pointed at by place."""

    names: list[str]
    events: list[str]
    hashes: list[str]
    sources: list[str]
    records: list[str]
    valid: list[int]
    recorded: list[int]
    counts: list[int]
    """Claims per event."""
    subjects: list[int]
    attributes: list[int]
    values: list[Json]
    trusts: list[int]
    targets: list[tuple[int, int]]
    """Row and name, for edges only."""
    quotes: list[tuple[int, str]]


@dataclass(slots=True)
class Log:
    """Parallel columns: one place per event in the first group, one per claim in the second."""

    events: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    valid: list[int] = field(default_factory=list)
    """Units: microseconds since 1970."""
    recorded: list[int] = field(default_factory=list)
    """Units: microseconds since 1970."""
    heads: list[int] = field(default_factory=list)
    """Which event each claim comes from."""
    subjects: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    values: list[Json] = field(default_factory=list)
    trusts: list[int] = field(default_factory=list)
    """Place in `TRUSTS`."""
    targets: dict[int, str] = field(default_factory=dict)
    quotes: dict[int, str] = field(default_factory=dict)
    made: dict[int, Delta] = field(default_factory=dict)
    """Claims that somebody read."""

    def __len__(self) -> int:
        """Count the claims."""
        return len(self.subjects)

    @classmethod
    def of(cls, deltas: Iterable[Delta]) -> "Log":
        """Hold claims that are at hand."""
        log = cls()
        log.hold(deltas)
        return log

    def hold(self, deltas: Iterable[Delta]) -> None:
        """Append claims that are at hand."""
        for delta in deltas:
            self.made[len(self)] = delta
            self._claim(delta)

    def tell(
        self, event: str, source: str, valid: int, subject: str, says: Iterable[tuple[str, Json, int]]
    ) -> None:
        """Append what is left of one event: claims without the record and hash that would cite it."""
        self.events.append(event)
        self.hashes.append("")
        self.sources.append(source)
        self.records.append("")
        self.valid.append(valid)
        self.recorded.append(valid)
        for attribute, value, trust in says:
            self.heads.append(len(self.events) - 1)
            self.subjects.append(subject)
            self.attributes.append(attribute)
            self.values.append(value)
            self.trusts.append(trust)

    def read_rows(self, rows: Iterable[Sequence[Json]]) -> None:
        """Append claims in the form of `Delta.as_json`."""
        for row in rows:
            self._claim(Delta.from_json(row))

    def _claim(self, delta: Delta) -> None:
        place = len(self)
        self.heads.append(self._head(delta))
        self.subjects.append(delta.subject)
        self.attributes.append(delta.attribute)
        self.values.append(delta.value)
        self.trusts.append(PLACE[delta.trust])
        if delta.target is not None:
            self.targets[place] = delta.target
        if delta.quote is not None:
            self.quotes[place] = delta.quote

    def _head(self, delta: Delta) -> int:
        """Find the event of a claim, the newest or a new one."""
        valid, recorded = ticks(delta.valid_from), ticks(delta.recorded_at)
        last = len(self.events) - 1
        if last >= 0 and (
            self.events[last] == delta.event
            and self.hashes[last] == delta.event_hash
            and self.records[last] == delta.record
            and self.sources[last] == delta.source
            and (self.valid[last], self.recorded[last]) == (valid, recorded)
        ):
            return last
        self.events.append(delta.event)
        self.hashes.append(delta.event_hash)
        self.sources.append(delta.source)
        self.records.append(delta.record)
        self.valid.append(valid)
        self.recorded.append(recorded)
        return last + 1

    def page(self) -> Page:
        """Give the whole log as one page."""
        used = dict.fromkeys((*self.subjects, *self.attributes, *self.targets.values()))
        names = {name: place for place, name in enumerate(used)}
        counts = [0] * len(self.events)
        for head in self.heads:
            counts[head] += 1
        return Page(
            names=list(names),
            events=self.events,
            hashes=self.hashes,
            sources=self.sources,
            records=self.records,
            valid=self.valid,
            recorded=self.recorded,
            counts=counts,
            subjects=[names[name] for name in self.subjects],
            attributes=[names[name] for name in self.attributes],
            values=self.values,
            trusts=self.trusts,
            targets=[(row, names[name]) for row, name in self.targets.items()],
            quotes=list(self.quotes.items()),
        )

    def read_page(self, page: Page) -> None:
        """Append the claims of a page."""
        row, head, name = len(self), len(self.events), page["names"].__getitem__
        self.events += page["events"]
        self.hashes += page["hashes"]
        self.sources += page["sources"]
        self.records += page["records"]
        self.valid += page["valid"]
        self.recorded += page["recorded"]
        spread = map(repeat, range(head, len(self.events)), page["counts"])
        self.heads += chain.from_iterable(spread)
        self.subjects += map(name, page["subjects"])
        self.attributes += map(name, page["attributes"])
        self.values += page["values"]
        self.trusts += page["trusts"]
        self.targets.update((row + place, name(at)) for place, at in page["targets"])
        self.quotes.update((row + place, text) for place, text in page["quotes"])

    def delta(self, account: AccountId, row: int) -> Delta:
        """Read one claim; made once."""
        found = self.made.get(row)
        if found is None:
            head, target = self.heads[row], self.targets.get(row)
            found = self.made[row] = Delta(
                account,
                NodeKey(self.subjects[row]),
                self.attributes[row],
                self.values[row],
                None if target is None else NodeKey(target),
                EventId(self.events[head]),
                self.hashes[head],
                self.sources[head],
                self.records[head],
                TRUSTS[self.trusts[row]],
                instant_of(self.valid[head]),
                instant_of(self.recorded[head]),
                self.quotes.get(row),
            )
        return found


@contextmanager
def collector_paused() -> Generator[None, None, None]:
    """Let the garbage collector wait: building thousands of objects that all live wakes it for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def ticks(instant: datetime) -> int:
    """Units: whole microseconds since 1970."""
    return (instant - EPOCH) // TICK


def instant_of(count: int) -> datetime:
    """Give the point in time, in UTC."""
    return EPOCH + count * TICK
