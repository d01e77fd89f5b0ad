"""Search a company's memory by words and by meaning at once, and say how it was done.

Invariant: what is deleted in the database or stands outside the scopes is never brought back, whatever an index holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from state.ports.memory import Candidates, Index, MemoryStore, Neighbour, Sense
from state.ports.world import Passage
from state.world.recall import words_of
from state.world.recall_fusion import dense_weight, fuse

DEPTH = 50
"""How far down each ranking is read."""
BEYOND = 4
"""How much further an index is asked, as it knows no scopes."""
SAME = 3
"""How many times as many passages are read, as a text that many accounts hold is shown once."""
How = Literal["index", "exact", "words"]
"""By words and the company-wide index; by words and every vector; by words alone."""


@dataclass(frozen=True, slots=True)
class Find:
    """One passage, and how well it fits; scores of two searches cannot be compared."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was found, best first, and how."""

    found: tuple[Find, ...]
    how: How


def recall(
    memory: MemoryStore,
    words: str,
    scopes: Sequence[str],
    limit: int,
    sense: Sense | None = None,
    index: Index | None = None,
) -> Recalled:
    """Join the ranking by words with the one by meaning, where there is one."""
    by_words = memory.candidates(words, scopes, DEPTH)
    near, how = _near(memory, scopes, sense, index)
    ranked = _joined(words, by_words, near, sense)[: limit * SAME]
    there = {one.id: one for one in memory.by_ids([name for name, _ in ranked])}
    found = (Find(there[name], score) for name, score in ranked if name in there)
    first = {one.passage.text: one for one in reversed([*found])}
    return Recalled(tuple(sorted(first.values(), key=_order))[:limit], how)


def _order(find: Find) -> tuple[float, int, str]:
    return -find.score, -find.passage.importance, find.passage.id


def _near(
    memory: MemoryStore, scopes: Sequence[str], sense: Sense | None, index: Index | None
) -> tuple[Sequence[Neighbour], How]:
    if sense is None:
        return (), "words"
    exact = memory.nearest(sense, scopes, DEPTH)
    if exact is not None:
        return exact, "exact"
    if index is None:
        return (), "words"
    near = index.nearest(sense, DEPTH * BEYOND)
    kept: list[Neighbour] = []
    for start in range(0, len(near), DEPTH):
        part = near[start : start + DEPTH]
        there = memory.within([one.id for one in part], scopes)
        kept += [one for one in part if one.id in there]
        if len(kept) >= DEPTH:
            break
    return kept[:DEPTH], "index"


def _joined(
    words: str, by_words: Candidates, near: Sequence[Neighbour], sense: Sense | None
) -> list[tuple[str, float]]:
    strength = sense.strength if sense is not None else 0.0
    weight = dense_weight(words_of(words), by_words.frequency, by_words.passages, strength)
    return fuse(by_words.ranked, [one.id for one in near], weight)
