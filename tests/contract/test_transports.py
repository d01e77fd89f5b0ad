"""What every transport owes: the exact bytes, once, to exactly these recipients, and an honest word about it."""

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes.mail_server import mail_server, scripted_server
from tools.egress import Egress
from tools.transports import Approved, FolderTransport, Parcel, SmtpTransport, Transport
from tools.transports.smtp import Server, mark_of

PARCEL = Parcel(
    name="0a1b@fieldstone.example",
    suffix="eml",
    sender="maya@fieldstone.example",
    recipients=("sarah@acme.example", "raj@acme.example"),
    content=b"From: maya@fieldstone.example\r\nMessage-ID: <0a1b@fieldstone.example>\r\n\r\n.Hello\r\n..\r\n",
)
APPROVED = Approved(PARCEL.recipients, PARCEL.content)
HERE = Egress(named=frozenset({"127.0.0.1"}))


def holding(words: bytes) -> tuple[Parcel, Approved]:
    """Wrap other words under the same name, approved as they are."""
    content = PARCEL.content + words
    return replace(PARCEL, content=content), Approved(PARCEL.recipients, content)


@dataclass
class Bench:
    """A transport and what arrived there, read without it."""

    transport: Transport
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["folder", "smtp"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "folder":
        yield Bench(
            FolderTransport(tmp_path / "outbox"),
            lambda: [path.read_bytes() for path in sorted((tmp_path / "outbox").glob("*.eml"))],
        )
        return
    with mail_server() as log:
        transport = SmtpTransport(Server.of(log.url), tmp_path / "outbox", HERE, timeout_seconds=5)
        yield Bench(transport, lambda: [content for _, _, content in log.mails])


def test_the_exact_bytes_arrive(bench: Bench) -> None:
    assert bench.transport.deliver(PARCEL, APPROVED).kind == "receipt"
    assert bench.arrived() == [PARCEL.content]


def test_nothing_that_arrived_is_called_absent(bench: Bench) -> None:
    bench.transport.deliver(PARCEL, APPROVED)
    assert bench.transport.look(PARCEL) in ("found", "unknown")


def test_nothing_else_is_ever_called_found(bench: Bench) -> None:
    bench.transport.deliver(PARCEL, APPROVED)
    assert bench.transport.look(replace(PARCEL, content=b"other")) == "unknown"
    assert bench.transport.look(replace(PARCEL, name="ffff@fieldstone.example")) in ("absent", "unknown")


def test_a_folder_holds_one_private_file_whatever_is_tried(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "outbox")
    assert [folder.deliver(PARCEL, APPROVED).kind for _ in range(3)] == ["receipt"] * 3
    assert folder.deliver(*holding(b"other")).kind == "refused"
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.read_bytes() == PARCEL.content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_of_many_at_once_one_writes_and_all_say_so(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "outbox")
    with ThreadPoolExecutor(8) as pool:
        kinds = [sent.kind for sent in pool.map(lambda _: folder.deliver(PARCEL, APPROVED), range(40))]
    assert kinds == ["receipt"] * 40
    assert len(list((tmp_path / "outbox").iterdir())) == 1


def test_of_two_different_contents_under_one_name_one_stays(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "outbox")
    parcels = [holding(str(number).encode()) for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        kinds = [sent.kind for sent in pool.map(lambda one: folder.deliver(*one), parcels)]
    assert sorted(kinds) == ["receipt"] + ["refused"] * 19


@pytest.mark.parametrize(
    "name", ["../escape@x.example", "a/b@x.example", ".hidden@x.example", "noat", "a\n@x.example", ""]
)
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    assert (
        FolderTransport(tmp_path / "outbox").deliver(replace(PARCEL, name=name), APPROVED).kind == "refused"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_not_done_and_stays(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("mine")
    assert FolderTransport(tmp_path / "outbox").deliver(PARCEL, APPROVED).kind == "not_done"
    assert FolderTransport(tmp_path / "outbox").look(PARCEL) == "unknown"
    assert (tmp_path / "outbox").read_text() == "mine"


def smtp(url: str, trail: Path) -> SmtpTransport:
    return SmtpTransport(Server.of(url), trail, HERE, timeout_seconds=2)


def test_the_envelope_is_the_effects_recipients_and_no_other(tmp_path: Path) -> None:
    with mail_server() as log:
        smtp(log.url, tmp_path).deliver(PARCEL, APPROVED)
    ((sender, recipients, _),) = log.mails
    assert (sender, recipients) == (PARCEL.sender, PARCEL.recipients)


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        ({"mail": "550 not you"}, "refused"),
        ({"mail": "451 later"}, "not_done"),
        ({"raj@acme.example": "550 5.1.1 unknown"}, "refused"),
        ({"raj@acme.example": "450 4.2.0 greylisted"}, "not_done"),
        ({"data": "554 no"}, "refused"),
        ({"data": "452 full"}, "not_done"),
    ],
)
def test_a_definite_no_is_told_apart_and_reaches_nobody(
    tmp_path: Path, faults: dict[str, str], kind: str
) -> None:
    with mail_server(faults) as log:
        sent = smtp(log.url, tmp_path).deliver(PARCEL, APPROVED)
    assert sent.kind == kind
    assert sent.detail[:3] == next(iter(faults.values()))[:3]
    assert log.mails == []
    assert not mark_of(tmp_path, PARCEL).exists()


def test_no_server_means_not_done(tmp_path: Path) -> None:
    with mail_server() as log:
        url = log.url
    assert smtp(url, tmp_path).deliver(PARCEL, APPROVED).kind == "not_done"
    assert not mark_of(tmp_path, PARCEL).exists()


HELLO = ("220 hi", "250 here", "250 sender", "250 first", "250 second")


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((None,), "not_done"),
        (("220 hi", None), "not_done"),
        (("421 busy",), "not_done"),
        ((*HELLO[:4], None), "not_done"),
        ((*HELLO, "354 go on", None), "unknown"),
        ((*HELLO, None), "unknown"),
        ((*HELLO, "354 go on", "garbage"), "unknown"),
        ((*HELLO, "garbage"), "unknown"),
        ((*HELLO, "354 go on", "250 kept"), "receipt"),
    ],
)
def test_what_is_unclear_once_data_began_is_unknown_and_leaves_a_mark(
    tmp_path: Path, answers: tuple[str | None, ...], kind: str
) -> None:
    with scripted_server(*answers) as url:
        assert smtp(url, tmp_path).deliver(PARCEL, APPROVED).kind == kind
    assert mark_of(tmp_path, PARCEL).exists() is (kind != "not_done")


