"""The one port of all connectors: a source is read delta by delta, and says what it understood and what not, and why.

Invariant: a cursor stands for everything before it; reading on from it gives what came since, and reading something
twice is harmless, because events are kept once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol

from state.ids import AccountId, TenantId, UserId
from state.world.event import Event
from state.world.whole_text import Whole

BATCH = 1000
Resolve = Callable[[Sequence[str]], AccountId | None]
"""Mail addresses → their one account; None: not known, and the event is parked."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that was left out, and why."""

    file: str
    line: int
    """0 where the source has no lines."""
    column: str
    value: str
    reason: str
    quarantine: str = ""
    """The rule of the mapping that keeps it out; empty for what was not understood."""
    is_taken: bool = False
    """The record itself was taken; only what the reason names was changed or left out."""


Found = Event | Reject | Whole


@dataclass(frozen=True, slots=True)
class FileRead:
    """What one file held. It is understood when one of its records is."""

    file: str
    records: int
    understood: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One delta."""

    found: tuple[Found, ...]
    cursor: str
    """Where to go on: give it back to read only what comes after."""
    is_last: bool
    """Nothing is waiting behind it now."""
    files: tuple[FileRead, ...] = ()


class Connector(Protocol):
    """A source that can be read on from where it was left."""

    @property
    def name(self) -> str: ...

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Read everything after the cursor, each batch when it is asked for; None: from the beginning."""
        ...


@dataclass(frozen=True)
class Setting:
    """For whom a source is read: what its times, addresses and users mean."""

    tenant: TenantId
    zone: str
    """IANA zone of times that name none."""
    now: datetime
    """The tenant's clock."""
    resolve: Resolve
    own: Mapping[str, UserId] = field(default_factory=dict)
    """Mail addresses of our people, in small letters."""


@dataclass(frozen=True, slots=True)
class Drained:
    """All of a source, read to its end."""

    events: tuple[Event, ...]
    rejects: tuple[Reject, ...]
    """What was left out, by file and line."""
    remarks: tuple[Reject, ...]
    """What was changed or left out of records that were taken."""
    files: tuple[FileRead, ...]
    cursor: str | None
    wholes: tuple[Whole, ...] = ()
    """Texts that were cut in the events, whole."""

    @property
    def understood(self) -> int:
        """Files of which something was taken."""
        return sum(1 for one in self.files if one.understood)


def drained(batches: Iterator[Batch]) -> Drained:
    """Read batches to their end and sort what was found."""
    events: list[Event] = []
    others: list[Reject] = []
    files: list[FileRead] = []
    wholes: list[Whole] = []
    cursor = None
    for batch in batches:
        events += [one for one in batch.found if isinstance(one, Event)]
        others += [one for one in batch.found if isinstance(one, Reject)]
        wholes += [one for one in batch.found if isinstance(one, Whole)]
        files += batch.files
        cursor = batch.cursor
    others.sort(key=lambda one: (one.file, one.line, one.column))
    return Drained(
        events=tuple(events),
        rejects=tuple(one for one in others if not one.is_taken),
        remarks=tuple(one for one in others if one.is_taken),
        files=joined(files),
        cursor=cursor,
        wholes=tuple(wholes),
    )


def joined(parts: Sequence[FileRead]) -> tuple[FileRead, ...]:
    """Count each file once, in however many parts it was read; by name."""
    found: dict[str, FileRead] = {}
    for one in parts:
        so_far = found.get(one.file, FileRead(one.file, 0, 0))
        found[one.file] = FileRead(one.file, so_far.records + one.records, so_far.understood + one.understood)
    return tuple(read for _, read in sorted(found.items()))


@dataclass(frozen=True)
class Stream:
    """A source that is one run of records, such as a table or a file of lines; its cursor counts what was read."""

    name: str
    start: Callable[[], Iterator[Found]]
    files: Callable[[], tuple[FileRead, ...]] | None = None
    """What its files held, asked once all of it was read; None: it is one file, and its records are what was found."""

    def deltas(self, cursor: str | None) -> Iterator[Batch]:
        """Skip what the cursor counts, then read on."""
        done = 0 if cursor is None else int(cursor)
        found = islice(self.start(), done, None)
        part = tuple(islice(found, BATCH))
        while True:
            after = tuple(islice(found, BATCH))
            done += len(part)
            taken = sum(1 for one in part if isinstance(one, Event))
            lost = sum(1 for one in part if isinstance(one, Reject) and not one.is_taken)
            files: tuple[FileRead, ...] = ()
            if self.files is None:
                files = (FileRead(self.name, taken + lost, taken),)
            elif not after:
                files = self.files()
            yield Batch(part, str(done), is_last=not after, files=files)
            if not after:
                return
            part = after
