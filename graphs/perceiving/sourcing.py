"""The raw record behind an evidence id, opened: what the source told, and the whole of each text that was cut in it."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import NotFound
from state.ids import EventId, RunId
from state.ports.unit import Unit
from state.world.whole_text import KIND, Whole


class Source(BaseModel):
    """One event as its source told it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: Mapping[str, Json]
    hash: str
    wholes: tuple[Whole, ...]


def keep_wholes(unit: Unit, wholes: Sequence[Whole]) -> None:
    """Keep the whole of a text beside the event that was cut from it; of no other, and of none that was erased."""
    for one in wholes:
        event = unit.events.get(one.event)
        if event is not None and one.seal in str(getattr(event.data, one.field, "")):
            unit.runs.put_artifact(KIND, RunId(one.event), one.model_dump(mode="json"))


def open_source(parts: Parts, tenancy: Tenancy, name: str) -> Source:
    """Open the record that evidence names by its event. Raises: NotFound."""
    with parts.stores.read(tenancy.id) as unit:
        event = unit.events.get(EventId(name))
        if event is None:
            raise NotFound(
                f"There is no record {name}.",
                field="event",
                value=name,
                remedy="`revloop why ID --json` names the event of each evidence.",
            )
        found = [unit.runs.artifact(one) for one, kind in unit.runs.artifacts_of(RunId(name)) if kind == KIND]
    told: dict[str, Json] = {
        "id": event.id, "type": event.type, "source": event.source, "account": event.account,
        "time": event.time.isoformat(), "recorded_at": event.recorded_at.isoformat(), "data": dict(event.told),
    }  # fmt: skip
    return Source(event=told, hash=event.hash, wholes=tuple(Whole.model_validate(one) for one in found))
