"""Value of an act: Δp × stake − cost, checkable by hand, bounded over all acts on one deal."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from state.decision.proposal import ExpectedValue
from state.decision.value import ceiling, expected_value, share, within_ceiling
from state.money import Money

RATE = Money.of(75, "USD")
amounts = st.integers(min_value=0, max_value=10_000_000).map(Decimal)
shares = st.integers(min_value=0, max_value=100).map(lambda percent: Decimal(percent) / 100)


def test_the_arithmetic_reads_as_people_write_it() -> None:
    value = expected_value(Decimal("0.09"), Money.of(184_000, "USD"), 8, RATE)
    assert value.arithmetic == ".09 × 184,000 − 10 = $16,550"
    assert value.amount == 16_550


def test_nothing_at_stake_is_worth_minus_its_cost() -> None:
    value = expected_value(Decimal("0.5"), None, 4, RATE)
    assert value.amount == -5
    assert value.arithmetic == "nothing at stake: 0 − 5 = -$5"


def test_a_stake_without_a_rate_is_not_valued_by_guess() -> None:
    value = expected_value(Decimal("0.5"), Money.of(1_000, "EUR"), 4, RATE)
    assert value.amount == -5
    assert "no rate for EUR" in value.arithmetic


def test_tools_cost_too() -> None:
    assert expected_value(Decimal(0), Money.of(1, "USD"), 0, RATE, tool_cost=Decimal(3)).amount == -3


def test_probabilities_are_written_without_a_leading_zero() -> None:
    assert [share(Decimal(text)) for text in ("0.09", "0.50", "1", "0")] == [".09", ".5", "1", "0"]


def ends(value: ExpectedValue) -> list[int]:
    """Give both ends with the value between them."""
    assert value.low is not None
    assert value.high is not None
    return [int(value.low), int(value.amount), int(value.high)]


def test_a_prior_gives_a_wider_range_than_cases_do_and_its_words() -> None:
    stake, delta = Money.of(184_000, "USD"), Decimal("0.09")
    guess = expected_value(delta, stake, 8, RATE, weight=4, basis="a prior, no case yet")
    known = expected_value(delta, stake, 8, RATE, weight=404, basis="400 cases")
    assert (guess.basis, guess.amount) == ("a prior, no case yet", known.amount)
    assert ends(guess) == [2_602, 16_550, 74_418]
    assert ends(guess)[0] < ends(known)[0] < ends(known)[1] < ends(known)[2] < ends(guess)[2]
    assert expected_value(delta, None, 8, RATE, weight=4, basis="a prior").high is None


def test_no_range_reaches_beyond_the_ceiling() -> None:
    wide = worth(70).model_copy(update={"low": Decimal(10), "high": Decimal(400)})
    kept = within_ceiling([wide, wide], Decimal(100))
    assert [ends(one) for one in kept] == [[10, 70, 100], [10, 30, 30]]


@given(shares, st.integers(min_value=1, max_value=10_000), amounts)
def test_a_value_lies_within_its_range(delta: Decimal, weight: int, stake: Decimal) -> None:
    found = expected_value(delta, Money(amount=stake, currency="USD"), 5, RATE, weight=weight)
    assert ends(found) == sorted(ends(found))


def worth(amount: int) -> ExpectedValue:
    return ExpectedValue(amount=Decimal(amount), currency="USD", arithmetic=f".1 × {amount} = ${amount}")


def test_acts_on_one_deal_share_a_ceiling_and_say_so() -> None:
    kept = within_ceiling([worth(70), worth(50), worth(20)], Decimal(100))
    assert [value.amount for value in kept] == [70, 30, 0]
    assert kept[1].arithmetic == ".1 × 50, bounded by 100 over all acts = $30"


def test_a_cost_makes_no_room_under_the_ceiling() -> None:
    kept = within_ceiling([worth(-10), worth(80), worth(80)], Decimal(100))
    assert [value.amount for value in kept] == [-10, 80, 20]


def test_the_ceiling_is_what_is_not_yet_certain() -> None:
    assert ceiling(Money.of(96_000, "USD"), Decimal("0.70")) == 28_800


@given(st.lists(st.integers(min_value=-1000, max_value=100_000)), st.integers(min_value=0, max_value=100_000))
def test_together_they_never_exceed_the_ceiling(values: list[int], most: int) -> None:
    kept = within_ceiling([worth(value) for value in values], Decimal(most))
    assert sum(max(value.amount, Decimal(0)) for value in kept) <= most
    assert all(after.amount <= before for after, before in zip(kept, values, strict=True))


@given(shares, amounts, st.integers(min_value=0, max_value=240))
def test_no_act_is_worth_more_than_what_is_at_stake(delta: Decimal, stake: Decimal, minutes: int) -> None:
    assert expected_value(delta, Money(amount=stake, currency="USD"), minutes, RATE).amount <= stake
