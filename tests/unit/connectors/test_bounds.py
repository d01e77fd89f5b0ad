"""What a record may be at most: each border from both sides."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.event import Event, parse_event
from state.world.whole_text import Whole
from tests.unit.connectors.settings import NOW, TENANT
from tools.connectors.bounds import (
    DEPTH,
    EVENT_BYTES,
    FIELD_BYTES,
    GREATEST,
    VALUES,
    Fault,
    bytes_of,
    clean,
    cut,
    fault_of,
    fault_of_event,
    timely,
)
from tools.connectors.envelopes import timed
from tools.connectors.jsonl import events_of
from tools.connectors.port import Found, Reject


def raw(**more: Any) -> dict[str, Any]:
    data = {"note": "N-1", "author": "ann", "text": "Raj called."}
    return {"id": "e1", "source": "notes", "type": "note.added", "account": "oak",
            "time": "2026-03-09T10:00:00Z", "data": data, **more}  # fmt: skip


def line_of(**more: Any) -> list[Found]:
    return list(events_of([json.dumps(raw(**more))], TENANT, "f"))


def reason(found: list[Found]) -> str:
    assert len(found) == 1
    assert isinstance(found[0], Reject)
    return found[0].reason


def text_of(text: str, **more: str) -> dict[str, str]:
    return {"note": "N-1", "author": "ann", "text": text, **more}


@given(st.text(max_size=300), st.integers(120, 400))
def test_a_cut_text_fits_and_names_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert bytes_of(short) <= limit
    if bytes_of(text) <= limit:
        assert short == text
    else:
        assert hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() in short


def test_a_field_of_64_kb_stays_and_one_byte_more_is_cut_with_a_mark() -> None:
    whole = "é" * (FIELD_BYTES // 2)
    [event] = line_of(data=text_of(whole))
    assert isinstance(event, Event)
    assert event.data.model_dump()["text"] == whole
    longer = line_of(data=text_of(whole + "x"))
    assert isinstance(longer[0], Event)
    assert "65,537 bytes" in longer[0].data.model_dump()["text"]
    kept = Whole(event=longer[0].id, field="text", text=whole + "x")
    assert longer[1] == kept
    assert kept.seal in longer[0].data.model_dump()["text"]
    assert isinstance(longer[2], Reject)
    assert (longer[2].is_taken, longer[2].column) == (True, "data.text")


def test_an_event_of_256_kb_stays_and_a_larger_one_is_rejected() -> None:
    people = [f"{'x' * 50}{number}.{'y' * 170}@oak.example" for number in range(1100)]
    assert "more than 256 KB" in reason(line_of(data=text_of("t") | {"participants": people}))
    fits = line_of(data=text_of("t") | {"participants": people[:900]})
    assert isinstance(fits[0], Event)
    assert len(json.dumps(fits[0].model_dump(mode="json"))) < EVENT_BYTES


def test_a_text_of_more_than_10_mb_is_not_read_at_all() -> None:
    assert reason(line_of(data=text_of("x" * (10 * 1024 * 1024 + 1)))) == "a text of more than 10 MB"


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_depth_is_bounded_and_what_holds_itself_is_too_deep() -> None:
    assert fault_of(nested(DEPTH)) is None
    assert fault_of(nested(DEPTH + 1)) is not None
    endless: list[object] = []
    endless.append(endless)
    fault = fault_of({"a": endless})
    assert fault is not None
    assert "nested deeper" in fault.reason


def test_what_holds_the_same_thing_a_billion_times_is_not_walked_through() -> None:
    laugh: object = "ha"
    for _ in range(DEPTH - 1):
        laugh = [laugh] * 10
    fault = fault_of(laugh)
    assert fault is not None
    assert fault.reason == f"more than {VALUES:,} values"


@pytest.mark.parametrize("text", ["\x00", "a\x1b[31m", "\x7f", "\x9b", "\ud800"])
def test_control_characters_and_halves_are_rejected(text: str) -> None:
    assert "control character U+" in reason(line_of(data=text_of(text)))
    assert clean(text) != text


@pytest.mark.parametrize("text", ["a\tb\r\nc", "ümlaut", "😀", "\u2028", "\xa0"])
def test_line_ends_tabs_and_every_letter_are_kept(text: str) -> None:
    [event] = line_of(data=text_of(text))
    assert isinstance(event, Event)
    assert event.data.model_dump()["text"] == clean(text) == text


def test_numbers_fit_every_store() -> None:
    assert fault_of(GREATEST - 1) is None
    assert fault_of(-GREATEST) is not None
    assert fault_of(True) is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": 1, "id": 2}', "written twice"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": ' + "1" * 5000 + "}", "not JSON"),
    ],
)
def test_what_is_no_json_is_said(line: str, told: str) -> None:
    assert told in reason(list(events_of([line], TENANT, "f")))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"time": "0001-01-01T00:00:00+10:00"}, "not a time that a calendar has"),
        ({"time": "1899-12-31T23:59:59Z"}, "not between 1900 and 2199"),
        ({"time": "2200-01-01T00:00:00Z"}, "not between 1900 and 2199"),
        ({"time": "2026-03-09T10:00:00"}, "timezone"),
        ({"type": "note.lost"}, "unknown event type"),
        ({"data": {"note": "N-1", "author": "ann", "text": "t", "mood": "good"}}, "not permitted"),
        ({"claimed": {"time": "2026-03-09T10:00:00Z"}}, "not by a source"),
    ],
)  # fmt: skip
def test_an_event_out_of_bounds_is_rejected_with_its_reason(more: dict[str, Any], told: str) -> None:
    assert told in reason(line_of(**more))


def event_at(recorded: datetime) -> Event:
    stamp = recorded.isoformat()
    return parse_event(raw(time=stamp, recorded_at=stamp), TENANT)


@pytest.mark.parametrize(
    ("ahead", "outcome"),
    [
        (timedelta(minutes=5), "as it stands"),
        (timedelta(minutes=5, seconds=1), "clamped"),
        (timedelta(hours=24), "clamped"),
        (timedelta(hours=24, seconds=1), "refused"),
        (timedelta(days=-4000), "as it stands"),
    ],
)
def test_a_clock_that_runs_ahead_is_clamped_and_one_far_ahead_refused(ahead: timedelta, outcome: str) -> None:
    event = event_at(NOW + ahead)
    judged = timely(event, NOW)
    if isinstance(judged, Fault):
        assert outcome == "refused"
        return
    assert judged.is_clamped == (outcome == "clamped")
    assert judged.recorded_at == (NOW if outcome == "clamped" else event.recorded_at)
    assert judged.hash == event.hash


def test_a_clamped_event_is_told_in_the_report() -> None:
    found = list(timed([event_at(NOW + timedelta(hours=1)), event_at(NOW + timedelta(days=2))], NOW, "f"))
    assert [type(one).__name__ for one in found] == ["Event", "Reject", "Reject"]
    assert [getattr(one, "is_taken", None) for one in found] == [None, True, False]
    assert [one.recorded_at for one in found if isinstance(one, Event)] == [NOW]


def test_dates_inside_a_record_are_bounded_too() -> None:
    body = {"meeting": "M-1", "starts_at": "2500-01-01T00:00:00Z"}
    event = parse_event(raw(type="meeting.updated", data=body), TENANT)
    fault = fault_of_event(event)
    assert fault is not None
    assert fault.place == "data.starts_at"


@pytest.mark.parametrize("source", ["user", "clock"])
def test_an_import_cannot_speak_as_a_person_here_or_as_the_clock(source: str) -> None:
    assert "only this home" in reason(line_of(source=source))
    assert isinstance(line_of(source="crm")[0], Event)
