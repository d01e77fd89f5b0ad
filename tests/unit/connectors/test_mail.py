"""One mail becomes one event, whatever is wrong with it; or it is left out with a reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.event import Event
from state.world.records import MailBounced, MailReceived, MailSent
from state.world.whole_text import FIELD_BYTES as FIELD
from state.world.whole_text import Whole
from tests.unit.connectors.mail_desk import NOW, event_of, letter, mailroom, reasons, told
from tools.connectors.mail import MAIL, Letter, Unread, read_mail
from tools.connectors.mail_events import event_id
from tools.connectors.mail_files import mail_files
from tools.connectors.port import Drained, Reject, drained

REPORT = """This is a multi-part message.

--b
Content-Type: text/plain

Your mail did not arrive.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; <gone@acme.example>
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822; here@acme.example
Action: delivered
Status: 2.0.0

--b
Content-Type: text/rfc822-headers

Message-ID: <ours@fieldstone.example>

--b--
"""


@pytest.fixture(scope="module")
def public(shared_data: Path) -> Drained:
    """Give everything that the public mails hold."""
    (files,) = mail_files(shared_data / "eml", mailroom()).connectors
    return drained(files.deltas(None))


def test_of_58_public_mails_55_are_understood_and_3_left_out_with_a_reason(public: Drained) -> None:
    assert (len(public.files), public.understood) == (58, 55)
    assert [(one.file, one.reason) for one in public.rejects] == [
        ("error_bad_encoded_subject.eml", "no sender"),
        ("plain_raw_email_incorrect_header.eml", "no sender"),
        ("rfc2822/example13.eml", "no sender"),
    ]


def test_dates_and_names_that_public_mails_lack_are_inferred_and_said(public: Drained) -> None:
    said = reasons(public.remarks)
    assert said.count("no usable date: dated by its last server") == 3
    assert said.count("no usable date: dated by its arrival, inferred") == 6
    assert said.count("none of its own: named by the hash of the mail") == 6


def test_public_bounces_name_each_address_and_its_status(public: Drained) -> None:
    bounced = [one.data for one in public.events if isinstance(one.data, MailBounced)]
    assert sorted(one.status_code for one in bounced) == ["4.2.2", "4.5.0", *["5.1.1"] * 5, "5.3.0", "5.3.0"]
    assert all(one.mail for one in bounced)


def test_every_public_mail_is_the_same_when_read_again(public: Drained, shared_data: Path) -> None:
    (files,) = mail_files(shared_data / "eml", mailroom()).connectors
    assert [one.hash for one in drained(files.deltas(None)).events] == [one.hash for one in public.events]


def test_a_mail_from_outside_is_received_and_belongs_to_its_sender() -> None:
    event = event_of(letter(In_Reply_To="<a@x.example>", References="<r@x.example> <a@x.example>"))
    record = event.data
    assert isinstance(record, MailReceived)
    assert (event.id, event.account, event.source) == ("mail:m1@acme.example", "acme", "mail")
    assert (record.thread, record.in_reply_to) == ("r@x.example", "a@x.example")
    assert (record.sender, record.sender_name, record.dated_by) == (
        "sarah@acme.example",
        "Sarah Chen",
        "header",
    )


def test_a_mail_of_one_of_us_is_sent_and_belongs_to_those_it_went_to() -> None:
    event = event_of(
        letter(From="Maya <Maya@fieldstone.example>", To="sarah@acme.example, tom@fieldstone.example")
    )
    assert isinstance(event.data, MailSent)
    assert (event.data.user, event.account) == ("maya", "acme")


def test_a_mail_to_two_accounts_is_parked() -> None:
    event = event_of(letter(From="maya@fieldstone.example", To="a@acme.example, b@oak.example"))
    assert event.account is None


def test_a_mail_between_colleagues_is_not_kept() -> None:
    assert reasons(told(letter(From="maya@fieldstone.example", To="tom@fieldstone.example"))) == [
        "only colleagues take part; it is not kept"
    ]


@pytest.mark.parametrize(
    "check", ["mx; dmarc=fail header.from=fieldstone.example", "mx; spf=fail; dkim=none"]
)
def test_a_mail_that_only_says_it_is_from_one_of_us_is_left_out(check: str) -> None:
    forged = letter(From="maya@fieldstone.example", To="sarah@acme.example", Authentication_Results=check)
    assert "found that it is not" in reasons(told(forged))[0]
    passed = letter(From="maya@fieldstone.example", To="sarah@acme.example",
                    Authentication_Results="mx; spf=fail; dkim=pass")  # fmt: skip
    assert isinstance(event_of(passed).data, MailSent)


def test_a_name_that_looks_like_an_address_adds_nobody() -> None:
    record = event_of(letter(From='"maya@fieldstone.example" <eve@evil.example>')).data
    assert isinstance(record, MailReceived)
    assert (record.sender, record.sender_name) == ("eve@evil.example", "maya@fieldstone.example")
    assert event_of(letter(From='"sarah@acme.example" <eve@evil.example>')).account is None


@pytest.mark.parametrize(
    "sender",
    ["", "Sarah Chen", "<>", "a b <c d@x>", "eve\u200b@evil.example", "a@b@c.example", "x" * 300 + "@y.example"],
)  # fmt: skip
def test_a_mail_without_a_plain_sender_is_left_out(sender: str) -> None:
    assert [one for one in told(letter(From=sender)) if isinstance(one, Event)] == []


@pytest.mark.parametrize(
    ("date", "received", "by"),
    [
        ("Mon, 09 Mar 2026 10:00:00 +0000", "", "header"),
        ("Mon, 09 Mar 2026 10:00:00", "", "header"),
        ("soon", "by mx; Mon, 09 Mar 2026 11:00:00 +0000", "received"),
        ("Thu, 12 Mar 2026 10:00:00 +0000", "by mx; Mon, 09 Mar 2026 11:00:00 +0000", "received"),
        ("Mon, 09 Mar 1970 10:00:00 +0000", "by mx; never", "arrival"),
        ("", "", "arrival"),
    ],
)
def test_a_date_is_the_mails_own_else_the_last_servers_else_its_arrival(
    date: str, received: str, by: str
) -> None:
    event = event_of(letter(Date=date, Received=received))
    assert isinstance(event.data, MailReceived)
    assert event.data.dated_by == by
    assert event.time == (NOW if by == "arrival" else event.time)


def test_a_mail_without_date_keeps_the_arrival_it_first_had() -> None:
    raw = letter(Date="")
    (first,) = [one for one in mailroom().found(raw, "f") if isinstance(one, Event)]
    later = mailroom()
    object.__setattr__(later, "known", {first.id: first.time}.get)
    object.__setattr__(later.setting, "now", NOW.replace(day=20))
    (again,) = [one for one in later.found(raw, "f") if isinstance(one, Event)]
    assert again.hash == first.hash


@pytest.mark.parametrize("name", ["", "two words", "<a>b", "é@x", "x" * 400])
def test_a_mail_without_a_usable_name_is_named_by_its_hash(name: str) -> None:
    raw = letter(Message_ID=name)
    event = event_of(raw)
    assert event.id.startswith("mail:sha256:")
    assert event_of(raw).id == event.id


def test_a_mail_from_outside_cannot_take_the_name_of_one_of_ours() -> None:
    borrowed = event_of(letter(Message_ID="<ours@fieldstone.example>"))
    assert borrowed.id.startswith("mail:sha256:")
    own = event_of(
        letter(From="maya@fieldstone.example", To="a@acme.example", Message_ID="<ours@fieldstone.example>")
    )
    assert own.id == "mail:ours@fieldstone.example"


def test_automatic_and_bulk_mails_are_marked() -> None:
    for header, value in (
        ("Auto_Submitted", "auto-replied"),
        ("Precedence", "auto_reply"),
        ("X_Autoreply", "yes"),
    ):
        record = event_of(letter(**{header: value})).data
        assert isinstance(record, MailReceived)
        assert record.auto_reply
    for header, value in (("List_Unsubscribe", "<mailto:x@y.z>"), ("List_Id", "<l>"), ("Precedence", "bulk")):
        record = event_of(letter(**{header: value})).data
        assert isinstance(record, MailReceived)
        assert record.bulk


def test_our_own_mail_with_a_way_out_is_not_bulk_and_a_personal_mail_is_neither() -> None:
    sent = event_of(
        letter(From="maya@fieldstone.example", To="a@acme.example", List_Unsubscribe="<mailto:x@y.z>")
    ).data
    plain = event_of(letter(Auto_Submitted="no")).data
    assert isinstance(sent, MailSent)
    assert isinstance(plain, MailReceived)
    assert (sent.bulk, plain.bulk, plain.auto_reply) == (False, False, False)


def test_a_delivery_report_becomes_one_bounce_per_address_that_failed() -> None:
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    found = told(letter(REPORT, From="MAILER-DAEMON", MIME_Version="1.0", Content_Type=kind))
    (event,) = found
    assert isinstance(event, Event)
    assert isinstance(event.data, MailBounced)
    assert (event.data.recipient, event.data.status_code) == ("gone@acme.example", "5.1.1")
    assert (event.data.mail, event.account) == ("ours@fieldstone.example", "acme")


def test_a_mail_over_25_megabytes_is_left_out() -> None:
    at = letter("x" * (MAIL - len(letter("")) - 1))
    assert isinstance(read_mail(at[:MAIL]), Letter)
    assert read_mail(at + b"xx") == Unread("mail", "", "larger than 25 MB")


def test_a_text_over_64_kilobytes_is_cut_and_said() -> None:
    found = told(letter("ü" * FIELD))
    record = next(one.data for one in found if isinstance(one, Event))
    assert isinstance(record, MailReceived)
    assert len(record.text.encode()) <= FIELD
    assert "longer than 64 KB: cut there; the whole is kept beside it" in reasons(found)
    [whole] = [one for one in found if isinstance(one, Whole)]
    assert whole.text.strip() == "ü" * FIELD
    assert whole.seal in record.text


@pytest.fixture(scope="module")
def originals(shared_data: Path) -> tuple[bytes, ...]:
    return tuple(one.read_bytes() for one in sorted((shared_data / "eml").rglob("*.eml")))


@given(data=st.data())
def test_a_mutated_mail_is_understood_or_left_out_with_a_reason(
    data: st.DataObject, originals: tuple[bytes, ...]
) -> None:
    raw = bytearray(data.draw(st.sampled_from(originals)))
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(0, len(raw)))
        gone, fresh = data.draw(st.integers(0, 200)), data.draw(st.binary(max_size=40))
        raw[place : place + gone] = fresh
    for one in told(bytes(raw)):
        assert one.reason if isinstance(one, Reject) else one.hash if isinstance(one, Event) else one.seal


@given(raw=st.binary(max_size=2000))
def test_any_bytes_are_understood_or_left_out_with_a_reason(raw: bytes) -> None:
    found = told(raw)
    assert found
    assert all(one.reason if isinstance(one, Reject) else one.model_dump() for one in found)


def test_a_file_and_a_server_name_the_same_mail_alike() -> None:
    assert event_id("m1@acme.example") == event_of(letter()).id
