"""What a record from outside may be at most: its size, its depth, its characters, its numbers and its dates.

Invariant: whatever passes can be stored, hashed and shown; what does not is refused with a reason, never cut silently.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import orjson
from pydantic import BaseModel

from state.world.event import Claimed, Event
from state.world.skew import REFUSED, TOLERATED
from state.world.whole_text import FIELD_BYTES, WHOLE_BYTES, cut

__all__ = ["FIELD_BYTES", "WHOLE_BYTES", "cut"]
EVENT_BYTES = 256 * 1024
DEPTH = 32
VALUES = 100_000
YEARS = range(1900, 2200)
GREATEST = 2**53
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line ends, and halves of characters."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a record is out of bounds, and how."""

    place: str
    value: str
    reason: str


def clean(text: str) -> str:
    """Replace what no text may hold by U+FFFD, so that it is seen that something was there."""
    return CONTROL.sub("\ufffd", text)


def bytes_of(text: str) -> int:
    """Units: bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def fault_of(value: object, place: str = "") -> Fault | None:
    """Find the first thing in a JSON value that may not be there; a value inside itself is only endless depth."""
    left = [VALUES]
    return next(_faults(value, place, 0, left), None)


def _faults(value: object, place: str, depth: int, left: list[int]) -> Iterator[Fault]:
    left[0] -= 1
    if left[0] < 0:
        yield Fault(place, "", f"more than {VALUES:,} values")
    elif isinstance(value, str):
        yield from _text_faults(value, place)
    elif isinstance(value, int) and abs(value) >= GREATEST:
        yield Fault(place, "", "a number of more than 53 bits")
    elif isinstance(value, Mapping | list | tuple):
        yield from _inner_faults(value, place, depth, left)


def _inner_faults(
    value: "Mapping[object, object] | Sequence[object]", place: str, depth: int, left: list[int]
) -> Iterator[Fault]:
    if depth >= DEPTH:
        yield Fault(place[:200], "", f"nested deeper than {DEPTH}")
        return
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, inner in items:
        if isinstance(key, str):
            yield from _text_faults(key, place)
        yield from _faults(inner, f"{place}.{key}".lstrip("."), depth + 1, left)
        if left[0] < 0:
            return


def _text_faults(text: str, place: str) -> Iterator[Fault]:
    found = CONTROL.search(text)
    if found is not None:
        yield Fault(place, "", f"the control character U+{ord(found.group()):04X}")
    if bytes_of(text) > WHOLE_BYTES:
        yield Fault(place, "", "a text of more than 10 MB")


def shortened(fields: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Cut the texts of a record that are longer than a field may be; name the fields that were cut."""
    long = [
        name for name, value in fields.items() if isinstance(value, str) and bytes_of(value) > FIELD_BYTES
    ]
    return {name: cut(str(value)) if name in long else value for name, value in fields.items()}, tuple(long)


def fault_of_event(event: Event) -> Fault | None:
    """Check a finished event: its dates are of our time, its bytes fit."""
    for place, moment in _moments(event):
        if moment.year not in YEARS:
            return Fault(place, moment.isoformat(), f"not between {YEARS[0]} and {YEARS[-1]}")
    size = len(orjson.dumps(event.model_dump(mode="json", exclude_unset=True)))
    return Fault("event", "", f"{size:,} bytes, more than 256 KB") if size > EVENT_BYTES else None


def _moments(value: object, place: str = "") -> Iterator[tuple[str, date]]:
    if isinstance(value, date):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _moments(getattr(value, name), f"{place}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _moments(one, f"{place}.{number}")


def timely(event: Event, now: datetime) -> Event | Fault:
    """Judge an event by the wall clock: a little ahead is its source's clock and is marked, a day ahead is wrong.

    Not for history: there the source's dates are the dates. What the source said stays in `claimed`.
    """
    ahead = event.recorded_at - now
    if ahead > REFUSED:
        return Fault("recorded_at", event.recorded_at.isoformat(), "more than 24 hours in the future")
    if ahead <= TOLERATED:
        return event
    claimed = Claimed(time=event.time, recorded_at=event.recorded_at)
    arrival = now.astimezone(UTC)
    return event.model_copy(
        update={"time": min(event.time, arrival), "recorded_at": arrival, "claimed": claimed}
    )
