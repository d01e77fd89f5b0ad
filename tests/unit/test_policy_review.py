"""The review of policy files: each fault is found, named with its place, and said with its remedy."""

from pathlib import Path

import pytest

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.review import reviewed
from tests.unit.policy_table import ROWS, SHIPPED
from tools.policies import check, load_layers, policy_files

BASE_FILE = Path(__file__).parents[2] / "policies" / "base.yaml"
BASE_TEXT = BASE_FILE.read_text("utf-8")


def edited(tmp_path: Path, old: str, new: str) -> list[str]:
    """Check the shipped base with one edit, and list the findings as lines."""
    assert old in BASE_TEXT
    path = tmp_path / "base.yaml"
    path.write_text(BASE_TEXT.replace(old, new, 1), "utf-8")
    return [str(finding) for finding in check([path])]


def test_the_shipped_policy_has_nothing_to_mend() -> None:
    assert check(policy_files(BASE_FILE.parent)) == ()
    assert all(len(one.reason) <= 120 for shipped in SHIPPED for one in shipped.rules)


def test_every_rule_of_the_shipped_policy_decides_some_row_or_has_its_own_test() -> None:
    decided = {row.expected.split()[1].rstrip(":") for row in ROWS}
    rules = {one.id for shipped in SHIPPED for one in shipped.rules}
    assert rules - decided == {"discount-needs-deal-desk", "quiet-hours", "class2-at-once"}


INSIDE_1 = """        - {fact: action.class, op: eq, value: 1}
        - {fact: action.external, op: eq, value: false}
"""
WHILE_STOPPED = """        - {fact: stop.on, op: eq, value: true}
        - {fact: action.type, op: ne, value: brief}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reason: This tool", "reson: This tool", "Did you mean reason"),
        ("fact: stop.on,", "fact: stop.onn,", "Did you mean 'stop.on'?"),
        ("value: draft_quote", "value: draft_qoute", "Did you mean 'draft_quote'?"),
        ("until: recipient.opens_at", "until: recipient.open_at", "Did you mean 'recipient.opens_at'?"),
        ("until: recipient.opens_at", "until: stop.on", "a fact that is a time"),
        ("bound: open_untrusted_per_origin", "bound: open_per_origin", "Did you mean 'open_untrusted_per_origin'?"),
        ("open_untrusted_per_origin: 5", "open_untrusted_per_origin: 5.5", "Use int."),
        ("high_confidence: 0.85", "mail_per_recipient_3bd: 1", "Two bounds have this name."),
        ("id: stop-switch", "id: budget-spent", "Give each rule its own id."),
        ("value: [1, 2, 3]", "value: [1, 2, 7]", "Use 1 to 4."),
        ("op: ge, value: {bound: mail_per", "op: le, value: {bound: mail_per", "would loosen"),
        ("delay_minutes: {bound: class2_delay_minutes}", "delay_minutes: {bound: high_confidence}", "Use class2_delay"),
        ("layer: base", "layer: tenant", "only a base may allow"),
        (INSIDE_1, "        - {fact: action.class, op: eq, value: 1}\n", "reaches a person outside"),
        (INSIDE_1, "        - {fact: action.external, op: eq, value: false}\n", "an action of class 3"),
        (INSIDE_1, INSIDE_1 + WHILE_STOPPED, "stop-switch always comes first"),
        (INSIDE_1, INSIDE_1 + "        - {fact: action.class, op: eq, value: 2}\n", "contradicts itself"),
        ("    reason: It stays", "    delay_minutes: 5\n    reason: It stays", ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_policy_file_is_found_and_said_with_its_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    lines = edited(tmp_path, old, new)
    assert all(line.startswith("base.yaml:") for line in lines)
    assert any(said in line for line in lines) if said else lines == []


def test_an_allow_rule_that_a_quicker_one_always_precedes_is_pointed_out(tmp_path: Path) -> None:
    found = edited(
        tmp_path,
        "  - id: class1-inside\n    kind: allow\n",
        SLOW_TASKS + "  - id: class1-inside\n    kind: allow\n",
    )
    assert len(found) == 1
    assert "slow-tasks" in found[0]
    assert "class1-inside always comes first" in found[0]


SLOW_TASKS = """  - id: slow-tasks
    kind: allow
    delay_minutes: 10
    reason: Tasks wait for a moment.
    when:
      all:
        - {fact: action.class, op: eq, value: 1}
        - {fact: action.type, op: eq, value: create_task}
        - {fact: action.external, op: eq, value: false}
        - {fact: action.in_scope, op: eq, value: true}
        - {fact: action.grounded, op: eq, value: true}
"""


def test_pointing_out_is_no_error_but_reaching_outside_is(tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(
        BASE_TEXT.replace("  - id: class1-inside\n", SLOW_TASKS + "  - id: class1-inside\n", 1), "utf-8"
    )
    assert [finding.is_error for finding in check([path])] == [False]
    assert compile_policy(load_layers([path])).version
    path.write_text(BASE_TEXT.replace(INSIDE_1, "", 1), "utf-8")
    with pytest.raises(InvalidInput, match="outside"):
        compile_policy(load_layers([path]))


def test_a_policy_without_a_base_or_with_two_is_refused(tmp_path: Path) -> None:
    assert [finding.value for finding in reviewed(())] == ["base"]
    for name in ("base.yaml", "more.yaml"):
        (tmp_path / name).write_text(BASE_TEXT, "utf-8")
    problems = [finding.problem for finding in check(policy_files(tmp_path))]
    assert "2 files are this layer." in problems


def test_a_folder_without_policy_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No policy file"):
        policy_files(tmp_path)


def test_a_missing_file_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    (finding,) = check([tmp_path / "gone.yaml"])
    assert finding.source == "gone.yaml"
    assert finding.remedy


@pytest.mark.parametrize(
    "field",
    ["undo_hold_seconds", "class2_delay_minutes", "sending_window", "default_level", "max_level"],
)
def test_a_bound_that_the_base_leaves_open_is_found(field: str) -> None:
    base = SHIPPED[0]
    gap = base.model_copy(update={"bounds": base.bounds.model_copy(update={field: None})})
    assert [finding.field for finding in reviewed((gap,))] == [f"bounds.{field}"]


@pytest.mark.parametrize("field", ["when", "unless"])
def test_a_bound_under_not_or_in_an_exception_is_found(field: str) -> None:
    often: Json = {"fact": "recipient.touches_14d", "op": "ge", "value": {"bound": "mail_per_recipient_14d"}}
    outside: Json = {"fact": "action.external", "op": "eq", "value": True}
    parts: dict[str, Json] = (
        {"when": {"not": often}} if field == "when" else {"when": outside, "unless": often}
    )
    made: Json = {
        "id": "made-up",
        "kind": "require",
        "reason": "A rule for a test.",
        "roles": ["owner"],
        **parts,
    }
    (finding,) = reviewed((*SHIPPED, Layer.model_validate({"layer": "tenant", "rules": [made]})))
    assert finding.is_error
    assert "would loosen" in finding.problem
