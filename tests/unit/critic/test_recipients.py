"""Whom a draft goes to and what it offers: each rule with a proposal that breaks it and its twin that does not."""

import pytest

from state.ids import NodeKey
from tests.build import Story
from tests.unit.critic.plans import RAJ, company, drafted, proposal, rules, seen

ABOUT = seen(company())
CONTRACT = ABOUT.view.subscriptions[0]


def opted_out() -> Story:
    return company().consent("raj-patel", "2026-01-14")


@pytest.mark.parametrize(
    ("story", "rule"),
    [
        (opted_out(), "recipient_opted_out!"),
        (company().bounce("raj@acme.example", "2026-03-03"), "recipient_unreachable!"),
        (company(), None),
    ],
    ids=["opted out", "bounced", "fine"],
)
def test_nobody_is_written_to_who_cannot_or_will_not_be(story: Story, rule: str | None) -> None:
    found = [
        one for one in rules(drafted(seen(story), proposal(), "Hello Raj.")) if one.startswith("recipient")
    ]
    assert found == ([rule] if rule else [])


def test_a_recipient_of_another_account_is_refused() -> None:
    assert rules(drafted(ABOUT, proposal(recipient=NodeKey("Contact/somebody")), "Hello.")) == [
        "recipient_unknown!"
    ]
    assert rules(drafted(ABOUT, proposal(account="other"), "Hello.")) == ["other_account!"]


def burning() -> Story:
    return company().opened_ticket("T-1", "2026-03-08", 1)


@pytest.mark.parametrize(
    ("story", "purpose", "rule"),
    [
        (burning(), "", "commercial_during_fire!"),
        (
            company().opened_ticket("T-1", "2026-03-08", 2).opened_ticket("T-2", "2026-03-09", 2),
            "",
            "commercial_during_fire!",
        ),
        (burning(), "service", None),
        (company().opened_ticket("T-1", "2026-03-08", 2), "", None),
        (
            company().tell("account.churned", "2026-01-31", "crm", account="acme"),
            "",
            "commercial_to_churned!",
        ),
        (company(), "", None),
    ],
    ids=["fire", "two serious tickets", "service in a fire", "one serious ticket", "churned", "fine"],
)
def test_nothing_is_sold_into_a_fire_or_to_who_left(story: Story, purpose: str, rule: str | None) -> None:
    found = rules(drafted(seen(story), proposal(arguments={"purpose": purpose}), "Hello Raj."))
    assert [one for one in found if one.startswith("commercial")] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("percent", "expected"),
    [("8", []), ("10", []), ("18", ["discount_above_matrix"]), ("35", ["discount_above_matrix"])],
)
def test_a_discount_above_the_sellers_step_is_marked(percent: str, expected: list[str]) -> None:
    asked = proposal("update_crm", recipient=None, arguments={"discount_percent": percent})
    assert rules(drafted(ABOUT, asked)) == expected


def test_a_granted_discount_may_be_written_and_another_may_not() -> None:
    asked = proposal(
        "draft_quote", arguments={"discount_percent": "8", "units": "80"}, evidence=CONTRACT.cite("seats")
    )
    fine = drafted(ABOUT, asked, "With the 8 % discount it is $58,880.")
    assert "price_not_listed!" not in rules(fine)
    assert "price_not_listed!" in rules(drafted(ABOUT, asked, "With the 9 % discount it is $58,240."))


def test_the_recipient_is_a_contact_of_this_account() -> None:
    assert ABOUT.view.contacts[0].key == RAJ
