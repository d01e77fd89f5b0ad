"""Calendars and documents brought in by hand: what the report counts, whose events they become, what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from state.canonical import digest
from state.ids import TenantId
from state.ledger.entry import Kind
from state.stores.database import Database
from tests.server.conftest import Cli
from tests.server.test_cli_import import export, tokens
from tools.connectors.document_mapping import DocumentMapping
from tools.files import load_model

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "samples" / "mappings"
CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:review-1
SUMMARY:Renewal review
DTSTART;TZID=America/New_York:20260318T100000
DTEND;TZID=America/New_York:20260318T110000
LAST-MODIFIED:20260309T080000Z
ORGANIZER:mailto:maya@fieldstone.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:WHO
END:VEVENT
BEGIN:VEVENT
UID:broken
END:VEVENT
END:VCALENDAR
"""
__all__ = ["export"]


def calendar(place: Path, who: str) -> str:
    place.write_text(CALENDAR.replace("WHO", who).replace("\n", "\r\n"), encoding="utf-8")
    return str(place)


def counts(found: dict[str, Any], *names: str) -> list[Any]:
    return [found[name] for name in names]


def test_public_calendars_are_counted_and_a_second_import_changes_nothing(
    home: Path, cli: Cli, shared_data: Path
) -> None:
    first = cli("import", "ics", str(shared_data / "ics"), "--json").json
    assert first["files"] == {"understood": 59, "rejected": 54, "others": 1}
    assert first["records"] == {"all": 122, "understood": 73}
    assert counts(first, "rejected", "conflict") == [71, 0]
    assert first["parked"] == first["new"]
    again = cli("import", "ics", str(shared_data / "ics"), "--json").json
    assert (again["new"], again["duplicate"]) == (0, first["received"])


