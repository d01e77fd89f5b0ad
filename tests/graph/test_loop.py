"""One run of the loop: what it asks, what it does by itself, and what a person's word changes."""

import pytest

from graphs.bootstrap import House
from graphs.governing.hands import ground_of
from graphs.telling import replaying
from graphs.telling.explaining import explain
from graphs.telling.replaying import replay
from graphs.telling.report import ProposalOut, Report
from state.errors import Forbidden
from state.governance.action import Status
from state.governance.judge import unreviewed
from state.ids import AccountId, ActionId, UserId
from tests.graph.homes import TENANT, Home, principal_of

ACME = AccountId("acme-corp")


def of_type(report: Report, action_type: str) -> ProposalOut:
    """Give the first proposal of a type."""
    return next(one for one in report.proposals if one.action_type == action_type)


def prep(house: House, account: AccountId = ACME) -> Report:
    """Prep an account as the default user."""
    return house.runner.start(principal_of(house), account, "prep")


def test_a_question_holds_only_the_proposals_it_would_change(house: House) -> None:
    report = prep(house)
    assert report.outcome == "clarification"
    assert report.question is not None
    held = {one.id for one in report.proposals if one.held_by is not None}
    assert held == set(report.question.changes)
    assert of_type(report, "draft_email").status == "executed"
    assert of_type(report, "escalate_support").status == "pending"


def test_an_answer_lets_the_held_proposals_go_their_way(house: House) -> None:
    before = prep(house)
    assert before.question is not None
    run = house.desk.answer(principal_of(house), before.question.id, "renewal")
    after = house.runner.report(house.parts.tenancy(TENANT), run.id)
    assert run.id == before.run
    assert after.question is None
    assert not any(one.held_by for one in after.proposals)
    assert of_type(after, "send_email").verdict.kind == "require_approval"
    for one in (of_type(before, "escalate_support"), of_type(after, "send_email")):
        assert replay(house.runner, house.parts.tenancy(TENANT), str(one.action)).is_equal, one.action_type


def test_a_repeat_returns_the_actions_that_already_wait(house: House) -> None:
    first, second = prep(house), prep(house)
    assert first.run != second.run
    assert set(first.pending) == set(second.pending)
    assert {one.action for one in first.proposals} == {one.action for one in second.proposals}


def test_nothing_leaves_without_a_persons_approval(house: House, home: Home) -> None:
    prep(house, AccountId("oakhaven-hotels"))
    assert not list(home.path.rglob("*.eml"))


def test_an_approved_mail_is_sent_once_and_explained(house: House, home: Home) -> None:
    tenancy, principal = house.parts.tenancy(TENANT), principal_of(house)
    mail = of_type(prep(house, AccountId("oakhaven-hotels")), "send_email")
    assert mail.action is not None
    decided = house.desk.approve(principal, mail.action)
    assert decided.hold_until is not None
    early = house.desk.release(principal, decided.action.id)
    assert (early.action.status, early.code) == (Status.APPROVED, "hold")
    assert not list(home.path.rglob("*.eml"))
    why = explain(house.parts, tenancy, mail.action)
    assert why.approvals == ("maya",)
    assert why.verdict.kind == "require_approval"
    assert why.signals
    assert why.ledger


def test_undo_takes_an_approval_back_before_the_claim(house: House) -> None:
    principal = principal_of(house)
    mail = of_type(prep(house, AccountId("oakhaven-hotels")), "send_email")
    assert mail.action is not None
    house.desk.approve(principal, mail.action)
    assert house.desk.undo(principal, mail.action).action.status is Status.PENDING
    assert house.desk.release(principal, ActionId(mail.action)).action.status is Status.PENDING


def test_a_replay_gives_the_same_proposals_and_verdicts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = prep(house)
    again = replay(house.runner, house.parts.tenancy(TENANT), report.run)
    assert again.is_equal
    assert again.differences == ()
    assert again.judged >= 3
    bare = house.parts.tenancy(TENANT).layers[0].model_copy(update={"rules": ()})
    monkeypatch.setattr(replaying, "judge_of", lambda layers, day: unreviewed([bare]))
    changed = replay(house.runner, house.parts.tenancy(TENANT), report.run)
    assert (changed.is_equal, len(changed.differences)) == (False, again.judged)


def test_a_quiet_account_says_why_nothing_is_done_and_when_it_looks_again(house: House) -> None:
    report = prep(house, AccountId("harbor-medical"))
    assert report.outcome == "no_action"
    assert report.no_action is not None
    assert report.no_action.look_again_at is not None
    assert report.proposals == ()


def test_mail_of_an_absent_owner_is_for_the_named_delegate_and_nobody_else(house: House) -> None:
    mail = of_type(prep(house, AccountId("thornbury-gas")), "send_email")
    assert mail.action is not None
    tenancy = house.parts.tenancy(TENANT)
    people = {user.id: user for user in tenancy.users}
    for name in ("maya", "dana"):
        other = principal_of(house).model_copy(update={"user": name, "role": people[UserId(name)].role})
        with pytest.raises(Forbidden):
            house.desk.approve(other, mail.action)
    priya = principal_of(house).model_copy(update={"user": UserId("priya")})
    assert house.desk.approve(priya, mail.action).action.owner == "tom"


@pytest.mark.parametrize("account", ["brightwater-utilities", "fjord-energy"])
def test_what_the_run_did_by_itself_voids_nothing_that_waits(house: House, account: str) -> None:
    report, tenancy = prep(house, AccountId(account)), house.parts.tenancy(TENANT)
    waiting = [ActionId(one.action) for one in report.proposals if one.action and one.status == "pending"]
    assert any(one.status == "executed" for one in report.proposals)
    assert waiting
    with house.parts.stores.read(TENANT) as unit:
        for action in unit.actions.several(waiting):
            assert ground_of(house.parts, tenancy, unit, action).rest == action.rest_facts
