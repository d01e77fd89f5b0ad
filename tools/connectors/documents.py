"""JSON and YAML documents become events: a list of envelopes as it stands, anything else through a mapping.

Invariant: every record of a document gives at least one event or one reject; a document of another shape is rejected
as a whole, with what it holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from state.canonical import Json
from state.errors import InvalidInput
from tools.connectors.bounds import Fault
from tools.connectors.document_mapping import DocumentMapping, Fits, RecordRule
from tools.connectors.envelopes import NotJson, Place, read_json, taken, timed
from tools.connectors.folder import Outcome, unread
from tools.connectors.picking import Picked, PickFault, picked, reached
from tools.connectors.port import Found, Reject, Setting
from tools.plain_yaml import parse_located

JSON_ENDINGS, YAML_ENDINGS = (".json",), (".yaml", ".yml")
JSON_BYTES, YAML_BYTES = 50 * 1024 * 1024, 1024 * 1024
MOST_RECORDS = 100_000


@dataclass(frozen=True)
class Reading:
    """How documents are read: for whom, and through which mapping."""

    setting: Setting
    mapping: DocumentMapping | None = None
    """Without one a document is a list of events."""
    wall: datetime | None = None
    """The wall clock, where events are live; None: they are history."""


def read_json_document(content: bytes, file: str, reading: Reading) -> Outcome:
    """Read one JSON file."""
    try:
        return read_document(read_json(content.decode("utf-8-sig")), file, reading)
    except UnicodeDecodeError as error:
        return unread(file, f"not UTF-8 (byte {error.start})")
    except NotJson as error:
        return unread(file, "not JSON", str(error))


def read_yaml_document(content: bytes, file: str, reading: Reading) -> Outcome:
    """Read one YAML file in the plain subset: no tag such as !include, no alias, no second key."""
    try:
        return read_document(parse_located(content.decode("utf-8-sig"), file).value, file, reading)
    except UnicodeDecodeError as error:
        return unread(file, f"not UTF-8 (byte {error.start})")
    except InvalidInput as error:
        return unread(file, error.message.removeprefix(f"{file} ").rstrip("."))


def read_document(document: object, file: str, reading: Reading) -> Outcome:
    """Read a parsed document."""
    if reading.mapping is None:
        return _envelopes(document, file, reading)
    whole = isinstance(document, Mapping)
    lists = {rule.items: _records(document, rule.items) for rule in reading.mapping.rules}
    held = {path: records for path, records in lists.items() if records is not None}
    if not whole or not held:
        wanted = " or ".join(sorted(path for path in lists if path)) or "map of keys"
        has = ", ".join(str(key)[:40] for key in document) if isinstance(document, Mapping) else ""
        return unread(file, f"holds no {wanted}", has)
    found: list[Found] = []
    total = understood = 0
    for path, records in held.items():
        rules = [rule for rule in reading.mapping.rules if rule.items == path]
        for number, record in enumerate(records[:MOST_RECORDS], start=1):
            items = list(_events(rules, record, document, Place(file, 0, _name(path, number)), reading))
            found += items
            total += 1
            understood += not any(isinstance(one, Reject) and not one.is_taken for one in items)
        if len(records) > MOST_RECORDS:
            found.append(
                Place(file, 0, path or "").reject(Fault("", "", f"more than {MOST_RECORDS:,} records"))
            )
    return Outcome(tuple(found), total, understood)


def _envelopes(document: object, file: str, reading: Reading) -> Outcome:
    raws = document.get("events") if isinstance(document, Mapping) else document
    if not isinstance(raws, list):
        return unread(file, "neither a list of events nor a map with `events`")
    found = [
        list(_envelope(raw, Place(file, 0, f"[{number}]"), reading))
        for number, raw in enumerate(raws[:MOST_RECORDS], start=1)
    ]
    understood = sum(
        not any(isinstance(one, Reject) and not one.is_taken for one in items) for items in found
    )
    flat = [one for items in found for one in items]
    if len(raws) > MOST_RECORDS:
        flat.append(Place(file).reject(Fault("", "", f"more than {MOST_RECORDS:,} events")))
    return Outcome(tuple(flat), min(len(raws), MOST_RECORDS), understood)


def _envelope(raw: object, place: Place, reading: Reading) -> Iterator[Found]:
    found = taken(raw, reading.setting.tenant, place)
    return found if reading.wall is None else timed(found, reading.wall, place.file)


def _records(document: object, path: str | None) -> Sequence[object] | None:
    if path is None:
        return [document]
    found = reached(document, path)
    return found if isinstance(found, list) else None


def _name(path: str | None, number: int) -> str:
    return "document" if path is None else f"{path}[{number}]"


def _events(
    rules: Sequence[RecordRule], record: object, document: object, place: Place, reading: Reading
) -> Iterator[Found]:
    """Make the events of one record by every rule that it fits."""
    if not isinstance(record, Mapping):
        yield place.reject(Fault("", str(record)[:80], "not a map of keys"))
        return
    fitting = [rule for rule in rules if all(_fits(test, record) for test in rule.where)]
    if not fitting:
        tests = " · ".join(sorted({test.path for rule in rules for test in rule.where}))
        yield place.reject(Fault("", "", f"no rule of the mapping is for it; they ask for {tests}"))
    for rule in fitting:
        yield from _event(rule, record, document, place, reading)


def _fits(test: Fits, record: Mapping[str, object]) -> bool:
    value = reached(record, test.path)
    return str(value) in test.equals if test.equals is not None else bool(value) == test.filled


def _event(
    rule: RecordRule, record: Mapping[str, object], document: object, place: Place, reading: Reading
) -> Iterator[Found]:
    stem = PurePosixPath(place.file).stem
    read = partial(picked, record=record, document=document, stem=stem, setting=reading.setting)
    try:
        at, key = read(rule.at), read(rule.key)
        fields: dict[str, Picked | None] = {name: read(pick) for name, pick in rule.fields.items()}
    except PickFault as fault:
        yield place.reject(Fault(f"{place.column}.{fault.path}", fault.value, fault.reason))
        return
    if at is None or key is None:
        yield place.reject(Fault("", "", "it has no time" if at is None else "it has nothing that names it"))
        return
    said: dict[str, Json] = {name: value for name, value in fields.items() if value is not None}
    name = reading.mapping.name if reading.mapping else ""
    raw: dict[str, object] = {
        "id": f"{name}:{rule.name}:{key}",
        "source": rule.source,
        "type": rule.type,
        "account": reading.setting.resolve(_people(rule, record)),
        "time": at,
        "recorded_at": at,
        "data": said,
    }
    yield from taken(raw, reading.setting.tenant, place)


def _people(rule: RecordRule, record: Mapping[str, object]) -> list[str]:
    """List the addresses that say whose account it is."""
    values = [reached(record, path) for path in rule.people]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [str(one) for one in flat if one]
