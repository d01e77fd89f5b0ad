"""After a meeting: its notes become one event of the account, and what they say is told back by line.

Invariant: the same text of the same account is one note, however often it is given; a promise of the summary is the
promise that the situation reads from the same words, never a second one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.world import receive
from state.canonical import Json, digest
from state.errors import Forbidden, InvalidInput
from state.ids import AccountId, EventId, stable_id
from state.ledger.entry import EntryDraft, Kind
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.event import Event
from state.world.meeting_summary import ItemKind, MeetingSummary, SummaryItem, notes_of, summarize
from state.world.records import NoteAdded
from state.world.view import AccountView, Meeting

LONGEST = 65_536
"""Characters of one note."""
RECENT = timedelta(days=7)
"""A meeting that ended longer ago is not taken for the one just held."""
OURS, THEIRS = "notes", "mail"
"""Sources of a text that we wrote, and of one that they wrote and sent us."""


@dataclass(frozen=True)
class Heard:
    """A text about a meeting, as a seller hands it in."""

    text: str
    kind: Literal["meeting", "transcript"]
    participants: tuple[str, ...] = ()
    """Outside people; none: those of the meeting."""
    at: datetime | None = None
    """When it was held; None: the end of the meeting, else now."""
    is_theirs: bool = False
    """Written by the customer: believed as little as their mail."""
    is_kept: bool = True


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PromiseOut(_Out):
    """A promise of the summary as the situation holds it."""

    key: str
    actor: str
    side: str
    deliverable: str
    due_on: str | None
    quote: str


class AfterOut(_Out):
    """What a meeting came to."""

    account: str
    name: str
    note: str
    event: str
    stored: Literal["new", "known", "no"]
    meeting: str | None
    held_at: datetime
    summary: MeetingSummary
    promises: tuple[PromiseOut, ...]
    """Open in the situation; empty where nothing is kept."""


def after_meeting(
    parts: Parts, tenancy: Tenancy, principal: Principal, account: AccountId, heard: Heard
) -> AfterOut:
    """Keep the notes of a meeting and say what it came to. Raises: Forbidden, InvalidInput, NotFound."""
    _checked(principal, heard)
    with parts.stores.begin(tenancy.id) as unit:
        view = _view(unit, tenancy, account)
        event = _event(tenancy, principal, view, heard)
        known = unit.events.get(event.id)
        if known is not None:
            event = known
        elif heard.is_kept:
            _keep(unit, tenancy, principal, event)
            view = _view(unit, tenancy, account)
    summary = summarize(notes_of([event], tenancy.profile.sources.trust_of))
    record = event.data
    assert isinstance(record, NoteAdded), "it was made here as a note"
    return AfterOut(
        account=account, name=view.name, note=record.note, event=event.id,
        stored="known" if known is not None else "new" if heard.is_kept else "no",
        meeting=record.meeting, held_at=event.time, summary=summary,
        promises=_promises(view, event, summary.of(ItemKind.COMMITMENT)),
    )  # fmt: skip


def _checked(principal: Principal, heard: Heard) -> None:
    if not principal.is_human or principal.role is Role.AUDITOR:
        raise Forbidden(
            f"A {principal.role.value} reads and keeps no notes.", remedy="Ask a seller with --as."
        )
    if not heard.text.strip():
        raise InvalidInput("There is nothing in the notes.", field="file", remedy="Name a file with text.")
    if len(heard.text) > LONGEST:
        raise InvalidInput(
            f"The notes are {len(heard.text):,} characters long; one note holds {LONGEST:,}.", field="file",
            remedy="Split them where the subject changes and give the parts one after the other.",
        )  # fmt: skip


def _view(unit: Unit, tenancy: Tenancy, account: AccountId) -> AccountView:
    return AccountView.of(unit.situations.load(account), tenancy.profile.company.verified_domains)


def _event(tenancy: Tenancy, principal: Principal, view: AccountView, heard: Heard) -> Event:
    """Make the event of the note; its id is that of its text."""
    account = AccountId(view.situation.account)
    meeting = just_held(view, heard.at or tenancy.now)
    outside = () if meeting is None else known_guests(view, meeting)
    name = stable_id("no", tenancy.id, account, digest(heard.text))
    at = heard.at or (meeting.ended_at if meeting is not None else None) or tenancy.now
    try:
        note = NoteAdded(
            note=name, author=principal.user, kind=heard.kind, participants=heard.participants or outside,
            meeting=None if meeting is None else meeting.identifier, text=heard.text,
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            f"The notes cannot be kept: {first['msg']}.", field=".".join(map(str, first["loc"])),
            value=str(first.get("input", ""))[:80], remedy="Give participants as mail addresses.",
        ) from error  # fmt: skip
    return Event(
        id=EventId(stable_id("ev", tenancy.id, "after", name)), tenant=tenancy.id, account=account,
        source=THEIRS if heard.is_theirs else OURS, type=NoteAdded.type, time=at, recorded_at=tenancy.now, data=note,
    )  # fmt: skip


def known_guests(view: AccountView, meeting: Meeting) -> tuple[str, ...]:
    """List who was invited from outside and is a contact already: a calendar adds nobody."""
    guests = (one.email.lower() for one in view.outside_people(meeting) if one.status != "declined")
    return tuple(dict.fromkeys(one for one in guests if view.contact_by_email(one) is not None))


def just_held(view: AccountView, at: datetime) -> Meeting | None:
    """Find the last meeting with somebody from outside that had ended by then, if that is not long ago."""
    ended = [
        (one.ended_at, one.key, one)
        for one in view.meetings
        if one.ended_at is not None and at - RECENT <= one.ended_at <= at + timedelta(days=1)
        and not one.is_off and view.outside_people(one)
    ]  # fmt: skip
    return max(ended)[2] if ended else None


def _keep(unit: Unit, tenancy: Tenancy, principal: Principal, event: Event) -> None:
    counted = receive(unit, [event], tenancy.profile, tenancy.now)
    trace = trace_of(tenancy.id, f"after:{event.id}", tenancy.now, unit.ledger.head().hash)
    payload: dict[str, Json] = {"source": event.source, "event": event.id, **counted.model_dump()}
    unit.ledger.append([EntryDraft(Kind.INGEST, tenancy.stamp(principal, trace), payload)])


def _promises(view: AccountView, event: Event, items: Sequence[SummaryItem]) -> tuple[PromiseOut, ...]:
    """Find each promise of the summary in the situation: the node read in this note with the same words."""
    quotes = {item.quote for item in items}
    return tuple(
        PromiseOut(
            key=one.key,
            actor=one.actor,
            side="us" if one.is_ours else "them",
            deliverable=one.deliverable,
            due_on=one.due_on.isoformat() if one.due_on else None,
            quote=one.quote,
        )
        for one in view.promises
        if one.is_open and one.quote in quotes and any(item.event == event.id for item in one.cite("text"))
    )
