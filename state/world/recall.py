"""Find passages by their words: BM25 over a small set, the rarest query words first.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009 (k1 1.2, b .75).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

K1 = 1.2
B = 0.75
RAREST = 4
"""How many words of a query are looked up at most."""
COMMON_SHARE = 0.02
"""A word that more than this share of the passages holds is common."""
COMMON_LEAST = 50
"""Below this many passages no word is common."""
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def words_of(text: str) -> list[str]:
    """Lower-case words of two or more characters, in order."""
    return [word for word in (match.group().casefold() for match in _WORD.finditer(text)) if len(word) > 1]


def common_above(passages: int) -> int:
    """Give the number of passages above which a word is common among so many."""
    return max(COMMON_LEAST, math.floor(passages * COMMON_SHARE))


def rarest_of(frequency: Mapping[str, int], limit: int = RAREST) -> list[str]:
    """Choose the words that occur at all in the fewest passages; ties by the word."""
    found = (word for word, number in frequency.items() if number)
    return sorted(found, key=lambda word: (frequency[word], word))[:limit]


def rarity(passages: int, frequency: int) -> float:
    """Weigh one word by how few of the passages hold it."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def word_score(weight: float, times: int, length: int, mean: float) -> float:
    """Score one word in one passage: often is better than once, in a short text better than in a long one."""
    return weight * times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean))


def bm25(query: Sequence[str], documents: Sequence[Sequence[str]], rarest: int = RAREST) -> list[float]:
    """Score every document against the `rarest` query words that occur at all.

    Shape: one score per document, 0 where no word matches.
    """
    if not documents:
        return []
    tallies = tallied(query, documents)
    frequency = {word: len(held) for word, held in tallies.items()}
    return scored(frequency, tallies.__getitem__, [len(one) for one in documents], rarest)


def tallied(query: Sequence[str], documents: Sequence[Sequence[str]]) -> dict[str, dict[int, int]]:
    """Count, for each query word, how often each document holds it. Shape: word → place of document → times."""
    counts = [Counter(document) for document in documents]
    return {
        word: {place: count[word] for place, count in enumerate(counts) if word in count}
        for word in dict.fromkeys(query)
    }


def scored(
    frequency: Mapping[str, int],
    times_of: Callable[[str], Mapping[int, int]],
    lengths: Sequence[int],
    rarest: int = RAREST,
) -> list[float]:
    """Score documents of these lengths from how many hold each word and how often each does.

    Shape: one score per document, 0 where no word matches.
    """
    mean = sum(lengths) / len(lengths) or 1.0
    scores = [0.0] * len(lengths)
    for word in rarest_of(frequency, rarest):
        weight = rarity(len(lengths), frequency[word])
        for place, times in times_of(word).items():
            scores[place] += word_score(weight, times, lengths[place], mean)
    return scores
