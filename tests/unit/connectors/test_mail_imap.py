"""A mailbox on a server is read on from its cursor, read-only, over the checked connection."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from state.errors import InvalidInput, Unavailable
from state.world.records import MailReceived
from tests.fakes.imap_server import ImapBox, imap_server
from tests.unit.connectors.mail_desk import letter, mailroom
from tools.connectors.mail import MAIL
from tools.connectors.mail_imap import TOGETHER, Imap
from tools.connectors.port import Drained, drained
from tools.egress import Egress
from tools.imap import Mailbox


def mail(number: int) -> bytes:
    return letter(f"Mail {number}.", Message_ID=f"<{number}@acme.example>")


@pytest.fixture
def box() -> Generator[ImapBox]:
    with imap_server(ImapBox({1: mail(1), 3: mail(3)})) as found:
        yield found


def imap(box: ImapBox, folder: str = "INBOX", password: str = "secret") -> Imap:
    place = Mailbox("127.0.0.1", "maya", password, box.port, folder, is_secure=False)
    return Imap(place, mailroom(), Egress(named=frozenset({"127.0.0.1"})))


def read(box: ImapBox, cursor: str | None = None) -> Drained:
    return drained(imap(box).deltas(cursor))


def ids(found: Drained) -> list[str]:
    return [one.id for one in found.events]


def test_a_mailbox_is_read_and_its_cursor_says_where_it_ends(box: ImapBox) -> None:
    found = read(box)
    assert (ids(found), found.cursor) == (["mail:1@acme.example", "mail:3@acme.example"], "7:4")


def test_only_what_came_since_is_fetched(box: ImapBox) -> None:
    cursor = read(box).cursor
    box.asked.clear()
    assert (ids(read(box, cursor)), [one for one in box.asked if "FETCH" in one]) == ([], [])
    box.mails[5] = mail(5)
    again = read(box, cursor)
    assert (ids(again), again.cursor) == (["mail:5@acme.example"], "7:6")


def test_when_ids_are_given_out_anew_everything_is_read_again_and_is_the_same(box: ImapBox) -> None:
    before = read(box)
    box.epoch = 8
    again = read(box, before.cursor)
    assert [one.hash for one in again.events] == [one.hash for one in before.events]
    assert again.cursor == "8:4"


@pytest.mark.parametrize("cursor", ["", "x", "7:", "7:4:1", "-1:2"])
def test_a_cursor_that_is_none_begins_at_the_beginning(box: ImapBox, cursor: str) -> None:
    assert len(read(box, cursor).events) == 2


def test_many_mails_come_in_batches_each_with_its_cursor() -> None:
    with imap_server(ImapBox({number: mail(number) for number in range(1, TOGETHER + 3)})) as box:
        batches = list(imap(box).deltas(None))
    assert [len(one.found) for one in batches] == [TOGETHER, 2]
    assert [(one.cursor, one.is_last) for one in batches] == [
        (f"7:{TOGETHER + 1}", False),
        (f"7:{TOGETHER + 3}", True),
    ]


def test_the_mailbox_is_opened_read_only_and_mails_are_only_peeked_at(box: ImapBox) -> None:
    read(box)
    assert any(one.startswith("EXAMINE") for one in box.asked)
    assert all("PEEK" in one for one in box.asked if "BODY" in one)


def test_a_mail_too_large_is_not_fetched(box: ImapBox) -> None:
    box.sizes[1] = MAIL + 1
    found = read(box)
    assert ids(found) == ["mail:3@acme.example"]
    assert [(one.line, one.reason) for one in found.rejects] == [(1, "larger than 25 MB")]
    assert not any("FETCH 1 (BODY" in one for one in box.asked)


def test_a_mail_without_date_has_that_of_its_arrival_at_the_server(box: ImapBox) -> None:
    box.mails = {1: letter(Date="")}
    (event,) = read(box).events
    assert isinstance(event.data, MailReceived)
    assert (event.data.dated_by, event.time.isoformat()) == ("arrival", "2026-03-09T11:30:00+00:00")


def test_a_mail_that_the_server_does_not_send_is_said(box: ImapBox) -> None:
    box.faults = frozenset({"no_body"})
    assert [one.reason for one in read(box).rejects] == ["the server did not send it"] * 2


def test_a_host_inside_the_network_is_called_only_when_it_is_named(box: ImapBox) -> None:
    with pytest.raises(Unavailable, match="no admin has named it"):
        drained(replace(imap(box), egress=Egress()).deltas(None))
    assert box.asked == []


def test_what_goes_wrong_is_said_without_the_password(box: ImapBox) -> None:
    with pytest.raises(Unavailable, match="cannot be opened") as caught:
        drained(imap(box, password="wrong-one").deltas(None))
    assert "wrong-one" not in f"{caught.value}{caught.value.value}{imap(box, password='wrong-one')}"


@pytest.mark.parametrize(
    ("fault", "told"), [("hang_up", "broke off"), ("no_ids", "gives out no lasting ids")]
)
def test_a_server_that_fails_midway_is_unavailable(box: ImapBox, fault: str, told: str) -> None:
    box.faults = frozenset({fault})
    with pytest.raises(Unavailable, match=told):
        read(box)


@pytest.mark.parametrize("folder", ["", 'a"b', "a\r\nb", "x" * 201])
def test_a_folder_whose_name_would_say_something_else_is_refused(box: ImapBox, folder: str) -> None:
    with pytest.raises(InvalidInput):
        drained(imap(box, folder).deltas(None))
