"""Documents: lists of events as they stand, other forms through a closed mapping, and all public ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from state.errors import InvalidInput
from state.evidence import Trust
from state.world.profile.sources import Sources
from state.world.records import MailReceived, MailSent, MeetingUpdated, NoteAdded
from tests.unit.connectors.settings import NOW, ROOT, SETTING, events_in, folder_of
from tests.unit.connectors.test_bounds import raw
from tools.connectors.document_mapping import DocumentMapping, Pick
from tools.connectors.documents import (
    JSON_ENDINGS,
    YAML_ENDINGS,
    Reading,
    read_document,
    read_json_document,
    read_yaml_document,
)
from tools.connectors.folder import Outcome
from tools.connectors.port import Reject
from tools.connectors.trusting import check_trust, of_documents
from tools.files import load_model

AGENTDOJO = load_model(ROOT / "samples/mappings/agentdojo_workspace.yaml", DocumentMapping)
QMSUM = load_model(ROOT / "samples/mappings/qmsum_meetings.yaml", DocumentMapping)
SOURCES = load_model(ROOT / "profile/sources.yaml", Sources)
MAPPING = """
name: calls
rules:
  - name: call
    items: log.calls
    source: notes
    type: note.added
    where: [{path: kind, equals: [call]}]
    key: {path: id}
    at: {path: when, transform: instant}
    people: [with]
    fields:
      note: {path: id, prefix: "call:"}
      author: {path: by, transform: user, otherwise: {path: /owner, transform: user}}
      text: {path: said}
      kind: {constant: call}
