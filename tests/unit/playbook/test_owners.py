"""Nothing waits with nobody: deal owner, account owner, delegate, manager, the unassigned queue."""

import pytest

from agents.playbook.owners import Ownership, ownership
from agents.playbook.rows import OwnerRule
from agents.playbook.scene import Scene
from state.ids import NodeKey, UserId
from tests.build import PROFILE, Story
from tests.unit.playbook.desk import about

DEAL = NodeKey("Opportunity/D-1")


def owner_of(story: Story, subject: NodeKey = DEAL, rule: OwnerRule = "record") -> Ownership:
    return ownership(rule, Scene(about(story), subject))


def named(owner: str, sender: str) -> Ownership:
    return Ownership(UserId(owner), UserId(sender))


def test_a_deals_owner_comes_before_the_accounts() -> None:
    story = Story().account(owner="maya").deal(owner="priya", stage="Discovery")
    assert owner_of(story) == named("priya", "priya")


def test_an_act_on_no_deal_belongs_to_the_accounts_owner() -> None:
    story = Story().account(owner="maya").deal(owner="priya", stage="Discovery")
    assert owner_of(story, NodeKey("Account/acme")) == named("maya", "maya")


def test_somebody_away_is_stood_in_for_by_the_delegate() -> None:
    story = Story().account(owner="tom").beside(away={"tom": "priya"})
    assert owner_of(story) == named("priya", "tom")


def test_somebody_away_whom_nobody_stands_in_for_leaves_it_to_the_manager() -> None:
    assert owner_of(Story().account(owner="tom")) == named("dana", "tom")


def test_with_the_delegate_away_too_the_manager_gets_it() -> None:
    story = Story().account(owner="tom").beside(away={"tom": "priya", "priya": None})
    assert owner_of(story) == named("dana", "tom")


def test_with_everybody_away_it_lies_in_the_unassigned_queue() -> None:
    story = Story().account(owner="tom").beside(away={"tom": "priya", "priya": None, "dana": None})
    assert owner_of(story).owner == PROFILE.company.queues.unassigned


def test_an_owner_nobody_knows_leads_to_the_unassigned_queue() -> None:
    queue = PROFILE.company.queues.unassigned
    assert owner_of(Story().account(owner="somebody")) == Ownership(queue, queue, is_unassigned=True)


@pytest.mark.parametrize(("rule", "user"), [("admin", "lee"), ("support", "jonas")])
def test_a_queue_takes_its_own(rule: OwnerRule, user: str) -> None:
    assert owner_of(Story().account(owner="maya"), rule=rule).owner == user
