"""Autonomy as people set it: who lets which kind of action run by itself, how far an agent goes, and how it has done.

Invariant: these are records of people's own acts; learning, imports and text write none of them, and a record that is
over or missing only takes permission away.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import sqrt
from typing import Final

from state.decision.proposal import ACTION_CLASSES
from state.governance.facts import HUMAN_TOUCH
from state.governance.policy import Level
from state.ids import UserId

BY_ITSELF: Final = 2
"""The action class that needs its owner's word to run by itself."""
NEVER_BY_ITSELF: Final = frozenset({"merge"})
"""Of that class, and yet always a person's: it says who somebody is."""
SOMETIMES: Final = frozenset({"create_task"})
"""Of that class when it is for a colleague."""
ENOUGH: Final = 30
"""Decisions of people from which on a share is believed."""
_Z: Final = 1.96
LETTABLE: Final = frozenset(
    {name for name, rank in ACTION_CLASSES.items() if rank == BY_ITSELF} - NEVER_BY_ITSELF | SOMETIMES
)
"""Kinds of action an owner may let run by themselves."""
LEVELLED: Final = (1, BY_ITSELF, HUMAN_TOUCH)
"""Action classes that have a level; what reaches people outside needs a person at every one, and is barred at L0."""


def objection_to(action_type: str) -> str | None:
    """Say why an owner cannot let a kind of action run by itself; None where he can."""
    rank = ACTION_CLASSES.get(action_type)
    if action_type in LETTABLE:
        return None
    if rank is None:
        return f"There is no action {action_type!r}."
    if rank == HUMAN_TOUCH:
        return f"{action_type} reaches people outside: it needs a person every time, at every level."
    if action_type in NEVER_BY_ITSELF:
        return f"{action_type} says who somebody is: it needs a person every time."
    return f"{action_type} needs nobody's word: it stays inside and changes nothing that matters."


@dataclass(frozen=True, slots=True)
class OptIn:
    """An owner's word that one kind of action may run by itself in his records."""

    owner: UserId
    action_type: str
    since: datetime
    """Business time, as `until`."""
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Say whether it is in force."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class LevelSet:
    """How far an admin lets an agent go in one class."""

    agent: str
    action_class: int
    level: Level
    since: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class Pause:
    """A kind of action an agent does not begin any more, until an admin lets it go on."""

    agent: str
    action_type: str
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often people found a kind of action right as it was proposed."""

    right: int = 0
    decided: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Count both together."""
        return Tally(self.right + other.right, self.decided + other.decided)

    @property
    def calibrated(self) -> Decimal | None:
        """Give the share that was right; None below `ENOUGH` decisions, where nothing is claimed."""
        return Decimal(self.right) / self.decided if self.decided >= ENOUGH else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Give the 95 % interval of that share; None where nobody decided.

        Source: Wilson 1927.
        """
        if not self.decided:
            return None
        n, share = self.decided, self.right / self.decided
        middle = share + _Z * _Z / (2 * n)
        spread = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        scale = 1 + _Z * _Z / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
