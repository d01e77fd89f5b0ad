"""Mails in files: single ones, folders, mailboxes of both old forms."""

from pathlib import Path

import pytest

from state.errors import InvalidInput, NotFound
from state.world.event import Event
from tests.unit.connectors.mail_desk import letter, mailroom
from tools.connectors.mail import MAIL
from tools.connectors.mail_files import MailFiles, mail_files, split_box
from tools.connectors.port import Drained, drained

ONE, TWO = (
    letter(Message_ID="<1@acme.example>"),
    letter("Bye.\n>From here on.", Message_ID="<2@acme.example>"),
)


def read(path: Path) -> tuple[MailFiles, list[Drained]]:
    files = mail_files(path, mailroom())
    return files, [drained(one.deltas(None)) for one in files.connectors]


def ids(found: list[Drained]) -> list[str]:
    return sorted(one.id for part in found for one in part.events)


def box(*mails: bytes) -> bytes:
    return b"".join(b"From x@y Mon Mar  9 10:00:00 2026\n" + one + b"\n" for one in mails)


def test_a_single_mail_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(ONE)
    assert ids(read(tmp_path / "note.txt")[1]) == ["mail:1@acme.example"]


def test_a_folder_is_read_to_its_ground_and_other_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.eml").write_bytes(ONE)
    (tmp_path / "2.EML").write_bytes(TWO)
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / "link.eml").symlink_to(tmp_path / "a" / "1.eml")
    files, found = read(tmp_path)
    assert (ids(found), files.others) == (["mail:1@acme.example", "mail:2@acme.example"], ("notes.md",))


def test_a_mailbox_is_cut_at_its_from_lines_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(box(ONE, TWO, b"no mail at all\n"))
    _, (found,) = read(path)
    assert ids([found]) == ["mail:1@acme.example", "mail:2@acme.example"]
    assert [(one.line, one.reason) for one in found.rejects] == [(20, "no sender")]
    assert "From here on." in str(found.events[1].data)
    assert ">From" not in str(found.events[1].data)


def test_a_mailbox_goes_on_after_its_cursor(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(box(ONE))
    (source,) = mail_files(path, mailroom()).connectors
    cursor = drained(source.deltas(None)).cursor
    path.write_bytes(box(ONE, TWO))
    assert ids([drained(source.deltas(cursor))]) == ["mail:2@acme.example"]


def test_a_mail_of_a_mailbox_that_is_too_large_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(box(letter("x" * MAIL), TWO))
    sizes = [None if content is None else len(content) for _, content in split_box(path)]
    assert [size is None for size in sizes] == [True, False]
    _, (found,) = read(path)
    assert [one.reason for one in found.rejects] == ["larger than 25 MB"]
    assert ids([found]) == ["mail:2@acme.example"]


def test_a_maildir_is_read_and_what_is_still_being_written_is_not(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / "Mail" / name).mkdir(parents=True)
    (tmp_path / "Mail" / "cur" / "1.host:2,S").write_bytes(ONE)
    (tmp_path / "Mail" / "new" / "2.host").write_bytes(TWO)
    (tmp_path / "Mail" / "tmp" / "3.host").write_bytes(TWO[:20])
    for root in (tmp_path, tmp_path / "Mail"):
        _, (found,) = read(root)
        assert ids([found]) == ["mail:1@acme.example", "mail:2@acme.example"]
        assert found.rejects == ()


def test_a_mail_too_large_in_a_folder_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(ONE)
    with (tmp_path / "2.eml").open("wb") as stream:
        stream.truncate(MAIL + 1)
    _, (found,) = read(tmp_path)
    assert [one.reason for one in found.rejects] == ["larger than 25 MB"]
    assert all(isinstance(one, Event) for one in found.events)


def test_a_path_without_mails_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        mail_files(tmp_path / "none", mailroom())
    with pytest.raises(InvalidInput, match=r"holds no \.eml"):
        mail_files(tmp_path, mailroom())
