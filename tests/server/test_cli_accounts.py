"""Any moment of an account from the command line: its history, its picture, and what belongs to which view."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from tests.server.conftest import Cli

Rows = Sequence[Mapping[str, object]]


def test_history_says_what_was_believed_and_what_took_its_place(home: Path, cli: Cli) -> None:
    beliefs = cast(Rows, cli("account", "Zephyr", "history", "amount", "--json").json["beliefs"])
    assert [(one["value"], one["is_in_force"], one["superseded_value"]) for one in beliefs] == [
        ("75000", True, None),
        ("100000", False, "75000"),
    ]
    page = cli("account", "Zephyr", "history", "amount").out
    assert "75000 — true since Mon 9 Mar; in force" in page


def test_history_as_of_a_day_ends_with_that_day(home: Path, cli: Cli) -> None:
    found = cli("account", "Zephyr", "history", "amount", "--as-of", "2026-03-08", "--json").json
    assert [one["value"] for one in cast(Rows, found["beliefs"])] == ["100000"]


def test_a_field_nobody_recorded_is_answered_with_what_is(home: Path, cli: Cli) -> None:
    ran = cli("account", "Zephyr", "history", "colour")
    assert ran.code != 0
    assert "Ask for one of:" in ran.err


def test_the_picture_is_written_and_its_table_printed(home: Path, cli: Cli, tmp_path: Path) -> None:
    place = tmp_path / "acme.svg"
    page = cli("account", "Acme Corp", "--picture", str(place)).out
    rows = cast(Mapping[str, Rows], cli("account", "Acme Corp", "--json").json["picture"])["items"]
    assert place.read_text(encoding="utf-8").startswith("<svg")
    assert 10 < len(rows) <= 25
    assert all(str(one["number"]) in page for one in rows)
    assert "Sarah Chen" in page


def test_a_picture_that_cannot_be_written_says_why(home: Path, cli: Cli, tmp_path: Path) -> None:
    ran = cli("account", "Acme Corp", "--picture", str(tmp_path / "nowhere" / "a.svg"))
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_the_state_tells_people_methods_drivers_and_health_in_full(home: Path, cli: Cli) -> None:
    standing = cast(Mapping[str, object], cli("account", "Acme Corp", "--json").json["standing"])
    people = {one["name"]: one for one in cast(Rows, standing["stakeholders"])}
    assert (people["Sarah Chen"]["champion"], people["Martin Hale"]["influence"]) == ("crm", "high")
    assert [one["method"] for one in cast(Rows, standing["overlays"])] == ["MEDDPICC", "BANT", "SPICED"]
    assert "satisfaction" in cast(Sequence[str], cast(Mapping[str, object], standing["health"])["missing"])


def test_since_the_last_meeting_is_the_baseline_named(home: Path, cli: Cli) -> None:
    named = cli("account", "Acme Corp", "diff", "--since", "last meeting", "--json").json
    assert named == cli("account", "Acme Corp", "diff", "--json").json
    assert named["baseline"] == "since the meeting of 29 January 2026"
    assert named["noise_floor"] == "amounts up to 5 %, dates up to 7 days, usage up to 10 %"


@pytest.mark.parametrize(
    "tokens", [("diff", "amount"), ("history", "--since", "2026-03-01"), ("diff", "--picture", "x.svg")]
)
def test_what_belongs_to_another_view_is_refused(tokens: tuple[str, ...], home: Path, cli: Cli) -> None:
    ran = cli("account", "Acme Corp", *tokens)
    assert ran.code == 2
    assert "belongs to" in ran.err
