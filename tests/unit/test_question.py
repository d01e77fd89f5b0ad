"""Worth of asking: only an answer that changes what is done is worth anything."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from state.decision.question import Alternative, posterior, value_of_information, word_count
from state.money import Money

RATE = Money.of(75, "USD")
SECONDS = 30


def between(likelihood: str, first: int, second: int) -> tuple[Alternative, Alternative]:
    chance = Decimal(likelihood)
    return Alternative("a", chance, Decimal(first)), Alternative("b", 1 - chance, Decimal(second))


def test_an_even_doubt_is_worth_the_smaller_expected_payoff_less_the_sellers_time() -> None:
    assert value_of_information(between("0.5", 16_550, 7_667), RATE, SECONDS) == Decimal("3832.88")


def test_certainty_leaves_only_the_cost_of_asking() -> None:
    assert value_of_information(between("1", 16_550, 7_667), RATE, SECONDS) == Decimal("-0.63")


def test_an_answer_that_changes_nothing_is_not_worth_the_time() -> None:
    assert value_of_information(between("0.5", 16_550, 0), RATE, SECONDS) < 0


def test_nothing_to_choose_between_is_worth_nothing() -> None:
    assert value_of_information((), RATE, 0) == 0


def test_cues_shift_weights_and_shares_add_up_to_one() -> None:
    found = posterior({"a": Decimal(1), "b": Decimal(1)}, [("a", Decimal(3))])
    assert (found["a"], found["b"]) == (Decimal("0.75"), Decimal("0.25"))


def test_without_any_weight_shares_are_equal() -> None:
    assert posterior({"a": Decimal(0), "b": Decimal(0)}, []) == {"a": Decimal("0.5"), "b": Decimal("0.5")}


def test_words_are_counted_as_a_reader_does() -> None:
    assert word_count("Is tomorrow's call about the 80-seat expansion?") == 7


@given(st.integers(0, 100), st.integers(0, 10**6), st.integers(0, 10**6))
def test_perfect_information_is_never_worth_less_than_its_cost(percent: int, first: int, second: int) -> None:
    weighed = between(str(Decimal(percent) / 100), first, second)
    assert value_of_information(weighed, RATE, SECONDS) >= Decimal("-0.63")
