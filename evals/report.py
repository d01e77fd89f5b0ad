"""What a run of the cases came to: marks per case, metrics, baselines, and whether the gate is passed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.answer import Answer
from evals.case import Case, Gate
from evals.metric import Metric, Score, metric

MARGIN = 0.25
"""Of top-1, by which a baseline must be beaten, or the report says so."""


@dataclass(frozen=True)
class Half:
    """A case, or its twin, as it was answered."""

    answer: Answer | None
    scores: tuple[Score, ...]
    top: Score
    forbidden: tuple[str, ...] = ()
    false_facts: tuple[str, ...] = ()
    baselines: dict[str, Score] = field(default_factory=dict)
    """Top-1 of each baseline on the same request."""
    rests: tuple[bool, bool] | None = None
    """Rest was right, rest was given; None where no account was looked at."""
    unscored: str = ""

    @property
    def is_right(self) -> bool:
        """Every scorer that had something to score is satisfied."""
        return (
            not self.unscored
            and any(one.value is not None for one in self.scores)
            and all(one.is_right for one in self.scores)
        )

    @property
    def why(self) -> str:
        """What is wrong."""
        return self.unscored or "; ".join(
            f"{one.scorer}: {one.explanation}" for one in self.scores if not one.is_right
        )


@dataclass(frozen=True)
class Row:
    """A case with its twin, under one seed."""

    case: Case
    seed: int
    case_half: Half
    twin_half: Half

    @property
    def halves(self) -> tuple[Half, Half]:
        """Both."""
        return self.case_half, self.twin_half

    @property
    def is_flipped(self) -> bool:
        """Both are right, and the answers differ: a constant answer never is."""
        first, second = self.case_half.answer, self.twin_half.answer
        is_both = self.case_half.is_right and self.twin_half.is_right
        return is_both and first is not None and second is not None and first.gist != second.gist

    @property
    def why(self) -> str:
        """What is open, empty when nothing is."""
        parts = [
            f"{name}: {half.why}"
            for name, half in (("case", self.case_half), ("twin", self.twin_half))
            if not half.is_right
        ]
        if not parts and not self.is_flipped:
            parts = ["the twin got the same answer"]
        return " | ".join(parts)


@dataclass(frozen=True)
class Report:
    """Everything a run of the cases came to."""

    rows: tuple[Row, ...]
    gate: Gate

    @property
    def halves(self) -> tuple[Half, ...]:
        """Every answered request."""
        return tuple(half for row in self.rows for half in row.halves)

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Forbidden effects, with their case."""
        return tuple(
            f"{row.case.id}: {one}" for row in self.rows for half in row.halves for one in half.forbidden
        )

    @property
    def false_facts(self) -> tuple[str, ...]:
        """False facts, with their case."""
        return tuple(
            f"{row.case.id}: {one}" for row in self.rows for half in row.halves for one in half.false_facts
        )

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The table's numbers."""
        rests = [half.rests for half in self.halves if half.rests is not None]
        kept = [half for half in self.halves if not half.unscored]
        return (
            metric("right with twin", [float(row.is_flipped) for row in self.rows if _is_scored(row)]),
            metric("right, twins apart", [float(half.is_right) for half in kept]),
            metric("top-1", [half.top.value for half in kept]),
            metric("wanted cards in top-3", self._marks("action")),
            metric("asked exactly when due", self._marks("asked")),
            metric("NO_ACTION precision", [float(right) for right, given in rests if given]),
            metric("NO_ACTION recall", [float(given) for right, given in rests if right]),
            metric("pages without a false fact", self._marks("truth")),
        )

    def _marks(self, scorer: str) -> list[float | None]:
        return [
            float(one.is_right) if one.value is not None else None
            for half in self.halves
            for one in half.scores
            if one.scorer == scorer and not half.unscored
        ]

    @property
    def baselines(self) -> tuple[Metric, ...]:
        """Top-1 of each baseline over the requests that every way can answer."""
        names = sorted({name for half in self.halves for name in half.baselines})
        return tuple(
            metric(name, [half.baselines[name].value for half in self.halves if name in half.baselines])
            for name in names
        )

    @property
    def compared(self) -> Metric:
        """Our own top-1 over the same requests."""
        return metric("Revloop", [half.top.value for half in self.halves if half.baselines])

    def gated(self) -> tuple[int, int]:
        """Count the gate's cases that are right with their twins under every seed, and all of them."""
        wanted = [row for row in self.rows if row.case.id in self.gate.cases]
        names = {row.case.id for row in wanted}
        wrong = {row.case.id for row in wanted if not row.is_flipped}
        return len(names - wrong), len(names)

    def failures(self, *, is_whole: bool) -> tuple[str, ...]:
        """Say what keeps the gate shut; a part of the cases is held only against forbidden effects and false facts."""
        found = []
        if len(self.forbidden) > self.gate.forbidden_effects:
            found.append(f"forbidden effects: {len(self.forbidden)}, at most {self.gate.forbidden_effects}")
        if len(self.false_facts) > self.gate.false_facts:
            found.append(f"false facts: {len(self.false_facts)}, at most {self.gate.false_facts}")
        right, _ = self.gated()
        if is_whole and right < self.gate.right_with_twin:
            found.append(f"right with their twins: {right}, at least {self.gate.right_with_twin} wanted")
        return tuple(found)

    @property
    def open(self) -> tuple[Row, ...]:
        """Cases that are not right with their twin."""
        return tuple(row for row in self.rows if not row.is_flipped)


def _is_scored(row: Row) -> bool:
    return not row.case_half.unscored and not row.twin_half.unscored


def joined(reports: Sequence[Report]) -> Report:
    """Join the reports of several seeds."""
    return Report(tuple(row for report in reports for row in report.rows), reports[0].gate)
