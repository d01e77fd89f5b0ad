"""A draft is made shorter or free of a discount only by leaving sentences out."""

from hypothesis import given
from hypothesis import strategies as st

from agents.clarifier.wording import shortened, without_discount

BODY = "Hello Elena,\n\nI am late. I am sorry.\n\n40 seats come to $32,000 a year.\n\nDoes it fit? I can call.\n\nMaya"


def test_shorter_keeps_the_first_sentence_of_each_paragraph() -> None:
    wanted = "Hello Elena,\n\nI am late.\n\n40 seats come to $32,000 a year.\n\nDoes it fit?\n\nMaya"
    assert shortened(BODY) == wanted


def test_shorter_again_leaves_out_the_first_paragraph() -> None:
    assert (
        shortened(shortened(BODY))
        == "Hello Elena,\n\n40 seats come to $32,000 a year.\n\nDoes it fit?\n\nMaya"
    )


def test_an_abbreviation_ends_no_sentence() -> None:
    assert (
        shortened("Hi,\n\nAcme Inc. Albany is first. More.\n\nMaya")
        == "Hi,\n\nAcme Inc. Albany is first.\n\nMaya"
    )


def test_no_discount_leaves_out_every_sentence_that_speaks_of_one() -> None:
    body = "Hi,\n\nIt is $100. We can give a discount of 10 %.\n\nThat is 5% off.\n\nMaya"
    assert without_discount(body) == "Hi,\n\nIt is $100.\n\nMaya"


@given(st.text(max_size=300))
def test_no_word_is_written(body: str) -> None:
    for result in (shortened(body), without_discount(body)):
        assert len(result) <= len(body)
        assert set(result.split()) <= set(body.split())
