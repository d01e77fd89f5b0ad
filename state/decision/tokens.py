"""Tokens: every form in which a cited value may stand in a sentence.

Invariant: a token says what its text says and no more; a full date also stands without its year, never with another.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from state.decision.mention import Mention, plain, values_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONLY_NUMBERS = re.compile(r"[\d, ]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")


def tokens_in(text: str) -> Iterator[str]:
    """Yield the tokens of a text; a day and a list of plain numbers, as most records hold, are read at once."""
    if _DAY.fullmatch(text):
        yield from _of_date(text)
    elif _ONLY_NUMBERS.fullmatch(text):
        for number in re.split(r"[, ]+", text):
            yield from _of_number(number)
    else:
        yield from _of_mentions(values_of(text))


def tokens_of_days(instant: datetime, zones: tuple[str, ...]) -> Iterator[str]:
    """Yield the tokens of the day on which an instant falls in each zone."""
    for day in dict.fromkeys(instant.astimezone(ZoneInfo(zone)).date() for zone in zones):
        yield from _of_day(day)


def tokens_of_instants(text: str, zones: tuple[str, ...]) -> Iterator[str]:
    """Yield the tokens of every instant a text holds: its day and its time in each zone."""
    for moment in _INSTANT.findall(text):
        try:
            instant = datetime.fromisoformat(moment)
        except ValueError:
            continue
        yield from tokens_of_days(instant, zones)
        yield from (f"time:{instant.astimezone(ZoneInfo(zone)):%H:%M}" for zone in zones)


def _of_mentions(mentions: Iterable[Mention]) -> Iterator[str]:
    for mention in mentions:
        yield f"{mention.kind}:{mention.value}"
        match mention.kind:
            case "number":
                yield from _of_number(mention.value)
            case "percent":
                yield f"number:{mention.value}"
            case "money":
                yield f"amount:{mention.value.partition(' ')[2]}"
            case "date":
                yield from _of_date(mention.value)
            case "month":
                yield f"month:--{mention.value[-2:]}"
            case _:
                pass


def _of_number(raw: str) -> Iterator[str]:
    if raw.isdecimal() and raw[0] != "0":
        yield from (f"number:{raw}", f"percent:{raw}")
    elif raw:
        number = Decimal(raw)
        yield f"number:{plain(number)}"
        yield f"percent:{plain(number * 100 if 0 < number < 1 else number)}"


def _of_date(value: str) -> Iterator[str]:
    bare = value.rpartition(" ")[2]
    yield f"date:{bare}"
    yield f"month:--{bare[-5:-3]}"
    if not bare.startswith("-"):
        try:
            yield from _of_day(date.fromisoformat(bare))
        except ValueError:
            return


def _of_day(day: date) -> Iterator[str]:
    full, name = day.isoformat(), _WEEKDAYS[day.weekday()]
    yield from (f"date:{full}", f"date:--{full[5:]}", f"date:{name} {full}", f"date:{name} --{full[5:]}")
    yield from (f"month:{full[:7]}", f"month:--{full[5:7]}", f"number:{full[:4]}")
