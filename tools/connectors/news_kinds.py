"""What a headline reports: somebody came or went, people are hired, a place is opened, money came in.

Invariant: what no rule reads is `other`; a person is named only where the headline itself says who.
"""

import re
from typing import Final, Literal

NewsKind = Literal["person_joined", "person_left", "hiring", "expansion", "funding", "other"]
_PERSON: Final = r"(?P<person>[A-ZÀ-Þ][\w'’.-]{0,30}(?: [A-ZÀ-Þ][\w'’.-]{0,30}){1,3})"
_FIRM: Final = r"(?P<company>[A-ZÀ-Þ0-9][\w&'’.-]{0,40}(?: (?:[A-ZÀ-Þ0-9&][\w&'’.-]{0,40})){0,4})"
_MOVES: Final[tuple[tuple[NewsKind, re.Pattern[str]], ...]] = (
    ("person_joined", re.compile(rf"^{_PERSON} (?:joins|joined|moves to|to join) {_FIRM}")),
    (
        "person_left",
        re.compile(rf"^{_PERSON} (?:leaves|left|departs|to leave|resigns from|steps down at) {_FIRM}"),
    ),
    ("person_joined", re.compile(rf"^{_FIRM} (?:appoints|names|hires|welcomes) {_PERSON}")),
    ("person_joined", re.compile(rf"^{_PERSON} (?:appointed|named)\b")),
)
_TOPICS: Final[tuple[tuple[NewsKind, re.Pattern[str]], ...]] = (
    (
        "funding",
        re.compile(
            r"\b(?:rais(?:es|ed)|funding|series [a-f]\b|investment round|venture capital)", re.IGNORECASE
        ),
    ),
    (
        "hiring",
        re.compile(
            r"\b(?:hiring|is recruiting|job openings?|vacanc(?:y|ies)|open positions?)\b|\bjobs?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "expansion",
        re.compile(
            r"\b(?:opens?|opening|expands?|expansion|new (?:depot|site|office|plant|warehouse|region|hub)s?)\b",
            re.IGNORECASE,
        ),
    ),
    ("person_joined", re.compile(r"\bnew (?:CEO|CFO|CIO|CTO|COO|VP|head of|chief)\b")),
)


def told_of(headline: str) -> tuple[NewsKind, str | None, str | None]:
    """Read a headline. Shape: (kind, person, the company the headline names beside the person)."""
    for kind, shape in _MOVES:
        match = shape.match(headline)
        if match is not None:
            said = match.groupdict()
            return kind, said["person"], said.get("company")
    for topic, words in _TOPICS:
        if words.search(headline):
            return topic, None, None
    return "other", None, None
