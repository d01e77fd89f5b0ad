"""Explicit dates in a sentence, resolved from the day it was said; `soon` and its like are no dates.

Units: calendar days. A date without a year is the one nearest to the day it was said, later ones preferred.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from state.world.reading_rules.words import MONTH, MONTHS, NUMBER, WEEKDAY, WEEKDAYS, number_of, pattern

DAY = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})\b"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month>{MONTH})\b\.?(?:,?\s(?P<year>\d{{4}})\b)?"
    rf"|(?P<month2>{MONTH})\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?%)(?:,?\s(?P<year2>\d{{4}})\b)?"
    r"|(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})\.(?P<year3>\d{4}\b)?"
    rf"|(?:the\s)?(?:end\sof|ende)\s(?P<end_month>{MONTH})\b"
    r"|(?P<today>today|tonight|heute|eod|cob|(?:the\s)?end\sof\s(?:the\s)?(?:business\s)?day)\b"
    r"|(?P<tomorrow>tomorrow|morgen)\b"
    r"|(?P<eow>eow|(?:the\s)?end\sof\s(?:the|this)\sweek|end\sof\sweek|ende\sder\swoche)\b"
    rf"|(?P<next>next\s|nächsten\s|nächste\swoche\s)?(?:this\s|kommenden\s|coming\s)?(?P<weekday>{WEEKDAY})\b"
)
DUE = pattern(
    r"\b(?P<prep>by|until|till|no\slater\sthan|not\slater\sthan|at\sthe\slatest\s(?:by|on)|before|on"
    r"|due(?:\son)?"
    r"|bis(?:\szum|\sspätestens)?|am|vor)\s(?:(?:the\s)?(?:end\sof\s(?:business\s)?day|eod|cob)\s(?:on\s)?)?"
    rf"(?:the\s)?(?:(?:{WEEKDAY}),?\s(?:the\s)?)?(?:{DAY})"
)
BARE = pattern(
    r"(?P<lead>\b\w{1,12}\s)?\b(?:(?P<tomorrow>tomorrow)|(?P<today>today|tonight)|(?P<next>next\s)?"
    r"(?P<weekday>monday|tuesday|wednesday|thursday|friday))\b"
)
WITHIN = pattern(
    rf"\b(?:with)?in\s(?:the\snext\s)?(?P<n>{NUMBER})\s(?P<unit>days?|weeks?|months?|tagen?|wochen?)\b"
)
WHEN = (
    r"(?:q(?P<quarter>[1-4])(?:\s(?P<quarter_year>\d{4}))?"
    rf"|{DAY.replace('(?P<', '(?P<d_')}"
    rf"|(?:(?P<part>early|mid|middle\sof|late|(?:the\s)?end\sof|beginning\sof|start\sof|anfang|mitte"
    rf"|ende)[\s-])?"
    rf"(?P<only_month>{MONTH})(?:\s(?P<only_year>\d{{4}}))?\b"
    r"|(?:the\s)?(?P<step>next\s(?:month|quarter|year)|nächstes\sjahr|nächsten\smonat|nächstes\squartal))"
)
PAST_WORDS = frozenset({"last", "since", "past", "previous", "from", "of", "every", "until"})
PAST_DAYS = 60
"""A yearless date this long before the day it was said belongs to the next year."""


def due_in(text: str, said_on: date) -> tuple[date, int] | None:
    """Find the day something is due, and where its phrase begins."""
    for match in DUE.finditer(text):
        found = _day(match, said_on)
        if found is not None:
            strict = match["prep"].casefold() in ("before", "vor")
            return found - timedelta(days=int(strict)), match.start()
    for match in BARE.finditer(text):
        found = None if (match["lead"] or "").strip().casefold() in PAST_WORDS else _day(match, said_on)
        if found is not None:
            return found, match.end("lead") if match["lead"] else match.start()
    if within := WITHIN.search(text):
        return _after(within, said_on), within.start()
    return None


def when_of(match: re.Match[str], said_on: date) -> date | None:
    """Resolve a `WHEN` group of a match: the first day it can mean."""
    if match["quarter"]:
        return _quarter(int(match["quarter"]), match["quarter_year"], said_on)
    if match["only_month"]:
        return _month(match, said_on)
    if match["step"]:
        return _step(match["step"].casefold(), said_on)
    return _day(match, said_on, "d_")


def months_later(day: date, months: int) -> date:
    """Give the first day of a month counted from the day's month."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_from(month: int, said_on: date) -> date:
    """Give the first day of the next such month, the present one included."""
    return date(said_on.year + int(month < said_on.month), month, 1)


