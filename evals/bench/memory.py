"""What memory costs: one account compared passage by passage, a whole company by words and meaning, its index.

`python -m evals.bench.memory --small` measures a hundredth of it, to see that it runs.
"""

import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from evals.bench.memory_corpus import (
    VOCABULARY,
    Language,
    active_embedder,
    drawn_around,
    passages,
    real_texts,
    rows_of,
)
from evals.bench.table import Cost, Line, attempted, once, rendered
from graphs.bootstrap import projection_of
from graphs.settling import settle
from state.ids import AccountId, TenantId
from state.ports.memory import Embedded, Embedder, Index, Sense, sense_of
from state.ports.unit import Stores
from state.settings import read_settings
from tools.recall import recall

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TENANT = TenantId("bench")
SCOPES = ("account",)
PAGE = 4_000
NEAREST = 10


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    account: int = 1_000
    company: int = 100_000
    real: int = 5_200
    queries: int = 300


FULL, SMALL = Size(), Size(account=200, company=1_500, real=60, queries=20)


def measure(size: Size = FULL) -> Sequence[Line]:
    """Measure all of it in one home each. Raises: Skipped."""
    settle()  # as a server and a worker do
    embedder = active_embedder()
    language = Language.of(VOCABULARY, seed=1)
    texts, real = real_texts(size.real), Timed()
    made = real(lambda: rows_of(embedder.embed(texts)))
    lines = [
        Line(f"texts embedded by {embedder.name}", len(made), ""),
        Line("  per second of CPU", len(made) / real.seconds, "1/s"),
        *_account(size, language, embedder),
    ]
    held, asked = made[: -len(made) // 10], made[-len(made) // 10 :]
    lines += _real_recall(held, asked, embedder)
    return [*lines, *_company(size, language, embedder, made)]


@dataclass
class Timed:
    """CPU seconds of the last act."""

    seconds: float = 0.0

    def __call__(self, act: "Callable[[], Floats]") -> "Floats":
        """Do it."""
        start = time.process_time()
        found = act()
        self.seconds = time.process_time() - start
        return found


@contextmanager
def _home() -> Generator[tuple[Stores, Path], None, None]:
    from evals.bench.stage import opened

    with opened(TENANT) as house:
        yield house.parts.stores, house.settings.home


def _fill(stores: Stores, texts: Sequence[str], accounts: int, vectors: "Floats", embedder: str) -> None:
    for start in range(0, len(texts), PAGE):
        pieces = passages(texts[start : start + PAGE], accounts, start)
        rows = vectors[start : start + PAGE]
        with stores.begin(TENANT) as unit:
            unit.memory.remember(pieces)
            unit.memory.put_vectors(
                embedder, {one.id: row.tobytes() for one, row in zip(pieces, rows, strict=True)}
            )


def _account(size: Size, language: Language, embedder: Embedder) -> list[Line]:
    """Search one account by words and meaning, the vector of the query given."""
    texts, queries = language.texts(size.account, 100), language.queries(size.queries)
    senses = [sense_of(embedder, query) for query in queries]
    draw = drawn_around(rows_of([one.vector for one in senses]), size.account, seed=2)
    with _home() as (stores, _):
        _fill(stores, texts, 1, draw, embedder.name)

        def asked(query: str, sense: Sense | None) -> object:
            with stores.read(TENANT) as unit:
                return unit.memory.search(query, AccountId("account-0"), 8, sense)

        def bare() -> object:
            with stores.read(TENANT) as unit:
                return unit.memory.vectors(embedder.name, 0, size.account)

        cold = once(partial(asked, queries[0], senses[0]))
        both = [once(partial(asked, q, s)) for q, s in zip(queries, senses, strict=True)][5:]
        words = [once(partial(asked, q, None)) for q in queries][5:]
        plain = [once(bare) for _ in queries][5:]
    name = f"account of {size.account} passages"
    return [
        *_spread(f"{name}, words and meaning", both, late=5.0),
        *_spread(f"{name}, words alone", words),
        Line(f"{name}, the first time, CPU", cold.cpu, "ms"),
        Line("  to reading the same vectors alone (p50)", _p50(both) / _p50(plain), "×"),
    ]


def _real_recall(held: "Floats", asked: "Floats", embedder: Embedder) -> list[Line]:
    """Hold the index on real embeddings against comparing each."""
    with _index_of(held, embedder.name) as (index, _, _):
        share = _recall(index, held, asked, embedder.name)
    return [Line(f"missed of the {NEAREST} nearest, {len(held)} real texts", 1 - share, "", 0.01)]


def _company(size: Size, language: Language, embedder: Embedder, centres: "Floats") -> list[Line]:
    """Search a whole company by words and meaning through the index; embedding the query is in the time."""
    texts, queries = language.texts(size.company, 40), language.queries(size.queries)
    vectors = drawn_around(centres, size.company, seed=3)
    with _home() as (stores, home):
        stored = once(lambda: _fill(stores, texts, 1000, vectors, embedder.name))
        with projection_of(read_settings({"home": str(home)}, {}), TENANT).opened() as index:
            read = once(lambda: _pages(stores, embedder.name))
            built = once(lambda: _followed(stores, index, embedder.name))

            def asked(query: str) -> object:
                with stores.read(TENANT) as unit:
                    return recall(unit.memory, query, SCOPES, 8, sense_of(embedder, query), index)

            def plain(query: str) -> object:
                with stores.read(TENANT) as unit:
                    return _every_word(unit, query)

            hybrid = [once(partial(asked, q)) for q in queries][5:]
            common = [once(partial(plain, q)) for q in queries[:40]]
            probes = drawn_around(centres, size.queries, seed=4)
            share = _recall(index, vectors, probes, embedder.name)
    used = len({word for text in texts for word in text.split()})
    return [
        Line(f"company of {size.company} passages, different words", used, ""),
        Line("  stored with words and vectors, CPU", stored.cpu / 1000, "s"),
        *_spread(f"company of {size.company}, query embedded in it", hybrid, 15.0, 50.0),
        Line("  to bm25 over every word of the query (p50)", _p50(hybrid) / _p50(common), "×"),
        Line(f"missed of the {NEAREST} nearest, {size.company} drawn", 1 - share, "", 0.01),
        Line(f"index of {size.company} built from the database, CPU", built.cpu / 1000, "s", 60.0),
        Line("  to reading the vectors alone", built.cpu / read.cpu, "×"),
    ]


def _every_word(unit: object, query: str) -> object:
    """Ask the full-text index for every word, as a plain search would."""
    connection = unit.connection  # type: ignore[attr-defined]  # a baseline past the port, on SQLite
    match = "words : (" + " OR ".join(f'"{word}"' for word in query.split()) + ")"
    sql = "SELECT rowid FROM passages_text WHERE passages_text MATCH ? ORDER BY bm25(passages_text) LIMIT 8"
    return connection.exec_driver_sql(sql, (match,)).all()


def _pages(stores: Stores, embedder: str) -> int:
    after = 0
    while True:
        with stores.read(TENANT) as unit:
            page = unit.memory.vectors(embedder, after, PAGE)
        if not page:
            return after
        after = page[-1].number


def _followed(stores: Stores, index: Index, embedder: str) -> object:
    def page(after: int) -> Sequence[Embedded]:
        with stores.read(TENANT) as unit:
            return unit.memory.vectors(embedder, after, PAGE)

    with stores.read(TENANT) as unit:
        standing = unit.memory.standing(embedder)
    return index.follow(embedder, standing, page)


@contextmanager
def _index_of(rows: "Floats", embedder: str) -> Generator[tuple[Index, Stores, Path], None, None]:
    with _home() as (stores, home):
        _fill(stores, ["text"] * len(rows), 1, rows, embedder)
        with projection_of(read_settings({"home": str(home)}, {}), TENANT).opened() as index:
            _followed(stores, index, embedder)
            yield index, stores, home


def _recall(index: Index, held: "Floats", asked: "Floats", embedder: str) -> float:
    """Share of the truly nearest that the index gives."""
    import numpy as np

    found = 0
    for row in asked:
        true = np.argpartition(-(held @ row), NEAREST)[:NEAREST]
        given = index.nearest(Sense(embedder, row.tobytes(), 2.0, -1.0), NEAREST)
        found += len({f"p-{place:07}" for place in true.tolist()} & {one.id for one in given})
    return found / (NEAREST * len(asked))


def _spread(
    name: str, costs: Sequence[Cost], middle: float | None = None, late: float | None = None
) -> list[Line]:
    waits = [cost.wall for cost in costs]
    return [
        Line(f"{name}, p50 wall", median(waits), "ms", middle),
        Line(f"{name}, p99 wall", quantiles(waits, n=100)[98], "ms", late),
        Line(f"{name}, p50 CPU", _p50(costs), "ms"),
        Line(f"{name}, p99 CPU", quantiles([cost.cpu for cost in costs], n=100)[98], "ms"),
    ]


def _p50(costs: Sequence[Cost]) -> float:
    return median(cost.cpu for cost in costs)


if __name__ == "__main__":
    chosen = SMALL if "--small" in sys.argv else FULL
    sys.stdout.write(rendered(attempted("Memory", lambda: measure(chosen))) + "\n")
