"""Search whole scopes by words: the rarest words choose a pool of passages, and every passage of it is scored.

Invariant: the cost is bounded by what "rare" means, not by how often the words of the query are used.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, func, select

from state.ids import TenantId
from state.ports.memory import Candidates
from state.stores.driven import ask
from state.stores.memory_scan import TERM_BYTES, tally_of
from state.stores.memory_server import word_index
from state.stores.memory_tables import counts
from state.stores.memory_tables import passages as table
from state.stores.memory_text import Heard, WordIndex, numbers_of
from state.world.recall import RAREST, common_above, rarest_of, rarity, word_score, words_of
from state.world.recall_fusion import few_of

POOL = 64
"""How many passages are scored."""
MOST_WORDS = 64
"""How many different words of a query are looked up."""
FURTHER = 4
"""How many times as far a word is read where too few were read to their end."""
SIZE = select(func.sum(counts.c.passages), func.sum(counts.c.words)).where(
    counts.c.tenant == bindparam("tenant"), counts.c.scope.in_(bindparam("scopes", expanding=True))
)
POOLED = (
    select(table.c.passage, table.c.terms, table.c.importance, table.c.tenant)
    .where(table.c.seq.in_(bindparam("pool", expanding=True)))
    .order_by(table.c.passage)
)


def candidates(
    connection: Connection, tenant: TenantId, words: str, scopes: Sequence[str], limit: int
) -> Candidates:
    """Rank the passages of scopes by the rarest words of the query."""
    asked = list(dict.fromkeys(words_of(words)))[:MOST_WORDS]
    total, mean = _size(connection, tenant, scopes)
    if not asked or not total:
        return Candidates((), {}, total)
    index = word_index(connection, tenant, scopes)
    heard = heard_of(index, asked, total)
    frequency = {word: one.number for word, one in heard.items()}
    chosen, pool = pool_of(index, heard, total, max(limit, POOL))
    weights = {word: rarity(total, frequency[word]) for word in chosen}
    ranked = _scored(connection, tenant, pool, weights, mean)
    return Candidates(tuple(ranked[:limit]), frequency, total)


def _size(connection: Connection, tenant: TenantId, scopes: Sequence[str]) -> tuple[int, float]:
    """Count passages and their mean length."""
    found = ask(connection, SIZE, {"tenant": tenant, "scopes": list(scopes)})
    number, length = found[0] if found else (0, 0)
    return int(number or 0), (int(length or 0) / int(number) if number else 0.0) or 1.0


def heard_of(index: WordIndex, asked: Sequence[str], total: int) -> Mapping[str, Heard]:
    """Look words up until the rarest are read to their end: the others are more frequent, whatever their number."""
    border = common_above(total)
    read = min(border, few_of(total))
    heard = dict(index.hear(asked, read))
    while unread := [word for word, one in heard.items() if one.number > read]:
        if read == border or sum(0 < one.number <= read for one in heard.values()) >= RAREST:
            break
        read = min(border, read * FURTHER)
        heard |= index.hear(unread, read)
    return heard


def pool_of(
    index: WordIndex, heard: Mapping[str, Heard], total: int, size: int
) -> tuple[list[str], list[int]]:
    """Choose words and passages: by the rare words; where all are common, the newest that hold most of them."""
    border = common_above(total)
    rare = rarest_of({word: one.number for word, one in heard.items() if one.number <= border})
    if rare:
        sums: dict[int, float] = defaultdict(float)
        for word in rare:
            for row in numbers_of(heard[word]):
                sums[row] += rarity(total, heard[word].number)
        return rare, sorted(sums, key=lambda row: (-sums[row], row))[:size]
    known = sorted((word for word, one in heard.items() if one.number), key=lambda word: (-len(word), word))
    chosen = known[:RAREST]
    if not chosen:
        return [], []
    both = index.all_of(chosen, size)
    return chosen, both if len(both) >= size else list(dict.fromkeys([*both, *index.any_of(chosen, size)]))


def _scored(
    connection: Connection, tenant: TenantId, pool: Sequence[int], weights: Mapping[str, float], mean: float
) -> list[str]:
    """Order the pool by BM25 with what is known of the whole scopes."""
    rows = [row for row in ask(connection, POOLED, {"pool": list(pool)}) if row[3] == tenant]
    scores = [0.0] * len(rows)
    tally = tally_of([row[1] for row in rows])
    for word in weights:
        for place, times in tally.times(word).items():
            length = len(rows[place][1]) // TERM_BYTES
            scores[place] += word_score(weights[word], times, length, mean)
    order = sorted(zip(scores, rows, strict=True), key=lambda pair: (-pair[0], -pair[1][2], pair[1][0]))
    return [str(row[0]) for score, row in order if score > 0]
