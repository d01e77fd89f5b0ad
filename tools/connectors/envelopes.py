"""From a JSON value of another system to an event of ours: bounded, cut where a text is too long, typed, checked.

Invariant: nothing raises on any value; what is no event is a reject that says where and why.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from state.ids import TenantId
from state.world.event import Event, parse_event
from state.world.whole_text import Whole
from tools.connectors.bounds import Fault, fault_of, fault_of_event, shortened, timely
from tools.connectors.port import Found, Reject

OURS = frozenset({"user", "clock"})
"""Sources that a person at this home, or its clock, speaks as; an import that could would raise trust."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    file: str
    line: int = 0
    column: str = "event"

    def reject(self, fault: Fault) -> Reject:
        """Leave the record out."""
        return Reject(self.file, self.line, fault.place or self.column, fault.value[:200], fault.reason)

    def remark(self, fault: Fault) -> Reject:
        """Take the record, and say what of it was changed."""
        where = fault.place or self.column
        return Reject(self.file, self.line, where, fault.value[:200], fault.reason, is_taken=True)


class NotJson(ValueError):
    """A text that is no JSON, or more than JSON."""


def read_json(text: str) -> object:
    """Parse JSON: no second key, no NaN, no depth that breaks the parser. Raises: NotJson."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except NotJson:
        raise
    except RecursionError:
        raise NotJson("nested too deep") from None
    except ValueError as error:
        raise NotJson(str(error).partition("; use")[0][:200]) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotJson(f"the key {twice[:60]!r} is written twice")
    return found


def _no_constant(name: str) -> object:
    raise NotJson(f"{name} is no JSON number")


def taken(raw: object, tenant: TenantId, place: Place) -> Iterator[Found]:
    """Make one event of a JSON object, with a remark for every text that was cut; or one reject."""
    if not isinstance(raw, Mapping):
        yield place.reject(Fault(place.column, str(raw)[:80], "not a JSON object"))
        return
    fault = _ours(raw) or fault_of(raw)
    if fault is not None:
        yield place.reject(fault)
        return
    fields = raw.get("data")
    body, long = shortened(fields) if isinstance(fields, Mapping) else (fields, ())
    event = _typed({**raw, "data": body} if "data" in raw else dict(raw), tenant)
    late = fault_of_event(event) if isinstance(event, Event) else event
    if late is not None or not isinstance(event, Event):
        yield place.reject(late or Fault("", "", "not an event"))
        return
    yield event
    if isinstance(fields, Mapping):
        yield from (Whole(event=event.id, field=name, text=str(fields[name])) for name in long)
    for name in long:
        yield place.remark(
            Fault(
                f"data.{name}",
                event.id,
                "longer than 64 KB: cut, and marked in the text; the whole is kept beside it",
            )
        )


def _ours(raw: Mapping[str, object]) -> Fault | None:
    """Refuse what only this system says: a person's word at this home, the clock, the arrival."""
    if "claimed" in raw:
        return Fault("claimed", "", "set by us on arrival, not by a source")
    source = raw.get("source")
    if source in OURS:
        return Fault(
            "source", str(source), "only this home speaks as that; name the system it comes from, such as crm"
        )
    return None


def _typed(raw: dict[str, object], tenant: TenantId) -> Event | Fault:
    try:
        return parse_event(raw, tenant)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "event"
        return Fault(
            place[:200], str(first.get("input", ""))[:200], first["msg"].removeprefix("Value error, ")
        )
    except OverflowError:
        return Fault("time", str(raw.get("time", ""))[:200], "not a time that a calendar has")


def timed(found: Iterable[Found], now: datetime, file: str) -> Iterator[Found]:
    """Judge live events by the wall clock; what was clamped is said, what is far ahead is left out."""
    for one in found:
        if not isinstance(one, Event):
            yield one
            continue
        place = Place(file, 0, "recorded_at")
        judged = timely(one, now)
        if isinstance(judged, Fault):
            yield place.reject(Fault("recorded_at", judged.value, judged.reason))
            continue
        yield judged
        if judged is not one:
            said = one.recorded_at.isoformat()
            yield place.remark(
                Fault("recorded_at", said, "its source's clock runs ahead: recorded at its arrival")
            )
