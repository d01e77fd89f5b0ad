"""Run schedules: fork, die, restart until settled; what happened is read from the other side's log alone."""

import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.chaos.driver import Asked
from evals.chaos.nursery import Child, Nursery
from evals.chaos.place import Place, Places
from evals.chaos.provider import Provider, listening
from evals.chaos.scene import Line
from evals.chaos.schedule import APPROVE, CARRY, PROPOSE, Death, Schedule, Way

RESTARTS = 6


@dataclass(frozen=True, slots=True)
class Ran:
    """What one schedule came to."""

    id: str
    effects: int
    status: str
    deaths: tuple[str, ...]
    """Those that were died, each seen as SIGKILL of the pid."""
    missed: tuple[str, ...]
    """Those whose point was never passed."""
    was_asked: bool = False
    """A person had to look at the other side and say."""
    unfinished: int = 0
    holds: bool = True
    """The ledger verifies."""
    points: tuple[str, ...] = ()
    seconds: float = 0.0
    fault: str = ""
    """What a process said that ended otherwise than it should."""

    @property
    def duplicated(self) -> int:
        """Effects beyond the first."""
        return max(0, self.effects - 1)

    @property
    def lost(self) -> bool:
        """The record and the other side disagree."""
        return (self.status == "executed") != (self.effects > 0) and self.status not in OPEN

    @property
    def forgotten(self) -> bool:
        """It was approved, it is not over, and nobody was told; or a run hangs."""
        return self.status in OPEN or self.unfinished > 0

    @property
    def is_sound(self) -> bool:
        """Nothing is wrong with it."""
        return (
            not (self.duplicated or self.lost or self.forgotten or self.missed or self.fault) and self.holds
        )


OPEN = frozenset({"none", "pending", "approved", "claimed", "ambiguous"})


@dataclass
class Theatre:
    """The warm parent, the other side, and homes prepared up to each act."""

    nursery: Nursery
    provider: Provider
    places: Places
    starts: dict[str, Place] = field(default_factory=dict)
    mutant: str = ""

    def line(self, way: Way) -> Line:
        """Say how the program is joined to the other side."""
        return Line(
            mail_port=self.provider.mail_port if way.via == "mail" else 0,
            http_port=self.provider.http_port if way.via == "http" else 0,
            is_keyed=way.manner.is_keyed,
            is_slow=way.is_slow,
            is_worked=way.is_worked,
            trusts_at_once=self.mutant == "trusting",
        )

    def asked(self, place: Place, way: Way, *acts: str, crash: tuple[str, str] = ("", "")) -> Asked:
        """Word a job."""
        mutant = "" if self.mutant == "trusting" else self.mutant
        return Asked(str(place.home), place.database, acts, self.line(way), crash, mutant)

    def born(self, asked: Asked) -> Child:
        """Fork a child; it is running."""
        out = Path(asked.home).parent / f"{Path(asked.home).name}-{time.monotonic_ns()}.out"
        return self.nursery.bear(asked.job(), out)

    def done(self, asked: Asked) -> dict[str, object]:
        """Have a child do a job to its end. Raises: AssertionError when it fails."""
        child = self.born(asked)
        code = self.nursery.ended(child)
        assert code == 0, f"exit {code}: {child.wailed}"
        return child.said

    def prepared(self) -> None:
        """Make the homes from which schedules begin."""
        raw = self.places.fresh()
        way = Way("", "folder")
        self.done(self.asked(raw, way, "make"))
        self.starts[PROPOSE] = self.places.settled(raw)
        for before, act, after in ((PROPOSE, "propose", APPROVE), (APPROVE, "approve", CARRY)):
            place = self.places.copied(self.starts[before])
            self.done(self.asked(place, way, act))
            self.starts[after] = self.places.settled(place)


@contextmanager
def theatre(url: str = "", mutant: str = "") -> Generator[Theatre, None, None]:
    """Open everything; it is gone afterwards."""
    with TemporaryDirectory(prefix="revloop-chaos-") as folder, listening() as provider:
        nursery = Nursery()
        stage = Theatre(nursery, provider, Places(Path(folder), url), mutant=mutant)
        try:
            stage.prepared()
            yield stage
        finally:
            nursery.close()
            for place in stage.starts.values():
                stage.places.gone(place)


@dataclass
class _Life:
    """One schedule under way."""

    stage: Theatre
    schedule: Schedule
    place: Place
    left: list[Death]
    died: list[str] = field(default_factory=list)
    fault: str = ""

    def run(self, *acts: str) -> dict[str, object] | None:
        """Run acts in one process; None when it died as the schedule says."""
        death = self.left[0] if self.left else None
        crash = (death.act, death.point) if death and not death.is_by_the_other_side else ("", "")
        provider = self.stage.provider
        provider.arm(death.point if death and death.is_by_the_other_side else "")
        child = self.stage.born(self.stage.asked(self.place, self.schedule.way, *acts, crash=crash))
        provider.aim(child.pid)
        code = self.stage.nursery.ended(child)
        if code == -signal.SIGKILL and death is not None:
            self.died.append(str(self.left.pop(0)))
            return None
        if code != 0:
            self.fault = f"exit {code}: {child.wailed[-2000:]}"
            return {}
        return child.said

    def lived(self) -> dict[str, object]:
        """Die and restart until a process lives to the end."""
        said = self.run(self.schedule.deaths[0].act)
        for _ in range(RESTARTS):
            if self.fault:
                return {}
            said = self.run("live")
            if said is not None:
                break
        return said or {}

    def attested(self) -> dict[str, object]:
        """Have a person look at the other side and say; dying of it included."""
        act = "attest_done" if self.stage.provider.effects else "attest_not_done"
        for _ in range(RESTARTS):
            said = self.run(act)
            if said is not None:
                return said
            if self.died and (again := self.run()) is not None and again["status"] != "ambiguous":
                return again
        return {}


def run(stage: Theatre, schedule: Schedule) -> Ran:
    """Run one schedule from its copy of the home to the end."""
    began = time.perf_counter()
    stage.provider.fresh(schedule.way.manner)
    life = _Life(
        stage, schedule, stage.places.copied(stage.starts[schedule.deaths[0].act]), list(schedule.deaths)
    )
    said = life.lived()
    points = list(map(str, said.get("points", ())))  # type: ignore[call-overload]  # JSON of the driver
    was_asked = said.get("status") == "ambiguous" and bool(said.get("quiesced"))
    if was_asked and not life.fault:
        said = life.attested()
        points += map(str, said.get("points", ()))  # type: ignore[call-overload]  # as above
    effects = _effects(stage, schedule.way, life.place)
    stage.places.gone(life.place)
    return Ran(
        id=schedule.id,
        effects=effects,
        status=str(said.get("status", "none")),
        deaths=tuple(life.died),
        missed=tuple(map(str, life.left)),
        was_asked=was_asked,
        unfinished=int(str(said.get("unfinished", 0))),
        holds=bool(said.get("holds")),
        points=tuple(points),
        seconds=time.perf_counter() - began,
        fault=life.fault,
    )


def _effects(stage: Theatre, way: Way, place: Place) -> int:
    """Count what arrived: the other side's log, or the files of the folder."""
    if way.via == "folder":
        return len(list(place.home.rglob("*.eml")))
    return len(stage.provider.effects)
