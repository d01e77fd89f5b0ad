"""Whatever a file holds, an import says so and goes on: random bytes, and public files with bytes changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from state.world.event import Event
from tests.unit.connectors.settings import ROOT, SETTING
from tests.unit.connectors.test_documents import AGENTDOJO, QMSUM
from tools.connectors.documents import Reading, read_json_document, read_yaml_document
from tools.connectors.folder import Outcome
from tools.connectors.ics import read_calendar
from tools.connectors.jsonl import events_of
from tools.connectors.port import Reject

PIECES = (
    "\r\n", "BEGIN:VEVENT\r\n", "END:VEVENT\r\n", "RRULE:FREQ=DAILY\r\n", "DTSTART:20260301T090000\r\n", "TZID=America",
    "EXDATE:20260303T090000\r\n", "RDATE:20260303T090000\r\n", "DURATION:P99999W\r\n", "9999-12-31T23:59:59", "\x00",
    "0001-01-01T00:00:00", "RECURRENCE-ID:20260303T090000\r\n", ";", ":", "=", "\n ", '"', "{", "[", "]", "}",
    "00010101T000000", "99991231T235959", "\\ud800", "null", "1e999", "!include x", "&a ", "*a", "- ", "-1", "\ufeff",
)  # fmt: skip
"""What parsers trip over."""


@st.composite
def changed(draw: st.DrawFn, files: tuple[bytes, ...]) -> bytes:
    """Draw a public file with a few places cut, doubled or overwritten."""
    content = bytearray(draw(st.sampled_from(files)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=6))
        content[start:end] = draw(st.sampled_from((piece, b"", bytes(content[start:end]) * 2)))
    return bytes(content)


def line_outcome(content: bytes, name: str) -> Outcome:
    found = tuple(events_of(content.decode("utf-8", "replace").split("\n")[:20], SETTING.tenant, name))
    events = sum(isinstance(one, Event) for one in found)
    lost = sum(isinstance(one, Reject) and not one.is_taken for one in found)
    return Outcome(found, events + lost, events)


Read = Callable[[bytes, str], Outcome]
FORMS: dict[str, tuple[str, Read]] = {
    "ics": ("ics/*.ics", lambda text, name: read_calendar(text, name, SETTING)),
    "yaml": (
        "agentdojo/workspace/include/calendar.yaml",
        lambda text, name: read_yaml_document(text, name, Reading(SETTING, AGENTDOJO)),
    ),
    "json": (
        "qmsum/Product/val/TS3010a.json",
        lambda text, name: read_json_document(text, name, Reading(SETTING, QMSUM)),
    ),
    "lines": ("", line_outcome),
    "list": ("", lambda text, name: read_json_document(text, name, Reading(SETTING))),
}


def check(outcome: Outcome) -> None:
    """Hold what every outcome must: something is said, counts fit, and every event can be stored."""
    assert outcome.found or outcome.records == 0
    assert 0 <= outcome.understood <= outcome.records
    for one in outcome.found:
        assert not isinstance(one, Event) or (one.hash and one.kept)
    if outcome.understood < outcome.records:
        assert any(isinstance(one, Reject) for one in outcome.found)
    if not any(isinstance(one, Event) for one in outcome.found):
        assert all(isinstance(one, Reject) and one.reason for one in outcome.found)


@pytest.mark.parametrize("form", FORMS)
@given(content=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_random_bytes_never_break_an_import(form: str, content: bytes) -> None:
    check(FORMS[form][1](content, "f"))


@pytest.fixture(scope="module")
def originals(shared_data: Path) -> dict[str, tuple[bytes, ...]]:
    lines = (ROOT / "samples/fieldstone/events.jsonl").read_bytes().split(b"\n")[:400:20]
    given_files = {name: tuple(one.read_bytes() for one in sorted(shared_data.glob(glob)))
                   for name, (glob, _) in FORMS.items() if glob}  # fmt: skip
    return {**given_files, "lines": tuple(lines), "list": tuple(b"[" + one + b"]" for one in lines)}


@pytest.mark.parametrize("form", FORMS)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_public_files_with_bytes_changed_never_break_an_import(
    form: str, originals: dict[str, tuple[bytes, ...]], data: st.DataObject
) -> None:
    check(FORMS[form][1](data.draw(changed(originals[form])), "f"))


def test_a_zone_that_is_a_folder_of_zones_is_a_fault_of_the_file_alone() -> None:
    text = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=America:20260301T090000\r\nEND:VEVENT\r\n"
    assert isinstance(FORMS["ics"][1](text, "f").found[0], Reject)
