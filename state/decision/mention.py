"""Values that a text mentions: numbers, money, percents, dates, times, addresses and codes, in one written form.

Invariant: words that carry no value never make a mention, and a changed digit always changes one.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["number", "money", "percent", "date", "month", "time", "address", "code"]

_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
)
_NUMBER = r"(?:\d{1,3}(?:[,'\u00a0\u202f\u2009]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_CURRENCY = r"usd|eur|gbp|chf|cad|aud|jpy|sek|nok|dkk|pln|inr|brl"
_SCALE = r"k|thousand|m|million|bn|billion"
_BEFORE = "in|by|until|before|since|from|to|of|for|till|early|late|mid"
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_SCALES: Mapping[str, int] = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_SCAN = re.compile(
    rf"""
    (?P<item>(?:^|(?<=\n)|(?<=\n[ ])|(?<=\n[ ][ ]))\d{{1,2}}[.)][ \t])
  | (?P<address>[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}(?:[t ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:z|[+-]\d{{2}}:?\d{{2}})?)?
      (?![\w-]))
  | (?P<span>\b(?P<s1>\d{{1,2}})[ ]?[–-][ ]?(?P<s2>\d{{1,2}})[ ](?P<smonth>{_MONTH})\b(?:,?[ ](?P<syear>\d{{4}})\b)?)
  | (?P<dmy>\b(?:(?P<dday>{_WEEKDAY})\.?,?[ ])?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[ ](?:of[ ])?(?P<dmonth>{_MONTH})\b
      \.?(?:,?[ ](?P<dyear>\d{{4}})\b)?)
  | (?P<mdy>\b(?:(?P<mday>{_WEEKDAY})\.?,?[ ])?(?P<mmonth>{_MONTH})\.?[ ](?P<m>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)
      (?:,?[ ](?P<myear>\d{{4}})\b)?)
  | (?P<my>\b(?P<ymonth>{_MONTH})\.?[ ](?P<yyear>\d{{4}})\b)
  | (?P<month>\b(?:{_BEFORE})[ ](?P<only>{_MONTH})\b(?!\.?[ ]\d))
  | (?P<clock>\b(?P<h>\d{{1,2}})(?::(?P<min>[0-5]\d))?[ ]?(?P<half>[ap]\.?m\b\.?)
      |\b(?P<h24>[01]?\d|2[0-3]):(?P<min24>[0-5]\d)\b)
  | (?P<money>(?:\b(?P<c1>{_CURRENCY})[ ]?|(?P<sign1>[$€£])[ ]?)(?P<a1>{_NUMBER})(?:[ ]?(?P<scale1>{_SCALE})\b)?
      |(?<![\w.,])(?P<a2>{_NUMBER})(?:[ ]?(?P<scale2>{_SCALE}))?[ ]?(?:(?P<c2>{_CURRENCY})\b|(?P<sign2>[€£])|dollars\b))
  | (?P<percent>(?<![\w.,])(?P<p>{_NUMBER})[ \u00a0\u202f-]?(?:%|percent\b|per[ ]cent\b))
  | (?P<unit>(?<![\w.,])(?P<u>{_NUMBER})(?:-[a-z]{{2,}}(?:-[a-z]+)*|st|nd|rd|th|d|bd|h|x)\b(?![\w-]))
  | (?P<thousands>(?<![\w.,])(?P<t>{_NUMBER})k\b)
  | (?P<code>(?<![\w@])(?=[\w./-]*[a-z])(?=[\w./-]*\d)[a-z0-9]+(?:[-_./][a-z0-9]+)*|\b\d+(?:\.\d+){{2,}}\b)
  | (?P<number>(?<![\w.,])(?:{_NUMBER})(?![\w]))
  | (?P<word>\b(?:{"|".join(_WORDS)})\b(?!-))
    """,
    re.VERBOSE,
)

_SIGN = re.compile(r"[\d$€£@]")
_WORDY = re.compile(rf"\b(?:(?:{_BEFORE}) (?={_MONTH})|(?:{'|'.join(_WORDS)})\b)")
"""What gives a value away: cheap filters before the full reading."""
_LEAD = re.compile(rf"\b(?:{_WEEKDAY}|{_MONTH}|{_CURRENCY})\.?,? ?$")
_LEAD_LENGTH = 14
_EDGES = " \t\n(){}[]<>\"'“”‘’:;,/–—−→=×+*|"


class Mention(NamedTuple):
    """One value as it stands in a text, and the form in which equal values are equal."""

    kind: Kind
    value: str
    """number, percent: 184000 · money: USD 184000 · date: 2026-04-30 or --04-30, with a weekday before it ·
    month: 2026-07 or --07 · time: 10:00."""
    text: str
    """As it stands, in lower case."""


def values_of(text: str) -> tuple[Mention, ...]:
    """List the values of a text in order; ordinals are numbers, list numbers are none."""
    return tuple(mention for match in _matches(text.lower()) for mention in _read(match))


def _matches(text: str) -> Iterator[re.Match[str]]:
    at, words = 0, deque(match.start() for match in _WORDY.finditer(text))
    while True:
        while words and words[0] < at:
            words.popleft()
        sign = _SIGN.search(text, at)
        start = len(text) if sign is None else _start(text, at, sign.start())
        if words and words[0] < start:
            start = words.popleft()
        elif sign is None:
            return
        found = _SCAN.match(text, start)
        if found is None and sign is not None and start < sign.start():
            found = _SCAN.match(text, sign.start())
        if found is not None:
            yield found
        at = max(start + 1, at + 1) if found is None else max(found.end(), start + 1)


def _start(text: str, floor: int, hit: int) -> int:
    """Go back to where the word begins in which something was found, and to the word that leads a date or amount."""
    while hit > floor and text[hit - 1] not in _EDGES:
        hit -= 1
    while hit > floor and text[hit - 1] == " ":
        lead = _LEAD.search(text, max(floor, hit - _LEAD_LENGTH), hit)
        if lead is None:
            break
        hit = lead.start()
    return hit


def plain(raw: str | Decimal) -> str:
    """Write a number in its one form: 184,000.0 becomes 184000, .090 becomes 0.09."""
    if isinstance(raw, str) and raw.isdecimal() and raw[0] != "0":
        return raw
    number = raw if isinstance(raw, Decimal) else Decimal(re.sub(r"[^\d.]", "", raw))
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(match: re.Match[str]) -> Iterator[Mention]:
    kind, text = match.lastgroup or "", match.group().strip().rstrip(".")
    if kind == "span":
        for name in ("s1", "s2"):
            yield Mention("date", _day(match["syear"], match["smonth"], match[name], None), text)
    elif kind in _READERS:
        name_, value = _READERS[kind](match, text)
        yield Mention(name_, value, text)


def _day(year: str | None, month: str, number: str, weekday: str | None) -> str:
    name = f"{weekday[:3]} " if weekday else ""
    return f"{name}{year or '-'}-{_month(month)}-{int(number):02}"


def _month(name: str) -> str:
    return f"{_MONTHS.index(name[:3]) + 1:02}"


def _clock(match: re.Match[str], _: str) -> tuple[Kind, str]:
    if match["h24"] is not None:
        return "time", f"{int(match['h24']):02}:{match['min24']}"
    afternoon = match["half"].startswith("p")
    return "time", f"{int(match['h']) % 12 + 12 * afternoon:02}:{match['min'] or '00'}"


def _money(match: re.Match[str], _: str) -> tuple[Kind, str]:
    sign, code = match["sign1"] or match["sign2"], match["c1"] or match["c2"]
    scale = _SCALES.get(match["scale1"] or match["scale2"] or "", 1)
    amount = Decimal(plain(match["a1"] or match["a2"])) * scale
    return "money", f"{_SIGNS[sign] if sign else (code or 'usd').upper()} {plain(amount)}"


_Reader = Callable[[re.Match[str], str], tuple[Kind, str]]
_READERS: Mapping[str, _Reader] = {
    "address": lambda _, text: ("address", text),
    "iso": lambda _, text: ("date", text[:10]),
    "dmy": lambda match, _: ("date", _day(match["dyear"], match["dmonth"], match["d"], match["dday"])),
    "mdy": lambda match, _: ("date", _day(match["myear"], match["mmonth"], match["m"], match["mday"])),
    "my": lambda match, _: ("month", f"{match['yyear']}-{_month(match['ymonth'])}"),
    "month": lambda match, _: ("month", f"--{_month(match['only'])}"),
    "clock": _clock,
    "money": _money,
    "percent": lambda match, _: ("percent", plain(match["p"])),
    "unit": lambda match, _: ("number", plain(match["u"])),
    "thousands": lambda match, _: ("number", plain(Decimal(plain(match["t"])) * 1000)),
    "code": lambda _, text: ("code", text),
    "number": lambda _, text: ("number", plain(text)),
    "word": lambda _, text: ("number", str(_WORDS.index(text) + 2)),
}
