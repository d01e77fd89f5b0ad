"""Recipients come from the stakeholder map by closed rules; nobody who cannot be written to is ever chosen."""

from collections.abc import Callable

import pytest

from agents.playbook.people import RecipientRule, recipient
from agents.playbook.scene import Scene
from state.ids import NodeKey
from tests.build import Story
from tests.unit.playbook.desk import about, decide, proposals


def company() -> Story:
    return (
        Story().customer(owner="maya").person("Ada Boss", roles=["economic_buyer"])
        .person("Cy Champ", roles=["champion"]).person("Lou Last")
        .mail_in("cy@acme.example", "2026-02-20", "Fine.")
        .mail_in("lou@acme.example", "2026-03-02", "Thanks.")
    )  # fmt: skip


def chosen(story: Story, rule: RecipientRule, subject: str = "Account/acme") -> str | None:
    person = recipient(rule, Scene(about(story), NodeKey(subject)))
    return None if person is None else person.name


@pytest.mark.parametrize(
    ("rule", "name"),
    [("champion", "Cy Champ"), ("main", "Cy Champ"), ("economic_buyer", "Ada Boss"), ("sponsor", "Ada Boss")],
)  # fmt: skip
def test_a_rule_chooses_by_role(rule: RecipientRule, name: str) -> None:
    assert chosen(company(), rule) == name


def test_without_a_champion_the_main_contact_was_last_in_touch() -> None:
    story = (
        Story()
        .customer()
        .person("Lou Last")
        .person("Al Old")
        .mail_in("lou@acme.example", "2026-03-02", "Thanks.")
    )
    assert chosen(story, "main") == "Lou Last"


@pytest.mark.parametrize(
    "gone",
    [
        lambda story: story.bounce("cy@acme.example", "2026-03-03"),
        lambda story: story.consent("cy-champ", "2026-03-03"),
        lambda story: story.contact("cy-champ", "2026-03-03", verified=False),
        lambda story: story.contact("cy-champ", "2026-03-03", active=False),
    ],
)  # fmt: skip
def test_who_cannot_be_written_to_is_not_chosen(gone: Callable[[Story], Story]) -> None:
    assert chosen(gone(company()), "champion") is None


def test_a_supporter_is_somebody_else_who_can_be_reached() -> None:
    assert (
        chosen(company().bounce("cy@acme.example", "2026-03-03"), "reachable_supporter", "Contact/cy-champ")
        == "Lou Last"
    )


def test_a_critic_comes_after_everybody_else() -> None:
    story = (
        company().contact("lou-last", "2026-03-01", stance="critic").bounce("cy@acme.example", "2026-03-03")
    )
    assert chosen(story, "reachable_supporter", "Contact/cy-champ") == "Ada Boss"


def test_an_expansion_goes_to_who_asked_for_it() -> None:
    story = (
        company()
        .contract(product="dispatch", seats=50, annual_value="40000", ends_on="2026-12-31")
        .mail_in("lou@acme.example", "2026-03-05", "We open two new depots, we need about 20 more seats.")
    )
    assert chosen(story, "requester") == "Lou Last"


def test_a_form_of_somebody_unknown_gets_no_mail() -> None:
    story = Story().account(owner="maya").form("stranger@acme.example", "2026-03-09")
    assert not any(
        one.action_type in ("draft_email", "send_email") for one in proposals(decide(about(story)))
    )
