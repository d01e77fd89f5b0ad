"""`revloop config`: an edited file is told wherever its kind is listed, and counts from an admin's yes on."""

from pathlib import Path

from tests.server.conftest import Cli
from tests.server.test_cli_doctor import told

ROOT = Path(__file__).parents[2]


def edited(home: Path, kind: str, name: str, old: str, new: str) -> None:
    folder = home / kind
    folder.mkdir(mode=0o700, exist_ok=True)
    text = (ROOT / kind / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_edited_file_is_a_draft_until_an_admin_puts_it_in_force(home: Path, cli: Cli) -> None:
    assert cli("config", "diff").out == "The files say what is in force.\n"
    edited(home, "profile", "prices.yaml", "amount: 800", "amount: 900")
    edited(home, "playbooks", "settings.yaml", "slots_minutes: 30", "slots_minutes: ten")
    assert "changed, not in effect" in cli("config", "list").out
    check = told(cli, "files of fieldstone")
    assert (check["sound"], "profile changed, not in effect" in str(check["text"])) == (False, True)
    assert "slots_minutes" in cli("config", "list").out
    shown = cli("config", "diff", "profile", "--json").json
    assert shown["changes"] == ["profile.prices.products.dispatch.amount: 800 → 900"]
    code = str(shown["code"])
    assert cli("config", "activate", "profile", "--yes", code).code == 4
    assert cli("config", "activate", "profile", "--yes", "00000000", "--as", "lee").code == 5
    assert cli("config", "activate", "profile", "--as", "lee").code == 3
    done = cli("config", "activate", "profile", "--yes", code, "--as", "lee", "--note", "new list")
    assert (done.code, "In force: profile" in done.out) == (0, True)
