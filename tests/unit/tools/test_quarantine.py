"""Rows that contradict another table are kept out by the day, and by the id, and by nothing else."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from state.errors import InvalidInput
from state.ids import TenantId
from tests.conftest import ROOT
from tools.connectors.csv_folder import Folder, Reject, events_of
from tools.connectors.mapping import Mapping
from tools.connectors.quarantine import QuarantineRule, Row, quarantined
from tools.files import load_model

TERMS = (
    {"id": "S-1", "from": "2024-02-01", "to": "2024-02-29"},
    {"id": "S-2", "from": "2024-02-01", "to": ""},
)
SPAN = {"table": "terms", "key": "id", "starts": "from", "ends": "to"}
OUTSIDE = QuarantineRule.model_validate(
    {
        "name": "outside",
        "table": "uses",
        "column": "on",
        "belongs_to": "term",
        "outside": SPAN,
        "reason": "out",
    }
)
REPEATED = QuarantineRule(name="conflict", table="uses", column="id", repeated=True, reason="twice")


def held(rule: QuarantineRule, *uses: Row) -> list[int]:
    return [one.line for one in quarantined({"terms": TERMS, "uses": uses}, [rule])]


@pytest.mark.parametrize(("term", "day", "out"), [
    ("S-1", "2024-01-31", True), ("S-1", "2024-02-01", False), ("S-1", "2024-02-29", False),
    ("S-1", "2024-03-01", True), ("S-2", "2030-01-01", False), ("S-2", "2024-01-31", True),
])  # fmt: skip
def test_a_day_outside_its_term_is_kept_out_and_an_open_term_has_no_end(
    term: str, day: str, out: bool
) -> None:
    assert held(OUTSIDE, {"id": "U-1", "term": term, "on": day}) == ([2] if out else [])


def test_an_unknown_term_or_an_unreadable_day_is_left_to_the_event_rules() -> None:
    assert held(OUTSIDE, {"id": "U-1", "term": "S-9", "on": "2024-01-01"}) == []
    assert held(OUTSIDE, {"id": "U-1", "term": "S-1", "on": "yesterday"}) == []


def test_the_same_id_with_other_content_is_kept_out_and_a_plain_repetition_is_not() -> None:
    first = {"id": "U-1", "term": "S-1", "on": "2024-02-01"}
    assert held(REPEATED, first, dict(first), {**first, "on": "2024-02-02"}, {**first, "id": "U-2"}) == [4]


def test_a_row_that_two_rules_name_is_counted_under_both() -> None:
    rows = (
        {"id": "U-1", "term": "S-1", "on": "2024-02-01"},
        {"id": "U-1", "term": "S-1", "on": "2025-01-01"},
    )
    found = quarantined({"terms": TERMS, "uses": rows}, [OUTSIDE, REPEATED])
    assert [(one.rule.name, one.line, one.value) for one in found] == [
        ("outside", 3, "2025-01-01"),
        ("conflict", 3, "U-1"),
    ]


@pytest.mark.parametrize("change", [
    {"outside": None}, {"belongs_to": None}, {"repeated": True}, {"reason": ""}, {"when": "always"},
])  # fmt: skip
def test_a_rule_has_one_test_and_everything_that_it_needs(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuarantineRule.model_validate({**OUTSIDE.model_dump(), **change})


def test_a_rule_that_reads_a_column_no_table_lists_is_refused_by_line(tmp_path: Path) -> None:
    text = (ROOT / "samples/mappings/ravenstack.yaml").read_text(encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(
        text.replace("column: usage_date\n    belongs_to", "column: used_on\n    belongs_to"), "utf-8"
    )
    with pytest.raises(InvalidInput, match="quarantine 'outside_subscription' reads column 'used_on'"):
        load_model(path, Mapping)


def test_a_row_kept_out_makes_no_event_whatever_the_event_rules_say() -> None:
    rules = load_model(ROOT / "samples/mappings/ravenstack.yaml", Mapping)
    account = {
        "account_id": "A-1",
        "account_name": "Oak",
        "industry": "",
        "country": "",
        "churn_flag": "FALSE",
    }
    ticket = {"account_id": "A-1", "closed_at": "", "priority": "urgent", "satisfaction_score": ""}
    days = ("2024-04-30", "2024-05-01")
    tables = dict.fromkeys(rules.tables, ()) | {
        "ravenstack_accounts.csv": [{**account, "signup_date": "2024-05-01"}],
        "ravenstack_support_tickets.csv": [{**ticket, "ticket_id": day, "submitted_at": day} for day in days],
    }
    found = list(events_of(Folder(tables), rules, TenantId("oak")))
    rejected = [(one.quarantine, one.line) for one in found if isinstance(one, Reject)]
    tickets = [one.id for one in found if not isinstance(one, Reject) and one.source == "support"]
    assert rejected == [("before_signup", 2)]
    assert tickets == ["ravenstack:ticket:2024-05-01"]
    assert rules.sources == ("crm", "support", "usage")
