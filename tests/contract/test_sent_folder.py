"""What a mail server put into its sent folder says whether a mail left: its name finds it, its body is compared."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.test_transports import APPROVED, HERE, PARCEL
from tests.fakes.imap_server import ImapBox, imap_server
from tests.fakes.mail_server import mail_server
from tools.egress import Egress
from tools.imap import Mailbox
from tools.transports import Approved, SentFolder, SmtpTransport
from tools.transports.sent import body_hash
from tools.transports.smtp import Server, mark_of

OTHER = replace(PARCEL, name="ff00@fieldstone.example", content=PARCEL.content.replace(b"<0a1b@", b"<ff00@"))


@pytest.fixture
def box() -> Iterator[ImapBox]:
    with imap_server(ImapBox()) as found:
        yield found


@pytest.fixture
def transport(box: ImapBox, tmp_path: Path) -> Iterator[SmtpTransport]:
    """Give a server that puts another mail of ours into its sent folder; what else is there a test says."""
    place = Mailbox("127.0.0.1", "maya", "secret", box.port, "Sent", is_secure=False)
    with mail_server() as log:
        folder = SentFolder(place, HERE, timedelta(minutes=5))
        found = SmtpTransport(Server.of(log.url), tmp_path / "outbox", HERE, folder, timeout_seconds=5)
        assert found.deliver(OTHER, Approved(OTHER.recipients, OTHER.content)).kind == "receipt"
        box.mails[1] = OTHER.content
        yield found


def test_a_mail_that_is_there_is_found_and_one_that_is_not_is_absent(
    box: ImapBox, transport: SmtpTransport
) -> None:
    transport.deliver(PARCEL, APPROVED)
    assert transport.look(PARCEL) == "absent"
    box.mails[2] = b"Received: by mail.example\r\n" + PARCEL.content
    assert transport.look(PARCEL) == "found"
    assert any(one.startswith("EXAMINE") and "Sent" in one for one in box.asked), "it is only looked at"


def test_another_body_under_the_name_is_neither_found_nor_absent(
    box: ImapBox, transport: SmtpTransport
) -> None:
    box.mails[2] = PARCEL.content.replace(b"Hello", b"Howdy")
    assert transport.look(PARCEL) == "different"
    box.mails[3] = PARCEL.content
    assert transport.look(PARCEL) == "different", "the right one beside it changes nothing"


def test_a_folder_that_never_showed_a_mail_of_ours_proves_nothing(
    box: ImapBox, transport: SmtpTransport
) -> None:
    del box.mails[1]
    assert transport.look(PARCEL) == "unknown"


def test_what_was_handed_to_another_server_is_looked_for_in_vain(
    box: ImapBox, transport: SmtpTransport
) -> None:
    mark_of(transport.trail, PARCEL).write_text("maya@elsewhere.example:25", encoding="utf-8")
    assert transport.look(PARCEL) == "unknown"
    assert box.asked == []
    for mark in transport.trail.glob(".*.handed"):
        mark.write_text("maya@elsewhere.example:25", encoding="utf-8")
    mark_of(transport.trail, PARCEL).unlink()
    assert transport.look(PARCEL) == "unknown", "a witness of another server is none"


@pytest.mark.parametrize("fault", ["hang_up", "no_ids", "no_body"])
def test_a_folder_that_cannot_be_read_says_nothing(
    box: ImapBox, transport: SmtpTransport, fault: str
) -> None:
    box.mails[2] = PARCEL.content
    box.faults = frozenset({fault})
    assert transport.look(PARCEL) == "unknown"


def test_a_folder_inside_the_network_is_looked_at_only_when_an_admin_named_it(
    box: ImapBox, transport: SmtpTransport
) -> None:
    assert transport.sent is not None
    shut = replace(transport, sent=replace(transport.sent, egress=Egress()))
    box.mails[2] = PARCEL.content
    assert (shut.look(PARCEL), box.asked) == ("unknown", [])


@pytest.mark.parametrize("name", ["a b@x.example", 'a"@x.example', "a\r\nX@x.example", "<a@x.example", ""])
def test_no_name_says_more_to_the_server_than_a_name(
    box: ImapBox, transport: SmtpTransport, name: str
) -> None:
    assert transport.look(replace(PARCEL, name=name)) == "unknown"
    assert not any("SEARCH" in one for one in box.asked)


def test_only_the_newest_witnesses_are_asked_for(box: ImapBox, transport: SmtpTransport) -> None:
    for number in range(40):
        mark = mark_of(transport.trail, replace(PARCEL, name=f"{number:04x}@fieldstone.example"))
        mark.write_text(transport.server.name, encoding="utf-8")
        os.utime(mark, (2_000_000_000, 2_000_000_000 + number))
    assert transport.look(PARCEL) == "unknown"
    asked = [one for one in box.asked if "SEARCH" in one]
    assert len(asked) == 6, "its own name and five others"
    assert "0027@" in asked[1], "the newest first"


def mail(body: bytes, encoding: bytes = b"7bit", **heads: str) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in heads.items()).encode()
    return head + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("content", "is_same"),
    [
        (mail(b"Hello\r\nSarah\r\n", Received="by mail.example"), True),
        (mail(b"Hello\nSarah"), True),
        (mail(b"Hello  \r\nSarah\r\n\r\n"), True),
        (mail(b"SGVsbG8NClNhcmFoDQo=", b"base64"), True),
        (mail(b"Hello\r\n\r\nSarah\r\n"), False),
        (mail(b"hello\r\nSarah\r\n"), False),
        (mail(b"Hello\r\nSarah\r\nhttps://evil.example\r\n"), False),
    ],
)
def test_the_body_is_compared_as_it_reads_and_not_as_it_was_carried(content: bytes, is_same: bool) -> None:
    assert (body_hash(content) == body_hash(mail(b"Hello\r\nSarah\r\n"))) is is_same


def test_an_enclosed_file_belongs_to_the_body() -> None:
    def enclosing(file: bytes, name: str) -> bytes:
        part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=" + name.encode()
        head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + mail(b"Hello")
        return head + b"\r\n--b\r\n" + part + b"\r\n\r\n" + file + b"\r\n--b--\r\n"

    same = body_hash(enclosing(b"one", "a.pdf"))
    assert body_hash(enclosing(b"one", "a.pdf")) == same
    assert same not in (body_hash(enclosing(b"two", "a.pdf")), body_hash(enclosing(b"one", "b.pdf")))


def test_a_server_inside_the_network_gets_mail_only_when_an_admin_named_it(tmp_path: Path) -> None:
    with mail_server() as log:
        shut = SmtpTransport(Server.of(log.url), tmp_path, Egress(), timeout_seconds=5)
        sent = shut.deliver(PARCEL, APPROVED)
        assert (sent.kind, "no admin has named it" in sent.detail, log.mails) == ("refused", True, [])
        assert not mark_of(tmp_path, PARCEL).exists()
        assert replace(shut, egress=HERE).deliver(PARCEL, APPROVED).kind == "receipt"
