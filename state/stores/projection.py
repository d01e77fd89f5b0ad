"""The index of a company's vectors in Chroma: made from the database, followed, and made again when in doubt.

Invariant: one process has it open at a time; what it holds is named by a mark that is written after the vectors,
so that a process killed in between takes them in once more and loses none.
"""

import json
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from state.errors import Conflict
from state.ports.memory import Followed, MemoryStanding, Neighbour, Pages, Sense
from state.stores.exclusive import held_alone

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

EF_SEARCH = 200
EF_CONSTRUCTION = 64
NEIGHBOURS = 16
SAVED_EVERY = 20_000
"""After how many vectors Chroma writes its graph out; until then they wait in its log."""
COLLECTION = "passages"
MARK = "mark.json"


@dataclass(frozen=True)
class Mark:
    """What an index held when it was last written."""

    folder: str
    embedder: str
    deletions: int
    newest: int
    held: int


class ChromaProjection:
    """`Projection` of one tenant in a folder of its own, under the lock of the home."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._lock = home / "memory.lock"
        self._place = folder

    @contextmanager
    def opened(self) -> Generator["ChromaIndex", None, None]:
        """Open under the lock of the home. Raises: Conflict at once when another process has it."""
        with held_alone(self._lock, "The company-wide index"):
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            index = ChromaIndex(self._place)
            try:
                yield index
            finally:
                index.close()

    @contextmanager
    def removed(self) -> Generator[None, None, None]:
        """Hold the lock of the home while texts are deleted, then delete the index. Raises: Conflict at once."""
        with held_alone(self._lock, "The company-wide index"):
            yield
            shutil.rmtree(self._place, ignore_errors=True)

    def held(self, embedder: str) -> int | None:
        """How many vectors of this embedder the index held when it was last closed, without opening it."""
        mark = read_mark(self._place)
        return mark.held if mark is not None and mark.embedder == embedder else None


def read_mark(place: Path) -> Mark | None:
    """Read what was written last; None where nothing readable stands."""
    try:
        return Mark(**json.loads((place / MARK).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class ChromaIndex:
    """`Index` in a folder that this process holds; Chroma is imported at the first use."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._mark = read_mark(place)
        self._client: Client | None = None
        self._collection: Collection | None = None

    def close(self) -> None:
        """Give Chroma's files back."""
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def is_current(self, embedder: str, standing: MemoryStanding) -> bool:
        """Say whether it holds what the database holds, and nothing that was deleted."""
        mark = self._mark
        return (
            mark is not None
            and (mark.embedder, mark.deletions) == (embedder, standing.deletions)
            and mark.newest >= standing.newest
        )

    def follow(self, embedder: str, standing: MemoryStanding, pages: Pages) -> Followed:
        """Take in what is new; build anew after a deletion, for another embedder, or when vectors are missing."""
        mark = self._mark
        keeps = (
            mark is not None
            and (mark.embedder, mark.deletions) == (embedder, standing.deletions)
            and self._counted(mark) >= mark.held
        )
        if mark is None or not keeps:
            mark = self._begun(embedder, standing)
        before = mark.held
        while page := pages(mark.newest):
            mark = self._taken(mark, [one.id for one in page], [one.vector for one in page], page[-1].number)
        self._clear(mark.folder)
        return Followed(mark.held - before, mark.held, not keeps)

    def nearest(self, sense: Sense, limit: int) -> tuple[Neighbour, ...]:
        """Find the nearest passages. Raises: Conflict when it was built by another embedder."""
        mark = self._mark
        if mark is None or mark.embedder != sense.embedder:
            raise Conflict(
                "The company-wide index was built by another embedder.", field="embedder",
                value=sense.embedder, remedy="Run: revloop memory index",
            )  # fmt: skip
        if not mark.held:
            return ()
        found = self._open(mark).query(
            query_embeddings=_rows([sense.vector]), n_results=min(limit, mark.held), include=["distances"]
        )
        distances = found["distances"] or [[]]
        return tuple(
            Neighbour(name, 1.0 - distance)
            for name, distance in zip(found["ids"][0], distances[0], strict=True)
            if 1.0 - distance >= sense.least
        )

    def _counted(self, mark: Mark) -> int:
        """Count what is really there; none where the folder is gone or cannot be read."""
        from chromadb.errors import ChromaError

        if not (self._place / mark.folder).is_dir():
            return 0
        try:
            return self._open(mark).count()
        except (ChromaError, OSError, ValueError):
            return 0

    def _begun(self, embedder: str, standing: MemoryStanding) -> Mark:
        """Begin in a folder of its own; the one before stays until the first vectors are in the new one."""
        self.close()
        taken = {one.name for one in self._place.iterdir() if one.is_dir()}
        number = next(number for number in range(len(taken) + 1) if f"index-{number}" not in taken)
        return Mark(f"index-{number}", embedder, standing.deletions, 0, 0)

    def _taken(self, mark: Mark, ids: list[str], vectors: list[bytes], newest: int) -> Mark:
        """Add a page, then write the mark."""
        collection = self._open(mark)
        collection.upsert(ids=ids, embeddings=_rows(vectors))
        now = Mark(mark.folder, mark.embedder, mark.deletions, newest, collection.count())
        self._write(now)
        return now

    def _write(self, mark: Mark) -> None:
        written = self._place / f"{MARK}.new"
        written.touch(mode=0o600)
        written.write_text(json.dumps(asdict(mark)), encoding="utf-8")
        written.replace(self._place / MARK)
        self._mark = mark

    def _clear(self, kept: str) -> None:
        """Remove every folder but the one in use, and say so in the mark where nothing was added."""
        if self._mark is None or self._mark.folder != kept:
            (self._place / MARK).unlink(missing_ok=True)
            self._mark = None
        for one in self._place.iterdir():
            if one.is_dir() and one.name != kept:
                shutil.rmtree(one)

    def _open(self, mark: Mark) -> "Collection":
        if self._collection is None:
            self._client = _client_of(self._place / mark.folder)
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_construction": EF_CONSTRUCTION,
                        "ef_search": EF_SEARCH,
                        "max_neighbors": NEIGHBOURS,
                        "sync_threshold": SAVED_EVERY,
                    }
                },
            )
        return self._collection


def _client_of(folder: Path) -> "Client":
    """Open Chroma in a folder of ours; it sends nothing and fetches nothing."""
    from chromadb import PersistentClient
    from chromadb.api.client import Client
    from chromadb.config import Settings

    folder.mkdir(mode=0o700, exist_ok=True)
    found = PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    assert isinstance(found, Client), "the embedded client, which can be closed"
    return found


def _rows(vectors: list[bytes]) -> "list[Sequence[float] | Sequence[int]]":
    """Lay vectors out as Chroma takes them; its types name fewer kinds of rows than it reads."""
    import numpy as np

    rows = [np.frombuffer(one, dtype="<f4") for one in vectors]
    return cast("list[Sequence[float] | Sequence[int]]", rows)
