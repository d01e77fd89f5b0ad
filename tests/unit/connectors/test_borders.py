"""What is malformed is bounded: each border is met exactly, and passed by one."""

import io
import zipfile

import orjson
import pytest

from state.world.event import Event
from state.world.whole_text import WHOLE_BYTES
from tests.unit.connectors.mail_desk import letter
from tests.unit.connectors.test_bounds import line_of, text_of
from tools.connectors.archive import ENTRIES, RATIO, packing_fault
from tools.connectors.bounds import EVENT_BYTES, VALUES, fault_of
from tools.connectors.mail import MAIL, Letter, Unread, read_mail
from tools.connectors.mail_parts import PARTS
from tools.connectors.port import Reject


def sized(event: Event) -> int:
    return len(orjson.dumps(event.model_dump(mode="json", exclude_unset=True)))


@pytest.mark.parametrize("over", [0, 1])
def test_an_event_is_256_kb_or_one_byte_too_large(over: int) -> None:
    people = [f"{n}@{'y' * 180}.example" for n in range(1250)]
    [event] = line_of(data=text_of("t") | {"participants": people})
    assert isinstance(event, Event)
    missing = EVENT_BYTES - sized(event) + over
    [event] = line_of(data=text_of("t" * (1 + missing)) | {"participants": people})
    assert isinstance(event, Reject if over else Event)


@pytest.mark.parametrize("over", [0, 1])
def test_a_text_is_kept_whole_to_10_mb(over: int) -> None:
    first, *_ = line_of(data=text_of("x" * (WHOLE_BYTES + over)))
    assert isinstance(first, Reject if over else Event)


@pytest.mark.parametrize("over", [0, 1])
def test_a_mail_is_read_to_25_mb(over: int) -> None:
    head = letter("")
    assert isinstance(read_mail(head + b"x" * (MAIL - len(head) + over)), Unread if over else Letter)


@pytest.mark.parametrize("over", [0, 1])
def test_a_mail_has_200_parts(over: int) -> None:
    part = "--b\nContent-Type: text/plain\n\nx\n"
    kind = 'multipart/mixed; boundary="b"'
    raw_mail = letter(part * (PARTS - 1 + over) + "--b--\n", MIME_Version="1.0", Content_Type=kind)
    assert isinstance(read_mail(raw_mail), Unread if over else Letter)


def packed(size: int) -> bytes:
    """Pack so many zeros."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(size))
    return held.getvalue()


@pytest.mark.parametrize("over", [0, 1])
def test_an_archive_unpacks_to_a_hundred_times_its_size(over: int) -> None:
    content = packed(RATIO * 500 + over)
    comment = bytes(500 - len(content))
    content = content[:-2] + len(comment).to_bytes(2, "little") + comment
    assert len(content) == 500
    assert (packing_fault(content)[1] is None) is not bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_what_one_mail_unpacks_to_is_bounded_in_all(over: int) -> None:
    assert (packing_fault(packed(5000), 5000 - over)[1] is None) is not bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_an_archive_holds_ten_thousand_files(over: int) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(ENTRIES + over):
            archive.writestr(f"{number}", b"")
    assert (packing_fault(held.getvalue())[1] is None) is not bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_a_record_has_a_hundred_thousand_values(over: int) -> None:
    assert (fault_of([0] * (VALUES - 1 + over)) is None) is not bool(over)
