"""Two claimers of which one pauses, and a database that is restored after the send.

Invariant: counts come from the other side's log; each control takes a guard away and must be caught.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from evals.chaos.nursery import STOPPED, Child
from evals.chaos.place import Place
from evals.chaos.running import Theatre
from evals.chaos.scene import CLOCK, FileClock
from evals.chaos.schedule import CARRY, WAYS, Way

PLAIN, MAIL, LAG = WAYS["plain"], WAYS["mail"], WAYS["lag"]
LAPSE = timedelta(minutes=5)
"""So long a worker pauses: its lease has lapsed."""
SETTLING = ("carry", "carry", "carry", "carry")


@dataclass(frozen=True, slots=True)
class Fought:
    """One contest."""

    name: str
    effects: int
    status: str
    wanted: int
    """How many effects there must be; a control must have more."""
    is_control: bool = False

    @property
    def is_as_it_must(self) -> bool:
        """The guard held, or the control was caught."""
        if self.is_control:
            return self.effects > self.wanted
        return self.effects == self.wanted


Contest = Callable[[Theatre], Fought]


def contests(stage: Theatre) -> tuple[Fought, ...]:
    """Fight each once."""
    return tuple(one(stage) for one in CONTESTS)


def _begun(stage: Theatre, way: Way) -> Place:
    stage.provider.fresh(way.manner)
    stage.provider.arm("")
    return stage.places.copied(stage.starts[CARRY])


def _paused(stage: Theatre, place: Place, way: Way, act: str) -> Child:
    child = stage.born(stage.asked(place, way, act))
    code = stage.nursery.ended(child)
    assert code == STOPPED, f"exit {code} instead of a pause: {child.wailed}"
    FileClock(place.home / CLOCK).move(LAPSE)
    return child


def _continued(stage: Theatre, child: Child) -> None:
    os.kill(child.pid, signal.SIGCONT)
    code = stage.nursery.ended(child)
    assert code == 0, f"exit {code} after the pause: {child.wailed}"


def _over(
    stage: Theatre, place: Place, way: Way, name: str, *, wanted: int, is_control: bool = False
) -> Fought:
    status = str(stage.done(stage.asked(place, way))["status"])
    stage.places.gone(place)
    return Fought(name, len(stage.provider.effects), status, wanted, is_control)


def before_the_check(stage: Theatre) -> Fought:
    """Pause a worker before its last check while another one does the work."""
    place = _begun(stage, PLAIN)
    paused = _paused(stage, place, PLAIN, "pause_before")
    stage.done(stage.asked(place, PLAIN, *SETTLING))
    _continued(stage, paused)
    return _over(stage, place, PLAIN, "paused before the last check", wanted=1)


def after_the_check(stage: Theatre, mutant: str = "") -> Fought:
    """Pause a worker after its last check while another one looks around; then let it act."""
    place = _begun(stage, PLAIN)
    paused = _paused(stage, place, PLAIN, "pause_after")
    stage.mutant = mutant
    stage.done(stage.asked(place, PLAIN, *SETTLING))
    stage.mutant = ""
    _continued(stage, paused)
    name = "control: a lapsed lease counts as an end" if mutant else "paused after the last check"
    return _over(stage, place, PLAIN, name, wanted=1, is_control=bool(mutant))


def unproven(stage: Theatre) -> Fought:
    """Take the check away that every claimer has ended: the control."""
    return after_the_check(stage, "unproven")


def killed_in_the_pause(stage: Theatre) -> Fought:
    """Kill the paused worker: its end is proven, and the other one sends."""
    place = _begun(stage, PLAIN)
    paused = _paused(stage, place, PLAIN, "pause_after")
    os.kill(paused.pid, signal.SIGKILL)
    code = stage.nursery.ended(paused)
    assert code == -signal.SIGKILL, f"exit {code} instead of a kill"
    stage.done(stage.asked(place, PLAIN, *SETTLING))
    return _over(stage, place, PLAIN, "killed in the pause after the last check", wanted=1)


def with_an_old_answer(stage: Theatre) -> Fought:
    """Pause one that was told “absent” while others send: its answer is of an attempt that is over."""
    place = _begun(stage, LAG)
    _died_at(stage, place, LAG, "execute:claimed")
    stage.done(stage.asked(place, LAG, "resume"))
    FileClock(place.home / CLOCK).move(LAPSE)
    paused = _paused(stage, place, LAG, "pause_probed")
    stage.done(stage.asked(place, LAG, "say_no", "carry"))
    _died_at(stage, place, LAG, "execute:sent")
    stage.done(stage.asked(place, LAG, "resume"))
    _continued(stage, paused)
    stage.done(stage.asked(place, LAG, *SETTLING))
    return _over(stage, place, LAG, "paused with an old answer", wanted=1)


def _died_at(stage: Theatre, place: Place, way: Way, point: str) -> None:
    child = stage.born(stage.asked(place, way, CARRY, crash=(CARRY, point)))
    code = stage.nursery.ended(child)
    assert code == -signal.SIGKILL, f"exit {code} instead of a kill: {child.wailed}"


def _restored(stage: Theatre, way: Way, point: str, act: str) -> Fought:
    """Send, put the database from before it back, and let commands come."""
    place = _begun(stage, way)
    if point:
        _died_at(stage, place, way, point)
    stage.done(stage.asked(place, way, "anchor"))
    older = stage.places.copied(place)
    stage.done(stage.asked(place, way, "live", "anchor"))
    place = stage.places.with_older(place, older)
    for _ in range(2):
        stage.done(stage.asked(place, way, act))
    name = f"restored from {point or 'before the claim'}"
    is_control = act == "live"
    named = f"control: {name}, unguarded" if is_control else name
    return _over(stage, place, way, named, wanted=1, is_control=is_control)


def restored_before(stage: Theatre) -> Fought:
    """Restore from when it was approved."""
    return _restored(stage, MAIL, "", "guarded")


def restored_claimed(stage: Theatre) -> Fought:
    """Restore from when it was claimed."""
    return _restored(stage, PLAIN, "execute:claimed", "guarded")


def restored_sent(stage: Theatre) -> Fought:
    """Restore from when it had been sent and nobody had written that down."""
    return _restored(stage, MAIL, "execute:sent", "guarded")


def restored_unguarded(stage: Theatre) -> Fought:
    """Restore and skip the look at the anchors: the control."""
    return _restored(stage, MAIL, "", "live")


CONTESTS: tuple[Contest, ...] = (
    before_the_check,
    after_the_check,
    killed_in_the_pause,
    with_an_old_answer,
    unproven,
    restored_before,
    restored_claimed,
    restored_sent,
    restored_unguarded,
)
