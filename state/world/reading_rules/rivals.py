"""A rival that a speaker names as an alternative now; one they replaced is none."""

import re

from state.world.reading_rules.found import Found, Sentence
from state.world.reading_rules.words import MONTHS, WEEKDAYS, pattern

_NAME = r"[A-ZÄÖÜ0-9][\w&'’.-]*[\w]"
_NAMES = rf"{_NAME}(?:\s(?:[A-ZÄÖÜ][\w&'’.-]*[\w])){{0,2}}"
_CUE = re.compile(
    r"\b(?:(?:[Aa]lso|still|[Cc]urrently|now|seriously)\s(?:looking\s(?:at|into)|talking\s(?:to|with)"
    r"|considering|evaluating|reviewing|testing|trialling|speaking\s(?:to|with)|in\stalks\swith)"
    r"|[Ll]ooking\sat|[Ee]valuating|[Ee]valuate|[Cc]onsidering|[Cc]ompar(?:e|ed|ing)\s(?:you\s|this\s|it\s"
    r"|your\s\w{2,12}\s)?(?:with|to|against)|[Ss]hortlisted|[Pp]iloting|[Tt]rialling|[Dd]emo\s(?:with|from|by)"
    r"|(?:[Ss]witch|[Ss]witching|[Mm]oving|[Mm]ove|[Mm]igrat(?:e|ing))\s(?:over\s)?to|(?:quote|offer"
    r"|proposal|bid)\s(?:from|by)"
    r"|(?:[Ss]chauen|[Ss]ehen)\suns\s(?:auch|gerade)|[Pp]rüfen\s(?:auch|gerade)|[Vv]ergleichen\s(?:Sie\s"
    r"|es\s)?mit|[Aa]ngebot\svon)"
    rf"\s(?P<names>{_NAMES}(?:(?:,\s|\sand\s|\sor\s|\sund\s|\soder\s){_NAMES}){{0,3}})"
)
_QUOTED = re.compile(
    rf"\b(?P<names>{_NAMES})\s(?:has\s|have\s|just\s|already\s){{0,2}}(?:quoted|offered|pitched|approached"
    r"|undercut|underbid|came\sin\sat|is\scheaper|are\scheaper|gave\sus\s(?:a|an|their)\b"
    r"|(?:is|are)\s(?:also\s|now\s|still\s)?(?:on\s(?:our|the)\sshort\s?list|in\sthe\s(?:race|running)"
    r"|an?\s(?:option|alternative)))"
    r"(?!\w)"
)
_REPLACED = pattern(
    r"\b(?:replaced|moved\saway\sfrom|switch(?:ed|ing)\sfrom|came\sfrom|migrat(?:ed|ing)\sfrom"
    r"|used\sto\s(?:use|have|run)|left|dropped"
    r"|ruled\sout|rejected|turned\sdown|no\slonger\s(?:looking|considering|evaluating)|not\s(?:looking"
    r"|considering|evaluating)|stopped\s(?:looking|evaluating))\b"
)
_SPLIT = re.compile(r",\s|\sand\s|\sor\s|\sund\s|\soder\s")
_NO_NAME = frozenset(
    {
        *MONTHS,
        *WEEKDAYS,
        "i",
        "we",
        "you",
        "they",
        "he",
        "she",
        "it",
        "q1",
        "q2",
        "q3",
        "q4",
        "our",
        "your",
        "the",
        "this",
        "a",
        "monday",
    }
)


def competitor(sentence: Sentence) -> Found | None:
    """Read the capitalised names after a cue of choosing; the tenant's dictionary decides later who is a rival."""
    if _REPLACED.search(sentence.text):
        return None
    for shape in (_CUE, _QUOTED):
        for match in shape.finditer(sentence.text):
            names = [name for raw in _SPLIT.split(match["names"]) if (name := _name(raw))]
            if names:
                return Found("competitor", {"name": names[0], "names": names})
    return None


def _name(raw: str) -> str:
    words = raw.strip(" .,;:").split()
    while words and (words[0].casefold() in _NO_NAME or words[0].isdigit()):
        words = words[1:]
    return " ".join(words)
