"""What an authenticated sender tells by webhook: one event per delivery, kept once, held against the rows as news.

Invariant: the event's id is the sender's name and the delivery's own id, so no sender can touch another's events; the
same delivery again changes nothing, and the same id with another content is kept beside the first and moves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphs.governing.decisions import stamp_of
from graphs.parts import Parts, Tenancy
from graphs.perceiving.intake import Delivery, take_events
from graphs.perceiving.resolving import account_of_event
from state.errors import InvalidInput
from state.ids import EventId, UserId
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.event import Event
from state.world.whole_text import Whole
from tools.connectors.envelopes import OURS, Place, taken, timed
from tools.connectors.port import Reject

KEPT = 1000
"""Conflicts that are looked through for one that came again."""
Standing = Literal["taken", "parked", "known", "conflict", "early"]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a delivery."""

    event: EventId
    standing: Standing


def name_of(connector: str, delivery: str) -> str:
    """Name the event of a delivery. Invariant: two senders never share a name."""
    return f"{connector}:{delivery}"


def receive(parts: Parts, tenancy: Tenancy, connector: str, delivery: str, raw: Mapping[str, object]) -> Told:
    """Take what a sender signed. Raises: InvalidInput for what is no event of this sender."""
    event, wholes = _read(tenancy, connector, delivery, raw)
    with parts.stores.read(tenancy.id) as unit:
        known = _known(unit, event)
        account = None if event.account else account_of_event(unit)(event)
    if known is not None:
        return Told(event.id, known)
    sender = Principal(
        tenant=tenancy.id, user=UserId(connector), role=Role.AGENT, method="webhook", channel="webhook"
    )
    found = take_events(
        parts,
        tenancy,
        sender,
        [event.resolved_to(account) if account else event],
        f"webhook:{connector}",
        delivery=Delivery(is_live=not tenancy.is_frozen, wholes=wholes),
    )
    return Told(event.id, _standing(found.counts.model_dump(), is_refused=bool(found.ahead)))


def note_secret(parts: Parts, tenancy: Tenancy, principal: Principal, connector: str, step: str) -> None:
    """Write down that a sender's secret was made or ended; the secret itself is nowhere here."""
    with parts.stores.begin(tenancy.id) as unit:
        stamp = stamp_of(tenancy, unit, principal, f"webhook:{step}:{connector}")
        unit.ledger.append(
            [EntryDraft(Kind.KEY, stamp, {"purpose": "webhook", "key": connector, "step": step})]
        )


def _standing(counts: Mapping[str, int], *, is_refused: bool) -> Standing:
    if is_refused:
        return "early"
    if counts["conflict"]:
        return "conflict"
    if counts["duplicate"]:
        return "known"
    return "parked" if counts["parked"] else "taken"


def _known(unit: Unit, event: Event) -> Standing | None:
    """Say what is known of a delivery already; None: nothing, or it came with another content."""
    first = unit.events.get(event.id)
    if first is None:
        return None
    if first.hash == event.hash:
        return "known"
    others = [kept.event for kept in unit.events.conflicts(KEPT) if kept.event.id == event.id]
    return "conflict" if any(one.hash == event.hash for one in others) else None


def _read(
    tenancy: Tenancy, connector: str, delivery: str, raw: Mapping[str, object]
) -> tuple[Event, tuple[Whole, ...]]:
    """Make the one event of a delivery. Raises: InvalidInput."""
    for name, wanted in (("id", delivery), ("source", connector)):
        if raw.get(name, wanted) != wanted:
            raise _unfit(name, str(raw[name]), f"it is {wanted!r} or left out")
    if connector in OURS or tenancy.profile.sources.source(connector) is None:
        raise _unfit("connector", connector, "sources.yaml names no such source")
    earlier = raw.get("supersedes")
    linked = {"supersedes": name_of(connector, str(earlier))} if earlier is not None else {}
    body = {**raw, "id": name_of(connector, delivery), "source": connector, **linked}
    place = Place(f"webhook:{connector}")
    found = list(timed(taken(body, tenancy.id, place), tenancy.now, place.file))
    events = [one for one in found if isinstance(one, Event)]
    if not events:
        first = next(one for one in found if isinstance(one, Reject))
        raise _unfit(first.column, first.value, first.reason)
    return events[0], tuple(one for one in found if isinstance(one, Whole))


def _unfit(field: str, value: str, reason: str) -> InvalidInput:
    return InvalidInput(f"{field}: {reason}.", field=field, value=value[:200])
