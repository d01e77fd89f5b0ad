"""Prices and discounts in what leaves: what the list or an approval explains may go, anything else may not."""

import re
from collections.abc import Callable, Iterator

import pytest

import agents.critic.business_rule as law
from agents.critic import offers
from state.decision.proposal import Proposal
from tests.unit.critic.plans import RAJ, company, drafted, proposal, rules, said, seen

ABOUT = seen(company())
CONTRACT = ABOUT.view.subscriptions[0]
PLAIN, TEN, TWENTY = (proposal(arguments={"discount_percent": given}) for given in ("", "10", "20"))

PASSING = [
    (PLAIN, "A seat is $800."),
    (PLAIN, "A seat is 800 $ a year."),
    (PLAIN, "A seat of Insights is $300."),
    (PLAIN, "A seat of both is $1,100."),
    (PLAIN, "80 seats come to $64,000 a year."),
    (PLAIN, "80 seats come to USD 64,000 a year."),
    (PLAIN, "80 seats come to $64k a year."),
    (PLAIN, "80 seats of both come to $88,000 a year."),
    (PLAIN, "80 seats come to $60,800 a year for two years."),
    (PLAIN, "80 seats for two years come to $121,600."),
    (PLAIN, "The two-year term takes 5 % off."),
    (TEN, "80 seats come to $57,600 with the 10% discount."),
    (TEN, "A 10 % discount applies."),
    (TEN, "We can give you the discount you asked for."),
    (TWENTY, "With 20 percent off, a seat is $640."),
    (TWENTY, "80 seats for two years at a 20 % reduction come to $97,280."),
    (PLAIN, "There is no volume discount."),
    (PLAIN, "We cannot give a discount on this."),
    (PLAIN, "Is it a discount that you ask for?"),
    (PLAIN, "Feel free to call me."),
    (PLAIN, "No seat is free of charge."),
    (PLAIN, "Usage fell by 22 % since March."),
    (PLAIN, "The price list is of January."),
    (PLAIN, "Your rate of visits on time has not changed."),
    (PLAIN, "I am free on Thursday at 10:00."),
]
FAILING = [
    (PLAIN, "A seat is $640."),
    (PLAIN, "A seat is 640 $ a year."),
    (PLAIN, "A seat is $801."),
    (PLAIN, "A seat is €800."),
    (PLAIN, "A seat is GBP 800."),
    (PLAIN, "80 seats come to $60,000 a year."),
    (PLAIN, "80 seats come to EUR 64,000 a year."),
    (PLAIN, "80 seats come to $57,600 a year."),
    (PLAIN, "80 seats come to $64m a year."),
    (PLAIN, "We can do a 40% discount."),
    (PLAIN, "Take 15 percent off."),
    (PLAIN, "That is 12 % below list."),
    (PLAIN, "It is 20% cheaper for you."),
    (TEN, "A 12 % discount applies."),
    (TEN, "80 seats come to $51,200."),
    (TWENTY, "A 20 % discount applies, and a rebate of 3 % on top."),
    (PLAIN, "We can do a volume discount."),
    (PLAIN, "I will get you a better price."),
    (PLAIN, "Ten percent off for you."),
    (PLAIN, "The first year is at no cost."),
    (PLAIN, "You get two months free."),
    (PLAIN, "The seats are free of charge."),
    (PLAIN, "We waive the fee for training."),
    (PLAIN, "All seats at half price."),
    (PLAIN, "We match their price."),
    (PLAIN, "We beat any other offer."),
    (PLAIN, "We guarantee the price for good."),
    (PLAIN, "Your rate stays frozen."),
    (PLAIN, "A seat is a hundred dollars."),
    (PLAIN, "Wir geben Ihnen einen Nachlass von 15 Prozent."),
]


def is_found(one: Proposal, text: str, subject: str = "Your question") -> bool:
    return "price_not_listed!" in rules(drafted(ABOUT, one, text, subject=subject))


def test_there_are_enough_of_both() -> None:
    assert min(len(PASSING), len(FAILING)) >= 20


@pytest.mark.parametrize(("one", "text"), PASSING, ids=[text for _, text in PASSING])
def test_a_price_the_list_explains_may_leave(one: Proposal, text: str) -> None:
    assert not is_found(one, text)


@pytest.mark.parametrize(("one", "text"), FAILING, ids=[text for _, text in FAILING])
def test_a_price_that_nothing_explains_may_not(one: Proposal, text: str) -> None:
    assert is_found(one, text)


@pytest.mark.parametrize("text", ["A seat for $640", "40% discount for you", "Two months free"])
def test_a_subject_line_is_held_to_the_same_rules(text: str) -> None:
    assert is_found(PLAIN, "Hello.", subject=text)
    assert not is_found(PLAIN, "Hello.", subject="A seat for $800")


def test_the_amount_of_their_own_contract_is_no_offer_in_its_currency_alone() -> None:
    cited = CONTRACT.cite("annual_value", "currency")
    for text, wrong in (("Your contract is $184,000.", False), ("Your contract is EUR 184,000.", True)):
        found = rules(drafted(ABOUT, proposal(), said(text, *cited)))
        assert ("price_not_listed!" in found) is wrong


def test_a_note_inside_is_marked_and_not_stopped() -> None:
    inside = proposal("create_task", recipient=RAJ)
    assert "price_not_listed" in rules(drafted(ABOUT, inside, "We can do a 40% discount."))


def none(*_: object, **__: object) -> Iterator[str]:
    return iter(())


@pytest.mark.parametrize(
    ("name", "fault", "least"),
    [("_unlisted", none, 14), ("_reductions", none, 5), ("offers_in", none, 13), ("amounts_after", none, 1)],
)
def test_without_a_rule_its_fixtures_pass(
    monkeypatch: pytest.MonkeyPatch, name: str, fault: Callable[..., Iterator[str]], least: int
) -> None:
    monkeypatch.setattr(law, name, fault)
    assert sum(not is_found(one, text) for one, text in FAILING) >= least


@pytest.mark.parametrize("name", ["_SPELT", "_GIFT", "_MATCHING", "_KEPT", "_OFF", "_KINDER", "REDUCTION"])
def test_each_pattern_of_an_offer_is_needed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(offers, name, re.compile(r"(?!)"))
    assert any(not is_found(one, text) for one, text in FAILING)
