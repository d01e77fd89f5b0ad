"""The enumeration: every point alone on every way, every pair of steps on the paired ways, and the planted faults.

Invariant: a registered point at which no process died, or a death that was not SIGKILL, fails the run.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from evals.chaos.running import Ran, Theatre, run
from evals.chaos.schedule import (
    APPROVE,
    CARRY,
    PAIRED,
    PROPOSE,
    TRANSPORT_POINTS,
    WAYS,
    Death,
    Schedule,
    Way,
    parsed,
    possible,
)
from graphs.crashing import crash_points

Heard = Callable[[Ran], None]
OF_RUNS = ("before:", "after:", "run:", "recover:")
"""Points that a worker passes or not, by which of two jobs it takes first; the other ways die there."""
CONTROLS = {
    "markless": (
        "acts, then marks, without a claim",
        ("plain/carry.execute:sending", "plain/carry.execute:sent", "lag/carry.execute:sent"),
    ),
    "trusting": (
        "believes “absent” at once",
        ("lag/carry.execute:sent", "late/carry.execute:sent", "lag/carry.transport:kept"),
    ),
}
"""Planted faults, and the schedules of the same run that catch them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a number of schedules came to."""

    name: str
    ran: tuple[Ran, ...]

    @property
    def duplicated(self) -> int:
        """Effects beyond the first, over all schedules."""
        return sum(one.duplicated for one in self.ran)

    @property
    def lost(self) -> int:
        """Schedules in which the record and the other side disagree."""
        return sum(one.lost for one in self.ran)

    @property
    def forgotten(self) -> int:
        """Schedules that ended with something approved and nobody told."""
        return sum(one.forgotten for one in self.ran)

    @property
    def asked(self) -> int:
        """Schedules in which a person had to look."""
        return sum(one.was_asked for one in self.ran)

    @property
    def bad(self) -> tuple[Ran, ...]:
        """Schedules with anything wrong."""
        return tuple(one for one in self.ran if not one.is_sound)

    @property
    def p50(self) -> float:
        """Median seconds of a schedule."""
        return median(one.seconds for one in self.ran) if self.ran else 0.0


def missed_points(ran: Sequence[Ran]) -> tuple[str, ...]:
    """Name the registered points at which no process died."""
    hit = {death.partition(".")[2] for one in ran for death in one.deaths}
    return tuple(point for point in (*crash_points(), *TRANSPORT_POINTS) if point not in hit)


def traced(stage: Theatre, way: Way) -> dict[str, list[str]]:
    """List the points that an undisturbed life passes, by act."""
    found: dict[str, list[str]] = {}
    for act in (PROPOSE, APPROVE, CARRY):
        stage.provider.fresh(way.manner)
        place = stage.places.copied(stage.starts[act])
        said = stage.done(stage.asked(place, way, act))
        stage.places.gone(place)
        points = said["points"]
        assert isinstance(points, list)
        found[act] = [str(one) for one in points if str(one).startswith(f"{act}.")]
    return found


def singles(stage: Theatre, way: Way) -> Iterator[Schedule]:
    """Give each point of a life alone."""
    trace = traced(stage, way)
    acts = (PROPOSE, APPROVE, CARRY) if way.is_whole else (CARRY,)
    for act in acts:
        for death in possible(way, trace[act]):
            if way.is_worked and death.point.startswith(OF_RUNS):
                continue
            yield Schedule(way, (death,))


def pairs(way: Way, ran: Sequence[Ran]) -> Iterator[Schedule]:
    """Give each second death that the life after a first one passes."""
    for one in ran:
        first = _death(one.deaths[0]) if one.deaths else None
        if first is None or first.point not in PAIRED:
            continue
        for death in possible(way, list(one.points)):
            if death.point in PAIRED:
                yield Schedule(way, (first, death))


def _death(name: str) -> Death:
    act, _, point = name.partition(".")
    return Death(act, point)


def enumerated(
    stage: Theatre, heard: Heard, ways: Sequence[str] = tuple(WAYS), *, is_listed: bool = False
) -> Iterator[Ran]:
    """Run every schedule of the ways; a list runs the single ones alone, since a pair is known by its first."""
    for way in (WAYS[name] for name in ways):
        alone: list[Ran] = []
        for schedule in singles(stage, way):
            alone.append(run(stage, schedule))
            heard(alone[-1])
            yield alone[-1]
        for schedule in pairs(way, alone) if way.is_paired else ():
            ran = Ran(schedule.id, 0, "", (), ()) if is_listed else run(stage, schedule)
            heard(ran)
            yield ran


def control(stage: Theatre, mutant: str, ids: Sequence[str] = ()) -> Outcome:
    """Run a planted fault through schedules of the enumeration; it must duplicate."""
    name, all_ids = CONTROLS[mutant]
    stage.mutant = mutant
    try:
        return Outcome(name, tuple(run(stage, parsed(one)) for one in ids or all_ids))
    finally:
        stage.mutant = ""
