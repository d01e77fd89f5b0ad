"""How memory is searched: vectors, who makes them, and the index that is built beside the database.

Invariant: the database is the truth; an index holds nothing that cannot be made again from it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from state.ids import AccountId
from state.ports.deciding import Recollection
from state.ports.world import Passage

Vector = bytes
"""Little-endian 32-bit floats of length 1."""
EXACT_AT_MOST = 2_000
"""Scopes of no more passages are compared one by one, without an index."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a query means, as one embedder puts it."""

    embedder: str
    vector: Vector
    strength: float
    """How much its ranking counts beside the one by words."""
    least: float = 0.0
    """What is less alike is not a find."""


class Neighbour(NamedTuple):
    """A passage near a query."""

    id: str
    likeness: float
    """Cosine, 1 for the same."""


class Embedded(NamedTuple):
    """A stored vector."""

    number: int
    """Grows with every vector that is stored."""
    id: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the words of a query find."""

    ranked: tuple[str, ...]
    frequency: Mapping[str, int]
    """In how many passages each word of the query stands; counted no further than a word is rare."""
    passages: int
    """How many there are in the scopes asked for."""


@dataclass(frozen=True, slots=True)
class MemoryStanding:
    """What memory holds, and how far one embedder has come."""

    scopes: Mapping[str, int]
    """Passages by scope."""
    embedded: int
    newest: int
    """Number of the newest vector."""
    deletions: int
    """How often anything was deleted: an index built before the last time is built again."""

    @property
    def passages(self) -> int:
        """All of them."""
        return sum(self.scopes.values())


class Embedder(Protocol):
    """Turns texts into vectors; equal texts into equal vectors."""

    @property
    def name(self) -> str:
        """Stored with each vector; another name is another space."""
        ...

    @property
    def strength(self) -> float:
        """How much its ranking counts beside the one by words."""
        ...

    @property
    def least(self) -> float:
        """Texts that are less alike have nothing to do with each other."""
        ...

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Shape: one vector per text. Raises: Unavailable."""
        ...


def sense_of(embedder: Embedder, words: str) -> Sense:
    """Say what a query means. Raises: Unavailable."""
    return Sense(embedder.name, embedder.embed([words])[0], embedder.strength, embedder.least)


class Followed(NamedTuple):
    """What an index took in."""

    added: int
    held: int
    is_rebuilt: bool


Pages = Callable[[int], Sequence[Embedded]]
"""Reads the stored vectors behind a number, a page at a time; an empty page is the end."""


class Index(Protocol):
    """An open index of one tenant's vectors."""

    def follow(self, embedder: str, standing: MemoryStanding, pages: Pages) -> Followed:
        """Take in what is new; build anew after a deletion, for another embedder, or when asked to by a fault."""
        ...

    def nearest(self, sense: Sense, limit: int) -> tuple[Neighbour, ...]:
        """Find the nearest passages. Raises: Conflict when it was built by another embedder."""
        ...

    def is_current(self, embedder: str, standing: MemoryStanding) -> bool:
        """Say whether it holds what the database holds, and nothing that was deleted."""
        ...


class Projection(Protocol):
    """Where indexes are kept; one process opens them at a time."""

    def opened(self) -> AbstractContextManager[Index]:
        """Open under the lock of the home. Raises: Conflict at once when another process has it."""
        ...

    def removed(self) -> AbstractContextManager[None]:
        """Hold the lock of the home while texts are deleted, then delete the index. Raises: Conflict at once."""
        ...

    def held(self, embedder: str) -> int | None:
        """How many vectors of this embedder the index held when it was last closed, without opening it."""
        ...


class MemoryStore(Protocol):
    """Account-scoped memory and tenant knowledge: the database is the truth."""

    def remember(self, passages: Sequence[Passage]) -> None:
        """Insert or return existing, by id."""
        ...

    def search(
        self, words: str, account: AccountId, limit: int, sense: Sense | None = None
    ) -> tuple[Recollection, ...]:
        """Compare every passage of one account: by the rarest words of the query, and by meaning if given."""
        ...

    def candidates(self, words: str, scopes: Sequence[str], limit: int) -> Candidates:
        """Rank passages of whole scopes by the rarest words of the query."""
        ...

    def nearest(self, sense: Sense, scopes: Sequence[str], limit: int) -> tuple[Neighbour, ...] | None:
        """Compare every passage of whole scopes; None where there are too many for that."""
        ...

    def within(self, ids: Sequence[str], scopes: Sequence[str]) -> frozenset[str]:
        """Say which of these passages are there and stand in one of the scopes."""
        ...

    def unembedded(self, embedder: str, limit: int) -> tuple[Passage, ...]:
        """Give passages without a vector of this embedder, the oldest first."""
        ...

    def put_vectors(self, embedder: str, vectors: Mapping[str, Vector]) -> None:
        """Store vectors of passages that are still there, once each."""
        ...

    def vectors(self, embedder: str, after: int, limit: int) -> tuple[Embedded, ...]:
        """Page through the stored vectors by their number."""
        ...

    def is_read_by(self, embedder: str) -> bool:
        """Tell whether any passage has a vector of this embedder."""
        ...

    def standing(self, embedder: str) -> MemoryStanding:
        """Count."""
        ...

    def renew_knowledge(self, passages: Sequence[Passage]) -> None:
        """Make these the tenant's whole knowledge: new ones are kept, those no longer given are deleted."""
        ...

    def forget(self, ids: Sequence[str]) -> int:
        """Delete passages with words and vectors; return how many."""
        ...

    def forget_account(self, account: AccountId) -> int:
        """Delete everything of one account; return how much."""
        ...

    def expire(self, now: datetime) -> int:
        """Delete what was to be kept until now; return how much."""
        ...

    def by_ids(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """Read passages back."""
        ...
