"""Identity of a card: owner, act, account, deal and person; never what triggered it."""

from hypothesis import given
from hypothesis import strategies as st

from state.decision.dedup import dedup_key, group_key, proposal_id
from state.ids import NodeKey, TenantId, UserId

parts = st.text(min_size=0, max_size=8)


def key(*, owner: str | None = "maya", act: str = "create_task", account: str = "acme", deal: str | None = None,
        person: str | None = None) -> str:  # fmt: skip
    return dedup_key(
        TenantId("t"), None if owner is None else UserId(owner), act, account,
        deal=None if deal is None else NodeKey(deal), recipient=None if person is None else NodeKey(person),
    )  # fmt: skip


def test_each_part_makes_another_card() -> None:
    cards = {
        key(),
        key(owner="tom"),
        key(owner=None),
        key(act="research"),
        key(account="b"),
        key(deal="d"),
        key(person="d"),
    }
    assert len(cards) == 7


def test_the_same_card_from_another_situation_or_rule_is_another_proposal_with_the_same_key() -> None:
    ids = {proposal_id(key(), "1", "row"), proposal_id(key(), "2", "row"), proposal_id(key(), "1", "other")}
    assert len(ids) == 3


def test_a_group_is_one_owners() -> None:
    tenant = TenantId("t")
    assert group_key(tenant, UserId("a"), "close_out", "stale") != group_key(
        tenant, UserId("b"), "close_out", "stale"
    )


@given(parts, parts, parts, parts)
def test_parts_never_run_into_each_other(one: str, two: str, three: str, four: str) -> None:
    same = (one, two) == (three, four)
    assert (key(act=one, account=two) == key(act=three, account=four)) is same
