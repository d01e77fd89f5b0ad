"""Join two rankings of passages, one by words and one by meaning, by rank alone.

Invariant: a passage that stands higher in one ranking and not lower in the other never comes out lower.
Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion Outperforms Condorcet, 2009 (k 60); the weights
are those that did best on three public sets, see docs/decisions/memory.md.
"""

import math
from collections.abc import Mapping, Sequence

RANK_OFFSET = 60
SEMANTIC = 2.0
"""Weight of meaning beside words where a language model makes the vectors."""
SPELLING = 0.5
"""Weight of vectors that only compare spelling."""
NAMED = 0.25
"""What remains of the weight when the query names a thing by a number or code that few passages hold."""
FEW = 0.001
"""Share of the passages that are few."""
FEW_LEAST = 64
"""So many are few among any number of passages, where only the cost of counting them matters."""


def few_of(passages: int) -> int:
    """Give how far a word must be counted at least, so that `dense_weight` is told no other number."""
    return max(FEW_LEAST, math.ceil(passages * FEW))


def dense_weight(query: Sequence[str], frequency: Mapping[str, int], passages: int, strength: float) -> float:
    """Weigh the ranking by meaning beside the one by words, which counts 1.

    A code that is found is what was meant: words count more. A query most of whose words occur nowhere is a
    paraphrase: meaning counts twice.
    """
    words = list(dict.fromkeys(query))
    if any(_is_code(word) and 0 < frequency.get(word, 0) <= max(1.0, passages * FEW) for word in words):
        return strength * NAMED
    known = sum(1 for word in words if frequency.get(word))
    return strength * 2 if words and known * 2 < len(words) else strength


def _is_code(word: str) -> bool:
    return any(character.isdigit() for character in word)


def fuse(by_words: Sequence[str], by_meaning: Sequence[str], weight: float) -> list[tuple[str, float]]:
    """Rank by the sum of 1 / (60 + rank) over both rankings, the second one weighted.

    Shape: every name of either ranking once, best first; ties by name.
    """
    scores: dict[str, float] = {}
    for ranking, counts in ((by_words, 1.0), (by_meaning, weight)):
        for rank, name in enumerate(dict.fromkeys(ranking), 1):
            scores[name] = scores.get(name, 0.0) + counts / (RANK_OFFSET + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
