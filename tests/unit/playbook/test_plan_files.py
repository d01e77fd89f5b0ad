"""Templates of plans are checked when they are read: rows, conditions, order and words."""

from pathlib import Path

import pytest

from agents.playbook import Playbook, load_playbooks
from state.errors import InvalidInput
from tests.layout.tree import ROOT
from tools.files import load_model

SHIPPED = ROOT / "playbooks"
TEMPLATE = """\
type: renewal
title: "Renewal"
family: renewal
pause_when: {fact: account.fire, op: eq, value: true}
stands_for: {create_task: plan.by_hand}
steps:
  - step: first
    title: "First"
    row: renewal.meet_buyer
  - step: second
    title: "Second"
    wait: {days: 3, business: true}
    after: [first]
    when: {fact: account.health, op: lt, value: 60}
    row: renewal.follow_up
"""


def beside(folder: Path, text: str, name: str = "plans/renewal.yaml") -> Playbook:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return load_playbooks([folder, SHIPPED], load_model)


def test_the_shipped_templates_serve_every_type() -> None:
    book = load_playbooks([SHIPPED], load_model)
    assert set(book.plans) == {"renewal", "onboarding", "revival", "expansion", "upsell"}
    assert all(plan.steps for plan in book.plans.values())


def test_a_template_of_an_admin_replaces_the_shipped_one(tmp_path: Path) -> None:
    book = beside(tmp_path, TEMPLATE)
    assert [step.step for step in book.plans["renewal"].steps] == ["first", "second"]
    assert book.hash != load_playbooks([SHIPPED], load_model).hash


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        (TEMPLATE.replace("renewal.meet_buyer", "renewal.meet_bujer"), "renewal.meet_buyer"),
        (TEMPLATE.replace("plan.by_hand", "plan.by_foot"), "plan.by_foot"),
        (TEMPLATE.replace("account.fire", "account.fier"), "account.fier"),
        (TEMPLATE.replace("account.health", "deal.amount"), "deal.amount"),
        (TEMPLATE.replace("after: [first]", "after: [third]"), "no earlier step"),
        (TEMPLATE.replace("step: second", "step: first"), "two steps"),
        (TEMPLATE.replace("    row: renewal.follow_up\n", ""), "names a row"),
        (TEMPLATE.replace("type: renewal", "type: revival"), "revival"),
        (TEMPLATE.replace("type: renewal", "type: retreat"), "type"),
        (TEMPLATE.replace("days: 3", "days: -3"), "days"),
        (TEMPLATE + "    if_missed: forget\n", "if_missed"),
        (TEMPLATE + "    eval: 1 + 1\n", "eval"),
    ],
)
def test_a_planted_fault_of_a_template_is_refused_and_named(tmp_path: Path, planted: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        beside(tmp_path, planted)


def test_a_row_of_a_template_is_checked_like_any_other(tmp_path: Path) -> None:
    text = (SHIPPED / "plans" / "revival.yaml").read_text(encoding="utf-8")
    with pytest.raises(InvalidInput, match="next_meting"):
        beside(tmp_path, text.replace("draft: next_meeting", "draft: next_meting"), "plans/revival.yaml")
