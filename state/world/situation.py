"""The situation of one account: a typed multigraph over its log of claims, pinned by version and digest.

Invariant: the same deltas in the same order give the same chained digest; in any order, with duplicates or late, the
same content digest. A situation is read-only and shared between readers; what nobody reads is never built.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Self

from state.canonical import Json, chained, digest
from state.evidence import Trust
from state.ids import AccountId, NodeKey
from state.world.delta import Delta
from state.world.folding import fold, order_of
from state.world.log import RANKS, TRUSTS, Log, instant_of, ticks
from state.world.record import NodeKind
from state.world.superseding import in_force
from state.world.vouching import vouched

if TYPE_CHECKING:
    import networkx as nx

EMPTY_DIGEST = "0" * 64
_PERSON = tuple(trust.rank >= Trust.USER.rank for trust in TRUSTS)


class Situation:
    """A read-only view of what was known of an account at one version."""

    def __init__(
        self,
        account: AccountId,
        deltas: Sequence[Delta] | Log,
        version: int,
        digest_: str | None,
        known: list[bool] | None = None,
    ) -> None:
        """Look at a log; `known` says which of its events are visible, by default all.

        Without a digest the known events make one when somebody asks.
        """
        self.account = account
        self.version = version
        self._digest = digest_
        self._log = deltas if isinstance(deltas, Log) else Log.of(deltas)
        self._known = [True] * len(self._log.events) if known is None else known
        self._rows = in_force(self._log, self._known)
        self._grouped: dict[NodeKey, dict[str, list[int]]] = {}
        self._histories: dict[tuple[NodeKey, str], tuple[Delta, ...]] = {}

    @property
    def digest(self) -> str:
        """Pins what is known: chained over the log, or made of the known events for a moment in the past."""
        if self._digest is None:
            self._digest = self._told_by()
        return self._digest

    @property
    def reference(self) -> dict[str, str | int]:
        """What a checkpoint carries instead of the graph."""
        return {"account": self.account, "version": self.version, "digest": self.digest}

    @property
    def is_empty(self) -> bool:
        """Nothing is known."""
        return not self._rows

    @cached_property
    def deltas(self) -> tuple[Delta, ...]:
        """Every claim in ingestion order."""
        return tuple(self._log.delta(self.account, row) for row in self._rows)

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[NodeKey]":
        """The whole as a graph: nodes carry their claims by attribute, edges the claim that made them."""
        return fold(self.deltas)

    @cached_property
    def content_digest(self) -> str:
        """Digest of the set of facts, independent of order, repetition and lateness."""
        return digest(sorted({tuple(map(str, fact_of(delta))) for delta in self.deltas}))

    @cached_property
    def _of_node(self) -> dict[str, list[int]]:
        """Shape: node → its rows in ingestion order."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        subjects = self._log.subjects
        last, rows = "", list[int]()
        for row in self._rows:
            if (subject := subjects[row]) is not last:
                last, rows = subject, found[subject]
            rows.append(row)
        for row in self._edge_rows:
            found.setdefault(self._log.targets[row], [])
        return dict(found)

    @cached_property
    def _edge_rows(self) -> tuple[int, ...]:
        rows: Iterable[int] = self._log.targets
        if len(self._rows) < len(self._log):
            visible = set(self._rows)
            rows = (row for row in rows if row in visible)
        return tuple(rows)

    def __contains__(self, key: object) -> bool:
        """Tell whether anything is known of a node."""
        return key in self._of_node

    @cached_property
    def keys(self) -> tuple[NodeKey, ...]:
        """Every node, in order of its key."""
        return tuple(NodeKey(key) for key in sorted(self._of_node))

    def nodes(self, kind: NodeKind) -> tuple[NodeKey, ...]:
        """List the nodes of one kind by key."""
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[str, tuple[NodeKey, ...]]:
        kinds: dict[str, list[NodeKey]] = {}
        for key in self.keys:
            kinds.setdefault(key.partition("/")[0], []).append(key)
        return {kind: tuple(keys) for kind, keys in kinds.items()}

    def _attributes(self, node: NodeKey) -> dict[str, list[int]]:
        """Shape: attribute → its rows in ingestion order; edges apart."""
        found = self._grouped.get(node)
        if found is None:
            found, names, targets = {}, self._log.attributes, self._log.targets
            for row in self._of_node.get(node, ()):
                if row not in targets:
                    found.setdefault(names[row], []).append(row)
            self._grouped[node] = found
        return found

    def _order(self, row: int) -> tuple[int, int, str, str]:
        log, head = self._log, self._log.heads[row]
        return (log.valid[head], RANKS[log.trusts[row]], log.events[head], log.hashes[head])

    def _standing(self, row: int) -> tuple[bool, int, int, str, str]:
        """Rank a claim: a person's word first, then the latest, then the more trusted; never by arrival."""
        by_person = _PERSON[self._log.trusts[row]] and self._log.sources[self._log.heads[row]] == "user"
        return (by_person, *self._order(row))

    def claims(self, node: NodeKey, attribute: str) -> tuple[Delta, ...]:
        """Every claim on one attribute once, oldest first; one event says one thing about one attribute."""
        rows = self._attributes(node).get(attribute, ())
        if len(rows) < 2:
            return tuple(self._log.delta(self.account, row) for row in rows)
        found = self._histories.get((node, attribute))
        if found is None:
            once = {self._order(row)[2:]: row for row in rows}
            ordered = sorted(once.values(), key=self._order)
            found = tuple(self._log.delta(self.account, row) for row in ordered)
            self._histories[node, attribute] = found
        return found

    def attributes(self, node: NodeKey) -> tuple[str, ...]:
        """Names of the claimed attributes of a node."""
        return tuple(sorted(self._attributes(node)))

    def _in_force(self, node: NodeKey, attribute: str) -> int | None:
        rows = self._attributes(node).get(attribute)
        if not rows:
            return None
        return rows[0] if len(rows) == 1 else max(rows, key=self._standing)

    def current(self, node: NodeKey, attribute: str) -> Delta | None:
        """Give the claim in force: a person's word first, then the latest, then the more trusted."""
        row = self._in_force(node, attribute)
        return None if row is None else self._log.delta(self.account, row)

    def value(self, node: NodeKey, attribute: str) -> Json:
        """Read the value in force; None when never claimed or cleared."""
        row = self._in_force(node, attribute)
        return None if row is None else self._log.values[row]

    def targets(self, node: NodeKey, attribute: str) -> tuple[NodeKey, ...]:
        """List the nodes that an edge of this name leads to, in order of their keys."""
        log = self._log
        found = {
            log.targets[row]
            for row in self._of_node.get(node, ())
            if row in log.targets and log.attributes[row] == attribute
        }
        return tuple(NodeKey(key) for key in sorted(found))

    def indexed(self) -> Self:
        """Find every node now rather than at the first question."""
        assert self.keys or self.is_empty
        return self

    def edges(self) -> tuple[tuple[NodeKey, NodeKey, str], ...]:
        """Give each (from, to, name) once, in order."""
        log = self._log
        found = {
            (NodeKey(log.subjects[row]), NodeKey(log.targets[row]), log.attributes[row])
            for row in self._edge_rows
        }
        return tuple(sorted(found))

    def span(self, node: NodeKey) -> tuple[datetime, datetime]:
        """Give the earliest and the latest valid time of what is said of a node; without a claim, of everything.

        Raises: ValueError where nothing at all is known.
        """
        log = self._log
        rows = [row for found in self._attributes(node).values() for row in found] or self._rows
        times = [log.valid[log.heads[row]] for row in rows]
        return instant_of(min(times)), instant_of(max(times))

    @cached_property
    def corrected(self) -> tuple[tuple[NodeKey, str], ...]:
        """Every (node, attribute) on which a person gave a word of their own."""
        log = self._log
        heads = {place for place, source in enumerate(log.sources) if source == "user"}
        if not heads:
            return ()
        found = {(log.subjects[row], log.attributes[row]) for row in self._rows if log.heads[row] in heads}
        return tuple((NodeKey(node), name) for node, name in sorted(found))

    @cached_property
    def _timed(self) -> tuple[list[int], list[int]]:
        """Shape: valid times in order, and the event of each."""
        heads = sorted({self._log.heads[row] for row in self._rows}, key=self._log.valid.__getitem__)
        return [self._log.valid[head] for head in heads], heads

    def moved_since(self, instant: datetime) -> tuple[NodeKey, ...]:
        """List the nodes of which something became true after an instant, in order of their keys."""
        times, heads = self._timed
        log, found = self._log, set[str]()
        for head in heads[bisect_right(times, ticks(instant)) :]:
            found.update(log.subjects[bisect_left(log.heads, head) : bisect_right(log.heads, head)])
        return tuple(NodeKey(key) for key in sorted(found))

    def as_of(self, instant: datetime) -> "Situation":
        """Say what was believed at `instant`: claims recorded and valid by then."""
        log, end = self._log, ticks(instant)
        latest = map(max, log.valid, log.recorded)
        known = [was and at <= end for was, at in zip(self._known, latest, strict=True)]
        if known == self._known:
            return self
        past = Situation(self.account, log, 0, None, known)
        past.version = len(past._rows)
        return past

    def as_told(self) -> "Situation":
        """Read the same with what later corrections took out of force."""
        return self._over(self._log, [row for row, head in enumerate(self._log.heads) if self._known[head]])

    def vouched(self) -> "Situation":
        """Read the same as if nothing untrusted had ever been said; itself where nothing was."""
        log, rows = vouched(self._log, self._rows)
        return self if log is self._log else self._over(log, rows)

    def _over(self, log: Log, rows: Sequence[int]) -> "Situation":
        found = Situation(self.account, log, self.version, self.digest, self._known)
        found._rows = rows
        return found

    def _told_by(self) -> str:
        """Digest the known events, in any order: with one trust table they determine the content."""
        told = set(compress(zip(self._log.events, self._log.hashes, strict=True), self._known))
        return digest(sorted(f"{event} {seal}" for event, seal in told))


def standing_of(delta: Delta) -> tuple[bool, datetime, int, str, str]:
    """Rank a claim as the situation does; the greatest is in force."""
    return (delta.trust.rank >= Trust.USER.rank and delta.source == "user", *order_of(delta))


def fact_of(delta: Delta) -> Iterator[Json]:
    """Give what a claim says, by whom and since when, without when it became known to us."""
    parts: tuple[Json, ...] = (
        delta.subject, delta.attribute, delta.value, delta.target, delta.event, delta.source, delta.record,
        delta.trust.value, delta.valid_from.isoformat(), delta.quote,
    )  # fmt: skip
    yield from parts


def extend(previous: str, batches: Iterable[Sequence[Delta]]) -> str:
    """Chain the digest over event batches: `digest = hash(previous digest, canonical deltas)`."""
    for batch in batches:
        previous = chained(previous, [delta.as_json() for delta in batch])
    return previous
