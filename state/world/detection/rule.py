"""What a rule is: a pure function of a scene that yields signals, or says why it cannot judge."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from state.ids import NodeKey
from state.world.detection.scene import Scene
from state.world.signal import Signal

Reason = Literal["not_enough_data", "not_connected", "stale", "not_configured"]


@dataclass(frozen=True, slots=True)
class Silence:
    """A rule that had something to judge and could not: a result, not an absence of one."""

    name: str
    """The signal that cannot be judged."""
    subject: NodeKey
    reason: Reason
    text: str


Finding: TypeAlias = Signal | Silence
Rule: TypeAlias = Callable[[Scene], Iterator[Finding]]
