"""Where it is kept what people let run by itself, how far agents go, what was paused, and how agents have done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from state.governance.autonomy import LevelSet, OptIn, Pause, Tally
from state.governance.ladder import Violation
from state.governance.policy import Level
from state.ids import UserId
from state.ports.acting import Stop


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands before a judgement: read at once, in the transaction that judges."""

    stop: Stop
    opt_ins: frozenset[tuple[str, str]] = frozenset()
    """(owner, action type) in force now."""
    levels: Mapping[int, Level] = field(default_factory=dict)
    """Action class → level an admin set for this agent."""
    paused: frozenset[str] = frozenset()
    """Kinds of action this agent does not begin."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """Kind of action → how this agent has done."""
    open_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Unverified origin → dedup keys of the open actions that rest on it."""


class AutonomyStore(Protocol):
    """Autonomy of one tenant."""

    def standing(self, agent: str, now: datetime, origins: Collection[str]) -> Standing:
        """Read everything a judgement needs, in one statement."""
        ...

    def opt_ins(self) -> Sequence[OptIn]:
        """List the owners' words, those that are over too."""
        ...

    def let(self, opt_in: OptIn) -> None:
        """Keep an owner's word in place of an earlier one on the same kind of action."""
        ...

    def withdraw(self, owner: UserId, action_type: str) -> bool:
        """Forget it; say whether there was one."""
        ...

    def levels(self) -> Sequence[LevelSet]:
        """List what admins set."""
        ...

    def set_level(self, level: LevelSet) -> None:
        """Keep a level in place of an earlier one."""
        ...

    def pauses(self) -> Sequence[Pause]:
        """List what is paused."""
        ...

    def pause(self, pause: Pause) -> bool:
        """Pause a kind of action; say whether it went on until now."""
        ...

    def go_on(self, agent: str, action_type: str) -> bool:
        """End a pause; say whether there was one."""
        ...

    def count(self, agent: str, action_type: str, day: date, tally: Tally) -> None:
        """Add to a day's count."""
        ...

    def tallies(self, agent: str) -> Mapping[str, Tally]:
        """Kind of action → how this agent has done, over all days."""
        ...

    def note(self, violation: Violation) -> bool:
        """Keep a violation; say whether it is new."""
        ...

    def violations(self, agent: str, since: datetime) -> Sequence[Violation]:
        """List an agent's violations from a time on, oldest first."""
        ...
