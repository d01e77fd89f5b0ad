"""What a seller says of his own texts: kept on his word, shown, used, forgotten; nobody else's."""

import json
from pathlib import Path

import pytest

from tests.server.conftest import Cli


def kept(home: Path) -> str:
    file = home / "tenants" / "fieldstone" / "preferences.json"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_nothing_is_kept_until_it_is_said_and_nothing_after_it_is_forgotten(cli: Cli, home: Path) -> None:
    assert "Nothing is kept" in cli("preferences", "show").out
    assert kept(home) == ""
    assert "Kind regards," in cli("preferences", "set", "sign-off=Kind regards,", "tone=warm").out
    assert "warm" in cli("preferences", "show").out
    cli("preferences", "forget", "sign-off")
    assert "Kind regards" not in kept(home)
    assert cli("preferences", "show", "--json").json["style"] == {
        "tone": "warm", "sign_off": None, "meeting_minutes": None, "length": None,
    }  # fmt: skip
    cli("preferences", "forget")
    assert kept(home) == ""


@pytest.mark.usefixtures("home")
def test_each_seller_has_his_own(cli: Cli) -> None:
    cli("preferences", "set", "tone=warm")
    assert "Nothing is kept" in cli("preferences", "show", "--as", "tom").out


def test_the_file_is_for_its_owner_and_the_ledger_knows_who_and_not_what(
    cli: Cli, home: Path, tmp_path: Path
) -> None:
    cli("preferences", "set", "sign-off=Warmly yours")
    assert (home / "tenants" / "fieldstone" / "preferences.json").stat().st_mode & 0o077 == 0
    bundle = tmp_path / "bundle.json"
    assert cli("ledger", "export", str(bundle)).code == 0
    text = bundle.read_text(encoding="utf-8")
    assert "Warmly yours" not in text
    assert "writing" in text
    assert cli("ledger", "verify").code == 0


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (("set", "tone=loud"), "plain, warm or formal"),
        (("set", "meeting-minutes=4"), "between 5 and 120"),
        (("set", "sign-off=see http://x.example"), "without addresses or links"),
        (("set", "colour=red"), "Known: tone"),
        (("set", "tone"), "name=value"),
        (("set",), "For example"),
        (("forget",), "nothing kept"),
    ],
)
def test_what_is_no_preference_is_refused_and_nothing_is_kept(
    cli: Cli, home: Path, said: tuple[str, ...], named: str
) -> None:
    ran = cli("preferences", *said)
    assert ran.code != 0
    assert named in ran.err
    assert kept(home) == ""


def test_a_damaged_file_is_named(cli: Cli, home: Path) -> None:
    (home / "tenants" / "fieldstone" / "preferences.json").write_text(
        json.dumps({"users": {"maya": 1}}), encoding="utf-8"
    )
    assert "is damaged" in cli("preferences", "show").err


@pytest.mark.usefixtures("home")
def test_a_short_page_keeps_what_is_never_cut(cli: Cli) -> None:
    full = cli("prep", "Acme").out
    cli("preferences", "set", "length=short")
    short = cli("prep", "Acme").out
    assert len(short) < len(full)
    for title in ("in ten seconds", "people", "open promises", "contradictions"):
        assert title in short.lower()
    assert "\nTALKING POINTS" in full
    assert "\nTALKING POINTS" not in short