def after_span(text: str, said_on: date) -> date | None:
    """Resolve `in two weeks`."""
    match = WITHIN.search(text)
    return None if match is None else _after(match, said_on)


def _after(match: re.Match[str], said_on: date) -> date:
    count, unit = number_of(match["n"]), match["unit"][0].casefold()
    if unit == "m":
        return months_later(said_on, count)
    return said_on + timedelta(days=min(count, 1000) * (7 if unit == "w" else 1))


def _quarter(quarter: int, year: str | None, said_on: date) -> date:
    if year:
        return date(int(year), quarter * 3 - 2, 1)
    return date(said_on.year + int(quarter * 3 < said_on.month), quarter * 3 - 2, 1)


def _month(match: re.Match[str], said_on: date) -> date:
    month = MONTHS[match["only_month"].casefold()]
    first = date(int(match["only_year"]), month, 1) if match["only_year"] else month_from(month, said_on)
    part = (match["part"] or "").casefold()
    if part.startswith("mi"):
        return first.replace(day=15)
    if part == "late":
        return first.replace(day=20)
    return _end_of_month(first) if "end" in part else first


def _step(step: str, said_on: date) -> date:
    if step.endswith(("month", "monat")):
        return months_later(said_on, 1)
    if step.endswith(("quarter", "quartal")):
        return months_later(said_on.replace(month=(said_on.month - 1) // 3 * 3 + 1, day=1), 3)
    return date(said_on.year + 1, 1, 1)


def _day(match: re.Match[str], said_on: date, prefix: str = "") -> date | None:
    parts = {key.removeprefix(prefix): value for key, value in match.groupdict().items() if value}
    return next((found for found in _candidates(parts, said_on)), None)


def _candidates(parts: dict[str, str], said_on: date) -> Iterator[date]:
    for day, month, year in (
        ("day", "month", "year"),
        ("day2", "month2", "year2"),
        ("day3", "month3", "year3"),
    ):
        if day in parts and month in parts:
            found = _dated(parts[day], parts[month], parts.get(year), said_on)
            if found is not None:
                yield found
            return
    if "iso" in parts and (iso := _parsed(parts["iso"])) is not None:
        yield iso
    if "end_month" in parts:
        yield _end_of_month(month_from(MONTHS[parts["end_month"].casefold()], said_on))
    if "today" in parts:
        yield said_on
    if "tomorrow" in parts:
        yield said_on + timedelta(days=1)
    if "eow" in parts:
        yield said_on + timedelta(days=(4 - said_on.weekday()) % 7)
    if "weekday" in parts:
        yield _weekday(parts["weekday"], said_on, is_next="next" in parts)


def _weekday(name: str, said_on: date, *, is_next: bool) -> date:
    wanted = WEEKDAYS[name.casefold()]
    if is_next:
        return said_on + timedelta(days=7 - said_on.weekday() + wanted)
    return said_on + timedelta(days=(wanted - said_on.weekday() - 1) % 7 + 1)


def _dated(day: str, month: str, year: str | None, said_on: date) -> date | None:
    number = int(month) if month.isdigit() else MONTHS[month.casefold()]
    if year is not None:
        return _valid(int(year), number, int(day))
    near = _valid(said_on.year, number, int(day))
    if near is not None and near < said_on - timedelta(days=PAST_DAYS):
        return _valid(said_on.year + 1, number, int(day))
    if near is not None and near > said_on + timedelta(days=365 - PAST_DAYS):
        return _valid(said_on.year - 1, number, int(day))
    return near


def _valid(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _parsed(iso: str) -> date | None:
    year, month, day = (int(part) for part in iso.split("-"))
    return _valid(year, month, day)


def _end_of_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])
