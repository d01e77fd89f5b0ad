"""Displays in memory, and the count of approvals given unread."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from state.governance.action import Outcome
from state.governance.approval import HASTY_MS, Pace
from state.governance.happening import Approve
from state.ids import UserId
from state.ports.acting import Transition
from state.ports.displaying import Display, Turn


@dataclass
class Board:
    """What came before one tenant's people."""

    displays: dict[Display, datetime] = field(default_factory=dict)
    turns: dict[tuple[UserId, str], Turn] = field(default_factory=dict)

    def copy(self) -> "Board":
        """Copy the containers; what they hold is frozen."""
        return Board(dict(self.displays), dict(self.turns))


class MemoryDisplays:
    """`DisplayStore` on a board."""

    def __init__(self, board: Board) -> None:
        self._known, self._turns = board.displays, board.turns

    def fresh(self, displays: Sequence[Display]) -> tuple[Display, ...]:
        return tuple(one for one in displays if one not in self._known)

    def put(self, displays: Sequence[Display], wall: datetime) -> None:
        for one in displays:
            self._known.setdefault(one, wall)

    def first(self, display: Display) -> datetime | None:
        return self._known.get(display)

    def turns(self, person: UserId, items: Collection[str], day: date) -> tuple[Turn, ...]:
        mine = [one for (who, _), one in sorted(self._turns.items()) if who == person]
        return tuple(one for one in mine if one.item in items or one.day == day)

    def take(self, turns: Sequence[Turn]) -> None:
        for one in turns:
            self._turns.setdefault((one.person, one.item), one)


def paces_of(rows: Iterable[Transition], person: UserId | None) -> tuple[Pace, ...]:
    """Count approvals and those given unread, by person."""
    kept = (Outcome.MOVED, Outcome.STAYS)
    yes = [one for one in rows if one.event == Approve.name and one.outcome in kept]
    people = sorted({one.by for one in yes if person in (None, one.by)})
    return tuple(_pace(who, [one.after_ms for one in yes if one.by == who]) for who in people)


def _pace(who: UserId, after: Sequence[int | None]) -> Pace:
    hasty = sum(ms is not None and ms < HASTY_MS for ms in after)
    return Pace(who, len(after), hasty, sum(ms is None for ms in after))
