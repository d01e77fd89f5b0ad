"""Anchors, exports, comparison with what left, and a copied home: what an auditor or admin types."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.conftest import Cli
from tests.server.test_cli_deciding import card, without_hold

ROOT = Path(__file__).resolve().parents[2]


def lines(cli: Cli, *tokens: str) -> str:
    return cli("ledger", *tokens).out.replace("\n", " ")


def tampered(home: Path, statement: str) -> None:
    """Do what one can who owns the database: without its triggers."""
    with closing(sqlite3.connect(home / "revloop.db", isolation_level=None)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)


@pytest.fixture
def sent(home: Path, cli: Cli) -> Path:
    """Give a home from which one mail has just left."""
    without_hold(home)
    cli("approve", card(cli, "oakhaven-hotels", "send_email"))
    (file,) = (home / "tenants" / "fieldstone" / "outbox").glob("*.eml")
    return file


def test_a_command_that_sends_anchors_at_its_end(sent: Path, cli: Cli) -> None:
    assert "Unanchored tail: 0" in lines(cli, "verify")


@pytest.fixture
def rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anchor by command alone: on its own a command anchors only what is a day old."""
    monkeypatch.setenv("REVLOOP_ANCHOR_EVERY_SECONDS", "86400")


@pytest.mark.usefixtures("rare")
def test_an_anchor_is_written_now_and_only_when_something_is_new(home: Path, cli: Cli) -> None:
    cli("ledger", "anchor")
    cli("ledger", "export", str(home / "bundle.json"))
    first, second = cli("ledger", "anchor", "--json").json, cli("ledger", "anchor", "--json").json
    assert (first["new"], second["new"]) == (True, False)
    assert first["anchor"] == second["anchor"]
    assert "not anchored in the strict sense" in str(first["standing"])


