"""When two sides could meet: business hours of both, minus what is already booked.

Invariant: pure; the same calendar, meetings and clock give the same slots.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from state.principal import User
from state.world.business_time import is_business_day, local_day, region_of
from state.world.profile import Profile
from state.world.view import AccountView, Contact

STEP = timedelta(minutes=30)
HORIZON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch that suits both; UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether something else takes part of it."""
        return self.starts_at < end and start < self.ends_at


@dataclass(frozen=True, slots=True)
class Place:
    """Whose hours count: a zone and the region whose holidays it keeps."""

    zone: str
    region: str

    def is_within(self, profile: Profile, slot: Slot) -> bool:
        """Tell whether the slot lies inside the business hours of one business day here."""
        hours, zone = profile.calendar.business_hours, ZoneInfo(self.zone)
        starts, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        if starts.date() != ends.date() or not is_business_day(profile.calendar, starts.date(), self.region):
            return False
        return hours.start <= starts.time() and ends.time() <= hours.end


def place_of(profile: Profile, view: AccountView, contact: Contact | None) -> Place:
    """Find where a recipient is: the contact's zone, else the account's, else ours."""
    zone = (contact.text("zone") if contact else None) or view.text("zone") or profile.company.zone
    return Place(zone, region_of(profile.calendar, zone))


def free_slots(
    profile: Profile,
    view: AccountView,
    owner: User,
    places: Sequence[Place],
    now: datetime,
    minutes: int,
) -> Iterator[Slot]:
    """Yield free slots from the next day on, soonest first, one per half hour."""
    here = Place(profile.company.zone, profile.company.region)
    taken = busy(view, owner)
    day = local_day(now, here.zone)
    for offset in range(1, HORIZON_DAYS + 1):
        on = day + timedelta(days=offset)
        if owner.is_away(on):
            continue
        for slot in _day_slots(on, here.zone, minutes):
            fits = all(place.is_within(profile, slot) for place in (here, *places))
            if fits and not any(slot.overlaps(start, end) for start, end in taken):
                yield slot


def _day_slots(day: date, zone: str, minutes: int) -> Iterator[Slot]:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for step in range(48):
        begins = start + step * STEP
        yield Slot(begins, begins + timedelta(minutes=minutes))


def busy(view: AccountView, owner: User) -> tuple[tuple[datetime, datetime], ...]:
    """List when the owner is booked, as far as this account's calendar tells."""
    found = [
        (meeting.starts_at, meeting.ended_at)
        for meeting in view.meetings
        if not meeting.is_off
        and any(person.email.lower() == owner.email.lower() for person in meeting.attendees)
    ]
    return tuple(sorted((start, end) for start, end in found if start is not None and end is not None))
