"""`revloop stop`: anybody who sells stops at once, only an admin lets go, and only after seeing what that changes."""

from pathlib import Path
from typing import cast

from tests.server.conftest import Cli
from tests.server.test_cli_deciding import card, status

HOTEL = "oakhaven-hotels"


def test_a_stop_takes_an_approval_back_and_letting_go_does_not_return_it(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    assert status(cli("approve", name, "--no-wait", "--json")) == "approved"
    stopped = cli("stop", "on", "--reason", "wrong prices", "--json").json
    assert (stopped["stopped"], stopped["in_flight"]) == (True, [])
    assert cli("approve", name).code == 4
    code = str(cli("stop", "off", "--as", "lee", "--json").json["code"])
    assert cli("stop", "off", "--as", "lee", "--yes", code).code == 0
    assert cli("undo", name).code == 5, "it waits again, so there is nothing to take back"
    assert not list((home / "tenants" / "fieldstone" / "outbox").glob("*.eml"))


def test_only_an_admin_lets_go_and_only_of_what_was_shown(home: Path, cli: Cli) -> None:
    cli("stop", "on")
    assert cli("stop", "off").code == 4
    shown = cli("stop", "off", "--as", "lee")
    assert (shown.code, "Nothing has changed yet" in shown.out) == (3, True)
    assert cli("stop", "off", "--as", "lee", "--yes", "00000000").code == 5
    assert cli("stop", "status", "--json").json["stopped"] is True


def test_a_code_counts_for_the_stop_it_was_shown_for_alone(home: Path, cli: Cli) -> None:
    cli("stop", "on")
    code = str(cli("stop", "off", "--as", "lee", "--json").json["code"])
    cli("stop", "off", "--as", "lee", "--yes", code)
    cli("stop", "on")
    assert cli("stop", "off", "--as", "lee", "--yes", code).code == 5


def test_the_switch_of_the_installation_is_an_admins(home: Path, cli: Cli) -> None:
    assert cli("stop", "on", "--everywhere").code == 4
    assert cli("stop", "on", "--everywhere", "--as", "lee").code == 0
    assert "whole installation  on since" in cli("stop", "status").out
    assert cli("approve", card(cli, "acme-corp", "escalate_support")).code == 4


def test_an_auditor_turns_no_switch(home: Path, cli: Cli) -> None:
    assert cli("stop", "on", "--as", "ada").code == 4


def test_a_broken_policy_file_changes_nothing_that_is_in_force(home: Path, cli: Cli) -> None:
    folder = home / "tenants" / "fieldstone" / "policies"
    folder.mkdir(mode=0o700)
    (folder / "base.yaml").write_text("not a policy", encoding="utf-8")
    assert cli("inbox").code == 0
    assert cli("stop", "on").code == 0


def test_a_second_stop_says_that_it_is_on_and_writes_nothing(home: Path, cli: Cli) -> None:
    cli("stop", "on")
    assert cli("stop", "on").code == 5
    assert cli("ledger", "verify").code == 0


def test_a_stand_in_is_named_with_the_code_and_a_worker_nobody_knows_is_not_declared_gone(
    home: Path, cli: Cli
) -> None:
    name = ("standin", "name", "priya", "--until", "2026-03-20")
    shown = cli(*name, "--json")
    assert (shown.code, shown.json["done"]) == (3, False)
    assert cli(*name, "--yes", "00000000").code == 5
    assert cli(*name, "--as", "tom", "--owner", "maya").code == 4
    assert "Done." in cli(*name, "--yes", str(shown.json["code"])).out
    assert "Priya Nair" in cli("standin", "list").out
    kept = cast("list[dict[str, str]]", cli("standin", "list", "--json").json["standins"])
    assert [one["owner"] for one in kept] == ["tom", "maya"]
    assert "does not stand in" in cli("standin", "end").out
    assert cli("standin", "end").code == 2
    assert "Nothing waits" in cli("worker", "gone").out
    assert cli("worker", "gone", "host-2:4711", "--as", "lee").code == 2
