"""ROUGE-1, -2 and -L of a summary against a reference, and two summaries nobody would want: random lines and the lead.

Nothing is claimed from these numbers: on these meetings they hardly tell an extractor from chance.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9']+")
DRAWS = 20
"""Random summaries averaged."""


@dataclass(frozen=True, slots=True)
class Rouge:
    """F1 over single words, pairs of words, and the longest common subsequence."""

    one: float
    two: float
    longest: float


def words(text: str) -> list[str]:
    """Cut a text into lower-case words."""
    return _WORD.findall(text.lower())


def rouge(summary: str, reference: str) -> Rouge:
    """Compare two texts; an empty one scores 0."""
    ours, theirs = words(summary), words(reference)
    return Rouge(
        _grams(ours, theirs, 1), _grams(ours, theirs, 2), _f1(_longest(ours, theirs), len(ours), len(theirs))
    )


def mean(scores: Sequence[Rouge]) -> Rouge:
    """Average several; of none it is 0."""
    count = max(1, len(scores))
    return Rouge(
        sum(one.one for one in scores) / count,
        sum(one.two for one in scores) / count,
        sum(one.longest for one in scores) / count,
    )


def lead(lines: Sequence[str], budget: int) -> str:
    """Take lines from the start, up to so many words."""
    kept: list[str] = []
    for line in lines:
        if len(words(" ".join(kept))) >= budget:
            break
        kept.append(line)
    return " ".join(kept)


def drawn(lines: Sequence[str], budget: int, seed: str) -> str:
    """Take lines at random, up to so many words, in their order."""
    order = list(range(len(lines)))
    random.Random(seed).shuffle(order)
    kept: list[int] = []
    count = 0
    for index in order:
        if count >= budget:
            break
        kept.append(index)
        count += len(words(lines[index]))
    return " ".join(lines[index] for index in sorted(kept))


def _grams(ours: Sequence[str], theirs: Sequence[str], size: int) -> float:
    left, right = (Counter(zip(*(said[at:] for at in range(size)), strict=False)) for said in (ours, theirs))
    return _f1((left & right).total(), left.total(), right.total())


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 0.0 if not shared else 2 * shared / (ours + theirs)


def _longest(ours: Sequence[str], theirs: Sequence[str]) -> int:
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for at, other in enumerate(theirs, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]
