"""calendar.schedule: one invitation, to verified contacts, at a time that suits both sides.

Source: RFC 5545 and RFC 5546 (REQUEST); the UID is the action's name under the tenant's key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from state.errors import InvalidInput
from state.evidence import Trust
from state.governance.action import Action
from state.governance.effect import Effect
from state.ids import NodeKey, UserId
from state.ports.tooling import Inside, ToolSpec
from state.principal import User
from state.world.profile import Profile
from state.world.records import MeetingUpdated
from state.world.view import Contact
from tools.catalog.calendar import Minutes
from tools.catalog.naming import edited_seed, is_named_after, message_name
from tools.catalog.references import ADDRESS, recipient_of, sending_user, verified_contact
from tools.catalog.slots import Place, Slot, free_slots, place_of
from tools.catalog.task import Arguments, Premises, Row, Task, parsed, stored
from tools.catalog.tool import edits
from tools.catalog.words import Line, Text, addresses_in, checked_line, ready_to_leave
from tools.catalog.writing import Pen
from tools.transports.parcel import Parcel


def _split(raw: object) -> object:
    return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw


class ScheduleArguments(Arguments):
    """Who else, how long, and which of the free slots; none: the soonest."""

    attendees: Annotated[tuple[Line, ...], BeforeValidator(_split), Field(max_length=20)] = ()
    minutes: Minutes = 30
    starts_at: datetime | None = None
    title: Line | None = None
    agenda: Text | None = None


class ScheduleRow(Row):
    """What an approver sees of an invitation, and may change: its words."""

    attendees: tuple[str, ...]
    owner: UserId
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: Line
    agenda: Text | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class CalendarSchedule:
    """Renders an invitation and hands exactly it over."""

    spec: ToolSpec

    def render(self, task: Task) -> Effect:
        """Write the invitation. Raises: InvalidInput."""
        arguments = parsed(ScheduleArguments, task.proposal.arguments, self.spec.name)
        people = _people(task, arguments, self.spec.trust_required)
        owner = sending_user(task, arguments.in_name_of)
        slot = _slot(task, arguments, people, owner)
        row = ScheduleRow(
            attendees=tuple(person.key for person in people),
            owner=owner.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            zone=place_of(task.profile, task.view, people[0]).zone,
            title=arguments.title or f"{task.profile.company.name} / {task.view.name}",
            agenda=arguments.agenda,
            purpose=arguments.purpose,
        )
        _names_nobody_else(row, task)
        name = message_name(task.premises.key, task.action, owner.email)
        invited = tuple(person.email or "" for person in people)
        content = _invitation(_ready(row, task.profile), name, owner.email, invited, task.about.now)
        return self._effect(row, content, invited)

    def edited(self, action: Action, changes: Mapping[str, str], premises: Premises) -> Effect:
        """Write it again with other words. Raises: InvalidInput."""
        edits(self.spec, changes)
        old = action.effect
        row = _ready(stored(ScheduleRow, {**old.arguments, **changes}, self.spec.name), premises.profile)
        said = _read(old.content)
        seed = edited_seed(action.id, row.model_dump(mode="json"))
        name = message_name(premises.key, seed, said.organiser)
        return self._effect(
            row, _invitation(row, name, said.organiser, old.recipients, said.stamp), old.recipients
        )

    def _effect(self, row: ScheduleRow, content: str, invited: tuple[str, ...]) -> Effect:
        return Effect(
            tool=self.spec.name,
            action_type="schedule_meeting",
            arguments=row.model_dump(mode="json"),
            recipients=invited,
            external=True,
            content=content,
        )

    def parcel(self, action: Action, premises: Premises) -> Parcel:
        """Wrap the stored invitation, refusing one that says otherwise than its action. Raises: InvalidInput."""
        effect, said = action.effect, _read(action.effect.content)
        is_ours = premises.profile.company.is_inside(said.organiser)
        if not is_ours or sorted(said.invited) != sorted(effect.recipients):
            raise InvalidInput("The invitation is not to those who were approved.", field="recipients")
        if not is_named_after(action, premises.keys, said.name, said.organiser):
            raise InvalidInput(
                "The invitation does not bear its action's name.", field="UID", value=said.name
            )
        return Parcel(said.name, "ics", said.organiser, effect.recipients, effect.content.encode())

    def after(self, action: Action, now: datetime) -> Inside:
        """Say that it was sent: a row per person, and the meeting in the calendar."""
        row, said = stored(ScheduleRow, action.effect.arguments, self.spec.name), _read(action.effect.content)
        pen = Pen(action, now)
        everybody = [
            {"email": said.organiser, "status": "accepted"},
            *({"email": address, "status": "needs_action"} for address in said.invited),
        ]
        told = {
            "meeting": said.name,
            "title": row.title,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "zone": row.zone,
            "organiser": said.organiser,
            "attendees": everybody,
            "status": "booked",
            **({"agenda": row.agenda} if row.agenda else {}),
        }
        records = [
            pen.record("invitation", said.name, row, recipient=address.lower(), part=address)
            for address in action.effect.recipients
        ]
        return pen.inside(records, [pen.event(MeetingUpdated.model_validate(told), source="calendar")])


def _people(task: Task, arguments: ScheduleArguments, least: Mapping[str, Trust]) -> tuple[Contact, ...]:
    first = recipient_of(task, least["recipient"])
    others = [verified_contact(task, name, "attendees", least["attendees"]) for name in arguments.attendees]
    people = {NodeKey(person.key): person for person in (first, *others)}
    for person in people.values():
        if person.email is None or not ADDRESS.fullmatch(person.email):
            raise InvalidInput(
                "An attendee's address cannot be used.", field="attendees", value=person.identifier
            )
    return tuple(people.values())


def _slot(task: Task, arguments: ScheduleArguments, people: tuple[Contact, ...], owner: User) -> Slot:
    places: list[Place] = [place_of(task.profile, task.view, person) for person in people]
    wanted = arguments.starts_at
    if wanted is not None and wanted.utcoffset() is None:
        raise InvalidInput("The time has no offset.", field="starts_at", value=wanted.isoformat())
    for slot in free_slots(task.profile, task.view, owner, places, task.about.now, arguments.minutes):
        if wanted is None or slot.starts_at == wanted:
            return slot
    raise InvalidInput(
        "No such time is free in the business hours of both sides.",
        field="starts_at",
        value=wanted.isoformat() if wanted else "",
        remedy="Choose one of calendar.propose_slots.",
    )


def _names_nobody_else(row: ScheduleRow, task: Task) -> None:
    """Refuse words that name an address which is neither ours nor a contact's. Raises: InvalidInput."""
    known = {person.email.casefold() for person in task.view.contacts if person.email and person.is_verified}
    for field, words in (("title", row.title), ("agenda", row.agenda or "")):
        for address in addresses_in(words):
            if address not in known and not task.profile.company.is_inside(address):
                raise InvalidInput(
                    f"The {field} names {address}, which is no verified contact's address.",
                    field=field,
                    value=address,
                    remedy="Take the address out, or confirm the contact first.",
                )


