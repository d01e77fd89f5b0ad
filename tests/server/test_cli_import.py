"""Imports: a whole CRM export, events by hand, and everything that can be wrong with them."""

import json
from pathlib import Path

import pytest

from tests.server.conftest import Cli

MAPPING = """
name: tiny
tenant: {name: Tiny, zone: UTC, region: US, currency: USD, domain: tiny.example}
tables:
  deals.csv: [id, agent, account, product, opened]
  prices.csv: [product, price]
users:
  - {table: deals.csv, name: {column: agent}, role: seller}
prices: {table: prices.csv, product: {column: product}, amount: {column: price, transform: decimal}}
pipeline:
  default: Sales
  pipelines:
    - name: Sales
      qualified_from: Talking
      won: Won
      lost: Lost
      stages:
        - {name: New, probability: 0.1, forecast_category: omitted}
        - {name: Talking, probability: 0.5, forecast_category: pipeline}
events:
  - name: account
    table: deals.csv
    type: account.updated
    once: true
    key: {column: account, transform: slug}
    account: {column: account, transform: slug}
    at: {constant: "2025-01-01"}
    fields: {account: {column: account, transform: slug}, name: {column: account}, status: {constant: prospect}}
  - name: opened
    table: deals.csv
    type: deal.updated
    key: {column: id}
    account: {column: account, transform: slug}
    at: {column: opened, transform: date}
    fields: {deal: {column: id}, owner: {column: agent, transform: slug}, stage: {constant: Talking},
             opened_on: {column: opened, transform: date}}
"""
CLOSED = """
  - name: closed
    table: deals.csv
    type: deal.closed
    key: {column: id}
    account: {column: account, transform: slug}
    at: {column: opened, transform: date}
    fields: {deal: {column: id}, outcome: {constant: won}, amount: {column: product, transform: decimal},
             closed_on: {column: opened, transform: date}}
"""
DEALS = (
    "id,agent,account,product,opened\nD1,Ann Ray,Oak Ltd,Saw,2025-02-01\nD2,Ann Ray,=Pine,Saw,2025-02-31\n"
)


def _misspelt() -> str:
    return MAPPING.replace("fields:", "feilds:")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Give a folder with a small export, one row of which cannot be read, and its mapping beside it."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    (folder / "prices.csv").write_text("product,price\nSaw,100\n", encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(MAPPING, encoding="utf-8")
    return folder


def tokens(export: Path, *more: str) -> tuple[str, ...]:
    return ("import", "csv", str(export), "--mapping", str(export.parent / "tiny.yaml"), "--tenant", "tiny",
            "--now", "2025-08-31", *more)  # fmt: skip


def test_an_export_becomes_a_company_with_its_own_profile(empty_home: Path, cli: Cli, export: Path) -> None:
    ran = cli(*tokens(export, "--json"))
    assert ran.code == 0
    assert (ran.json["new"], ran.json["rejected"], ran.json["clock"]) == (4, 1, "2025-08-31T23:59:59+00:00")
    profile = empty_home / "tenants" / "tiny" / "profile"
    assert {path.name for path in profile.iterdir()} == {"company.yaml", "pipeline.yaml", "prices.yaml"}
    assert cli("prep", "Oak", "--tenant", "tiny", "--json").json["account"] == "oak-ltd"
    shown = cli("level", "set", "1", "L2", "--tenant", "tiny", "--as", "admin")
    assert shown.code == 3, "somebody sets its bounds, and sees first what that changes"


def test_a_file_counts_once_however_many_rules_read_it(empty_home: Path, cli: Cli, export: Path) -> None:
    more = "".join(f"E{number},Ann Ray,Oak Ltd,Saw,2025-02-01\n" for number in range(1500))
    (export / "deals.csv").write_text(DEALS + more, encoding="utf-8")
    ran = cli(*tokens(export, "--json")).json
    assert ran["files"] == {"understood": 2, "rejected": 0, "others": 0}
    assert ran["records"] == {"all": 1503, "understood": 1503}


