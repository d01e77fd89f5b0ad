"""A plain subset of YAML with line numbers: no tags, no anchors, no second key, no surprising words.

Invariant: `NO`, `on`, `19:00` and `2026-03-10` are text; only true, false, null and decimal numbers are not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from state.canonical import Json
from state.errors import InvalidInput

MAX_DEPTH = 32
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,17}\.[0-9]{0,17}|\.[0-9]{1,17})([eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "~": None, "": None}

_PLAIN_EVENTS = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)

Step: TypeAlias = "int | str"


@dataclass(frozen=True, slots=True)
class Placed:
    """A value, the line on which it begins (from 0), and the values inside it with their own lines."""

    value: Json
    line: int
    inside: dict[Step, "Placed"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Located:
    """A parsed document that remembers where its fields stand."""

    origin: str
    value: Json
    root: Placed
    first_line: int = 1
    """Line of the file on which the document begins."""

    def line_of(self, loc: Sequence[Step]) -> int:
        """Find the line of a field, or of the nearest thing around it."""
        place = self.root
        for step in loc:
            if step not in place.inside:
                break
            place = place.inside[step]
        return place.line + self.first_line


def parse_located(text: str, origin: str, first_line: int = 1) -> Located:
    """Parse one document; an empty text is None.

    Raises: InvalidInput naming file, line and remedy.
    """
    try:
        root = _document(iter(yaml.parse(text, Loader=_LOADER)))
    except _Refused as refused:
        raise _invalid(origin, refused.line + first_line, refused.message, refused.remedy) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (0 if mark is None else mark.line)
        raise _invalid(
            origin, line, f"{error.problem or error.context}.", "Correct the YAML there."
        ) from None
    except yaml.YAMLError:
        raise _invalid(origin, first_line, "a character that YAML does not allow.", "Remove it.") from None
    return Located(origin, root.value, root, first_line)


class _Refused(Exception):
    """Something that YAML allows and we do not."""

    def __init__(self, event: yaml.Event, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = _line(event)
        self.message = message
        self.remedy = remedy


def _line(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.line


def _document(events: Iterator[yaml.Event]) -> Placed:
    found: Placed | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if found is not None:
                raise _Refused(event, "a second document begins.", "Keep one document per file.")
            found = _value(next(events), events, 0)
    return found or Placed(None, 0)


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Placed:
    if not isinstance(event, _PLAIN_EVENTS) or event.anchor is not None:
        raise _Refused(event, "anchors and aliases are not read.", "Write the value out.")
    if event.tag is not None:
        raise _Refused(event, f"the tag {event.tag} is not read.", "Remove the tag.")
    if depth >= MAX_DEPTH:
        raise _Refused(event, f"nested deeper than {MAX_DEPTH}.", "Flatten it.")
    if isinstance(event, yaml.ScalarEvent):
        return Placed(_scalar(event), _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(event, events, depth)
    return _mapping(event, events, depth)


def _sequence(start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Placed:
    items: list[Placed] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, depth + 1))
    return Placed([item.value for item in items], _line(start), dict(enumerate(items)))


def _mapping(start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Placed:
    inside: dict[Step, Placed] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _key(event)
        if key in inside:
            raise _Refused(event, f"the key {key!r} is written twice.", "Keep one of them.")
        child = _value(next(events), events, depth + 1)
        inside[key] = Placed(child.value, _line(event), child.inside)
    return Placed({str(key): child.value for key, child in inside.items()}, _line(start), inside)


def _key(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _Refused(event, "a key must be plain text.", "Use a word as key.")
    if event.anchor is not None or event.tag is not None:
        raise _Refused(event, "anchors and tags are not read.", "Use a plain word as key.")
    return str(event.value)


def _scalar(event: yaml.ScalarEvent) -> Json:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _invalid(origin: str, line: int, message: str, remedy: str) -> InvalidInput:
    return InvalidInput(f"{origin} line {line}: {message}", remedy=remedy, field=f"{origin}:{line}")
