"""Keep memory searchable: knowledge into the database, vectors beside the passages, the index beside the database.

Invariant: no transaction is open while a text is turned into a vector; what is stored once is never embedded again.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time

from graphs.parts import Parts, Tenancy
from state.errors import Conflict, InvalidInput, Unavailable
from state.evidence import Trust
from state.ids import TenantId, stable_id
from state.ports.memory import (
    Embedded,
    Embedder,
    Followed,
    Index,
    MemoryStanding,
    Projection,
    Sense,
    sense_of,
)
from state.ports.unit import Unit
from state.ports.world import Passage
from state.world.knowledge import KnowledgeDocument, sections_of
from state.world.recall_pieces import pieces_of
from tools.recall import Recalled, recall

BATCH = 256
PAGE = 4_000
REMEDY = "run: revloop memory index"
Progress = Callable[[int], None]
"""Told how many passages have got their vector so far."""


@dataclass(frozen=True)
class Indexed:
    """What an indexing came to."""

    embedded: int
    followed: Followed
    standing: MemoryStanding


@dataclass(frozen=True)
class Answer:
    """What a search found, and why it went no further where it did not."""

    recalled: Recalled
    because: str = ""


def knowledge_passages(tenant: TenantId, documents: Sequence[KnowledgeDocument]) -> tuple[Passage, ...]:
    """Cut a company's documents into passages, each under the scope of its document."""
    return tuple(
        Passage(
            id=stable_id("kn", tenant, document.id, document.hash, str(number)),
            account=None,
            scope=document.scope.value,
            title=f"{document.title}: {heading}" if heading else document.title,
            text=piece,
            event=None,
            source="knowledge",
            record=document.id,
            field=heading or "text",
            observed_at=datetime.combine(document.updated, time(), UTC),
            hash=document.hash,
            trust=Trust.ADMIN.value,
        )
        for document in documents
        for number, (heading, piece) in enumerate(_pieces(document))
    )


def _pieces(document: KnowledgeDocument) -> Iterator[tuple[str, str]]:
    for heading, text in sections_of(document):
        yield from ((heading, piece) for piece in pieces_of(text))


def renew_knowledge(unit: Unit, tenancy: Tenancy) -> None:
    """Bring the database up to what the tenant's files say."""
    unit.memory.renew_knowledge(knowledge_passages(tenancy.id, tenancy.knowledge))


def index_memory(
    parts: Parts,
    tenancy: Tenancy,
    embedder: Embedder,
    projection: Projection,
    progress: Progress | None = None,
) -> Indexed:
    """Embed what has no vector yet, then let the index follow. Raises: Conflict, Unavailable."""
    with projection.opened() as index:
        with parts.stores.begin(tenancy.id) as unit:
            renew_knowledge(unit, tenancy)
            unit.memory.expire(tenancy.now)
        embedded = _embed(parts, tenancy.id, embedder, progress)
        with parts.stores.read(tenancy.id) as unit:
            standing = unit.memory.standing(embedder.name)
        return Indexed(embedded, follow(parts, tenancy.id, embedder.name, index, standing), standing)


def _embed(parts: Parts, tenant: TenantId, embedder: Embedder, progress: Progress | None) -> int:
    done = 0
    while True:
        with parts.stores.read(tenant) as unit:
            waiting = unit.memory.unembedded(embedder.name, BATCH)
        if not waiting:
            return done
        made = embedder.embed([f"{one.title}. {one.text}" for one in waiting])
        with parts.stores.begin(tenant) as unit:
            unit.memory.put_vectors(
                embedder.name, {one.id: vector for one, vector in zip(waiting, made, strict=True)}
            )
        done += len(waiting)
        if progress is not None:
            progress(done)


def follow(parts: Parts, tenant: TenantId, embedder: str, index: Index, standing: MemoryStanding) -> Followed:
    """Let an index take in the stored vectors, a page per transaction."""

    def page(after: int) -> Sequence[Embedded]:
        with parts.stores.read(tenant) as unit:
            return unit.memory.vectors(embedder, after, PAGE)

    return index.follow(embedder, standing, page)


def know_meanings(parts: Parts) -> str:
    """Load what reads texts for their meaning, once, in a process that stays.

    Shape: why it could not; empty when it did.
    """
    try:
        embedder = _embedder(parts)
        embedder.embed(["warm"])
    except (InvalidInput, Unavailable) as refused:
        return refused.message
    return ""


def embedder_for(parts: Parts, unit: Unit) -> Embedder | None:
    """Give what a tenant's passages were read by; None where none was read yet, or the choice cannot be kept."""
    try:
        embedder = _embedder(parts)
    except (InvalidInput, Unavailable):
        return None
    return embedder if unit.memory.is_read_by(embedder.name) else None


def sense_or_none(embedder: Embedder, words: str) -> Sense | None:
    """Read a question for its meaning; a loop whose embedder fails goes on by words alone."""
    try:
        return sense_of(embedder, words)
    except Unavailable:
        return None


def _embedder(parts: Parts) -> Embedder:
    if parts.embedder is None:
        if parts.find_embedder is None:
            raise Unavailable("Nothing here reads texts for their meaning.", field="embedder")
        parts.embedder = parts.find_embedder()
    return parts.embedder


def search_memory(
    parts: Parts, tenancy: Tenancy, embedder: Embedder, projection: Projection, words: str,
    scopes: Sequence[str], limit: int,
) -> Answer:  # fmt: skip
    """Search with the index where this process may open it and it is current; else from the database, saying so."""
    sense = sense_of(embedder, words)
    with _index_or_none(projection) as (held, because), parts.stores.read(tenancy.id) as unit:
        standing = unit.memory.standing(embedder.name)
        index = held if held is not None and held.is_current(embedder.name, standing) else None
        found = recall(unit.memory, words, scopes, limit, sense if standing.embedded else None, index)
    if not standing.embedded:
        return Answer(found, f"nothing is read for its meaning yet; {REMEDY}")
    if found.how == "words":
        return Answer(found, because or f"the company-wide index is behind; {REMEDY}")
    waiting = standing.passages - standing.embedded
    return Answer(
        found, f"{waiting} passages are not yet read for their meaning; {REMEDY}" if waiting else ""
    )


@contextmanager
def _index_or_none(projection: Projection) -> Generator[tuple[Index | None, str], None, None]:
    with ExitStack() as held:
        index, because = None, ""
        try:
            index = held.enter_context(projection.opened())
        except Conflict as refused:
            because = refused.message
        yield index, because
