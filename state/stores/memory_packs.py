"""One account's passages as this process last read them: words as one row of numbers, vectors as one matrix.

Invariant: a pack is used only while the database holds the very rows it was made of; only a unit that reads fills
or uses the cache, so nothing is remembered that was never committed. Every key begins with tenant and account.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, and_, bindparam, exists, func, select

from state.ids import AccountId, TenantId
from state.ports.memory import Neighbour, Sense
from state.ports.world import Passage
from state.stores.driven import ask
from state.stores.memory_scan import TERM_BYTES, Tally, matrix_of, nearest_of, tally_of
from state.stores.memory_tables import passages as table
from state.stores.memory_tables import vectors as vector_rows
from state.world.recall import scored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 32
"""Accounts whose packs are kept."""
ASKED = 16
"""Questions whose answers one pack keeps."""
Print = tuple[int, int]
"""How many rows, and the highest number: numbers are never used twice, so equal prints are equal rows."""


@dataclass
class Near:
    """Vectors of one embedder, under each other."""

    print: Print
    names: Sequence[str]
    matrix: "NDArray[np.float32]"


@dataclass
class Pack:
    """What is compared for one account, ordered by passage."""

    print: Print
    names: Sequence[str]
    importance: Sequence[int]
    rows: Sequence[bytes]
    near: dict[str, Near] = field(default_factory=dict)
    bodies: dict[str, Passage] = field(default_factory=dict)
    """Passages brought before; one never changes while its row is there."""
    ranked: dict[tuple[tuple[str, ...], int], Sequence[tuple[str, float]]] = field(default_factory=dict)
    """What was asked before, and the best passages by its words; the rows are the same, so the answer is."""

    @cached_property
    def lengths(self) -> list[int]:
        """Words of each passage."""
        return [len(row) // TERM_BYTES for row in self.rows]

    @cached_property
    def tally(self) -> Tally:
        """What counts words in them."""
        return tally_of(self.rows)

    def best(self, asked: tuple[str, ...], depth: int) -> Sequence[tuple[str, float]]:
        """Rank passages by the rarest of the words asked for, the best first; a question asked again is answered."""
        found = self.ranked.get((asked, depth))
        if found is None:
            scores = scored(self.tally.frequency(asked), self.tally.times, self.lengths)
            best = nsmallest(
                depth,
                (
                    (-score, -importance, name)
                    for score, importance, name in zip(scores, self.importance, self.names, strict=True)
                    if score > 0
                ),
            )
            found = [(name, -score) for score, _, name in best]
            while len(self.ranked) >= ASKED:
                self.ranked.pop(next(iter(self.ranked)), None)
            self.ranked[asked, depth] = found
        return found


_lock = Lock()
_packs: "WeakKeyDictionary[Engine, OrderedDict[tuple[TenantId, AccountId], Pack]]" = WeakKeyDictionary()

HAS_VECTORS = exists().where(vector_rows.c.tenant == bindparam("tenant")).correlate(None)
PRINT = select(func.count(), func.coalesce(func.max(table.c.seq), 0), HAS_VECTORS).where(
    table.c.tenant == bindparam("tenant"), table.c.account == bindparam("account")
)


class Packs:
    """Reads packs on one connection and tenant, and keeps the last ones where it only reads."""

    def __init__(self, connection: Connection, tenant: TenantId, *, is_reading: bool) -> None:
        self._connection = connection
        self._tenant = tenant
        self._kept = _packs.setdefault(connection.engine, OrderedDict()) if is_reading else OrderedDict()
        self.has_vectors: bool | None = None
        """Whether anything of the tenant was read for its meaning; None while nobody looked."""

    def of(self, account: AccountId) -> Pack:
        """Give an account's pack."""
        mine = {"tenant": self._tenant, "account": account}
        ((count, newest, has_vectors),) = ask(self._connection, PRINT, mine)
        self.has_vectors = bool(has_vectors)
        found = self._kept.get((self._tenant, account))
        if found is None or found.print != (count, newest):
            found = self._read(account, (count, newest))
        with _lock:
            self._kept[self._tenant, account] = found
            self._kept.move_to_end((self._tenant, account))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _read(self, account: AccountId, seen: Print) -> Pack:
        query = (
            select(table.c.passage, table.c.importance, table.c.terms)
            .where(table.c.tenant == self._tenant, table.c.account == account)
            .order_by(table.c.passage)
        )
        rows = self._connection.execute(query).all()
        return Pack(seen, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def near(self, pack: Pack, account: AccountId, sense: Sense, limit: int) -> list[Neighbour]:
        """Compare a query's vector with each of an account's."""
        mine: Mapping[str, object] = {"tenant": self._tenant, "embedder": sense.embedder, "account": account}
        where = and_(*(vector_rows.c[name] == value for name, value in mine.items()))
        query = select(func.count(), func.coalesce(func.max(vector_rows.c.number), 0)).where(where)
        count, newest = self._connection.execute(query).one()
        found = pack.near.get(sense.embedder)
        if found is None or found.print != (count, newest):
            listed = select(vector_rows.c.passage, vector_rows.c.vector).where(where)
            rows = self._connection.execute(listed.order_by(vector_rows.c.passage)).all()
            found = Near((count, newest), [row[0] for row in rows], matrix_of([row[1] for row in rows]))
            pack.near[sense.embedder] = found
        return nearest_of(sense, found.names, found.matrix, limit)
