"""`revloop privacy` and `revloop confirm` as an admin meets them."""

import json
from pathlib import Path

from tests.server.conftest import Cli

SARAH = "sarah.chen@acme.example"


def test_nobody_is_forgotten_without_a_second_word(home: Path, cli: Cli) -> None:
    ran = cli("privacy", "forget", SARAH, "--as", "lee")
    assert ran.code == 2
    assert f"{SARAH} at acme-corp would be forgotten" in ran.err
    assert "--yes" in ran.err
    assert cli("privacy", "export", SARAH, "--as", "lee", "--json").code == 0


def test_a_seller_may_not_forget(home: Path, cli: Cli) -> None:
    ran = cli("privacy", "forget", SARAH, "--yes", "--as", "maya")
    assert ran.code == 4
    assert "Only an admin" in ran.err


def test_a_record_is_written_privately_and_never_over_another(home: Path, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "sarah.json"
    assert cli("privacy", "export", "Sarah Chen", str(file), "--as", "lee").code == 0
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["person"]["addresses"] == [SARAH]
    assert {one["type"] for one in record["events"]} >= {"contact.updated", "mail.received"}
    assert file.stat().st_mode & 0o077 == 0
    assert cli("privacy", "export", "Sarah Chen", str(file), "--as", "lee").code == 2


def test_after_forgetting_no_file_of_the_home_names_the_person_and_the_ledger_verifies(
    home: Path, cli: Cli
) -> None:
    ran = cli("privacy", "forget", SARAH, "--yes", "--as", "lee")
    assert ran.code == 0, ran.err
    assert "Forgotten, and called erased-" in ran.out
    for path in home.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        assert b"sarah.chen" not in content, path
        assert b"sarah chen" not in content, path
    assert cli("ledger", "verify").code == 0
    assert "Nothing is held" in cli("privacy", "forget", SARAH, "--yes", "--as", "lee").err


def test_a_title_is_confirmed_exactly_as_it_is_shown(home: Path, cli: Cli) -> None:
    wrong = cli("confirm", "Acme Corp", "Sarah Chen", "title", "Head of Nothing")
    assert wrong.code == 2
    assert "Head of Dispatch (crm, untrusted)" in wrong.err
    done = cli("confirm", "Acme Corp", "Sarah Chen", "title", "Head of Dispatch", "--json").json
    assert (done["after"], done["is_confirmed"]) == ("Head of Dispatch", True)
