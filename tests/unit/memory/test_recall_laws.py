"""Ranking by words, joining two rankings, cutting texts: computed by hand, and as laws."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.knowledge import DRAFTABLE, KnowledgeDocument, Scope, sections_of
from state.world.recall import bm25, common_above, rarest_of, rarity, word_score, words_of
from state.world.recall_fusion import dense_weight, fuse
from state.world.recall_pieces import pieces_of

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)
TEXTS = st.text(alphabet="abc .,\n", max_size=400)


def test_the_four_rarest_words_are_chosen_and_unknown_ones_are_not() -> None:
    frequency = {"the": 90, "gateway": 3, "fails": 7, "at": 80, "depot": 3, "xyzzy": 0}
    assert rarest_of(frequency) == ["depot", "gateway", "fails", "at"]


def test_a_score_is_what_the_formula_gives_by_hand() -> None:
    # two of two texts hold it: idf = ln(1 + .5 / 2.5); lengths 2 and 4, mean 3; k1 1.2, b .75
    idf = math.log(1.2)
    short = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3))
    long = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / 3))
    assert bm25(["x"], [["x", "y"], ["x", "x", "y", "y"]]) == pytest.approx([short, long])
    assert rarity(2, 2) == pytest.approx(idf)
    assert word_score(idf, 2, 4, 3.0) == pytest.approx(long)


def test_a_word_is_common_above_two_in_a_hundred() -> None:
    assert [common_above(number) for number in (0, 100, 2500, 2600, 100_000)] == [50, 50, 50, 52, 2000]


def test_joined_ranks_are_what_the_formula_gives_by_hand() -> None:
    found = fuse(["a", "b"], ["b", "c"], 2.0)
    assert [name for name, _ in found] == ["b", "c", "a"]
    assert dict(found) == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 2 / 61, "c": 2 / 62})


def test_equal_sums_are_ordered_by_name() -> None:
    assert fuse(["b"], ["a"], 1.0) == [("a", 1 / 61), ("b", 1 / 61)]


@given(NAMES, NAMES, st.floats(0, 4))
def test_who_stands_before_another_in_both_rankings_stays_before(
    words: list[str], meaning: list[str], weight: float
) -> None:
    place = {name: rank for rank, (name, _) in enumerate(fuse(words, meaning, weight))}
    assert set(place) == {*words, *meaning}
    both = [name for name in words if name in meaning]
    for one in both:
        for other in both:
            if words.index(one) < words.index(other) and meaning.index(one) < meaning.index(other):
                assert place[one] < place[other]


@pytest.mark.parametrize(
    ("query", "frequency", "weight"),
    [
        ("renewal price", {"renewal": 40, "price": 90}, 2.0),
        ("what holds them back", {"what": 0, "holds": 0, "them": 0, "back": 4}, 4.0),
        ("sup4412 gateway", {"sup4412": 1, "gateway": 90}, 0.5),
        ("sup4412 gateway", {"sup4412": 0, "gateway": 90}, 2.0),
        ("q3 budget", {"q3": 300, "budget": 90}, 2.0),
        ("", {}, 2.0),
    ],
)
def test_meaning_weighs_less_beside_a_code_and_more_beside_strange_words(
    query: str, frequency: dict[str, int], weight: float
) -> None:
    assert dense_weight(words_of(query), frequency, 10_000, 2.0) == weight


def test_paragraphs_are_pieces_and_a_long_one_is_cut_at_sentences_with_overlap() -> None:
    text = "First paragraph.\n\nAlpha beta. Gamma delta. Epsilon zeta. Eta theta."
    assert pieces_of(text, longest=30, overlap=15) == (
        "First paragraph.",
        "Alpha beta. Gamma delta.",
        "Gamma delta. Epsilon zeta.",
        "Epsilon zeta. Eta theta.",
    )


@given(TEXTS)
def test_no_piece_is_too_long_and_no_word_is_lost(text: str) -> None:
    pieces = pieces_of(text, longest=40, overlap=10)
    assert all(0 < len(piece) <= 40 for piece in pieces)
    whole = {word for word in text.split() if len(word) <= 10}
    assert whole <= {word for piece in pieces for word in piece.split()}


def test_a_document_is_cut_at_its_headings() -> None:
    text = "# Prices\nAll in dollars.\n\n## Terms\nOne year.\n## Empty\n"
    fields = {"id": "p", "title": "P", "scope": "legal", "updated": "2026-01-01", "kind": "other"}
    document = KnowledgeDocument.model_validate({**fields, "text": text})
    assert sections_of(document) == (("Prices", "All in dollars."), ("Terms", "One year."))


def test_a_draft_may_look_only_where_words_may_leave() -> None:
    assert DRAFTABLE == (Scope.CUSTOMER_SAFE,)