def _ready(row: ScheduleRow, profile: Profile) -> ScheduleRow:
    domains = profile.company.sender.link_domains if profile.company.sender else ()
    ready_to_leave(checked_line(row.title, "title"), "title", domains)
    if row.agenda is not None:
        ready_to_leave(row.agenda, "agenda", domains)
    return row


def _invitation(
    row: ScheduleRow, name: str, organiser: str, invited: tuple[str, ...], stamp: datetime
) -> str:
    from icalendar import Calendar, Event, vCalAddress, vText

    event = Event()
    event.add("uid", name)
    event.add("dtstamp", stamp)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", row.title)
    if row.agenda is not None:
        event.add("description", row.agenda)
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    for address in invited:
        person = vCalAddress(f"mailto:{address}")
        person.params["ROLE"] = vText("REQ-PARTICIPANT")
        person.params["PARTSTAT"] = vText("NEEDS-ACTION")
        person.params["RSVP"] = vText("TRUE")
        event.add("attendee", person)
    event.add("sequence", 0)
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Revloop//Revloop//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a stored invitation says of itself."""

    name: str
    organiser: str
    invited: tuple[str, ...]
    stamp: datetime


def _read(content: str) -> _Said:
    from icalendar import Calendar

    events = Calendar.from_ical(content).walk("VEVENT")
    if len(events) != 1:
        raise InvalidInput("The stored invitation holds no single meeting.", field="content")
    event = events[0]
    people = event.get("attendee", [])
    invited = people if isinstance(people, list) else [people]
    return _Said(
        name=str(event["uid"]),
        organiser=str(event["organizer"]).removeprefix("mailto:"),
        invited=tuple(str(person).removeprefix("mailto:") for person in invited),
        stamp=event.decoded("dtstamp"),
    )


CALENDAR_SCHEDULE = CalendarSchedule(
    ToolSpec(
        name="calendar.schedule",
        purpose="Invite verified contacts to a meeting at a time that suits both sides.",
        kind="outside",
        action_class=3,
        risk="high",
        cost="MED",
        arguments=ScheduleArguments,
        result=ScheduleRow,
        effects=("an invitation reaches every attendee", "the meeting stands in the owner's calendar"),
        reversible=False,
        editable=("title", "agenda"),
        trust_required={"recipient": Trust.SYSTEM_OF_RECORD, "attendees": Trust.SYSTEM_OF_RECORD},
    )
)
OUTSIDE = (CALENDAR_SCHEDULE,)
