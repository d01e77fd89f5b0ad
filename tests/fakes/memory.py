"""Memory in memory: every passage compared one by one."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from state.ids import AccountId
from state.ports.deciding import Recollection
from state.ports.memory import EXACT_AT_MOST, Candidates, Embedded, MemoryStanding, Neighbour, Sense, Vector
from state.ports.world import Passage, recollected
from state.world.knowledge import Scope
from state.world.recall import scored, tallied, words_of
from state.world.recall_fusion import dense_weight, fuse


@dataclass
class Notebook:
    """What one tenant's memory holds."""

    passages: dict[str, Passage] = field(default_factory=dict)
    vectors: dict[tuple[str, str], Embedded] = field(default_factory=dict)
    numbered: int = 0
    deletions: int = 0

    def copy(self) -> "Notebook":
        """Copy the containers; what they hold is frozen."""
        return Notebook(dict(self.passages), dict(self.vectors), self.numbered, self.deletions)


def likeness(one: Vector, other: Vector) -> float:
    """Multiply two vectors."""
    return sum(x * y for x, y in zip(array("f", one), array("f", other), strict=True))


class MemoryMemory:
    """`MemoryStore` on a notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self._book = notebook

    def remember(self, passages: Sequence[Passage]) -> None:
        for passage in passages:
            self._book.passages.setdefault(passage.id, passage)

    def _in(self, scopes: Sequence[str]) -> list[Passage]:
        return [one for _, one in sorted(self._book.passages.items()) if one.scope in scopes]

    def search(
        self, words: str, account: AccountId, limit: int, sense: Sense | None = None
    ) -> tuple[Recollection, ...]:
        found = [one for _, one in sorted(self._book.passages.items()) if one.account == account]
        ranked, frequency = self._ranked(words, found)
        if sense is not None:
            near = [one.id for one in self._near(sense, found)[:50]]
            weight = dense_weight(words_of(words), frequency, len(found), sense.strength)
            ranked = fuse([name for name, _ in ranked[:50]], near, weight)
        return tuple(recollected(self._book.passages[name], score) for name, score in ranked[:limit])

    def _ranked(self, words: str, found: Sequence[Passage]) -> tuple[list[tuple[str, float]], dict[str, int]]:
        asked, texts = words_of(words), [words_of(f"{one.title} {one.text}") for one in found]
        if not found:
            return [], dict.fromkeys(asked, 0)
        tallies = tallied(asked, texts)
        frequency = {word: len(held) for word, held in tallies.items()}
        scores = scored(frequency, tallies.__getitem__, [len(text) for text in texts])
        ranked = sorted(zip(scores, found, strict=True), key=lambda pair: (-pair[0], -pair[1].importance))
        best = [(one.id, score) for score, one in ranked if score > 0]
        return best, frequency

    def _near(self, sense: Sense, found: Sequence[Passage]) -> list[Neighbour]:
        known = [self._book.vectors.get((sense.embedder, one.id)) for one in found]
        near = [Neighbour(one.id, likeness(sense.vector, one.vector)) for one in known if one is not None]
        alike = [one for one in near if one.likeness >= sense.least]
        return sorted(alike, key=lambda one: (-one.likeness, one.id))

    def candidates(self, words: str, scopes: Sequence[str], limit: int) -> Candidates:
        found = self._in(scopes)
        ranked, frequency = self._ranked(words, found)
        return Candidates(tuple(name for name, _ in ranked[:limit]), frequency, len(found))

    def nearest(self, sense: Sense, scopes: Sequence[str], limit: int) -> tuple[Neighbour, ...] | None:
        found = self._in(scopes)
        return tuple(self._near(sense, found)[:limit]) if len(found) <= EXACT_AT_MOST else None

    def within(self, ids: Sequence[str], scopes: Sequence[str]) -> frozenset[str]:
        return frozenset(one.id for one in self._in(scopes) if one.id in ids)

    def by_ids(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self._book.passages[name] for name in ids if name in self._book.passages)

    def unembedded(self, embedder: str, limit: int) -> tuple[Passage, ...]:
        every = self._book.passages.values()
        return tuple(one for one in every if (embedder, one.id) not in self._book.vectors)[:limit]

    def put_vectors(self, embedder: str, vectors: Mapping[str, Vector]) -> None:
        for name, vector in vectors.items():
            if name in self._book.passages and (embedder, name) not in self._book.vectors:
                self._book.numbered += 1
                self._book.vectors[embedder, name] = Embedded(self._book.numbered, name, vector)

    def vectors(self, embedder: str, after: int, limit: int) -> tuple[Embedded, ...]:
        mine = [one for (name, _), one in self._book.vectors.items() if name == embedder]
        return tuple(sorted(one for one in mine if one.number > after)[:limit])

    def is_read_by(self, embedder: str) -> bool:
        return any(name == embedder for name, _ in self._book.vectors)

    def standing(self, embedder: str) -> MemoryStanding:
        held: dict[str, int] = {}
        for one in self._book.passages.values():
            held[one.scope] = held.get(one.scope, 0) + 1
        mine = [one.number for (name, _), one in self._book.vectors.items() if name == embedder]
        return MemoryStanding(
            dict(sorted(held.items())), len(mine), max(mine, default=0), self._book.deletions
        )

    def renew_knowledge(self, passages: Sequence[Passage]) -> None:
        given = {passage.id for passage in passages}
        known = [one.id for one in self._in([scope.value for scope in Scope])]
        self.forget([name for name in known if name not in given])
        self.remember(passages)

    def forget(self, ids: Sequence[str]) -> int:
        gone = [name for name in ids if self._book.passages.pop(name, None) is not None]
        for key in [key for key in self._book.vectors if key[1] in gone]:
            del self._book.vectors[key]
        self._book.deletions += len(gone)
        return len(gone)

    def forget_account(self, account: AccountId) -> int:
        return self.forget([one.id for one in self._book.passages.values() if one.account == account])

    def expire(self, now: datetime) -> int:
        kept = self._book.passages.values()
        return self.forget([one.id for one in kept if one.keep_until is not None and one.keep_until <= now])
