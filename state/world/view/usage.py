"""Product usage series and support cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from state.evidence import Evidence
from state.world.delta import Delta
from state.world.view.entity import Entity


@dataclass(frozen=True)
class Series(Entity):
    """Daily values of one measure."""

    @cached_property
    def points(self) -> dict[date, int]:
        """Shape: day → value, in day order; a later report of a day replaces an earlier one."""
        found: dict[date, int] = {}
        for first, values, _ in self._reports:
            ordinal = first.toordinal()
            days = map(date.fromordinal, range(ordinal, ordinal + len(values)))
            found.update(zip(days, values, strict=True))
        return dict(sorted(found.items()))

    @cached_property
    def _reports(self) -> tuple[tuple[date, Sequence[int], Delta], ...]:
        starts = {claim.event: claim.value for claim in self.history("first_day")}
        return tuple(
            (date.fromisoformat(str(starts[claim.event])), cast(Sequence[int], claim.value), claim)
            for claim in self.history("values")
            if isinstance(claim.value, (list, tuple)) and claim.event in starts
        )

    def cite_days(self, first: date, last: date) -> tuple[Evidence, ...]:
        """Evidence of the reports that hold any of these days, both ends included, oldest first."""
        return tuple(
            claim.evidence()
            for start, values, claim in self._reports
            if start <= last and start + timedelta(days=len(values) - 1) >= first
        )

    @property
    def feed(self) -> str:
        """The pipe it came through."""
        return self.text("feed") or "usage"


@dataclass(frozen=True)
class FeatureUse(Entity):
    """How often one feature was used on one day; it says nothing of how many people did."""

    @property
    def feature(self) -> str:
        """As the source names it."""
        return self.text("feature") or ""

    @property
    def on(self) -> date:
        """The day."""
        return self.day("day") or self.first_seen.date()

    @property
    def uses(self) -> int:
        """How often."""
        return self.number("uses") or 0


@dataclass(frozen=True)
class Ticket(Entity):
    """A support case."""

    @property
    def subject(self) -> str:
        """Untrusted text."""
        return self.text("subject") or ""

    @property
    def severity(self) -> int:
        """1 (worst) to 4; 4 when unset."""
        return self.number("severity") or 4

    @property
    def status(self) -> str:
        """open, waiting_on_customer, closed, merged or duplicate."""
        return self.text("status") or "open"

    @property
    def is_open(self) -> bool:
        """Open or waiting on the customer."""
        return self.status in ("open", "waiting_on_customer")

    @property
    def opened_on(self) -> date:
        """Day it was raised."""
        return self.day("opened_on") or self.first_seen.date()

    @property
    def rated(self) -> tuple[Delta, ...]:
        """Ratings the customer gave, oldest first."""
        return tuple(claim for claim in self.history("rating") if claim.value is not None)

    @property
    def reopenings(self) -> tuple[Delta, ...]:
        """Each time it was opened again, oldest first."""
        return tuple(claim for claim in self.history("reopened") if claim.value is True)

    def status_at(self, instant: datetime) -> str:
        """Read the status in force at an instant; open before the source says otherwise."""
        known = [claim for claim in self.history("status") if claim.valid_from <= instant]
        return str(known[-1].value) if known and known[-1].value else "open"