def test_a_repeated_import_changes_nothing(empty_home: Path, cli: Cli, export: Path) -> None:
    cli(*tokens(export))
    for more in (tokens(export), tokens(export)[:-2]):
        again = cli(*more, "--json").json
        assert (again["new"], again["duplicate"], again["clock"]) == (0, 4, "2025-08-31T23:59:59+00:00")


def test_rows_that_are_not_understood_are_kept_harmless(empty_home: Path, cli: Cli, export: Path) -> None:
    cli(*tokens(export))
    rejects = (empty_home / "tenants" / "tiny" / "rejects" / "tiny.csv").read_text(encoding="utf-8")
    assert "deals.csv,3,opened,2025-02-31" in rejects
    assert "1 NOT UNDERSTOOD" in cli(*tokens(export)).out


def test_a_row_is_taken_whole_or_not_at_all(empty_home: Path, cli: Cli, export: Path) -> None:
    closed = MAPPING + CLOSED
    (export.parent / "tiny.yaml").write_text(closed, encoding="utf-8")
    rows = "D3,Ann Ray,Oak Ltd,Saw,2025-03-01\nD4,Ann Ray,Oak Ltd,12000.00,2025-02-01\nD5,Ann Ray\n"
    (export / "deals.csv").write_text(DEALS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    ran = cli(*tokens(export, "--json")).json
    assert ran["by_rule"] == {"account": 1, "opened": 1, "closed": 1}
    assert ran["reasons"] == {"not a decimal: 'Saw'": 1, "the row has fewer cells than the header": 1}


def test_an_edited_profile_is_not_written_again(empty_home: Path, cli: Cli, export: Path) -> None:
    cli(*tokens(export))
    path = empty_home / "tenants" / "tiny" / "profile" / "company.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("name: Tiny", "name: Tiny Tools"), encoding="utf-8"
    )
    cli(*tokens(export))
    assert "Tiny Tools" in path.read_text(encoding="utf-8")


def test_the_clock_of_a_company_goes_on_with_a_later_import_and_never_back(
    empty_home: Path, cli: Cli, export: Path
) -> None:
    cli(*tokens(export))
    later = cli(*tokens(export, "--json")[:-2], "2025-09-30", "--json")
    assert later.json["clock"] == "2025-09-30T23:59:59+00:00"
    assert cli(*tokens(export, "--json")).json["clock"] == "2025-09-30T23:59:59+00:00"
    assert "it stays there and does not become 2025-08-31" in " ".join(cli(*tokens(export)).out.split())


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda export: (export / "deals.csv").unlink(), "deals.csv is missing"),
        (lambda export: (export / "deals.csv").write_text("id,agent\n1,x\n"), "lacks the column"),
        (lambda export: (export / "deals.csv").write_text("id,agent,account,product,opened\n"), "None of the rows"),
        (lambda export: (export / "deals.csv").write_bytes(b"\xff\xfe\x00"), "not readable CSV"),
        (lambda export: (export.parent / "tiny.yaml").write_text(_misspelt()), "Did you mean"),
        (lambda export: (export.parent / "tiny.yaml").unlink(), "is not a file"),
    ],
)  # fmt: skip
def test_an_export_that_does_not_fit_changes_nothing(
    empty_home: Path, cli: Cli, export: Path, spoil: object, told: str
) -> None:
    assert callable(spoil)
    spoil(export)
    ran = cli(*tokens(export))
    assert ran.code == 2
    assert told in ran.err
    assert not (empty_home / "tenants").exists()


@pytest.mark.parametrize(("name", "day"), [("Bad Name", "2025-08-31"), ("tiny", "31.8.2025")])
def test_a_tenant_and_a_day_are_written_properly(
    empty_home: Path, cli: Cli, export: Path, name: str, day: str
) -> None:
    mapping = str(export.parent / "tiny.yaml")
    ran = cli("import", "csv", str(export), "--mapping", mapping, "--tenant", name, "--now", day)
    assert ran.code == 2


