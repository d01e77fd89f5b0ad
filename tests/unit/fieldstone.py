"""Read the committed sample company and its truth file as a test wants them: raw records by account, kind and field."""

from datetime import date, datetime, timedelta
from functools import cache
from statistics import mean
from zoneinfo import ZoneInfo

import yaml

from tests.conftest import ROOT
from tools.sample import Sample, read_sample

FOLDER = ROOT / "samples" / "fieldstone"
TODAY = date(2026, 3, 10)
NEW_YORK = ZoneInfo("America/New_York")
Facts = dict[str, object]


@cache
def read() -> Sample:
    """Read the committed files."""
    return read_sample(FOLDER)


@cache
def truth() -> dict[str, Facts]:
    """Read what is planted, by story."""
    found: dict[str, Facts] = yaml.safe_load((FOLDER / "truth.yaml").read_text(encoding="utf-8"))["stories"]
    return found


def fact(story: str, name: str) -> object:
    """Read one planted fact."""
    facts = truth()[story]["facts"]
    assert isinstance(facts, dict)
    return facts[name]


@cache
def told() -> dict[str, list[tuple[str, datetime, Facts]]]:
    """Read every event by account: type, New York time, record."""
    found: dict[str, list[tuple[str, datetime, Facts]]] = {}
    for event in read().events:
        record = event["data"]
        assert isinstance(record, dict)
        when = datetime.fromisoformat(str(event["time"])).astimezone(NEW_YORK)
        found.setdefault(str(event["account"]), []).append((str(event["type"]), when, dict(record)))
    return found


def records(account: str, kind: str) -> list[Facts]:
    """List the records of a kind, oldest first."""
    return [record for type_, _, record in told()[account] if type_ == kind]


def days_of(account: str, kind: str, /, **where: object) -> list[str]:
    """List the New York days of a kind's events whose fields are as wanted."""
    return [
        when.date().isoformat()
        for type_, when, record in told()[account]
        if type_ == kind and all(record.get(key) == value for key, value in where.items())
    ]


def latest(account: str, kind: str, key: str, name: object = None) -> object:
    """Read the last word on a field, of one record where it is named."""
    said = [r for r in records(account, kind) if key in r and (name is None or name in r.values())]
    return said[-1][key]


def series(account: str, name: str = "active_users") -> dict[date, int]:
    """Join a usage series."""
    found: dict[date, int] = {}
    for record in records(account, "usage.reported"):
        if record["series"] == name:
            first, values = date.fromisoformat(str(record["first_day"])), record["values"]
            assert isinstance(values, list)
            found |= {first + timedelta(days=offset): value for offset, value in enumerate(values)}
    return found


def mean_of(points: dict[date, int], first: date, last: date) -> float:
    """Average the days from first to last."""
    return mean(value for day, value in points.items() if first <= day <= last)


def text(account: str) -> str:
    """Join what was written and noted."""
    return "\n".join(
        str(r.get("text", "")) for kind in ("mail.received", "note.added") for r in records(account, kind)
    )


def days_to(day: object) -> int:
    """Count calendar days from the clock's day."""
    return (date.fromisoformat(str(day)) - TODAY).days


def business_days_since(day: object) -> int:
    """Count weekdays after a day up to the clock's; there is no holiday among those used here."""
    first = date.fromisoformat(str(day))
    between = [first + timedelta(days=n) for n in range(1, (TODAY - first).days + 1)]
    return sum(one.weekday() < 5 for one in between)


def held_with(account: str, address: str) -> list[str]:
    """List the days on which a meeting with an address was held."""
    booked = {r["meeting"]: r for r in records(account, "meeting.updated") if "attendees" in r}
    return [
        when.date().isoformat()
        for type_, when, record in told()[account]
        if type_ == "meeting.updated"
        and record.get("status") == "held"
        and address in str(booked[record["meeting"]])
    ]


def contract(account: str) -> Facts:
    """Give the newest contract as it was signed."""
    return [record for record in records(account, "subscription.updated") if "ends_on" in record][-1]
