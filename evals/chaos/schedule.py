"""Schedules: which way the effect leaves, and at which points the process dies; each has an id that names it whole."""

from dataclasses import dataclass, field

from evals.chaos.provider import KEPT, REACHED, Manner
from graphs.crashing import crash_points
from state.errors import InvalidInput

PROPOSE, APPROVE, CARRY = "propose", "approve", "carry"
TRANSPORT_POINTS = (REACHED, KEPT)
"""Where the other side kills: before it keeps anything, and before it answers."""
PAIRED = (
    *("after:guard", "run:waiting", "run:found", "decide:recording", "decide:recorded"),
    *("lease:taken", "before:execute_one", "execute:claiming", "execute:claimed", "execute:sending"),
    *(
        REACHED,
        KEPT,
        "execute:sent",
        "execute:recording",
        "execute:recorded",
        "after:execute_one",
        "after:report",
    ),
    *("sweep:stepped", "sweep:recovered", "recover:ending", "recover:ended", "recover:probed"),
    *("recover:settling", "recover:settled", "retry:claiming", "retry:claimed"),
)
"""The steps of propose, approve, claim, send, record and recover between which every pair is tried."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the effect leaves, and how the other side behaves."""

    name: str
    via: str
    """folder, mail or http."""
    manner: Manner = field(default_factory=Manner)
    is_slow: bool = False
    is_worked: bool = False
    """Through the queue, with its own commits between ours."""
    is_paired: bool = False
    """Every pair of steps is tried."""
    is_whole: bool = False
    """So are the steps before the send; how the effect leaves matters to them little."""


WAYS = {
    one.name: one
    for one in (
        Way("folder", "folder"),
        Way("mail", "mail"),
        Way("mail-mute", "mail", Manner(is_mute=True), is_paired=True),
        Way("plain", "http"),
        Way("lag", "http", Manner(is_mute=True, is_lagging=True), is_paired=True, is_whole=True),
        Way("late", "http", Manner(is_late=True)),
        Way("slow", "http", Manner(is_lagging=True), is_slow=True),
        Way("keyed", "http", Manner(is_mute=True, is_keyed=True), is_paired=True),
        Way("queue", "http", Manner(is_mute=True), is_worked=True),
    )
}


@dataclass(frozen=True, slots=True)
class Death:
    """In which act, at which point."""

    act: str
    point: str

    def __str__(self) -> str:
        return f"{self.act}.{self.point}"

    @property
    def is_by_the_other_side(self) -> bool:
        """The process is killed while it talks, not at a point of its own."""
        return self.point in TRANSPORT_POINTS


@dataclass(frozen=True, slots=True)
class Schedule:
    """One life with its deaths."""

    way: Way
    deaths: tuple[Death, ...]

    @property
    def id(self) -> str:
        """Name it."""
        return f"{self.way.name}/{'+'.join(map(str, self.deaths))}"


def parsed(name: str) -> Schedule:
    """Read an id. Raises: InvalidInput."""
    way, _, rest = name.partition("/")
    deaths = tuple(Death(act, point) for act, _, point in (one.partition(".") for one in rest.split("+")))
    known = {*crash_points(), *TRANSPORT_POINTS}
    if way not in WAYS or not all(one.point in known for one in deaths):
        raise InvalidInput(
            f"{name!r} names no schedule.",
            field="only",
            value=name,
            remedy="See `python -m evals.chaos --list`.",
        )
    return Schedule(WAYS[way], deaths)


def possible(way: Way, trace: list[str]) -> list[Death]:
    """List where a life that passes these points could have died, the other side's steps included."""
    found = [Death(act, point) for act, _, point in (one.partition(".") for one in trace) if act]
    if way.via != "folder":
        sends = [one for one in found if one.point == "execute:sending"]
        found += [Death(one.act, point) for one in sends for point in TRANSPORT_POINTS]
    return found