def test_a_meeting_is_its_accounts_when_the_address_is_known(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = calendar(tmp_path / "a.ics", "sarah.chen@acme.example")
    ran = cli("import", "ics", path, "--json").json
    assert counts(ran, "new", "parked", "rejected") == [1, 0, 1]
    page = cli("account", "Acme", "--json").out
    assert "Renewal review" in page


def test_a_meeting_of_strangers_is_parked_and_said(home: Path, cli: Cli, tmp_path: Path) -> None:
    page = cli("import", "ics", calendar(tmp_path / "a.ics", "x@nowhere.example")).out
    assert "1 without an account" in page
    assert "no start (DTSTART): a.ics, VEVENT 2" in page


def test_an_account_can_be_named_for_everything_in_a_file(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = calendar(tmp_path / "a.ics", "x@nowhere.example")
    assert cli("import", "ics", path, "--account", "Acme", "--json").json["parked"] == 0
    lost = cli("import", "ics", path, "--account", "Nobody GmbH")
    assert lost.code == 2
    assert "No account is called" in lost.err


def test_a_source_counts_as_read_to_its_end_only_when_that_is_said(
    home: Path, cli: Cli, tmp_path: Path
) -> None:
    path = calendar(tmp_path / "a.ics", "sarah.chen@acme.example")
    assert cli("import", "ics", path, "--json").json["received"] == 1
    assert cli("import", "ics", path, "--complete", "--json").json["received"] == 2


def test_what_was_left_out_is_written_down(home: Path, cli: Cli, tmp_path: Path) -> None:
    calendar(tmp_path / "=cmd.ics", "x@nowhere.example")
    ran = cli("import", "ics", str(tmp_path / "=cmd.ics"), "--json").json
    written = Path(str(ran["rejects_file"]))
    assert "'=cmd.ics,0,VEVENT 2,,no start (DTSTART),not understood" in written.read_text(encoding="utf-8")
    assert written.parent == home / "tenants" / "fieldstone" / "rejects"


def entered(home: Path) -> list[dict[str, object]]:
    """Read what the ledger says of imports."""
    database = Database(f"sqlite:///{home / 'revloop.db'}")
    with database.read(TenantId("fieldstone")) as unit:
        entries = unit.ledger.sealed(limit=100_000)
    database.close()
    return [json.loads(one.payload or "") for one in entries if one.entry.kind is Kind.IMPORT]


def test_an_import_is_entered_with_what_was_read_and_left_out(home: Path, cli: Cli, tmp_path: Path) -> None:
    cli("import", "ics", calendar(tmp_path / "a.ics", "sarah.chen@acme.example"), "--json")
    [said] = entered(home)
    assert counts(said, "source", "files", "records", "left_out") == ["ics:a", 1, 2, 1]


def test_a_workspace_is_taken_through_its_mapping(home: Path, cli: Cli, shared_data: Path) -> None:
    mapping = str(MAPPINGS / "agentdojo_workspace.yaml")
    place = str(shared_data / "agentdojo")
    ran = cli("import", "yaml", place, "--mapping", mapping, "--json").json
    assert ran["by_rule"] == {"mail.received": 21, "mail.sent": 10, "meeting.updated": 26}
    assert ran["files"] == {"understood": 2, "rejected": 5, "others": 2}
    assert "line 1: the tag !include is not read" in str(ran["reasons"])
    [said] = entered(home)
    assert said["mapping"] == digest(load_model(Path(mapping), DocumentMapping).model_dump(mode="json"))
    page = cli("import", "yaml", place, "--mapping", mapping).out
    assert "2 of 7 understood, 57 of 57 records in them; 2 of other kinds not opened" in page


def test_all_recorded_meetings_are_taken_and_parked(home: Path, cli: Cli, shared_data: Path) -> None:
    mapping = str(MAPPINGS / "qmsum_meetings.yaml")
    ran = cli("import", "json", str(shared_data / "qmsum"), "--mapping", mapping, "--json").json
    assert ran["by_rule"] == {"meeting.updated": 20, "note.added": 20}
    assert counts(ran, "parked", "rejected", "remarks") == [40, 0, 0]
    assert ran["files"] == {"understood": 20, "rejected": 0, "others": 2}


def test_a_recorded_meeting_is_taken_for_the_account_that_is_named(
    home: Path, cli: Cli, shared_data: Path
) -> None:
    mapping = str(MAPPINGS / "qmsum_meetings.yaml")
    path = str(shared_data / "qmsum" / "Product" / "val" / "TS3010a.json")
    ran = cli("import", "json", path, "--mapping", mapping, "--account", "Acme", "--json").json
    assert counts(ran, "new", "parked") == [2, 0]


def note(**more: Any) -> dict[str, Any]:
    return {"id": "h1", "source": "notes", "type": "note.added", "account": "acme-corp", "time": "2026-03-09T10:00:00Z",
            "data": {"note": "N-hand", "author": "maya", "text": "Raj called."}, **more}  # fmt: skip


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_list_of_events_needs_no_mapping(home: Path, cli: Cli, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"events.{kind}"
    path.write_text(json.dumps([note(), note(id="h2", type="note.lost")]), encoding="utf-8")
    ran = cli("import", kind, str(path), "--json").json
    assert counts(ran, "new", "rejected") == [1, 1]
    assert cli("import", kind, str(path), "--json").json["duplicate"] == 1


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("ics", "nothing", "None of the calendar entries could be understood. a.ics: not a calendar"),
        ("json", "{}", "neither a list of events"),
        ("yaml", "a: !include b", "the tag !include is not read"),
    ],
)
def test_a_file_of_which_nothing_is_understood_changes_nothing(
    home: Path, cli: Cli, tmp_path: Path, kind: str, text: str, told: str
) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_text(text, encoding="utf-8")
    ran = cli("import", kind, str(path))
    assert ran.code == 2
    assert told in ran.err
    assert cli("import", kind, str(tmp_path / "none")).code == 2


def test_a_mapping_that_allows_less_than_the_profile_believes_is_refused(
    home: Path, cli: Cli, tmp_path: Path, shared_data: Path
) -> None:
    text = (MAPPINGS / "qmsum_meetings.yaml").read_text(encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text.replace("source: transcripts", "source: notes"), encoding="utf-8")
    ran = cli("import", "json", str(shared_data / "qmsum"), "--mapping", str(mapping))
    assert ran.code == 2
    assert "believes Interaction" in ran.err
    assert "sources.yaml" in ran.err


def test_only_line_ends_end_a_line(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    body = {"note": "N-hand", "author": "maya", "text": "one\u2028two\x85three"}
    clean = {**body, "text": "one\u2028two"}
    lines = [
        json.dumps(note(data=one, id=name), ensure_ascii=False) for name, one in (("a", body), ("b", clean))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    ran = cli("import", "events", str(path), "--json").json
    assert counts(ran, "new", "rejected", "reasons") == [1, 1, {"the control character U+0085": 1}]


def test_a_long_text_is_cut_with_a_mark_and_said(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    data = {"note": "N-hand", "author": "maya", "text": "long " * 20_000}
    path.write_text(json.dumps(note(data=data)), encoding="utf-8")
    page = cli("import", "events", str(path)).out
    assert "1 TAKEN IN PART, OR CHANGED" in page
    assert (
        "longer than 64 KB: cut, and marked in the text; the whole is kept beside it: e.jsonl line 1" in page
    )
    opened = cli("source", str(note(data=data)["id"]), "--json").json
    assert opened["wholes"] == [{"event": note()["id"], "field": "text", "text": data["text"]}]
    assert "Cut here: the text has 100,000 bytes" in str(opened["event"])
    assert cli("source", str(note(data=data)["id"]), "--field", "text").out.count("long") == 20_000
    assert "100,000 characters" in cli("source", str(note(data=data)["id"])).out
    assert cli("source", "nothing").code != 0


def test_on_the_wall_clock_tomorrows_events_are_refused_and_a_fast_clock_is_told(
    empty_home: Path, cli: Cli, export: Path
) -> None:
    command = [one for one in tokens(export) if one not in ("--now", "2025-08-31")]
    assert cli(*command).code == 0
    path = export.parent / "e.jsonl"
    now = datetime.now(UTC)
    times = {"a": now - timedelta(days=400), "b": now + timedelta(hours=2), "c": now + timedelta(days=2)}
    lines = [json.dumps(note(id=name, account="oak-ltd", time=at.isoformat())) for name, at in times.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    ran = cli("import", "events", str(path), "--tenant", "tiny", "--json").json
    assert counts(ran, "new", "rejected", "remarks", "invisible") == [2, 1, 1, 0]
    assert "more than 24 hours in the future" in str(ran["reasons"])


def test_a_table_field_may_be_believed_no_more_than_its_mapping_says(
    empty_home: Path, cli: Cli, export: Path
) -> None:
    mapping = export.parent / "tiny.yaml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("name: {column: account}", "name: {column: account, trust: untrusted}"))
    ran = cli(*tokens(export))
    assert ran.code == 2
    assert "believes Account.name of the source crm as system_of_record" in ran.err
    assert not (empty_home / "tenants").exists()
    mapping.write_text(
        text.replace("name: {column: account}", "name: {column: account, trust: system_of_record}")
    )
    assert cli(*tokens(export)).code == 0
