"""What a text says, read by rule: promises, requests, dates, competitors, opt-outs; each with its quoted sentence.

Invariant: a reading quotes the text literally and never carries more trust than the field it was read from; within
one event no two readings share topic and quote.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from state.canonical import Json
from state.world.event import Event
from state.world.reading_rules import (
    Found,
    Origin,
    Sentence,
    Sides,
    Speaker,
    Topic,
    fresh_part,
    hidden_order,
    items_in,
    order,
    read,
    sentence_spans,
    straightened,
    voices,
)
from state.world.record import NodeKind, Record
from state.world.records import DealUpdated, FormSubmitted, MailReceived, MailSent, NoteAdded


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a text says."""

    topic: Topic
    speaker: Speaker
    quote: str
    field: str
    """The record's field in which it stands."""
    values: dict[str, Json] = dataclasses.field(default_factory=dict)

    @property
    def node(self) -> NodeKind:
        """Promises are nodes of their own kind; everything else is a Reading."""
        return NodeKind.COMMITMENT if self.topic == "commitment" else NodeKind.READING

    def claims(self) -> dict[str, Json]:
        """Shape: attribute → value of the node that this reading becomes."""
        return {"topic": self.topic, "speaker": self.speaker, "text": self.quote, **self.values}


@dataclass(frozen=True, slots=True)
class _Text:
    """One text field of a record and how to read it."""

    text: str
    field: str
    origin: Origin
    speaker: Speaker
    by: str
    participants: tuple[str, ...] = ()
    is_transcript: bool = False
    is_flagged_only: bool = False
    """Bulk and automatic mails: only an imperative is worth a flag."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a note with its place in the text, as every rule sees it."""

    start: int
    quote: str
    sentence: Sentence


def readings_of(event: Event) -> tuple[Reading, ...]:
    """Read every text field of an event's record; the same event always gives the same readings."""
    found: dict[tuple[str, str], Reading] = {}
    for text in _texts(event.data):
        for reading in _read(text, event.time.date()):
            found.setdefault((reading.topic, reading.quote), reading)
    return tuple(found.values())


def passages_of(note: NoteAdded, said_on: date) -> tuple[Passage, ...]:
    """Cut a note into the very sentences that `readings_of` reads, in the order of the text."""
    return tuple(
        passage
        for text in _texts(note)
        for passage in _passages(text, said_on, Sides.of_note(text.by, text.participants, text.text))
    )


def _texts(record: Record) -> tuple[_Text, ...]:
    match record:
        case MailReceived():
            muted = record.bulk or record.auto_reply
            seen = _Text(record.text, "text", "mail_in", "them", record.sender.lower(), is_flagged_only=muted)
            hidden = _Text(record.hidden_text, "hidden_text", "mail_in", "them", record.sender.lower())
            return (seen, hidden)
        case MailSent():
            return () if record.bulk else (_Text(record.text, "text", "mail_out", "us", record.user),)
        case FormSubmitted():
            return () if record.spam else (_Text(record.text, "text", "form", "them", record.sender.lower()),)
        case NoteAdded():
            is_transcript = record.kind == "transcript"
            return (
                _Text(record.text, "text", "note", "us", record.author, record.participants, is_transcript),
            )
        case DealUpdated(note=str(note)):
            return (_Text(note, "note", "deal_note", "us", record.owner or ""),)
        case _:
            return ()


def _read(text: _Text, said_on: date) -> Iterator[Reading]:
    if text.field == "hidden_text":
        yield from _orders(text, said_on, is_hidden=True)
        return
    if text.origin in ("mail_in", "form"):
        yield from _orders(text, said_on, is_hidden=False)
    if text.is_flagged_only:
        return
    sides = Sides.of_note(text.by, text.participants, text.text)
    for passage in _passages(text, said_on, sides):
        for found in read(passage.sentence):
            yield _reading(found, passage.sentence, passage.quote, text)


def _orders(text: _Text, said_on: date, *, is_hidden: bool) -> Iterator[Reading]:
    """Look for imperatives in the whole text: a quoted part or a signature hides nothing."""
    sides = Sides(text.by)
    for start, end in sentence_spans(text.text, 0, len(text.text), by_line=False):
        quote = text.text[start:end]
        sentence = _sentence(straightened(quote), text.speaker, text.by, text, said_on, sides)
        found = hidden_order(sentence) if is_hidden else order(sentence)
        if found is not None:
            yield _reading(found, sentence, quote, text)


def _passages(text: _Text, said_on: date, sides: Sides) -> Iterator[Passage]:
    is_note = text.origin in ("note", "deal_note")
    spans = (
        span
        for start, end in fresh_part(text.text)
        for span in sentence_spans(text.text, start, end, by_line=is_note)
    )
    if not is_note:
        for start, end in spans:
            words = straightened(text.text[start:end])
            said = _sentence(words, text.speaker, text.by, text, said_on, sides)
            yield Passage(start, text.text[start:end], said)
        return
    for voice in voices(text.text, spans, sides, is_transcript=text.is_transcript):
        said = _sentence(voice.words, voice.speaker, voice.by, text, said_on, sides)
        yield Passage(voice.start, text.text[voice.start : voice.end], said)


def _sentence(words: str, speaker: Speaker, by: str, text: _Text, said_on: date, sides: Sides) -> Sentence:
    return Sentence(words, said_on, speaker, by, text.origin, sides.of)


def _reading(found: Found, sentence: Sentence, quote: str, text: _Text) -> Reading:
    return Reading(found.topic, sentence.speaker, quote, text.field, {"by": sentence.by, **found.values})


__all__ = ["Passage", "Reading", "Speaker", "Topic", "items_in", "passages_of", "readings_of"]
