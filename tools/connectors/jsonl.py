"""Events as JSON lines: one CloudEvents envelope per line, as `docs/events.md` describes it."""

from collections.abc import Iterable, Iterator

from state.ids import TenantId
from tools.connectors.bounds import EVENT_BYTES, WHOLE_BYTES, Fault, bytes_of
from tools.connectors.envelopes import NotJson, Place, read_json, taken
from tools.connectors.port import Found

MAX_LINE = WHOLE_BYTES + EVENT_BYTES
"""Units: bytes. A line may hold one text that is cut to its bound; what is left must fit an event."""


def events_of(lines: Iterable[str], tenant: TenantId, name: str) -> Iterator[Found]:
    """Read every line as an event, or say why not."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from _event(line, tenant, Place(name, number, "line"))


def _event(line: str, tenant: TenantId, place: Place) -> Iterator[Found]:
    shown = line[:80].strip()
    if bytes_of(line) > MAX_LINE:
        yield place.reject(Fault("line", shown, "longer than 10 MB"))
        return
    try:
        raw = read_json(line)
    except NotJson as error:
        yield place.reject(Fault("line", shown, f"not JSON: {error}"))
        return
    if not isinstance(raw, dict):
        yield place.reject(Fault("line", shown, "not a JSON object"))
        return
    yield from taken(raw, tenant, place)
