"""Compare a query with every passage of a set: words as numbers, vectors as rows of one matrix.

Invariant: counts are those of the words themselves, whichever way they were counted.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from state.ports.memory import Neighbour, Sense, Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TERM_BYTES = 8
FEW = 96
"""Up to so many passages are counted without numpy, whose import would cost a short command more than it saves."""


@lru_cache(maxsize=65_536)
def term_of(word: str) -> bytes:
    """Name a word by eight bytes."""
    return hashlib.blake2b(word.encode(), digest_size=TERM_BYTES).digest()


def terms_of(words: Sequence[str]) -> bytes:
    """Write the words of a passage as one row of numbers."""
    return b"".join(map(term_of, words))


class Tally(Protocol):
    """What counts words in some passages; what it prepares serves every query after."""

    def frequency(self, query: Sequence[str]) -> dict[str, int]:
        """In how many passages each word stands."""
        ...

    def times(self, word: str) -> Mapping[int, int]:
        """How often each passage holds a word. Shape: place of passage → times."""
        ...


def tally_of(rows: Sequence[bytes]) -> Tally:
    """Make the counter of some passages."""
    return FewRows(rows) if len(rows) <= FEW else ManyRows(rows)


class FewRows:
    """`Tally` without numpy."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        self._held = [
            Counter(row[at : at + TERM_BYTES] for at in range(0, len(row), TERM_BYTES)) for row in rows
        ]

    def frequency(self, query: Sequence[str]) -> dict[str, int]:
        return {word: len(self.times(word)) for word in query}

    def times(self, word: str) -> Mapping[int, int]:
        term = term_of(word)
        return {place: held[term] for place, held in enumerate(self._held) if term in held}


class ManyRows:
    """`Tally` over one sorted row of every word of every passage."""

    def __init__(self, rows: Sequence[bytes]) -> None:
        import numpy as np

        every = np.frombuffer(b"".join(rows), dtype="<u8")
        order = np.argsort(every, kind="stable")
        self._terms = every[order]
        self._places = np.repeat(np.arange(len(rows)), [len(row) // TERM_BYTES for row in rows])[order]

    def frequency(self, query: Sequence[str]) -> dict[str, int]:
        import numpy as np

        out: dict[str, int] = {}
        for word in query:
            held = self._held(word)
            out[word] = int(np.count_nonzero(held[1:] != held[:-1])) + 1 if len(held) else 0
        return out

    def times(self, word: str) -> Mapping[int, int]:
        return Counter(self._held(word).tolist())

    def _held(self, word: str) -> "NDArray[np.int64]":
        """Places of the passages that hold a word, as often as they do, in order."""
        import numpy as np

        term = np.frombuffer(term_of(word), dtype="<u8")[0]
        start, end = np.searchsorted(self._terms, term, "left"), np.searchsorted(self._terms, term, "right")
        return self._places[start:end]


def nearest_of(
    sense: Sense, names: Sequence[str], matrix: "NDArray[np.float32]", limit: int
) -> list[Neighbour]:
    """Find the nearest of some rows, ordered by name among equals; what is too unlike is none."""
    import numpy as np

    if not names:
        return []
    likeness = matrix @ np.frombuffer(sense.vector, dtype="<f4")
    order = np.argsort(-likeness, kind="stable")[:limit]
    found = (Neighbour(names[place], float(likeness[place])) for place in map(int, order))
    return [one for one in found if one.likeness >= sense.least]


def matrix_of(rows: Sequence[Vector]) -> "NDArray[np.float32]":
    """Lay vectors of one width under each other."""
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype="<f4").reshape(len(rows), -1 if rows else 0)
