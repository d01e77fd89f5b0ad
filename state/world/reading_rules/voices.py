"""Whose words a sentence is: the author's, or those of an outsider whom a note quotes or reports.

Invariant: an outsider is believed to speak only where the text names a speaker, a quotation or a verb of saying.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from state.world.reading_rules.fluency import fluent
from state.world.reading_rules.found import Speaker
from state.world.reading_rules.items import SELLER_SIDE, items_in

_NAME = r"[A-ZÄÖÜ][\w'’-]{1,30}(?:\s[A-ZÄÖÜ][\w.'’-]{0,30}){0,2}"
_OUTSIDER = (
    r"(?:[Tt]he\s|[Tt]heir\s|[Oo]ur\s)?(?:[Bb]uyer|[Cc]ustomer|[Cc]lient|[Pp]rospect|[Cc]hampion"
    r"|[Pp]rocurement|CFO|CEO|CIO|COO|Kunde|[Tt]eam)"
)
_PRONOUN = r"[Tt]hey|[Ss]he|[Hh]e|[Tt]heir\s\w{2,20}|[Ss]ie|[Ee]r"
_LABEL = re.compile(
    rf"\s*(?:[-*•–]\s*)?[\"“]?(?P<label>{_NAME}|{_OUTSIDER}|[Mm]e|[Uu]s|[Ww]e|[Rr]ep)"
    r"(?:\s\([^)\n]{0,40}\))?(?:,?\s(?:on|in|at|during|by)\s[^:\n]{1,40})?(?:\s\([^)\n]{0,40}\))?\s*:\s+(?=\S)"
)
_SAYING = (
    r"(?:said|says|told|tells|mentioned|mentions|confirmed|confirms|asked|asks|wants|wanted|requested"
    r"|requests|explained"
    r"|wrote|indicated|announced|noted|replied|stated|added|needs|would\slike|is\sasking|are\sasking|expects"
    r"|hopes"
    r"|forwarded|shared|introduced|defended|looped|brought|pushed|presented|sagte|sagt|fragt|fragte|möchte"
    r"|will\snot)"
)
_REPORTED = re.compile(
    r"(?:(?:On|In|At|During|After)\s[^,]{2,40},\s|Today,?\s|Yesterday,?\s|According\sto\s(?=[A-Z]))?"
    rf"(?P<who>{_NAME}|{_OUTSIDER}|{_PRONOUN})(?:\s\([^)\n]{{0,40}}\))?"
    rf"(?:,\s|\s(?:also\s|then\s|just\s|has\s|have\s|again\s){{0,2}}{_SAYING}\b)"
)
_SPEECH = re.compile(r"(?:^|[\s:(,])\"(?P<speech>[^\"]{3,})(?:\"|$)")
_OURS = re.compile(r"(?:^|\s)(?:I|we|We|me|Ich|ich|wir|Wir)\b[^\"]{0,40}$")
_NO_LABEL = frozenset(
    "note notes update summary next action actions todo to subject re call meeting agenda risk risks follow outcome ps "
    "date time attendees participants discussed key status budget timeline competition competitor decision background "
    "context question questions feedback ask asks pricing price blocker blockers concern concerns objection objections "
    "important fyi reminder topic topics result results recap highlights open owner deal plan promised "
    "decided agreed resolved conclusion unknown unknowns todos".split()
)
_US = frozenset({"me", "us", "we", "rep", "i", "ich", "wir"})
_STOP_NAMES = frozenset(
    {"i", "we", "it", "this", "that", "there", "the", "our", "today", "yesterday", "budget", "legal"}
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a stretch of a text, and where the words themselves begin."""

    start: int
    end: int
    words: str
    speaker: Speaker
    by: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Who wrote a note and which outsiders took part; decides on whose side a name is."""

    author: str
    participants: tuple[str, ...] = ()
    is_named: bool = False
    """A speaker's label in the note fits a participant's address, so outsiders' names do; an unknown name is ours."""

    @classmethod
    def of_note(cls, author: str, participants: tuple[str, ...], text: str) -> "Sides":
        """Look once whether the speakers' labels of a note fit its participants."""
        bare = cls(author, participants)
        labels = (match["label"] for line in text.splitlines() if (match := _LABEL.match(line[:200])))
        return cls(author, participants, is_named=any(bare.is_participant(label) for label in labels))

    def of(self, name: str, deliverable: str = "") -> Speaker:
        """Tell the side of a name: the author's word for us, a participant's for them, else by what is promised."""
        tokens = _tokens(name)
        if not tokens or tokens & _US or tokens & _tokens(self.author):
            return "us"
        if self.is_participant(name):
            return "them"
        if set(items_in(deliverable)) & SELLER_SIDE:
            return "us"
        return "us" if self.is_named else "them"

    def is_participant(self, name: str) -> bool:
        """Tell whether a part of the name stands in a participant's address."""
        known = [address.partition("@")[0].casefold() for address in self.participants]
        return any(len(token) > 2 and token in local for token in _tokens(name) for local in known)


