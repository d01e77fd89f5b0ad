"""`python -m evals.meetings [FOLDER]`: the meeting summary against labels made by hand; ROUGE beside chance."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.meetings_labels import FOLDER, KINDS, Split, labels
from evals.meetings_rouge import Rouge, mean
from evals.meetings_scoring import MeetingScore, Pooled, pooled, score
from evals.metric import Metric
from state.errors import RevloopError
from state.world.meeting_summary import ItemKind

LEAST_PRECISION = 0.6
"""Pooled over the kinds, on meetings that were not read while the rules were written."""
UNDER_THE_BORDER = 1
_COLUMNS = "{:<14}{:<11}{:>6}{:>5}{:>7}  {:<9}{:>7}{:>7}{:>8}  {:<9}\n"


@dataclass(frozen=True)
class MeetingsHalf:
    """What one half of the labelled meetings came to."""

    title: str
    scores: tuple[MeetingScore, ...]

    @property
    def pooled(self) -> Pooled:
        """Over all kinds."""
        return pooled(self.scores)

    @property
    def page(self) -> str:
        """The table."""
        return table(self.title, self.scores)

    @property
    def verdict(self) -> str:
        """Say whether the border is reached."""
        found = self.pooled.precision
        told = "missed" if under_the_border(self) else "reached"
        between = f"{_mean(found)} ({_between(found)}, n={found.n})"
        return f"Pooled precision {between}; {LEAST_PRECISION} {told}."

    def as_json(self) -> dict[str, object]:
        """Give the half as one document."""
        return {
            "meetings": [
                {"file": one.labelled.file, **{kind.value: _numbers(pooled([one], [kind])) for kind in KINDS}}
                for one in self.scores
            ],
            "pooled": {
                **{kind.value: _numbers(pooled(self.scores, [kind])) for kind in KINDS},
                "all": _numbers(self.pooled),
            },
            "rouge": {
                "summary": asdict(mean([one.ours for one in self.scores])),
                "random_lines": asdict(mean([one.drawn for one in self.scores])),
                "lead": asdict(mean([one.lead for one in self.scores])),
            },
        }


def _numbers(found: Pooled) -> dict[str, object]:
    return {"precision": asdict(found.precision), "recall": asdict(found.recall), "chance": found.chance}


def told(folder: Path) -> tuple[MeetingsHalf, MeetingsHalf]:
    """Score both halves: developed on, and reported. Raises: NotFound, InvalidInput."""
    return (
        MeetingsHalf("Read while the rules were written", measured(folder, "develop")),
        MeetingsHalf("Labelled before the rules' output on them was seen", measured(folder, "report")),
    )


def measured(folder: Path, split: Split) -> tuple[MeetingScore, ...]:
    """Score every labelled meeting of one half. Raises: NotFound, InvalidInput."""
    return tuple(score(one, folder) for one in labels() if one.split == split)


def under_the_border(half: MeetingsHalf) -> bool:
    """Tell whether precision is too low, or nothing was found at all."""
    found = half.pooled.precision
    return found.mean is None or found.mean < LEAST_PRECISION


def table(title: str, scores: Sequence[MeetingScore]) -> str:
    """Write one half: a row per meeting and kind, the pooled rows, ROUGE."""
    head = _COLUMNS.format(
        "meeting", "kind", "items", "hit", "prec.", "95 %", "chance", "marks", "recall", "95 %"
    )
    rows = "".join(_row(one.labelled.file, pooled([one], [kind]), kind) for one in scores for kind in KINDS)
    rows += "".join(_row("pooled", pooled(scores, [kind]), kind) for kind in KINDS)
    return f"{title}\n{head}{rows}{_row('pooled', pooled(scores), None)}{''.join(_rouge(scores))}"


def _row(name: str, found: Pooled, kind: ItemKind | None) -> str:
    hit = round((found.precision.mean or 0) * found.precision.n)
    return _COLUMNS.format(
        name, "all" if kind is None else kind.value, found.precision.n, hit, _mean(found.precision),
        _between(found.precision), f"{found.chance:.2f}" if found.precision.n else "", found.recall.n,
        _mean(found.recall), _between(found.recall),
    )  # fmt: skip


def _mean(one: Metric) -> str:
    return "-" if one.mean is None else f"{one.mean:.2f}"


def _between(one: Metric) -> str:
    return "-" if one.mean is None else f"{one.low:.2f}-{one.high:.2f}"


def _rouge(scores: Sequence[MeetingScore]) -> Iterator[str]:
    yield "\nROUGE F1 against the reference summary (nothing is claimed from it)\n"
    for name, found in (
        ("summary", [one.ours for one in scores]),
        ("random lines", [one.drawn for one in scores]),
        ("lead", [one.lead for one in scores]),
    ):
        average: Rouge = mean(found)
        yield f"  {name:<14} 1 {average.one:.3f}   2 {average.two:.3f}   L {average.longest:.3f}\n"


def main(arguments: Sequence[str]) -> int:
    """Print both halves; 1 when the report half's pooled precision is under the border."""
    try:
        developed, reported = told(Path(arguments[0]) if arguments else FOLDER)
    except RevloopError as error:
        sys.stderr.write(f"{error.message} {error.remedy}\n")
        return 2
    sys.stdout.write(f"{developed.page}\n{reported.page}\n{reported.verdict}\n")
    return UNDER_THE_BORDER if under_the_border(reported) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
