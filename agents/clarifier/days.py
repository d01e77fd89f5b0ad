"""Read the day a person names: a date, a weekday, yesterday, three weeks ago."""

import re
from contextlib import suppress
from datetime import date, timedelta

MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
GERMAN = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
WEEKDAYS = tuple("mon tue wed thu fri sat sun".split())
UNITS = {"day": 1, "week": 7, "month": 30, "year": 365, "tag": 1, "woche": 7, "monat": 30, "quarter": 91}
NEAR = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1, "last week": 7, "letzter woche": 7, "last month": 30,
        "last quarter": 91, "last year": 365, "the weekend": 3}  # fmt: skip
_AGO = re.compile(
    r"(?:the )?(?:last |past )?(\d{1,3}|a|one|two|three|four|six) (day|week|month|quarter|year)s?(?: ago)?"
)
_WORDS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_WRITTEN = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ([a-zä]{3})[a-zä]*\.?|([a-zä]{3})[a-zä]*\.? (\d{1,2})(?:st|nd|rd|"
    r"th)?),?(?: (\d{4}))?"
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")


def day_named(text: str, today: date) -> date | None:
    """Find the day that is meant, the latest one that is not after today; None where it is none."""
    said = " ".join(text.casefold().split()).strip(" .,?!")
    if said in NEAR:
        return today - timedelta(days=NEAR[said])
    if found := _AGO.fullmatch(said):
        count = _WORDS.get(found[1]) or int(found[1])
        return today - timedelta(days=count * UNITS[found[2]])
    if said.removeprefix("last ")[:3] in WEEKDAYS and said.endswith(
        ("day", "mon", "tue", "wed", "thu", "fri")
    ):
        back = (today.weekday() - WEEKDAYS.index(said.removeprefix("last ")[:3])) % 7
        return today - timedelta(days=back or 7)
    return _dated(said, today)


def _dated(said: str, today: date) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(said)
    if found := _DOTTED.fullmatch(said):
        return _placed(int(found[1]), int(found[2]), found[3], today)
    found = _WRITTEN.fullmatch(said)
    if found is None:
        return None
    word = found[2] or found[3]
    name = GERMAN.get(word, word)
    if name not in MONTHS:
        return None
    return _placed(int(found[1] or found[4]), MONTHS.index(name) + 1, found[5], today)


def _placed(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        found = date(int(year) if year else today.year, month, day)
        return found if year or found <= today else found.replace(year=found.year - 1)
    except ValueError:
        return None
