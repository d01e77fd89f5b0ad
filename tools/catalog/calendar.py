"""calendar.upcoming and calendar.propose_slots: what is booked and what would suit."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Annotated

from pydantic import Field

from state.errors import InvalidInput
from state.world.record import NodeKind
from state.world.view import Meeting
from tools.catalog.references import pick
from tools.catalog.slots import free_slots, place_of
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads
from tools.catalog.words import Line

Minutes = Annotated[int, Field(ge=15, le=240)]


class UpcomingArguments(Arguments):
    """How far to look."""

    days: Annotated[int, Field(ge=1, le=180)] = 14


class MeetingFound(Found):
    """One booked meeting with somebody outside; its title was written by whoever invited."""

    meeting: str
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    attendees: tuple[str, ...]
    unresolved: tuple[str, ...]


class MeetingsFound(Found):
    """The soonest first."""

    meetings: tuple[MeetingFound, ...]


def _upcoming(arguments: UpcomingArguments, desk: Desk) -> MeetingsFound:
    about = desk.about
    until = about.now + timedelta(days=arguments.days)
    booked = about.view.booked_meetings(about.now)
    return MeetingsFound(
        meetings=tuple(
            _shown(meeting, desk)
            for meeting in booked
            if meeting.starts_at is not None and meeting.starts_at <= until
        )
    )


def _shown(meeting: Meeting, desk: Desk) -> MeetingFound:
    view = desk.about.view
    outside = [person.email.lower() for person in view.outside_people(meeting)]
    return MeetingFound(
        meeting=meeting.identifier,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        attendees=tuple(person.email.lower() for person in meeting.attendees),
        unresolved=tuple(address for address in outside if view.contact_by_email(address) is None),
        evidence=tuple(item.id for item in meeting.cite("starts_at", "attendees")),
    )


class SlotArguments(Arguments):
    """With whom, how long, how many."""

    contact: Line | None = None
    owner: Line | None = None
    minutes: Minutes = 30
    count: Annotated[int, Field(ge=1, le=10)] = 3


class SlotFound(Found):
    """A stretch that suits both sides; UTC."""

    starts_at: datetime
    ends_at: datetime


class SlotsFound(Found):
    """The soonest first."""

    zone: str
    """Of the other side."""
    slots: tuple[SlotFound, ...]


def _propose(arguments: SlotArguments, desk: Desk) -> SlotsFound:
    about = desk.about
    name = arguments.owner or about.view.owner or about.principal.user
    owner = next((user for user in about.users if user.id == name), None)
    if owner is None:
        raise InvalidInput("The owner is not a user of this tenant.", field="owner", value=name)
    reference = arguments.contact
    contact = None if reference is None else pick(NodeKind.CONTACT, about.view.contacts, reference, "contact")
    place = place_of(about.profile, about.view, contact)
    found = free_slots(about.profile, about.view, owner, [place], about.now, arguments.minutes)
    return SlotsFound(
        zone=place.zone,
        slots=tuple(
            SlotFound(starts_at=slot.starts_at, ends_at=slot.ends_at)
            for slot in islice(found, arguments.count)
        ),
    )


READS = (
    reads(
        "calendar.upcoming",
        "List booked meetings with people outside.",
        "CHEAP",
        UpcomingArguments,
        MeetingsFound,
        _upcoming,
    ),
    reads(
        "calendar.propose_slots",
        "Find times that suit the owner and the other side.",
        "MED",
        SlotArguments,
        SlotsFound,
        _propose,
    ),
)
