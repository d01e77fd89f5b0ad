"""What was counted day by day: calls against their caps, and running totals; and what a call under way holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from state.governance.budget import Draw, Line, Span
from state.ledger.entry import Stamp


class BudgetStore(Protocol):
    """Day buckets of one tenant; no draw with a cap ever brings its bucket above it.

    A refusal under a cap, and the first draw after that cap was raised, leave one BUDGET entry each, not one per call.
    """

    def used(self, spans: Sequence[Span]) -> Mapping[Line, int]:
        """Sum up lines, each from its own day on, in one statement; a line nobody drew on is 0."""
        ...

    def charge(self, draws: Sequence[Draw], stamp: Stamp) -> Draw | None:
        """Count all draws, or none and give the one above its cap."""
        ...

    def reserve(self, call: str, draws: Sequence[Draw], until: datetime, stamp: Stamp) -> Draw | None:
        """Count a call's draws until it is settled or released; as `charge`, and once per call.

        What dead calls hold past their lease is given back first.
        Units: `until` is wall time.
        """
        ...

    def settle(self, call: str) -> bool:
        """Keep what a call drew; False where its lease was over and what it held went back."""
        ...

    def release(self, call: str) -> None:
        """Give back what a call drew: it did nothing."""
        ...

    def refuse(self, draw: Draw, stamp: Stamp) -> None:
        """Record that a cap stood in the way, once per line, day and cap."""
        ...
