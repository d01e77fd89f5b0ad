"""The command line itself: help, mistakes, homes that cannot be used, and what real processes return."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli.app import ROWS
from server.cli.options import rotated
from tests.server.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
OTHERS = {"chat", "eval"}
"""Commands whose modules are kept elsewhere."""


def python(*given: str, home: Path, seed: str = "0") -> "subprocess.CompletedProcess[str]":
    env = {
        "PATH": os.environ["PATH"],
        "REVLOOP_HOME": str(home),
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(ROOT),
    }
    asked = [sys.executable, *given]
    return subprocess.run(asked, capture_output=True, text=True, env=env, cwd=ROOT, check=False)


def process(home: Path, *tokens: str, seed: str = "0") -> "subprocess.CompletedProcess[str]":
    return python("-m", "server.cli", *tokens, home=home, seed=seed)


def test_the_first_help_names_every_command(cli: Cli) -> None:
    page = cli("--help").out
    for row in ROWS:
        assert row.name in page
    assert cli().out == page


@pytest.mark.parametrize("row", [row for row in ROWS if row.name not in OTHERS], ids=lambda row: row.name)
def test_every_help_has_examples(cli: Cli, row: object) -> None:
    page = cli(str(getattr(row, "name")), "--help").out  # noqa: B009 - the row's type is not the point
    assert "Examples:" in page
    assert "revloop " in page.partition("Examples:")[2]


def test_help_of_no_command_imports_an_engine() -> None:
    code = (
        "import sys; from server.cli import run; from server.cli.app import ROWS;"
        "found = [(row.name, name) for row in ROWS if run([row.name, '--help']) or True"
        f" for name in {HELPLESS!r} if name in sys.modules]; print(found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.rstrip().endswith("[]"), done.stdout[-300:]


HELPLESS = ("langgraph", "langchain_core", "networkx", "numpy", "openai", "pydantic", "sqlalchemy", "yaml")
ENGINES = ("langgraph", "langchain_core", "langsmith", "networkx", "icalendar", "chromadb", "numpy", "openai")
LOOKS = (
    "inbox",
    "outbox",
    "account Acme",
    "ledger verify",
    "policy show",
    "level show",
    "plan list",
    "stop status",
)


def test_commands_that_only_look_load_no_engine(home: Path) -> None:
    code = (
        f"import sys; from server.cli import run; codes = [run(line.split()) for line in {LOOKS!r}];"
        f"print(codes, [name for name in {ENGINES!r} if name in sys.modules])"
    )
    done = python("-c", code, home=home)
    assert done.stdout.splitlines()[-1] == f"{[0] * len(LOOKS)} []", done.stderr


@pytest.mark.parametrize(
    "tokens", [("pref",), ("prep", "--jsn", "x"), ("approve", "--wat"), ("import", "csv")]
)
def test_a_mistake_of_usage_is_told_in_a_line_with_where_help_is(
    empty_home: Path, cli: Cli, tokens: tuple[str, ...]
) -> None:
    ran = cli(*tokens)
    assert (ran.code, ran.out) == (2, "")
    place = "revloop" if tokens == ("pref",) else f"revloop {tokens[0]}"
    assert f"See: {place} --help" in ran.err
    assert "Traceback" not in ran.err


def test_common_options_may_stand_before_the_command(home: Path, cli: Cli) -> None:
    assert cli("--json", "--as", "priya", "inbox").json["user"] == "priya"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["--json", "inbox"], ["inbox", "--json"]),
        (["--as=tom", "why", "x"], ["why", "x", "--as=tom"]),
        (["--help"], ["--help"]),
        (["--tenant", "t", "--help"], ["--tenant", "t", "--help"]),
        (["--json", "why", "--", "-x"], ["why", "--json", "--", "-x"]),
    ],
)
def test_options_move_behind_the_command(given: list[str], wanted: list[str]) -> None:
    assert rotated(given) == wanted


def test_without_a_company_the_way_to_one_is_said(empty_home: Path, cli: Cli) -> None:
    ran = cli("inbox")
    assert ran.code == 2
    assert "revloop demo" in ran.err


def test_an_unknown_tenant_or_user_lists_those_there_are(home: Path, cli: Cli) -> None:
    assert "fieldstone" in cli("inbox", "--tenant", "nowhere").err
    ran = cli("inbox", "--as", "nobody")
    assert ran.code == 2
    assert "maya" in ran.err


def test_a_failure_is_json_where_json_is_asked_for(home: Path, cli: Cli) -> None:
    ran = cli("inbox", "--tenant", "nowhere", "--json")
    error = ran.json["error"]
    assert isinstance(error, dict)
    assert (ran.code, error["code"], error["field"], error["value"]) == (2, "not_found", "tenant", "nowhere")


def test_a_home_that_others_can_read_is_refused(home: Path, cli: Cli) -> None:
    home.chmod(0o755)
    ran = cli("inbox")
    assert ran.code == 1
    assert "chmod 700" in ran.err


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = cli("inbox", "--home", str(tmp_path / "file" / "home"))
    assert ran.code == 1
    assert "cannot be made" in ran.err


def test_a_database_that_is_none_is_said(home: Path, cli: Cli) -> None:
    (home / "revloop.db").write_bytes(b"no database" * 100)
    ran = cli("inbox")
    assert ran.code == 1
    assert "database cannot be used" in ran.err


def test_a_wrong_setting_names_itself(home: Path, cli: Cli) -> None:
    (home / "config.toml").write_text("reasoner = 'oracle'\n", encoding="utf-8")
    ran = cli("inbox")
    assert ran.code == 2
    assert "reasoner" in ran.err


def test_processes_of_any_hash_seed_print_the_same_bytes(home: Path, tmp_path: Path) -> None:
    first = process(home, "account", "Acme Corp", "--json", seed="1")
    second = process(home, "account", "Acme Corp", "--json", seed="2")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout


def test_a_real_process_returns_the_exit_code_of_its_command(home: Path, cli: Cli) -> None:
    ran = process(home, "inbox", "--json")
    assert ran.returncode == 0
    found = json.loads(ran.stdout)["cards"]
    partial = next(one["id"] for one in found if one["seats"] == ["owner", "manager"])
    assert process(home, "approve", found[0]["id"], "--as", "ada").returncode == 4
    assert cli("approve", partial).code == 3
    assert cli("prep", "Zzzz").code == 2


def test_an_answer_in_another_process_resumes_the_same_run(home: Path, cli: Cli) -> None:
    def asked() -> dict[str, str]:
        return {one["id"]: one["account"] for one in json.loads(cli("inbox", "--json").out)["questions"]}

    name = next(name for name, account in asked().items() if account == "acme-corp")
    answered = json.loads(process(home, "answer", name, "expansion", "--json").stdout)
    assert answered["account"] == "acme-corp"
    assert name not in asked()


def test_what_nobody_foresaw_is_one_line_and_a_log(home: Path) -> None:
    code = (
        "import sys; import server.cli.running as running;"
        "running.run = lambda tokens: 1 // 0; sys.argv = ['revloop', 'inbox']; running.main()"
    )
    done = python("-c", code, home=home)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "revloop.log" in done.stderr
    assert "ZeroDivisionError" in (home / "revloop.log").read_text(encoding="utf-8")
