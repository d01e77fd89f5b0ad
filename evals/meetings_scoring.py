"""How many of a summary's items stand where a person marked one, and how many marks it found.

Invariant: an item hits when one of its lines is at most `NEAR` lines from a mark of the same kind; a turn of talk is
often broken over two lines by an interjection. Chance is how often a line of the meeting would hit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.meetings_labels import KINDS, Labelled, Meeting, as_note, meeting
from evals.meetings_rouge import DRAWS, Rouge, drawn, lead, mean, rouge, words
from evals.metric import Metric, metric
from state.world.meeting_summary import ItemKind, MeetingSummary, summarize

NEAR = 1


@dataclass(frozen=True, slots=True)
class KindScore:
    """One kind in one meeting: for each item and each mark whether it was met."""

    kind: ItemKind
    items: tuple[bool, ...]
    marks: tuple[bool, ...]
    chance: float
    """Share of the meeting's lines that would count as a hit."""


@dataclass(frozen=True, slots=True)
class MeetingScore:
    """One meeting."""

    labelled: Labelled
    kinds: tuple[KindScore, ...]
    ours: Rouge
    drawn: Rouge
    lead: Rouge


@dataclass(frozen=True, slots=True)
class Pooled:
    """Precision and recall over several meetings."""

    precision: Metric
    recall: Metric
    chance: float
    """Of a line drawn for every item of the same meeting and kind; 0 without items."""


def score(labelled: Labelled, folder: Path) -> MeetingScore:
    """Summarize one meeting and hold it against its labels and its reference. Raises: NotFound, InvalidInput."""
    read = meeting(labelled, folder)
    summary = summarize([as_note(labelled.file, read.lines)])
    return MeetingScore(labelled, kinds_of(summary, labelled), *_rouges(summary, read, labelled.file))


def kinds_of(summary: MeetingSummary, labelled: Labelled) -> tuple[KindScore, ...]:
    """Hold a summary against the marks of every labelled kind."""
    return tuple(_kind(kind, summary, labelled.of(kind), summary.lines) for kind in KINDS)


def _kind(kind: ItemKind, summary: MeetingSummary, marks: Sequence[int], lines: int) -> KindScore:
    items = [item.lines for item in summary.of(kind)]
    found = [line for item in items for line in item]
    return KindScore(
        kind,
        tuple(is_near(item, marks) for item in items),
        tuple(is_near([mark], found) for mark in marks),
        sum(is_near([line], marks) for line in range(1, lines + 1)) / max(1, lines),
    )


def is_near(lines: Iterable[int], others: Sequence[int]) -> bool:
    """Tell whether any of the lines is at most `NEAR` from any of the others."""
    return any(abs(line - other) <= NEAR for line in lines for other in others)


def _rouges(summary: MeetingSummary, read: Meeting, name: str) -> tuple[Rouge, Rouge, Rouge]:
    """Shape: ours, random lines, lead; the last two of as many words as ours."""
    said = [one.partition(": ")[2] for one in read.lines]
    told = " ".join(item.text for item in summary.items)
    budget = len(words(told))
    at_random = mean(
        [rouge(drawn(said, budget, f"{name}:{number}"), read.reference) for number in range(DRAWS)]
    )
    return rouge(told, read.reference), at_random, rouge(lead(said, budget), read.reference)


def pooled(scores: Sequence[MeetingScore], kinds: Sequence[ItemKind] = KINDS) -> Pooled:
    """Pool items and marks of several meetings."""
    return pooled_kinds([one for score in scores for one in score.kinds if one.kind in kinds])


def pooled_kinds(found: Sequence[KindScore]) -> Pooled:
    """Pool items and marks."""
    items = [float(hit) for one in found for hit in one.items]
    marks = [float(hit) for one in found for hit in one.marks]
    chance = sum(one.chance * len(one.items) for one in found) / max(1, len(items))
    return Pooled(metric("precision", items), metric("recall", marks), chance)