@pytest.mark.usefixtures("rare")
def test_an_export_enters_itself_and_verifies_alone_with_anchors_and_key(
    home: Path, cli: Cli, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.json"
    cli("ledger", "anchor")
    found = cli("ledger", "export", str(bundle), "--json").json
    entries = json.loads(bundle.read_text(encoding="utf-8"))["entries"]
    assert entries[-1]["entry"]["kind"] == "EXPORT"
    assert "KEY" in {one["entry"]["kind"] for one in entries}
    anchors = home / "anchors" / "fieldstone.jsonl"
    alone = [sys.executable, "-I", str(ROOT / "state/ledger/verify.py"), str(bundle)]
    more = ["--anchors", str(anchors), "--key", str(found["key"])]
    ran = subprocess.run([*alone, *more], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert "Unanchored tail: 1" in ran.stdout


def test_an_export_that_cannot_be_written_is_not_entered(home: Path, cli: Cli, tmp_path: Path) -> None:
    ran = cli("ledger", "export", str(tmp_path / "nowhere" / "bundle.json"))
    assert (ran.code, "cannot be written" in ran.err) == (1, True)
    cli("ledger", "export", str(tmp_path / "bundle.json"))
    entries = json.loads((tmp_path / "bundle.json").read_text(encoding="utf-8"))["entries"]
    assert [one["entry"]["kind"] for one in entries].count("EXPORT") == 1


def test_a_shortened_database_is_found_by_the_anchor(home: Path, cli: Cli) -> None:
    cli("ledger", "anchor")
    tampered(home, "DELETE FROM ledger WHERE seq > (SELECT MAX(seq) - 5 FROM ledger)")
    ran = cli("ledger", "verify")
    assert ran.code == 1
    assert "anchor" in ran.out
    assert "The stop is on" in ran.err


def test_reconcile_finds_nothing_where_nothing_is_wrong(sent: Path, cli: Cli) -> None:
    ran = cli("ledger", "reconcile", "--json")
    assert (ran.code, ran.json["differences"]) == (0, [])


def differences(cli: Cli) -> set[str]:
    ran = cli("ledger", "reconcile", "--json")
    assert ran.code == 1
    found = ran.json["differences"]
    assert isinstance(found, list)
    return {one["kind"] for one in found}


def test_a_file_nobody_claimed_is_found(sent: Path, cli: Cli) -> None:
    shutil.copy(sent, sent.with_name("other@fieldstone.example.eml"))
    assert cli("ledger", "reconcile").code == 0, "the same bytes are the same mail"
    sent.with_name("other@fieldstone.example.eml").write_text("To: eve@evil.example\n", encoding="utf-8")
    sent.with_name("other@fieldstone.example.ics").write_text("BEGIN:VCALENDAR\n", encoding="utf-8")
    assert differences(cli) == {"without_entry"}


def test_a_mail_whose_words_were_changed_is_found(sent: Path, cli: Cli) -> None:
    sent.write_text(sent.read_text(encoding="ascii").replace("Hello", "Howdy"), encoding="ascii")
    assert differences(cli) == {"changed"}


def test_an_entry_without_its_mail_is_found(sent: Path, cli: Cli) -> None:
    sent.unlink()
    assert differences(cli) == {"without_record"}


def test_a_row_too_few_and_a_row_too_many_are_found(sent: Path, home: Path, cli: Cli) -> None:
    tampered(home, "UPDATE crm_records SET body = json_set(body, '$.action', 'ac_nobody')")
    assert differences(cli) == {"without_entry", "without_record"}


def test_a_copied_home_stops_until_an_admin_confirms(
    home: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    monkeypatch.setenv("REVLOOP_HOME", str(copy))
    name = card(cli, "oakhaven-hotels", "send_email")
    refused = cli("approve", name)
    assert refused.code == 4
    assert "This home is a copy" in refused.err
    assert not list(copy.rglob("*.eml"))
    assert cli("doctor").code == 1
    assert cli("ledger", "confirm-restore").code == 4
    shown = cli("ledger", "confirm-restore", "--as", "lee", "--json")
    assert (shown.code, shown.json["done"]) == (3, False)
    assert cli("ledger", "confirm-restore", "--as", "lee", "--yes", "12345678").code == 5
    assert cli("ledger", "confirm-restore", "--as", "lee", "--yes", str(shown.json["code"])).code == 0
    assert cli("ledger", "confirm-restore", "--as", "lee").code == 5
    assert cli("ledger", "verify").code == 0


def test_anchors_elsewhere_follow_the_setting(
    home: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVLOOP_ANCHORS", str(tmp_path / "vault"))
    cli("ledger", "anchor")
    assert (tmp_path / "vault" / "fieldstone.jsonl").is_file()
    monkeypatch.setenv("REVLOOP_ANCHOR_PIN", "00" * 32)
    assert cli("ledger", "verify").code == 1


def test_the_doctor_says_how_far_anchors_go(home: Path, cli: Cli) -> None:
    checks = cli("doctor", "--json").json["checks"]
    assert isinstance(checks, list)
    told = {one["name"]: one["text"] for one in checks}
    assert "not anchored in the strict sense" in told["anchors"]
    assert "after entry" in told["anchors of fieldstone"]


def test_a_key_is_turned_by_an_admin_who_saw_it_and_the_doctor_says_its_age(home: Path, cli: Cli) -> None:
    assert cli("keys", "rotate").code == 4
    shown = cli("keys", "rotate", "--as", "lee", "--json")
    assert (shown.code, shown.json["done"]) == (3, False)
    done = cli("keys", "rotate", "--as", "lee", "--yes", str(shown.json["code"]), "--json")
    assert (done.code, done.json["was"]) == (0, shown.json["was"])
    listed = cli("keys", "list").out
    assert f"tenant              {done.json['key']}" in listed
    assert "only recognises" in listed
    checks = cli("doctor", "--json").json["checks"]
    assert isinstance(checks, list)
    (told,) = [one["text"] for one in checks if one["name"] == "keys of fieldstone"]
    assert told.startswith(f"tenant {done.json['key']}, 0 days old; anchor ")
    assert told.endswith("1 older ones only recognise")