"""
CALL = {"id": 7, "kind": "call", "when": "2026-03-09T10:00", "with": ["bo@oak.example"], "said": "hello"}


def mapped(*calls: object, **more: Any) -> Outcome:
    mapping = DocumentMapping.model_validate(yaml.safe_load(MAPPING))
    return read_document({"log": {"calls": list(calls)}, **more}, "c.json", Reading(SETTING, mapping))


def reasons(outcome: Outcome) -> list[str]:
    return [one.reason for one in outcome.found if isinstance(one, Reject)]


def test_a_record_becomes_an_event_of_the_account_of_its_people() -> None:
    [event] = events_in(mapped(CALL, owner="Ann@birch.example"))
    assert isinstance(event.data, NoteAdded)
    assert (event.id, event.account, event.source) == ("calls:call:7", "oak", "notes")
    assert event.time.isoformat() == "2026-03-09T09:00:00+00:00"
    assert (event.data.note, event.data.author, event.data.text) == ("call:7", "ann-berg", "hello")


def test_a_person_who_is_no_user_is_named_by_the_address() -> None:
    [event] = events_in(mapped({**CALL, "by": "Emma.Jo@elm.example"}))
    assert event.data.model_dump()["author"] == "emma-jo"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({**CALL, "kind": "fax"}, "no rule of the mapping is for it; they ask for kind"),
        ({**CALL, "when": "yesterday"}, "not a value of kind instant"),
        ({**CALL, "when": None}, "it has no time"),
        ({**CALL, "id": None}, "it has nothing that names it"),
        ({**CALL, "by": ["a"]}, "not a value of kind user"),
        ({**CALL, "by": "a", "said": {"a": 1}}, "not a value of kind text"),
        ({**CALL, "by": None}, "Field required"),
        ("call", "not a map of keys"),
    ],
)
def test_a_record_that_is_not_understood_has_its_place_and_reason(call: object, told: str) -> None:
    outcome = mapped(CALL, call)
    [reject] = [
        one for one in outcome.found if isinstance(one, Reject) and one.column.startswith("log.calls[2]")
    ] or [one for one in outcome.found if isinstance(one, Reject) and "required" in one.reason][-1:]
    assert told in reject.reason
    assert outcome.records == 2


def test_a_document_of_another_shape_is_rejected_with_what_it_holds() -> None:
    mapping = DocumentMapping.model_validate(yaml.safe_load(MAPPING))
    found = read_document({"letters": []}, "c.json", Reading(SETTING, mapping)).found[0]
    assert isinstance(found, Reject)
    assert (found.reason, found.value) == ("holds no log.calls", "letters")


@pytest.mark.parametrize("form", [lambda raws: raws, lambda raws: {"events": raws}])
def test_a_list_of_events_needs_no_mapping(form: Any) -> None:
    text = json.dumps(form([raw(), {**raw(), "type": "note.lost"}, 5]))
    outcome = read_json_document(text.encode(), "e.json", Reading(SETTING))
    assert (len(events_in(outcome)), outcome.records, outcome.understood) == (1, 3, 1)
    assert [one.column for one in outcome.found if isinstance(one, Reject)] == ["type", "[3]"]


def test_yaml_and_json_give_the_same_event() -> None:
    text = json.dumps([raw()]).encode()
    as_json = read_json_document(text, "e", Reading(SETTING))
    as_yaml = read_yaml_document(text, "e", Reading(SETTING))
    assert [one.hash for one in events_in(as_json)] == [one.hash for one in events_in(as_yaml)]


def test_live_events_of_tomorrow_are_refused_and_history_is_not() -> None:
    text = json.dumps([raw(time="2026-03-12T00:00:00Z")]).encode()
    assert not events_in(read_json_document(text, "e", Reading(SETTING, wall=NOW)))
    assert events_in(read_json_document(text, "e", Reading(SETTING)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"a: !include secret.yaml", "line 1: the tag !include is not read"),
        (b"a: &x [1]\nb: *x", "anchors and aliases are not read"),
        (b"a: 1\na: 2", "written twice"),
        (b"a: !!python/object/apply:os.system [ls]", "is not read"),
        (b"\xff", "not UTF-8"),
        (b"[" * 50, "nested deeper than 32"),
        (b"a: b\n---\nc: d", "a second document"),
    ],
)
def test_yaml_that_could_do_more_than_say_things_is_rejected(text: bytes, told: str) -> None:
    outcome = read_yaml_document(text, "x.yaml", Reading(SETTING))
    assert told in reasons(outcome)[0]
    assert outcome.understood == 0


@pytest.mark.parametrize("text", [b"{", b"\xff", b"[NaN]", b'{"a":1,"a":2}', b"null", b"[" * 99_999])
def test_json_that_is_none_is_rejected_as_a_whole(text: bytes) -> None:
    outcome = read_json_document(text, "x.json", Reading(SETTING))
    assert (len(outcome.found), outcome.records) == (1, 0)


@pytest.mark.parametrize(
    "spoil",
    [
        ("transform: instant", "transform: eval"),
        ("path: said", "path: said.__class__.x y"),
        ("note: {path: id", "notes: {path: id"),
        ("text: {path: said}", "words: {path: said}"),
        ("type: note.added", "type: note.lost"),
        ("{constant: call}", "{constant: call, path: kind}"),
        ("{path: said}", "{path: said, expression: 1 + 1}"),
        ("equals: [call]", "matches: .*"),
    ],
)
def test_a_mapping_is_a_closed_form(spoil: tuple[str, str]) -> None:
    DocumentMapping.model_validate(yaml.safe_load(MAPPING))
    with pytest.raises(ValidationError):
        DocumentMapping.model_validate(yaml.safe_load(MAPPING.replace(*spoil)))


def test_a_field_is_untrusted_until_its_mapping_says_more() -> None:
    assert Pick(path="a").trust is Trust.UNTRUSTED


def test_a_mapping_is_refused_where_the_profile_believes_more() -> None:
    mapping = DocumentMapping.model_validate(yaml.safe_load(MAPPING))
    with pytest.raises(InvalidInput, match=r"Interaction\.author of the source notes as user"):
        check_trust(mapping.name, of_documents(mapping), SOURCES)
    lower = MAPPING.replace("source: notes", "source: elsewhere")
    check_trust("calls", of_documents(DocumentMapping.model_validate(yaml.safe_load(lower))), SOURCES)


@pytest.mark.parametrize("mapping", [AGENTDOJO, QMSUM], ids=["agentdojo", "qmsum"])
def test_the_shipped_mappings_agree_with_the_shipped_profile(mapping: DocumentMapping) -> None:
    check_trust(mapping.name, of_documents(mapping), SOURCES)
    for rule in mapping.rules:
        for name in ("text", "subject", "title", "agenda", "sender"):
            assert name not in rule.fields or rule.fields[name].trust is Trust.UNTRUSTED


def test_all_of_the_public_workspace_is_understood_or_rejected(shared_data: Path) -> None:
    reading = Reading(SETTING, AGENTDOJO)
    read = folder_of(
        shared_data / "agentdojo", YAML_ENDINGS, lambda text, name: read_yaml_document(text, name, reading)
    )
    assert Counter(one.type for one in read.events) == {
        "mail.received": 21,
        "mail.sent": 10,
        "meeting.updated": 26,
    }
    assert {one.file: one.understood for one in read.files if one.understood} == {
        "workspace/include/inbox.yaml": 31,
        "workspace/include/calendar.yaml": 26,
    }
    assert {one.file: one.reason for one in read.rejects}["workspace/environment.yaml"] == (
        "line 1: the tag !include is not read"
    )
    assert (len(read.files), len(read.rejects)) == (7, 5)


def test_mails_and_meetings_of_the_workspace_keep_what_they_say(shared_data: Path) -> None:
    reading = Reading(SETTING, AGENTDOJO)
    folder = shared_data / "agentdojo/workspace/include"
    read = folder_of(folder, YAML_ENDINGS, lambda text, name: read_yaml_document(text, name, reading))
    data = {one.id.partition(":")[2]: one.data for one in read.events}
    received, sent, meeting = data["received:4"], data["sent:8"], data["meeting:17"]
    assert isinstance(received, MailReceived)
    assert (received.sender, received.cc) == (
        "katie.brown@bluesparrowtech.com",
        ("david.smith@bluesparrowtech.com",),
    )
    assert isinstance(sent, MailSent)
    assert (sent.user, sent.to) == ("emma-johnson", ("client@abcindustries.com",))
    assert isinstance(meeting, MeetingUpdated)
    assert (meeting.status, meeting.title, meeting.place) == (
        "cancelled",
        "Doctor Appointment",
        "City Health Clinic",
    )


def test_all_20_public_meetings_are_understood_word_for_word(shared_data: Path) -> None:
    reading = Reading(SETTING, QMSUM)
    read = folder_of(
        shared_data / "qmsum", JSON_ENDINGS, lambda text, name: read_json_document(text, name, reading)
    )
    assert (read.understood, len(read.files), len(read.rejects), len(read.remarks)) == (20, 20, 0, 0)
    notes = [one.data for one in read.events if isinstance(one.data, NoteAdded)]
    assert {one.kind for one in notes} == {"transcript"}
    assert len({one.meeting for one in notes}) == 20
    source = json.loads((shared_data / "qmsum/Product/val/TS3010a.json").read_text(encoding="utf-8"))
    text = next(one.text for one in notes if one.note == "qmsum:TS3010a")
    assert [line.partition(": ")[0] for line in text.split("\n")] == [
        one["speaker"] for one in source["meeting_transcripts"]
    ]
