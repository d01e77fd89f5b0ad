"""Tick a promise off: an event by a person who says that it was kept, and an entry that proves who said it.

Invariant: a promise is closed once; the words in which it was made stay where they were said.
"""

from collections.abc import Collection, Mapping

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.correcting import require_person
from graphs.perceiving.world import receive
from graphs.telling.report import CitedOut, SectionOut
from state.errors import Conflict, NotFound
from state.ids import AccountId, EventId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.principal import Principal
from state.world.business_time import local_day
from state.world.event import Event
from state.world.records import CommitmentClosed
from state.world.view import AccountView, Promise

SECTION = "open_promises"
"""The part of a brief each of whose lines is about one promise."""


def promises_of(view: AccountView, sections: Collection[SectionOut]) -> Mapping[str, Promise]:
    """Find which promise a line of a brief is about. Shape: the line's id → the only promise whose words it cites."""
    lines = (line for section in sections if section.id == SECTION for line in section.statements)
    found = {line.id: [one for one in view.promises if _is_cited(one, line.evidence)] for line in lines}
    return {line: about[0] for line, about in found.items() if len(about) == 1}


def _is_cited(promise: Promise, evidence: Collection[CitedOut]) -> bool:
    said = {(item.record, item.field, item.value) for item in promise.cite("deliverable", "text")}
    return bool(said) and said <= {(item.record, item.field, item.value) for item in evidence}


def tick(parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId, promise: str) -> None:
    """Close a promise from today on. Raises: Forbidden, NotFound, Conflict where it is closed."""
    require_person(principal)
    with parts.stores.begin(tenancy.id) as unit:
        view = AccountView.of(unit.situations.load(account))
        found = next((one for one in view.promises if one.identifier == promise), None)
        if found is None:
            raise NotFound("There is no such promise here.", field="promise", value=promise)
        if not found.is_open:
            raise Conflict("That promise is ticked off already.", field="promise", value=promise)
        trace = trace_of(tenancy.id, f"tick:{found.key}", tenancy.now, unit.ledger.head().hash)
        event = Event(
            id=EventId(stable_id("ev", tenancy.id, "tick", trace)),
            tenant=tenancy.id,
            account=account,
            source="user",
            type=CommitmentClosed.type,
            time=tenancy.now,
            recorded_at=tenancy.now,
            data=CommitmentClosed(
                commitment=found.identifier, closed_by=principal.user,
                closed_on=local_day(tenancy.now, tenancy.profile.company.zone),
            ),
            trace_id=trace,
        )  # fmt: skip
        receive(unit, [event], tenancy.profile, tenancy.now)
        said = {"event": event.id, "subject": found.key, "attribute": "status", "account": account}
        unit.ledger.append([EntryDraft(Kind.VALIDATION, tenancy.stamp(principal, trace), dict(said))])
