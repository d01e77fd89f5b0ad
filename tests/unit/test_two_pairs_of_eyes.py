"""Where two people have to agree, nobody sits twice and whoever edited is not the second; each guard seen to matter."""

from dataclasses import replace

import pytest

from state.governance import approval, people
from state.governance.action import Action, Status
from state.governance.approval import Ownership
from state.governance.effect import effect_hash
from state.governance.happening import Edit
from state.governance.lifecycle import step
from state.governance.result import Moved
from state.governance.verdict import Approver
from state.ids import ActionId
from state.principal import Principal, Role
from tests.fakes.drafts import MAX, UMA, an_action, approve, effect, guard, person

BOTH = (Approver.OWNER, Approver.MANAGER)
SUE = person("sue", Role.MANAGER)
BOSS = person("uma", Role.MANAGER)


def asked(quorum: tuple[Approver, ...] = BOTH) -> Action:
    return replace(an_action(), quorum=quorum)


def edited(by: Principal, action: Action) -> Action:
    """Change its words; give what waits for approval now."""
    words = effect(body=f"Hello from {by.user}")
    fresh = replace(
        action, id=ActionId(f"{action.id}{by.user}"), effect=words, effect_hash=effect_hash(words)
    )
    result = step(action, Edit(by, fresh, frozenset({"body"})), guard(action))
    assert isinstance(result, Moved)
    assert result.created is not None
    return result.created


def decided(action: Action, *people_: Principal) -> Status:
    for who in people_:
        action = step(action, approve(action, who), guard(action)).action
    return action.status


def test_two_people_agree_and_neither_alone_does() -> None:
    assert decided(asked(), UMA) is Status.PENDING
    assert decided(asked(), MAX) is Status.PENDING
    assert decided(asked(), UMA, MAX) is Status.APPROVED


def test_an_owner_who_is_a_manager_does_not_sit_twice() -> None:
    assert decided(asked(), BOSS, BOSS) is Status.PENDING
    assert decided(asked(), BOSS, MAX) is Status.APPROVED


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "forgotten"])
def test_whoever_edited_is_not_the_second_pair_of_eyes(
    monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    if not is_known:
        monkeypatch.setattr(Action, "ownership", lambda one, found: Ownership(one.owner, None, found, True))
    card = edited(MAX, asked())
    assert (decided(card, UMA, MAX) is Status.APPROVED) is not is_known
    assert decided(card, UMA, SUE) is Status.APPROVED


def test_an_edit_of_an_edit_remembers_both() -> None:
    card = edited(SUE, edited(MAX, asked()))
    assert decided(card, UMA, MAX, SUE) is Status.PENDING


def test_an_owners_own_edit_leaves_him_the_first_pair() -> None:
    assert decided(edited(UMA, asked()), UMA, MAX) is Status.APPROVED


def test_where_one_person_decides_an_edit_takes_no_seat_away() -> None:
    assert decided(edited(UMA, asked((Approver.OWNER,))), UMA) is Status.APPROVED
    assert decided(edited(MAX, asked((Approver.MANAGER,))), MAX) is Status.APPROVED


def test_a_seat_filled_twice_by_one_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        people, "is_filled", lambda seats, rows, of: all(
            any(approval.may_fill(seat, one.user, one.role, of) for one in rows) for seat in seats
        )
    )  # fmt: skip
    assert decided(asked(), BOSS) is Status.APPROVED
