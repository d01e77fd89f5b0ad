"""Scores and what they come to: a mean with its interval; what could not be scored is not a zero."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.96
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Score:
    """One judgement of one answer."""

    scorer: str
    value: float | None
    """From 0 to 1; None: unscored."""
    explanation: str = ""

    @classmethod
    def unscored(cls, scorer: str, because: str) -> "Score":
        """Say that nothing could be said; this is not a zero."""
        return cls(scorer, None, because)

    @property
    def is_right(self) -> bool:
        """Full marks, or nothing to mark."""
        return self.value is None or self.value >= 1


@dataclass(frozen=True, slots=True)
class Metric:
    """A mean over scores with Wilson's 95 % interval."""

    name: str
    mean: float | None
    low: float
    high: float
    n: int
    unscored: int = 0


def metric(name: str, values: Sequence[float | None]) -> Metric:
    """Average what was scored.

    Shape: of nothing scored the mean is None and the interval everything.
    """
    scored = [value for value in values if value is not None]
    n, out = len(scored), len(values) - len(scored)
    if not n:
        return Metric(name, None, 0.0, 1.0, 0, out)
    mean = sum(scored) / n
    spread = Z * math.sqrt(mean * (1 - mean) / n + Z * Z / (4 * n * n))
    centre, scale = mean + Z * Z / (2 * n), 1 + Z * Z / n
    return Metric(
        name, mean, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale), n, out
    )
