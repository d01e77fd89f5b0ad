"""When an account must be looked at again: the next instant at which time alone changes which signals are live.

Invariant: until that instant, and as long as no event comes and what its accounts share stays, a look finds the same
signals with the same severities; sources are taken to stay as fresh as they are, as their staleness is watched apart.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from state.ids import NodeKey, SignalId
from state.world.borders import marks_ahead
from state.world.detection import detect
from state.world.detection.scene import Scene
from state.world.profile import Profile
from state.world.signal import Severity, Signal
from state.world.surroundings import Surroundings
from state.world.view import AccountView

PROBES = 64
"""So many instants are tried; then the account is looked at again without a crossing foreseen."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Live(_Frozen):
    """A signal as far as the row of its account keeps it."""

    id: SignalId
    name: str
    subject: NodeKey
    sub_state: str = ""
    severity: Severity


class Crossing(_Frozen):
    """One rule that changes its mind about one subject."""

    name: str
    subject: NodeKey


class Border(_Frozen):
    """An instant, and what changes there; nothing foreseen where `crossings` is empty."""

    at: datetime
    crossings: tuple[Crossing, ...] = ()


def lives(signals: Iterable[Signal]) -> tuple[Live, ...]:
    """Keep the signals of a look, the most severe first."""
    found = [
        Live(id=one.id, name=one.name, subject=one.subject, sub_state=one.sub_state, severity=one.severity)
        for one in signals
    ]
    return tuple(sorted(found, key=lambda one: (-one.severity.rank, one.name, one.subject, one.id)))


def crossings(before: Iterable[Live | Signal], after: Iterable[Live | Signal]) -> tuple[Crossing, ...]:
    """Name what fired, closed or changed its severity between two looks."""
    then = {(one.id, one.severity): one for one in before}
    now = {(one.id, one.severity): one for one in after}
    changed = [
        *(then[key] for key in then.keys() - now.keys()),
        *(now[key] for key in now.keys() - then.keys()),
    ]
    named = {(one.name, one.subject) for one in changed}
    return tuple(Crossing(name=name, subject=subject) for name, subject in sorted(named))


def next_border(
    view: AccountView, signals: Sequence[Signal], around: Surroundings, profile: Profile
) -> Border | None:
    """Find the first instant ahead at which other signals are live; None when time changes nothing any more."""
    marks = marks_ahead(Scene(view, around, profile))
    for mark in marks[:PROBES]:
        found = crossings(signals, detect(view, shifted(around, mark), profile))
        if found:
            return Border(at=mark, crossings=found)
    return Border(at=marks[PROBES]) if len(marks) > PROBES else None


def shifted(around: Surroundings, at: datetime) -> Surroundings:
    """Imagine the same surroundings later, each source as old as it is now."""
    later = at - around.now
    sources = {
        name: state.model_copy(update={"synced_at": state.synced_at + later})
        for name, state in around.sources.items()
    }
    return around.model_copy(update={"now": at, "sources": sources})
