"""What a no brings with it at the command line: facts to correct, a touch that is kept, another inbox."""

from pathlib import Path

from tests.server.conftest import Cli
from tests.server.test_cli_deciding import card, status

HOTEL = "oakhaven-hotels"


def test_a_wrong_fact_shows_what_the_card_rests_on_and_how_to_correct_it(home: Path, cli: Cli) -> None:
    told = cli("reject", card(cli, HOTEL, "send_email"), "--reason", "wrong fact").out
    assert "It rests on these; say what is right:" in told
    assert f"revloop correct {HOTEL} " in told


def test_a_wrong_fact_is_corrected_in_the_same_breath(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    ran = cli(
        "reject", name, "--reason", "wrong fact", "--fact", "Elena Ruiz", "title", "Head of IT", "--json"
    )
    assert (ran.code, status(ran), ran.json["facts"]) == (0, "cancelled", [])
    assert "Head of IT" in cli("account", "Oakhaven", "--json").out


def test_a_correction_that_cannot_be_rejects_nothing(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    assert cli("reject", name, "--reason", "wrong fact", "--fact", "Nobody Atall", "title", "x").code == 2
    assert cli("reject", name, "--reason", "tone", "--fact", "Elena Ruiz", "title", "x").code == 2
    assert card(cli, HOTEL, "send_email") == name


def test_what_i_did_myself_ends_the_card(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    ran = cli("done", name, "--json")
    assert (ran.code, status(ran), ran.json["reason"]) == (0, "cancelled", "already done")
    assert cli("done", name).code == 5


def test_only_an_unclear_effect_can_be_said_not_to_have_happened(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    assert cli("done", name, "--not").code == 5
    assert card(cli, HOTEL, "send_email") == name


def test_a_card_goes_into_a_colleagues_inbox_and_says_who_approves_it(home: Path, cli: Cli) -> None:
    name = card(cli, HOTEL, "send_email")
    assert "maya or a named delegate still approves it" in cli("delegate", name, "priya").out
    assert card(cli, HOTEL, "send_email", "--as", "priya") == name
    assert cli("approve", name, "--as", "priya").code == 4
