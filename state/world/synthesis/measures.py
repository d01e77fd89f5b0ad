"""Numbers that several judgements share: usage means, active contacts, stage moves, customer-side steps.

Invariant: windows are whole days of the tenant that end before its today, guests left out of usage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from state.evidence import Evidence
from state.world.delta import Delta
from state.world.detection.champion import champions
from state.world.detection.commitments import delivery_of
from state.world.detection.scene import Scene
from state.world.detection.sources import is_silent_feed
from state.world.detection.usage import panel_of
from state.world.view import Contact, Deal, ReadingNode, Series

CITED = 3
"""Reports cited for a mean: enough to open the raw data."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A usage series that may be compared, up to its last whole day."""

    series: Series
    points: Mapping[date, int]
    end: date

    def mean(self, ends: date, days: int, *, at_least: int) -> Fraction | None:
        """Average the reported days of a window; None with fewer than `at_least`."""
        first = ends.toordinal() - days + 1
        found = [
            self.points[day]
            for ordinal in range(first, ends.toordinal() + 1)
            if (day := date.fromordinal(ordinal)) in self.points
        ]
        return Fraction(sum(found), len(found)) if found and len(found) >= at_least else None

    def cite(self, ends: date, days: int) -> tuple[Evidence, ...]:
        """Evidence of the newest reports of a window, at most `CITED`."""
        return self.series.cite_days(ends - timedelta(days=days - 1), ends)[-CITED:]


@dataclass(frozen=True)
class Outlook(Scene):
    """A scene with what several judgements measure, each measured once."""

    @cached_property
    def active_users(self) -> Usage | None:
        """None without a connected, fresh source."""
        return _usage(self, "active_users")

    @cached_property
    def seats_used(self) -> Usage | None:
        """None without a connected, fresh source."""
        return _usage(self, "seats_used")

    @cached_property
    def champions(self) -> tuple[tuple[Contact, ReadingNode | None], ...]:
        """Set ones, and inferred ones with the act that shows it."""
        return champions(self)

    @cached_property
    def active_now(self) -> tuple[Contact, ...]:
        """People of the CRM who are in touch."""
        return active_contacts(self, self.now)


def _usage(scene: Scene, measure: str) -> Usage | None:
    series = scene.view.series(measure)
    if series is None or not series.points:
        return None
    if scene.freshness("usage", series.feed) != "fresh" or is_silent_feed(scene, series):
        return None
    panel = panel_of(scene, series)
    return None if panel is None else Usage(series, panel.points, panel.end)


def active_contacts(scene: Scene, at: datetime) -> tuple[Contact, ...]:
    """List the people of the CRM with a two-way touch in the days before an instant."""
    from_at = at - timedelta(days=scene.profile.judgement.active_contact_days)
    addresses = {touch.address for touch in scene.two_way if from_at <= touch.at <= at}
    return tuple(person for person in scene.view.contacts if person.email in addresses)


def stage_index(scene: Scene, deal: Deal, at: datetime) -> int | None:
    """Read the place of a deal's stage in its pipeline at an instant; None when it had none."""
    known = [claim for claim in deal.history("stage") if claim.valid_from <= at]
    return index_of(scene, deal, known[-1]) if known else None


def index_of(scene: Scene, deal: Deal, claim: Delta) -> int | None:
    """Read the place of a claimed stage in the deal's pipeline."""
    line = scene.profile.pipeline.pipeline(deal.pipeline)
    return None if claim.value is None else line.index_of(str(claim.value))


def stage_moves(scene: Scene, since: datetime) -> Iterator[tuple[Deal, int]]:
    """Give each open deal with a stage then and now, and by how many places it moved since."""
    for deal in scene.view.open_deals:
        then, now = stage_index(scene, deal, since), stage_index(scene, deal, scene.now)
        if then is not None and now is not None:
            yield deal, now - then


def customer_steps(scene: Scene) -> Iterator[tuple[date, tuple[Evidence, ...]]]:
    """Give each step that the customer finished: of the paper process, or a promise of theirs that was kept."""
    for step in scene.view.paper_steps:
        finished = step.day("finished_on")
        if step.status == "finished" and finished is not None:
            yield finished, step.cite("step", "status", "finished_on")
    for promise in scene.view.promises:
        if promise.is_ours:
            continue
        closed, mail = promise.day("closed_on"), delivery_of(scene.view, promise)
        if closed is not None and not promise.is_open:
            yield closed, promise.cite("deliverable", "closed_on")
        elif mail is not None:
            yield scene.day_of(mail.at), (*promise.cite("deliverable"), *mail.cite("subject"))
