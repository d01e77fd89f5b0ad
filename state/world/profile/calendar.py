"""Business days, holidays and quiet hours per region; read by `state.world.business_time`."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from state.world.profile.part import Day, Part, Text, WallTime, Zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of `date.weekday()`."""


class Hours(Part):
    """A stretch of the day by the wall clock; it may cross midnight."""

    start: WallTime
    end: WallTime
    """Exclusive."""

    @property
    def crosses_midnight(self) -> bool:
        """19:00–08:00 does, 09:00–17:00 does not."""
        return self.start > self.end

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end are the same time; a stretch needs a length")
        return self


class Holiday(Part):
    """A day on which the region does not work."""

    day: Day
    name: Text


def _sorted_once(holidays: tuple[Holiday, ...]) -> tuple[Holiday, ...]:
    days = [holiday.day for holiday in holidays]
    if len(set(days)) != len(days):
        twice = next(day for day in days if days.count(day) > 1)
        raise ValueError(f"{twice.isoformat()} is listed twice")
    return tuple(sorted(holidays, key=lambda holiday: holiday.day))


class Region(Part):
    """Places that share holidays."""

    id: Text
    name: Text
    countries: tuple[str, ...] = ()
    """Codes and names under which records name the country."""
    zones: tuple[Zone, ...] = ()
    business_weekdays: tuple[Weekday, ...] | None = None
    """Only where it differs from the calendar's."""
    holidays: Annotated[tuple[Holiday, ...], AfterValidator(_sorted_once)] = ()


class Calendar(Part):
    """Read from `calendar.yaml`; holidays outside the listed years are not known."""

    default_region: Text
    business_weekdays: tuple[Weekday, ...] = Field(min_length=1)
    business_hours: Hours
    quiet_hours: Hours
    """In the recipient's zone; nothing is sent to a person then, nor on closed days."""
    regions: tuple[Region, ...] = Field(min_length=1)

    def region(self, region_id: str) -> Region | None:
        """Find a region by id, ignoring case."""
        return next((region for region in self.regions if region.id.casefold() == region_id.casefold()), None)

    def region_or_default(self, region_id: str) -> Region:
        """Find a region by id, else the default one."""
        return self.region(region_id) or self.region(self.default_region) or self.regions[0]

    def has_holidays_of(self, day: date, region_id: str) -> bool:
        """Say whether the region's list reaches that year; if not, only weekends are known."""
        return any(holiday.day.year == day.year for holiday in self.region_or_default(region_id).holidays)

    @model_validator(mode="after")
    def _regions_fit(self) -> Self:
        ids = [region.id.casefold() for region in self.regions]
        if len(set(ids)) != len(ids):
            raise ValueError("two regions have the same id")
        if self.region(self.default_region) is None:
            raise ValueError(f"default_region {self.default_region!r} is not under regions")
        zones = [zone for region in self.regions for zone in region.zones]
        twice = sorted({zone for zone in zones if zones.count(zone) > 1})
        if twice:
            raise ValueError(f"zone {twice[0]} belongs to two regions; leave it in one")
        return self
