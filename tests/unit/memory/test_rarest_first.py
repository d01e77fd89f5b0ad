"""Words are read no further than the rarest of them need, and that changes nothing of what is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from state.stores.memory_text import Heard
from state.stores.memory_words import POOL, heard_of, pool_of
from state.world.recall import common_above
from state.world.recall_fusion import SEMANTIC, dense_weight

TOTAL = 20_000
"""Passages; a word is common above 400 of them, and counted to 64 at first."""
PLACES = st.lists(st.sampled_from((0, 1, 3, 63, 64, 65, 66, 255, 256, 257, 399, 400, 401, 900)), max_size=14)


@dataclass
class Shelf:
    """`WordIndex` over row numbers; notes how many rows it gave."""

    held: Mapping[str, Sequence[int]]
    given: list[int] = field(default_factory=list)

    def hear(self, words: Sequence[str], border: int) -> Mapping[str, Heard]:
        found = {word: self.held[word][: border + 1] for word in words}
        self.given += [len(rows) for rows in found.values()]
        return {word: Heard(len(rows), ",".join(map(str, rows))) for word, rows in found.items()}

    def all_of(self, words: Sequence[str], limit: int) -> list[int]:
        return sorted(set.intersection(*(set(self.held[word]) for word in words)), reverse=True)[:limit]

    def any_of(self, words: Sequence[str], limit: int) -> list[int]:
        return sorted({row for word in words for row in self.held[word]}, reverse=True)[:limit]


def shelf(sizes: Sequence[int]) -> Shelf:
    return Shelf(
        {
            f"w{place}" if place % 2 else f"{place}": range(place, place + 7 * size, 7)
            for place, size in enumerate(sizes)
        }
    )


@given(PLACES)
def test_the_same_words_passages_and_weight_as_when_each_is_read_to_the_border(sizes: list[int]) -> None:
    index = shelf(sizes)
    asked = list(index.held)
    whole, least = index.hear(asked, common_above(TOTAL)), heard_of(index, asked, TOTAL)
    assert pool_of(index, least, TOTAL, POOL) == pool_of(index, whole, TOTAL, POOL)
    weights = {
        dense_weight(asked, {word: one.number for word, one in heard.items()}, TOTAL, SEMANTIC)
        for heard in (whole, least)
    }
    assert len(weights) == 1


def test_frequent_words_beside_four_rare_ones_are_not_read_to_the_border() -> None:
    index = shelf([3, 3, 3, 3, *[400] * 8])
    heard_of(index, list(index.held), TOTAL)
    assert sum(index.given) == 4 * 3 + 8 * 65
