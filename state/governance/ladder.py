"""The violation ladder: warn, pause the kind of action, take the agent to L0, stop the company.

Invariant: more violations never give a lower rung, and nothing here steps down again: only a person does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from state.governance.policy import Ladder


class Breach(StrEnum):
    """What counts as a violation."""

    DENIED = "denied"
    """An effect was proposed that a rule named by the ladder denies."""
    MISMATCH = "mismatch"
    """A transport was about to do something else than was declared."""
    REVERTED = "reverted"
    """What ran by itself was taken back by a person."""


class Rung(StrEnum):
    """What follows, in rising order."""

    NONE = "none"
    WARN = "warn"
    PAUSE = "pause"
    SHADOW = "shadow"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """Higher is stricter."""
        return tuple(Rung).index(self)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing an agent should not have tried."""

    id: str
    agent: str
    action_type: str
    breach: Breach
    at: datetime
    """Business time."""
    subject: str
    """The action or proposal."""
    detail: str


def rung_for(ladder: Ladder, violations: Sequence[Violation], action_type: str) -> Rung:
    """Say on which rung an agent stands for a kind of action, given its violations of the window.

    Shape: warnings and pauses count that kind alone, the upper rungs all kinds.
    """
    mine = sum(one.action_type == action_type for one in violations)
    return max(_rungs(ladder, mine, len(violations)), key=lambda rung: rung.rank)


def _rungs(ladder: Ladder, mine: int, every: int) -> Iterator[Rung]:
    yield Rung.NONE
    if mine >= ladder.warn:
        yield Rung.WARN
    if mine >= ladder.pause:
        yield Rung.PAUSE
    if every >= ladder.shadow:
        yield Rung.SHADOW
    if every >= ladder.stop:
        yield Rung.STOP
