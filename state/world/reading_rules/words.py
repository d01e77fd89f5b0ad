"""Closed word lists that several rules share: months, weekdays, small numbers; English and German."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property

MONTHS: dict[str, int] = {
    "january": 1, "jan": 1, "januar": 1, "february": 2, "feb": 2, "februar": 2, "march": 3, "mar": 3, "märz": 3,
    "april": 4, "apr": 4, "may": 5, "mai": 5, "june": 6, "jun": 6, "juni": 6, "july": 7, "jul": 7, "juli": 7,
    "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "oktober": 10, "okt": 10,
    "november": 11, "nov": 11, "december": 12, "dec": 12, "dezember": 12, "dez": 12,
}  # fmt: skip

WEEKDAYS: dict[str, int] = {
    "monday": 0, "mon": 0, "montag": 0, "tuesday": 1, "tue": 1, "tues": 1, "dienstag": 1, "wednesday": 2, "wed": 2,
    "mittwoch": 2, "thursday": 3, "thu": 3, "thur": 3, "thurs": 3, "donnerstag": 3, "friday": 4, "fri": 4,
    "freitag": 4, "saturday": 5, "samstag": 5, "sunday": 6, "sonntag": 6,
}  # fmt: skip

NUMBERS: dict[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "ein": 1, "eine": 1,
    "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
}  # fmt: skip


def one_of(words: dict[str, int]) -> str:
    """Write a pattern that matches any of the words, longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


MONTH = one_of(MONTHS)
WEEKDAY = one_of(WEEKDAYS)
NUMBER = rf"\d{{1,6}}|{one_of(NUMBERS)}"


def number_of(word: str) -> int:
    """Read digits or a number word that `NUMBER` matched."""
    return int(word) if word.isdigit() else NUMBERS[word.casefold()]


class Pattern:
    """A rule's pattern, compiled at the first text that it meets: most commands read none."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, re.IGNORECASE)

    @cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        return self._compiled.search

    @cached_property
    def match(self) -> Callable[[str], re.Match[str] | None]:
        return self._compiled.match

    @cached_property
    def finditer(self) -> Callable[[str], Iterator[re.Match[str]]]:
        return self._compiled.finditer

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        return [part or "" for part in self._compiled.split(text, maxsplit)]

    def made(self, match: re.Match[str]) -> bool:
        """Tell whether a match is one of this pattern's."""
        return match.re is self._compiled

    def sub(self, instead: str, text: str, count: int = 0) -> str:
        return self._compiled.sub(instead, text, count)


def pattern(text: str) -> Pattern:
    """Write a rule's pattern: case does not matter."""
    return Pattern(text)