def test_a_server_that_falls_silent_after_data_is_unknown(tmp_path: Path) -> None:
    with scripted_server(*HELLO, "354 go on", "250-wait") as url:
        transport = SmtpTransport(Server.of(url), tmp_path, HERE, timeout_seconds=0.3)
        assert transport.deliver(PARCEL, APPROVED).kind == "unknown"


class Elsewhere(Server):
    """A server that is not on this machine, as far as passwords are concerned."""

    @property
    def is_here(self) -> bool:
        return False


def test_a_password_goes_over_no_open_line(tmp_path: Path) -> None:
    with scripted_server("220 hi", "250 here", "235 welcome", *HELLO[2:], "354 go on", "250 kept") as url:
        port = Server.of(url).port
        far = Elsewhere("127.0.0.1", port, is_tls=False, user="u", password="p")
        sent = SmtpTransport(far, tmp_path, HERE, timeout_seconds=2).deliver(PARCEL, APPROVED)
    assert (sent.kind, "encryption" in sent.detail) == ("refused", True)


def test_a_server_is_read_from_its_address_and_hides_its_password() -> None:
    far = Server("mail.example", 25, is_tls=False, user="u", password="hunter2")
    assert "hunter2" not in repr(far)
    assert not far.is_here
    near = Server.of("smtp://u%40x:p%3Aw@127.0.0.1:2525")
    assert (near.user, near.password, near.port, near.is_here) == ("u@x", "p:w", 2525, True)
    assert (Server.of("smtps://mail.example").port, Server.of("smtp://mail.example").port) == (465, 25)
