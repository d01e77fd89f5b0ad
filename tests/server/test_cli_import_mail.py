"""Mails and news by the command line: counted, parked, matched to what we sent, and obeyed."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.imap_server import ImapBox, imap_server
from tests.server.conftest import Cli
from tests.unit.connectors.mail_desk import letter

SARAH = "sarah.chen@acme.example"
OURS = "ML-acme-corp-26@fieldstone.example"
FEED = """<rss version="2.0"><channel>
<item><guid>1</guid><title>Acme opens a depot</title><link>https://acme.example/1</link>
<pubDate>Mon, 09 Mar 2026 08:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Nobody knows this</title><pubDate>Mon, 09 Mar 2026 08:00:00 GMT</pubDate></item>
<item><guid>3</guid><title>Undated</title></item></channel></rss>"""


def answer(path: Path, body: str, **headers: str) -> Path:
    usual = {
        "From": f"Sarah Chen <{SARAH}>",
        "In_Reply_To": f"<{OURS}>",
        "Message_ID": f"<{path.stem}@acme.example>",
    }
    path.write_bytes(letter(body, **{**usual, **headers}))
    return path


def mailbox(box: ImapBox, folder: str = "") -> tuple[str, ...]:
    return ("import", "mail", f"imap://maya@127.0.0.1:{box.port}/{folder}", "--json")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapBox]:
    monkeypatch.setenv("REVLOOP_INSIDE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("REVLOOP_IMAP_PASSWORD", "secret")
    mails = {number: letter(f"Mail {number}.", Message_ID=f"<{number}@acme.example>") for number in (1, 3)}
    with imap_server(ImapBox(mails)) as found:
        yield found


def test_a_mailbox_is_read_on_from_where_it_was_left(home: Path, cli: Cli, box: ImapBox) -> None:
    first = cli(*mailbox(box)).json
    assert (first["new"], first["by_rule"]) == (3, {"mail.received": 2})
    box.mails[5] = letter("One more.", Message_ID="<5@acme.example>")
    box.asked.clear()
    again = cli(*mailbox(box)).json
    assert again["by_rule"] == {"mail.received": 1}
    assert not any("FETCH 1 " in one for one in box.asked)
    cursors = home / "tenants" / "fieldstone" / "cursors.json"
    assert json.loads(cursors.read_text()) == {"maya@127.0.0.1/INBOX": "7:6"}
    assert cursors.stat().st_mode & 0o077 == 0


def test_the_password_may_stand_in_a_file_of_its_owner(
    home: Path, cli: Cli, box: ImapBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n")
    monkeypatch.delenv("REVLOOP_IMAP_PASSWORD")
    monkeypatch.setenv("REVLOOP_IMAP_PASSWORD_FILE", str(file))
    file.chmod(0o644)
    assert "can be read by others" in cli(*mailbox(box)).out
    file.chmod(0o600)
    assert cli(*mailbox(box)).json["new"] == 3


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("imaps://127.0.0.1/INBOX", "not complete"),
        ("imaps://maya:secret@127.0.0.1/INBOX", "does not belong into a command"),
        ("imap://maya@mail.example/INBOX", "over TLS alone"),
        ("imaps://maya@[::1/INBOX", "not complete"),
    ],
)
def test_an_address_that_would_leak_or_fail_is_refused(
    home: Path, cli: Cli, box: ImapBox, place: str, told: str
) -> None:
    ran = cli("import", "mail", place)
    assert ran.code == 2
    assert told in ran.err
    assert "secret" not in ran.err
    assert box.asked == []


def recorded_answers(home: Path) -> set[str]:
    """Read from the database which mails were recorded as answers."""
    with closing(sqlite3.connect(home / "revloop.db")) as connection:
        rows = connection.execute("SELECT body FROM crm_records WHERE kind = 'touch'").fetchall()
    found = [json.loads(body)["body"] for (body,) in rows]
    return {one["mail"].partition("@")[0] for one in found if "answers" in one}


def answers(report: Mapping[str, object]) -> object:
    return report["answers"]


def test_the_public_mails_are_understood_parked_or_left_out_and_a_second_time_known(
    home: Path, cli: Cli, shared_data: Path
) -> None:
    first = cli("import", "mail", str(shared_data / "eml"), "--json").json
    assert first["files"] == {"understood": 55, "rejected": 3, "others": 1}
    assert (first["received"], first["rejected"], first["by_rule"]) == (
        59, 3, {"mail.bounced": 9, "mail.received": 50},
    )  # fmt: skip
    assert first["parked"] == first["new"]
    again = cli("import", "mail", str(shared_data / "eml"), "--json").json
    assert (again["new"], again["received"]) == (0, 59)


def test_an_answer_is_matched_to_our_mail_and_recorded_once(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = answer(tmp_path / "r1.eml", "Sounds good, let's talk.")
    first, again = (
        cli("import", "mail", str(path), "--json").json,
        cli("import", "mail", str(path), "--json").json,
    )
    assert answers(first) == {"recorded": 1, "counted": 1, "reply_positive": 1}
    assert answers(again) == {"recorded": 0, "counted": 0}
    assert "Sarah Chen wrote on 9 March 2026" in cli("account", "Acme").out
    assert cli("ledger", "verify").code == 0


CITING: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 1),
    ({"In_Reply_To": "", "References": f"<x@y.example> <{OURS}>"}, 1),
    ({"In_Reply_To": "<ML-acme-corp-26@evil.example>"}, 0),
    ({"In_Reply_To": "<ML-nobody-1@fieldstone.example>"}, 0),
    ({"In_Reply_To": ""}, 0),
    ({"From": "eve@evil.example"}, 0),
    ({"Precedence": "bulk"}, 0),
    ({"Auto_Submitted": "auto-replied"}, 0),
)


def test_only_a_personal_answer_of_the_same_account_that_cites_our_mail_is_matched(
    home: Path, cli: Cli, tmp_path: Path
) -> None:
    for number, (headers, _) in enumerate(CITING):
        answer(tmp_path / f"case-{number}.eml", "Sounds good.", **headers)
    assert cli("import", "mail", str(tmp_path), "--json").json["new"] == len(CITING)
    matched = {number for number, (_, recorded) in enumerate(CITING) if recorded}
    assert {int(name.partition("-")[2]) for name in recorded_answers(home)} == matched


def test_an_answer_of_a_colleague_who_was_not_written_to_is_recorded_and_not_counted(
    home: Path, cli: Cli, tmp_path: Path
) -> None:
    path = answer(tmp_path / "r.eml", "Sounds good.", From="new.person@acme.example")
    assert answers(cli("import", "mail", str(path), "--json").json) == {
        "recorded": 1, "counted": 0, "reply_positive": 1,
    }  # fmt: skip


def test_an_answer_to_an_imported_mail_of_ours_is_matched(home: Path, cli: Cli, tmp_path: Path) -> None:
    ours = letter("Hello Sarah.", From="maya@fieldstone.example", To=SARAH, Message_ID="<own-1@mail.example>")
    (tmp_path / "a.eml").write_bytes(ours)
    answer(tmp_path / "b.eml", "We are not interested.", In_Reply_To="<own-1@mail.example>")
    found = cli("import", "mail", str(tmp_path), "--json").json
    assert answers(found) == {"recorded": 1, "counted": 1, "reply_negative": 1}


def test_who_unsubscribes_is_mailed_no_more(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = answer(
        tmp_path / "r.eml", "Please unsubscribe me.", In_Reply_To="", Date="Tue, 10 Mar 2026 09:00:00 +0000"
    )
    ran = cli("import", "mail", str(path))
    assert "acme-corp.sarah-chen wants no more mail" in ran.out
    assert cli("import", "mail", str(path), "--json").json["opted_out"] == []
    assert "Sarah Chen wants no mail since 10 March 2026" in cli("account", "Acme").out


def test_a_way_out_written_by_somebody_else_takes_nobody_off(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = answer(tmp_path / "r.eml", "Please unsubscribe me.", From=f'"{SARAH}" <eve@evil.example>')
    assert cli("import", "mail", str(path), "--json").json["opted_out"] == []


def test_mails_without_any_sender_are_refused_whole(home: Path, cli: Cli, tmp_path: Path) -> None:
    ran = cli("import", "mail", str(answer(tmp_path / "r.eml", "x", From="")))
    assert (ran.code, "None of the mails could be understood" in ran.err) == (2, True)


def test_a_feed_in_a_file_becomes_news(home: Path, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    found = cli("import", "feed", str(tmp_path / "feed.xml"), "--json").json
    assert (found["new"], found["parked"], found["rejected"]) == (2, 1, 1)


def test_a_feed_inside_the_network_is_not_called_unless_it_is_named(
    home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = cli("import", "feed", "http://127.0.0.1:9/feed")
    assert "no admin has named it" in refused.err
    monkeypatch.setenv("REVLOOP_INSIDE_HOSTS", "mail.example, 127.0.0.1:9")
    assert "does not answer" in cli("import", "feed", "http://127.0.0.1:9/feed").err
