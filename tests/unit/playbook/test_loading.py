"""A playbook is checked once, when it is read: no unknown fact, slot, row, draft or topic is accepted."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from agents.playbook import load_playbooks
from agents.playbook.loading import Playbook
from agents.playbook.reading import M, read_playbook
from agents.playbook.rows import Row
from agents.playbook.slots import slots_of
from state.errors import InvalidInput, NotFound
from tests.conftest import ROOT
from tests.unit.playbook.desk import BOOK
from tools.files import load_model

SHIPPED = ROOT / "playbooks"
ROW = """family: extra
precedence: 99
rows:
  - id: extra.row
    when: {fact: account.status, op: eq, value: customer}
    action_type: create_task
    subject: account
    confidence: 0.8
    p_outcome: 0.5
    description: "Look at {account.name}"
    context_summary: "Look at {account.name}"
    why_now: "Now"
    outcome: {text: "Done", measure: task_done, target: "1", by: [{anchor: now, days: 1}]}
    urgency: [{is: can_wait}]
"""


def beside(folder: Path, text: str, name: str = "extra.yaml") -> Playbook:
    """Read the shipped files with one of an admin's before them."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return load_playbooks([folder, SHIPPED], load_model)


def test_the_shipped_playbook_is_accepted_and_named_by_its_content(tmp_path: Path) -> None:
    assert BOOK.hash == load_playbooks([SHIPPED], load_model).hash
    assert beside(tmp_path, ROW).hash != BOOK.hash


def test_a_playbook_is_made_ready_once_for_the_same_content_and_anew_for_another(tmp_path: Path) -> None:
    assert load_playbooks([SHIPPED], load_model) is BOOK
    first = beside(tmp_path, ROW)
    second = beside(tmp_path, ROW.replace("extra.row", "extra.other"))
    assert [first.row("extra.row") is None, first.row("extra.other") is None] == [False, True]
    assert [second.row("extra.row") is None, second.row("extra.other") is None] == [True, False]


def test_a_row_of_an_admin_joins_the_shipped_ones(tmp_path: Path) -> None:
    assert beside(tmp_path, ROW).row("extra.row") is not None


def test_an_admins_file_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    book = beside(tmp_path, ROW.replace("family: extra", "family: asked"), "asked.yaml")
    assert book.row("asked.follow_up") is None


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        (ROW.replace("fact: account.status", "fact: account.statuss"), "account.statuss"),
        (ROW.replace("value: customer", "value: custommer"), "custommer"),
        (ROW.replace("Look at {account.name}", "Look at {account.nam}"), "account.nam"),
        (ROW.replace("Look at {account.name}", "Look at {account.name"), "brace"),
        (ROW.replace("Look at {account.name}", "{account.name.__class__}"), "not the name of a slot"),
        (ROW.replace("Look at {account.name}", "{{account.name}}"), "brace"),
        (ROW.replace("    subject: account\n", "    subject: everything\n"), "subject"),
        (ROW.replace("create_task", "wire_money"), "action_type"),
        (ROW + "    suppresses: [nobody]\n", "nobody"),
        (ROW + "    orders_before: [nobody]\n", "nobody"),
        (ROW + "    waits_for: [weather]\n", "weather"),
        (ROW + "    serves: lunch\n", "lunch"),
        (ROW + "    recipient: anybody@elsewhere.example\n", "recipient"),
        (ROW.replace("create_task", "draft_email"), "draft"),
        (ROW.replace("create_task", "draft_email") + "    draft: nothing\n    recipient: main\n", "nothing"),
        (ROW.replace("id: extra.row", "id: usage.review"), "usage.review"),
        (ROW + "    eval: 1 + 1\n", "eval"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_refused_and_named(tmp_path: Path, planted: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        beside(tmp_path, planted)


def test_a_folder_without_the_special_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "extra.yaml").write_text(ROW, encoding="utf-8")
    with pytest.raises(NotFound, match="settings"):
        load_playbooks([tmp_path], load_model)
    with pytest.raises(NotFound, match="No playbook"):
        load_playbooks([], load_model)


def test_no_shipped_text_names_a_sample_company_or_a_person() -> None:
    text = "".join(path.read_text(encoding="utf-8").casefold() for path in sorted(SHIPPED.rglob("*.yaml")))
    for name in (
        "acme",
        "oakhaven",
        "redwood",
        "fieldstone",
        "sarah",
        "daniel",
        "184,000",
        "184000",
        "sup-4412",
    ):
        assert name not in text


def test_a_template_names_its_slots_in_order() -> None:
    assert slots_of("{deal.name} of {account.name}") == ("deal.name", "account.name")


def test_every_context_summary_is_one_line() -> None:
    assert all("\n" not in line for play in BOOK.plays for line in play.row.context_summary)


def test_every_outward_row_has_a_closed_recipient_rule() -> None:
    outward = [play.row for play in BOOK.plays if play.row.action_type in ("draft_email", "schedule_meeting")]
    assert outward
    assert all(row.recipient for row in outward)


def test_a_reader_gets_each_file_once() -> None:
    asked: list[str] = []

    def read(name: str, model: type[M], /) -> M:
        asked.append(name)
        return load_model(SHIPPED / name, model)

    names = [path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.yaml")]
    read_playbook(names, read)
    assert sorted(asked) == sorted(names)


def row(**changes: object) -> Row:
    shipped = next(play.row for play in BOOK.plays if play.row.id == "usage.review")
    return Row.model_validate({**shipped.model_dump(by_alias=True), **changes})


@pytest.mark.parametrize("changes", [{"draft": None}, {"recipient": None}, {"action_type": "create_task"}])
def test_a_mail_row_names_its_words_and_its_reader(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        row(**changes)
