"""After a meeting: the summary by line, the note kept once, its promises in the situation, and what is refused."""

import io
import sys
from pathlib import Path

import pytest

from tests.server.conftest import Cli

CALL = """Maya: Thanks for joining. So, um, where are we?
Raj: We've decided to renew for one year.
Maya: Good. I'll send you a revised quote by Friday.
Raj: I'll share the list of depots by 20 March.
Maya: Next meeting is on 24 March.
Raj: We don't know yet who signs on our side.
"""


@pytest.fixture
def call(tmp_path: Path) -> str:
    file = tmp_path / "call.txt"
    file.write_text(CALL, encoding="utf-8")
    return str(file)


def items(document: dict[str, object]) -> list[dict[str, object]]:
    summary = document["summary"]
    assert isinstance(summary, dict)
    return list(summary["items"])


def promises(document: dict[str, object]) -> list[dict[str, object]]:
    found = document["promises"]
    assert isinstance(found, list)
    return found


@pytest.mark.usefixtures("home")
def test_every_item_is_cited_by_line_and_kept_once(cli: Cli, call: str) -> None:
    first = cli("after", call, "--account", "Acme", "--json").json
    again = cli("after", call, "--account", "Acme", "--json").json
    lines = CALL.split("\n")
    for item in items(first):
        assert all(str(item["quote"]) in lines[line - 1] for line in item["lines"])  # type: ignore[attr-defined]  # a list of lines
    assert (first["stored"], again["stored"]) == ("new", "known")
    assert again == {**first, "stored": "known"}


@pytest.mark.usefixtures("home")
def test_its_promises_are_those_of_the_situation_and_stay_two(cli: Cli, call: str) -> None:
    found = cli("after", call, "--account", "Acme", "--json").json
    told = {item["quote"] for item in items(found) if item["kind"] == "commitment"}
    assert {one["quote"] for one in promises(found)} == told
    assert len(promises(found)) == len(told) == 2
    assert {str(one["side"]) for one in promises(found)} == {"us", "them"}
    again = cli("after", call, "--account", "Acme", "--json").json
    assert promises(again) == promises(found)


@pytest.mark.usefixtures("home")
def test_the_page_says_who_by_when_and_in_which_line(cli: Cli, call: str) -> None:
    page = cli("after", call, "--account", "Acme").out
    assert "DECIDED" in page
    assert "“I'll send you a revised quote by Friday.”" in page
    assert "Maya Ortiz; due " in page
    assert "line 3)" in page
    assert "2 promises of it are open." in page


@pytest.mark.usefixtures("home")
def test_a_dry_run_keeps_nothing(cli: Cli, call: str) -> None:
    shown = cli("after", call, "--account", "Acme", "--dry-run", "--json").json
    assert shown["stored"] == "no"
    assert not promises(shown)
    assert items(shown)
    assert cli("after", call, "--account", "Acme", "--json").json["stored"] == "new"


@pytest.mark.usefixtures("home")
def test_what_the_customer_wrote_is_believed_no_more_than_a_mail(cli: Cli, call: str) -> None:
    theirs = cli("after", call, "--account", "Acme", "--theirs", "--json").json
    assert {item["trust"] for item in items(theirs)} == {"untrusted"}


@pytest.mark.usefixtures("home")
def test_notes_come_from_standard_input_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"Decided: renewal first.\r\nOpen: who signs?"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    found = cli("after", "-", "--account", "Acme", "--with", "raj@acme.example", "--dry-run", "--json").json
    assert [(item["kind"], item["lines"]) for item in items(found)] == [
        ("decision", [1]),
        ("open_question", [2]),
    ]


@pytest.mark.parametrize(
    ("text", "more", "named"),
    [
        ("", (), "nothing in the notes"),
        ("x " * 40_000, (), "characters long"),
        ("Decided.", ("--on", "2031-01-01"), "is after the clock"),
        ("Decided.", ("--with", "raj"), "mail addresses"),
        ("Decided.", ("--as", "nobody"), "nobody"),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_cannot_be_kept_is_refused_with_a_remedy(
    cli: Cli, tmp_path: Path, text: str, more: tuple[str, ...], named: str
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(text, encoding="utf-8")
    ran = cli("after", str(file), "--account", "Acme", *more)
    assert ran.code != 0
    assert named in ran.err


@pytest.mark.usefixtures("home")
def test_a_file_that_is_none_or_no_text_is_refused(cli: Cli, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    assert "is not a file" in cli("after", str(tmp_path / "none.txt"), "--account", "Acme").err
    assert "not UTF-8" in cli("after", str(picture), "--account", "Acme").err


@pytest.mark.usefixtures("home")
def test_hostile_words_are_shown_inert(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Decided: [bold]\x1b[31mall\u202e of it[/bold].", encoding="utf-8")
    page = cli("after", str(file), "--account", "Acme", "--dry-run").out
    assert "\x1b" not in page
    assert "[bold]" not in page
    assert "⟨U+202E⟩" in page