def voices(
    text: str, spans: Iterator[tuple[int, int]], sides: Sides, *, is_transcript: bool
) -> Iterator[Voice]:
    """Give each sentence of a note its voice; a label holds to the end of its line, in a transcript to the next."""
    speaker: Speaker = "us"
    by, line_end, is_quoting = sides.author, 0, False
    for start, end in spans:
        words = straightened(text[start:end])
        words = fluent(words) if is_transcript else words
        if start >= line_end and not is_transcript:
            speaker, by, is_quoting = "us", sides.author, False
        line_end = max(line_end, _end_of_line(text, start))
        if not is_quoting and (label := _label(words)):
            speaker, by = sides.of(label["label"]), _who(label["label"], sides)
            words = words[label.end() :]
        if speaker == "us" and not is_quoting and (told := _reported(words, sides)):
            yield Voice(start, end, told[1], "them", told[0])
            is_quoting = _opens_speech(words)
            continue
        yield Voice(
            start, end, words.strip('" '), "them" if is_quoting else speaker, "" if is_quoting else by
        )
        is_quoting = is_quoting != (words.count('"') % 2 == 1)


def _label(words: str) -> re.Match[str] | None:
    match = _LABEL.match(words[:200])
    if match is None or match["label"].split()[0].casefold().strip("-.") in _NO_LABEL:
        return None
    return match


def _reported(words: str, sides: Sides) -> tuple[str, str] | None:
    """Find an outsider's words inside our author's sentence: quoted, or after a verb of saying."""
    speech = _SPEECH.search(words)
    if speech is not None and not _OURS.search(words[: speech.start()]):
        return _speaker_before(words[: speech.start()], sides), speech["speech"].strip()
    match = _REPORTED.match(words)
    if match is None or match["who"].split()[0].casefold() in _STOP_NAMES:
        return None
    if sides.of(match["who"]) == "us" and not re.fullmatch(_PRONOUN, match["who"]):
        return None
    return _who(match["who"], sides), words


def _speaker_before(words: str, sides: Sides) -> str:
    names: list[str] = re.findall(_NAME, words)
    return next((_who(name, sides) for name in names if sides.of(name) == "them"), "")


def _who(name: str, sides: Sides) -> str:
    if name.casefold() in _US or _tokens(name) & _tokens(sides.author):
        return sides.author
    return "" if re.fullmatch(f"{_PRONOUN}|{_OUTSIDER}", name) else name


def _opens_speech(words: str) -> bool:
    return words.count('"') % 2 == 1


def _tokens(name: str) -> frozenset[str]:
    return frozenset(token for token in re.split(r"[^\wäöüß]+", name.partition("@")[0].casefold()) if token)


def straightened(words: str) -> str:
    """Write quotation marks straight and white space single, as rules expect it."""
    plain = words.translate(str.maketrans("“”„«»’‘", '"""""\'\''))
    return " ".join(plain.split())


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
