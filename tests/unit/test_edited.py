"""What edited files say otherwise is told whole, and what is about who decides is known as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.canonical import Json
from state.governance.edited import Edit, edits

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3)
NAMES = st.sampled_from(("id", "name", "role", "text"))
CONTENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
PEOPLE: Json = {"users": [{"id": "maya", "role": "seller"}, {"id": "lee", "role": "admin"}]}


@given(CONTENTS, CONTENTS)
def test_nothing_is_told_exactly_where_two_contents_are_equal(before: Json, after: Json) -> None:
    is_told = bool([*edits({"all": before}, {"all": after}, "profile")])
    assert is_told == (before != after)


def test_a_row_is_known_by_its_name_wherever_it_stands() -> None:
    new: Json = {"users": [{"id": "kim", "role": "admin"}, {"id": "maya", "role": "manager"}]}
    told = [one.told for one in edits(PEOPLE, new, "profile.company")]
    assert told == [
        "profile.company.users.maya.role: seller → manager",
        "profile.company.users.lee: taken out",
        "profile.company.users.kim: new",
    ]


def test_another_order_of_the_same_rows_is_told() -> None:
    turned: Json = {"users": [{"id": "lee", "role": "admin"}, {"id": "maya", "role": "seller"}]}
    assert [one.told for one in edits(PEOPLE, turned, "profile.company")] == [
        "profile.company.users, its order: maya, lee → lee, maya"
    ]


@pytest.mark.parametrize(
    ("place", "is_wider"),
    [
        ("profile.company.users.maya.role", True),
        ("profile.company.queues.deal_desk", True),
        ("profile.company.territories.East.owner", True),
        ("profile.company.verified_domains", True),
        ("profile.company.sender.link_domains", True),
        ("profile.prices.four_eyes_above_percent", True),
        ("profile.prices.discounts.seller.up_to_percent", True),
        ("profile.sources.sources.mail.trust", True),
        ("profile.prices", True),
        ("knowledge.discount-matrix.scope", True),
        ("profile.prices.products.dispatch.amount", False),
        ("profile.company.users_of_old", False),
        ("playbooks.rows.renewal.yaml.rows.renewal.plan.confidence", False),
        ("prompts.texts.reply", False),
        ("knowledge.discount-matrix.text", False),
    ],
)
def test_what_says_who_decides_or_what_is_believed_is_for_two(place: str, *, is_wider: bool) -> None:
    assert Edit(place, "a", "b").is_wider is is_wider


def test_a_new_document_is_for_two_as_it_may_be_quoted() -> None:
    assert Edit("knowledge.offer", None, {"scope": "customer_safe"}).is_wider
    assert not Edit("playbooks.rows.extra.yaml", None, {"family": "extra"}).is_wider