def test_events_by_hand_are_taken_line_by_line(home: Path, cli: Cli, tmp_path: Path) -> None:
    good = {"id": "h1", "source": "notes", "type": "note.added", "account": "acme-corp", "time": "2026-03-09T10:00:00Z",
            "data": {"note": "N-hand", "author": "maya", "text": "Raj called."}}  # fmt: skip
    lines = tmp_path / "events.jsonl"
    lines.write_text(
        f"{json.dumps(good)}\nnot json\n{json.dumps({**good, 'type': 'note.lost'})}\n", encoding="utf-8"
    )
    ran = cli("import", "events", str(lines), "--json").json
    assert (ran["new"], ran["rejected"]) == (1, 2)
    assert cli("import", "events", str(lines), "--json").json["duplicate"] == 1


def test_a_line_that_is_not_understood_is_told_with_field_and_value(
    home: Path, cli: Cli, tmp_path: Path
) -> None:
    late = {"id": "h1", "source": "notes", "type": "note.added", "account": "acme-corp", "time": "yesterday",
            "data": {"note": "N-hand", "author": "maya", "text": "Raj called."}}  # fmt: skip
    (tmp_path / "events.jsonl").write_text(json.dumps(late), encoding="utf-8")
    ran = cli("import", "events", str(tmp_path / "events.jsonl"))
    assert ran.code == 2
    assert "line 1, time: " in ran.err
    assert "'yesterday'" in ran.err


def test_a_company_is_made_of_events_written_by_hand(empty_home: Path, cli: Cli, tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    examples = [line for line in page.splitlines() if line.startswith('{"id"')]
    lines = tmp_path / "events.jsonl"
    lines.write_text("\n".join(one for one in examples if "churned" not in one), encoding="utf-8")
    by_hand = ("import", "events", str(lines), "--tenant", "north")
    assert cli(*by_hand).code == cli(*by_hand[:3], "--new").code == 2
    made = cli(*by_hand, "--new", "--now", "2031-03-10", "--json").json
    assert (made["new"], made["clock"]) == (len(examples) - 1, "2031-03-10T23:59:59+00:00")
    assert cli(*by_hand, "--new").code == 5
    assert cli(*by_hand, "--json").json["duplicate"] == len(examples) - 1
    assert "Quarterly review" in cli("prep", "Northwind").out
    assert "Maya" in cli("doctor").out


def test_events_that_name_nobody_of_ours_make_no_company(empty_home: Path, cli: Cli, tmp_path: Path) -> None:
    lines = tmp_path / "events.jsonl"
    lines.write_text(
        '{"id": "1", "account": "oak", "source": "crm", "type": "account.updated", "time": "2026-03-01T10:00:00Z",'
        ' "data": {"account": "oak", "name": "Oak"}}',
        encoding="utf-8",
    )
    ran = cli("import", "events", str(lines), "--tenant", "oak", "--new")
    assert (ran.code, "owner" in ran.err) == (2, True)
    assert not (empty_home / "tenants").exists()


def test_a_missing_event_file_is_said(home: Path, cli: Cli, tmp_path: Path) -> None:
    assert cli("import", "events", str(tmp_path / "none.jsonl")).code == 2


@pytest.mark.slow
def test_the_public_export_loads_and_is_prepared(empty_home: Path, cli: Cli, shared_data: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    mapping = str(root / "samples/mappings/maven_crm.yaml")
    place = str(shared_data / "maven_crm")
    ran = cli(
        "import", "csv", place, "--mapping", mapping, "--tenant", "maven", "--now", "2017-08-31", "--json"
    )
    assert ran.json["by_rule"] == {
        "account": 54,
        "bucket": 27,
        "undated": 305,
        "engaged": 5361,
        "closed": 4420,
    }
    page = cli("prep", "Blackzim", "--tenant", "maven").out
    assert "8 of 22 open deals" in page
