"""Numbers, dates and names in what leaves: each stands in what the sentence cites, or the mail stays."""

import pytest

from agents.critic import VALIDATORS
from tests.unit.critic.plans import company, drafted, proposal, rules, said, seen

ABOUT = seen(company())
CITED = ABOUT.view.subscriptions[0].cite("seats", "ends_on", "annual_value", "currency")

PASSING = [
    "You have 230 seats.",
    "Your 230 seats run until 30 April.",
    "Your term ends on April 30.",
    "Your term ends on 30 April 2026.",
    "Your term ends on 2026-04-30.",
    "Your term ends on Apr 30, 2026.",
    "Your term ends on Thursday, 30 April.",
    "Your contract is $184,000 a year.",
    "Your contract is USD 184,000 a year.",
    "Your contract is $184k a year.",
    "Hello Raj, thank you.",
    "Acme has 230 seats.",
    "Maya will call you.",
    "Dispatch and Insights are ours.",
    "Would 20 minutes suit you?",
    "Fieldstone, Inc.",
    "Thank you for the time.",
    "All seats are in use.",
    "The term ends this spring.",
    "Let us talk about the renewal.",
]
FAILING = [
    "You have 231 seats.",
    "You have 2,300 seats.",
    "You have 23 seats.",
    "Your term ends on 2 May.",
    "Your term ends on 30 April 2027.",
    "Your term ends on 2026-05-30.",
    "Your term ends on April 29.",
    "Your term ends on Friday, 30 April.",
    "Your contract is $185,000 a year.",
    "Your contract is $184.",
    "Your contract is $184m a year.",
    "You use 97 % of them.",
    "Usage fell by 22%.",
    "We met John Smith there.",
    "Three tickets are open.",
    "The ticket SUP-9999 is open.",
    "It is 14 days late.",
    "We moved 512 drivers.",
    "The call is at 16:45.",
    "In July 2031 it ends.",
]


def found(text: str) -> list[str]:
    return rules(drafted(ABOUT, proposal(), said(text, *CITED)))


def test_there_are_enough_of_both() -> None:
    assert min(len(PASSING), len(FAILING)) >= 20


@pytest.mark.parametrize("text", PASSING)
def test_what_the_sentence_cites_may_leave(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", FAILING)
def test_what_it_does_not_cite_stays(text: str) -> None:
    assert any("without_evidence!" in rule for rule in found(text))


def test_without_the_check_of_evidence_all_but_the_prices_would_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(VALIDATORS, "grounding", lambda _: iter(()))
    assert sum(found(text) == [] for text in FAILING) >= 16
