"""One utterance as tokens: as typed, folded, and with slips of the keyboard put right in the words of the grammar.

Invariant: the three have the same number of tokens, so that a name found in one is read as it was typed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

LONGEST = 600
"""Characters of an utterance that are read."""
EDGES = " ,.?!;:\"'()[]“”„«»…"
SAME = {"’": "'", "‘": "'", "`": "'", "–": "-"}
LEAST_LETTERS, LONG_WORD = 4, 7
"""A word of four letters may have one slip, of seven two."""


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance."""

    typed: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def text(self) -> str:
        """What the patterns read."""
        return " ".join(self.folded)

    def original(self, start: int, end: int) -> str:
        """Give the words as typed that stand between two offsets of `text`."""
        first = self.text[:start].count(" ")
        last = first + self.text[start:end].strip().count(" ") + 1
        return " ".join(self.typed[first:last]).strip(EDGES)

    def spelt(self, vocabulary: Iterable[str]) -> "Said":
        """Put slips right in words that are almost one of the vocabulary."""
        known = sorted(vocabulary)
        return Said(self.typed, tuple(_nearest(word, known) for word in self.folded))


def read(utterance: str) -> Said:
    """Cut an utterance into tokens."""
    text = "".join(SAME.get(char, char) for char in utterance[:LONGEST])
    pairs = [(token, token.strip(EDGES).casefold()) for token in text.split()]
    kept = [(token, folded) for token, folded in pairs if folded]
    return Said(tuple(token for token, _ in kept), tuple(folded for _, folded in kept))


def _nearest(word: str, known: list[str]) -> str:
    if word in known or len(word) < LEAST_LETTERS or not word.isalpha():
        return word
    most = 2 if len(word) >= LONG_WORD else 1
    found = min(
        ((OSA.distance(word, one, score_cutoff=most), one) for one in known), default=(most + 1, word)
    )
    return found[1] if found[0] <= most else word
