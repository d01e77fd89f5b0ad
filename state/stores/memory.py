"""Memory in SQL: passages of notes, mails, meetings and knowledge, with their words and vectors.

Invariant: what one account is asked for is compared passage by passage; what a whole company is asked for is
bounded by the rarest words.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, select

from state.ids import AccountId, TenantId
from state.ports.deciding import Recollection
from state.ports.memory import EXACT_AT_MOST, Candidates, Embedded, MemoryStanding, Neighbour, Sense, Vector
from state.ports.world import Passage, recollected
from state.stores.driven import ask
from state.stores.memory_packs import Pack, Packs
from state.stores.memory_scan import matrix_of, nearest_of, terms_of
from state.stores.memory_tables import counts
from state.stores.memory_tables import passages as table
from state.stores.memory_tables import vectors as vector_rows
from state.stores.memory_text import scope_word
from state.stores.memory_words import candidates
from state.stores.runs import Row, insert_once
from state.world.knowledge import Scope
from state.world.recall import words_of
from state.world.recall_fusion import dense_weight, fuse

DEPTH = 50
"""How far down a ranking is read when two are joined."""
KNOWLEDGE = tuple(scope.value for scope in Scope)
_AT_ONCE = 500
BODIES = select(table.c.body).where(
    table.c.tenant == bindparam("tenant"), table.c.passage.in_(bindparam("ids", expanding=True))
)

SCOPED = select(table.c.passage, table.c.scope).where(
    table.c.tenant == bindparam("tenant"), table.c.passage.in_(bindparam("ids", expanding=True))
)


class SqlMemory:
    """`MemoryStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId, *, is_reading: bool = False) -> None:
        self._connection = connection
        self._tenant = tenant
        self._packs = Packs(connection, tenant, is_reading=is_reading)

    def remember(self, passages: Sequence[Passage]) -> None:
        """Insert or return existing, by id."""
        insert_once(self._connection, table, [self._row(passage) for passage in passages])

    def _row(self, passage: Passage) -> Row:
        words = words_of(f"{passage.title} {passage.text}")
        places = [passage.scope] if passage.account is None else [passage.scope, f"account:{passage.account}"]
        return {
            "tenant": self._tenant,
            "passage": passage.id,
            "account": passage.account,
            "scope": passage.scope,
            "scopes": " ".join(scope_word(self._tenant, place) for place in places),
            "record": passage.record,
            "importance": passage.importance,
            "keep_until": None if passage.keep_until is None else _text(passage.keep_until),
            "body": passage.model_dump_json(),
            "words": " ".join(words),
            "terms": terms_of(words),
        }

    def search(
        self, words: str, account: AccountId, limit: int, sense: Sense | None = None
    ) -> tuple[Recollection, ...]:
        """Compare every passage of one account: by the rarest words of the query, and by meaning if given."""
        pack = self._packs.of(account)
        if not pack.names:
            return ()
        asked = tuple(dict.fromkeys(words_of(words)))
        ranked = pack.best(asked, max(limit, DEPTH))
        if sense is not None:
            near = [one.id for one in self._packs.near(pack, account, sense, DEPTH)]
            weight = dense_weight(asked, pack.tally.frequency(asked), len(pack.names), sense.strength)
            ranked = fuse([name for name, _ in ranked[:DEPTH]], near, weight)
        return self._brought(pack, ranked[:limit])

    def _brought(self, pack: Pack, ranked: Sequence[tuple[str, float]]) -> tuple[Recollection, ...]:
        found = pack.bodies
        missing = [name for name, _ in ranked if name not in found]
        if missing:
            found |= self._bodies(missing)
        return tuple(recollected(found[name], score) for name, score in ranked)

    def candidates(self, words: str, scopes: Sequence[str], limit: int) -> Candidates:
        """Rank passages of whole scopes by the rarest words of the query."""
        return candidates(self._connection, self._tenant, words, scopes, limit)

    def nearest(self, sense: Sense, scopes: Sequence[str], limit: int) -> tuple[Neighbour, ...] | None:
        """Compare every passage of whole scopes; None where there are too many for that."""
        held = self._counted()
        if sum(held.get(scope, 0) for scope in scopes) > EXACT_AT_MOST:
            return None
        query = (
            select(vector_rows.c.passage, vector_rows.c.vector)
            .join(
                table, and_(table.c.tenant == vector_rows.c.tenant, table.c.passage == vector_rows.c.passage)
            )
            .where(
                vector_rows.c.tenant == self._tenant,
                vector_rows.c.embedder == sense.embedder,
                table.c.scope.in_(scopes),
            )
        )
        rows = self._connection.execute(query.order_by(vector_rows.c.passage)).all()
        matrix = matrix_of([row[1] for row in rows])
        return tuple(nearest_of(sense, [row[0] for row in rows], matrix, limit))

    def within(self, ids: Sequence[str], scopes: Sequence[str]) -> frozenset[str]:
        """Say which of these passages are there and stand in one of the scopes."""
        rows = ask(self._connection, SCOPED, {"tenant": self._tenant, "ids": list(ids)})
        return frozenset(row[0] for row in rows if row[1] in scopes)

    def by_ids(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """Read passages back, in the order asked."""
        found = self._bodies(ids)
        return tuple(found[wanted] for wanted in ids if wanted in found)

    def _bodies(self, ids: Sequence[str]) -> dict[str, Passage]:
        rows = ask(self._connection, BODIES, {"tenant": self._tenant, "ids": list(ids)})
        return {one.id: one for one in (Passage.model_validate_json(body) for (body,) in rows)}

    def unembedded(self, embedder: str, limit: int) -> tuple[Passage, ...]:
        """Give passages without a vector of this embedder, the oldest first."""
        has_vector = select(vector_rows.c.number).where(
            vector_rows.c.tenant == self._tenant,
            vector_rows.c.embedder == embedder,
            vector_rows.c.passage == table.c.passage,
        )
        query = (
            select(table.c.body)
            .where(table.c.tenant == self._tenant, ~has_vector.exists())
            .order_by(table.c.seq)
            .limit(limit)
        )
        return tuple(map(Passage.model_validate_json, self._connection.scalars(query)))

    def put_vectors(self, embedder: str, vectors: Mapping[str, Vector]) -> None:
        """Store vectors of passages that are still there, once each."""
        there = self._bodies(list(vectors))
        insert_once(
            self._connection,
            vector_rows,
            [
                {
                    "tenant": self._tenant,
                    "embedder": embedder,
                    "account": there[name].account,
                    "passage": name,
                    "vector": vector,
                }
                for name, vector in vectors.items()
                if name in there
            ],
        )

    def vectors(self, embedder: str, after: int, limit: int) -> tuple[Embedded, ...]:
        """Page through the stored vectors by their number."""
        query = (
            select(vector_rows.c.number, vector_rows.c.passage, vector_rows.c.vector)
            .where(
                vector_rows.c.tenant == self._tenant,
                vector_rows.c.embedder == embedder,
                vector_rows.c.number > after,
            )
            .order_by(vector_rows.c.number)
            .limit(limit)
        )
        return tuple(Embedded(*row) for row in self._connection.execute(query))

    def is_read_by(self, embedder: str) -> bool:
        """Tell whether any passage has a vector of this embedder."""
        if self._packs.has_vectors is False:
            return False
        mine = (vector_rows.c.tenant == self._tenant, vector_rows.c.embedder == embedder)
        return self._connection.scalar(select(vector_rows.c.number).where(*mine).limit(1)) is not None

    def standing(self, embedder: str) -> MemoryStanding:
        """Count."""
        query = select(counts.c.scope, counts.c.passages, counts.c.deletions).where(
            counts.c.tenant == self._tenant
        )
        rows = self._connection.execute(query.order_by(counts.c.scope)).all()
        mine = select(func.count(), func.coalesce(func.max(vector_rows.c.number), 0)).where(
            vector_rows.c.tenant == self._tenant, vector_rows.c.embedder == embedder
        )
        embedded, newest = self._connection.execute(mine).one()
        return MemoryStanding(
            scopes={row.scope: row.passages for row in rows if row.passages},
            embedded=embedded,
            newest=newest,
            deletions=sum(row.deletions for row in rows),
        )

    def _counted(self) -> dict[str, int]:
        query = select(counts.c.scope, counts.c.passages).where(counts.c.tenant == self._tenant)
        return {row.scope: row.passages for row in self._connection.execute(query)}

    def renew_knowledge(self, passages: Sequence[Passage]) -> None:
        """Make these the tenant's whole knowledge: new ones are kept, those no longer given are deleted."""
        query = select(table.c.passage).where(table.c.tenant == self._tenant, table.c.scope.in_(KNOWLEDGE))
        given = {passage.id for passage in passages}
        known = set(self._connection.scalars(query))
        self.forget(sorted(known - given))
        self.remember([passage for passage in passages if passage.id not in known])

    def forget(self, ids: Sequence[str]) -> int:
        """Delete passages with words and vectors; return how many."""
        gone = 0
        for start in range(0, len(ids), _AT_ONCE):
            wanted = table.c.passage.in_(ids[start : start + _AT_ONCE])
            statement = delete(table).where(table.c.tenant == self._tenant, wanted)
            gone += self._connection.execute(statement).rowcount
        return gone

    def forget_account(self, account: AccountId) -> int:
        """Delete everything of one account; return how much."""
        statement = delete(table).where(table.c.tenant == self._tenant, table.c.account == account)
        return self._connection.execute(statement).rowcount

    def expire(self, now: datetime) -> int:
        """Delete what was to be kept until now; return how much."""
        statement = delete(table).where(table.c.tenant == self._tenant, table.c.keep_until <= _text(now))
        return self._connection.execute(statement).rowcount


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
