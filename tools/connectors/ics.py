"""Calendar files become meetings: every entry of every file is understood, or rejected with a reason.

Invariant: an entry is understood when its own start and end can be read; nothing a file holds makes the import fail.
Source: RFC 5545 by way of icalendar; organisers, attendees, titles and places are written by outsiders.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Component, Event
from icalendar.timezone import tzp

from state.canonical import Json, digest
from state.ids import stable_id
from tools.connectors.bounds import Fault, clean, cut
from tools.connectors.envelopes import Place, taken
from tools.connectors.folder import Outcome, unread
from tools.connectors.ics_series import (
    UNREADABLE,
    Dated,
    alone,
    expanded,
    is_series,
    moment_of,
    own_dates,
    zoned,
)
from tools.connectors.port import Found, Setting

ENDINGS = (".ics", ".ifb", ".ical")
MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 20_000
MOST_PEOPLE = 500
SHORT = 1000
"""Characters of a title or a place."""
ADDRESS = re.compile(r"[^@\s<>,;\ufffd]+@[^@\s<>,;\ufffd]+")
ZONE_RULES = re.compile(rb"BEGIN:VTIMEZONE(.*?)(?:END:VTIMEZONE|\Z)", re.DOTALL | re.IGNORECASE)
ENDLESS = re.compile(rb"FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY)|INTERVAL=0*(;|\s|\Z)", re.IGNORECASE)
FOLD = re.compile(rb"\r?\n[ \t]")
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
STAMPS = ("LAST-MODIFIED", "DTSTAMP", "CREATED")
ROOMS = frozenset({"ROOM", "RESOURCE"})


def read_calendar(content: bytes, file: str, setting: Setting) -> Outcome:
    """Read one file."""
    if any(ENDLESS.search(rules) for rules in ZONE_RULES.findall(FOLD.sub(b"", content))):
        return unread(file, "a time zone of its own that changes more often than monthly")
    tzp.use_default()  # forgets the zones that an earlier file defined: they are that file's alone
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parts = Component.from_ical(content, multiple=True)
            entries = [(part, entry) for part in parts for entry in part.walk("VEVENT")]
    except UNREADABLE as error:
        return unread(file, "not a calendar", clean(str(error)))
    if len(entries) > MOST_ENTRIES:
        return unread(file, f"more than {MOST_ENTRIES:,} entries")
    if not entries:
        kinds = {sub.name or "" for part in parts for sub in (part, *part.walk())}
        return unread(file, "no calendar entry (VEVENT) in it", clean(", ".join(sorted(kinds - {""}))))
    return _outcome(entries, file, setting)


def _outcome(entries: Sequence[tuple[Component, Component]], file: str, setting: Setting) -> Outcome:
    found: list[Found] = []
    series: dict[str, list[Event]] = {}
    called_off: set[str] = set()
    for number, (part, entry) in enumerate(entries, start=1):
        fault = _unreadable(entry)
        if fault is not None or not isinstance(entry, Event):
            place = Place(file, 0, f"VEVENT {number}")
            found.append(place.reject(fault or Fault("", "", "not a calendar entry")))
            continue
        uid = _uid(entry)
        series.setdefault(uid, []).append(entry)
        if str(part.get("METHOD", "")).upper() == "CANCEL":
            called_off.add(uid)
    understood = 0
    for uid, same in series.items():
        items = _all_meetings(uid, same, file, setting, is_off=uid in called_off)
        found += items
        is_lost = any(not getattr(one, "is_taken", True) for one in items)
        understood += 0 if is_lost and not any(getattr(one, "data", None) for one in items) else len(same)
    return Outcome(tuple(found), len(entries), understood)


def _unreadable(entry: Component) -> Fault | None:
    title = _text(entry, "SUMMARY") or ""
    start = entry.get("DTSTART")
    if start is None:
        return Fault("", title, "no start (DTSTART)")
    if isinstance(start, list):
        return Fault("", title, "several starts (DTSTART)")
    try:
        if isinstance(entry, Event):
            own_dates(entry)
    except UNREADABLE:
        return Fault("", title, "its start, end or duration cannot be read")
    return None


def _uid(entry: Event) -> str:
    """Name an entry: by its UID, else by a digest of all it says."""
    uid = _text(entry, "UID")
    if uid and "\ufffd" not in uid:
        return uid
    return stable_id("mt", hashlib.sha256(entry.to_ical()).hexdigest())


def _all_meetings(
    uid: str, same: Sequence[Event], file: str, setting: Setting, *, is_off: bool
) -> list[Found]:
    try:
        return list(_meetings(uid, same, file, setting, is_off=is_off))
    except UNREADABLE:
        fault = Fault("", _text(same[0], "SUMMARY") or "", "its dates are none that a calendar has")
        return [Place(file, 0, clean(uid)[:80]).reject(fault)]


def _meetings(
    uid: str, same: Sequence[Event], file: str, setting: Setting, *, is_off: bool
) -> Iterator[Found]:
    zone = ZoneInfo(setting.zone)
    place = Place(file, 0, clean(uid)[:80])
    if any(is_series(entry) for entry in same):
        run = expanded(same, setting.now, zone)
        dates, remark = run.dates, run.remark
    else:
        dates, remark = tuple(alone(entry, zone) for entry in same), ""
    if remark:
        yield place.remark(Fault("", _text(same[0], "SUMMARY") or "", remark))
    if any(zoned(one.ends, zone) < zoned(one.starts, zone) for one in dates):
        yield place.remark(
            Fault("", _text(same[0], "SUMMARY") or "", "it ends before it begins; its end is left out")
        )
    guests = (entry.get("ATTENDEE") for entry in same)
    if any(isinstance(one, list) and len(one) > MOST_PEOPLE for one in guests):
        many = f"more than {MOST_PEOPLE} are invited; the first {MOST_PEOPLE} are taken"
        yield place.remark(Fault("", _text(same[0], "SUMMARY") or "", many))
    for strange in sorted({name for entry in same if (name := _unknown_zone(entry))}):
        yield place.remark(Fault("", strange, f"its time zone is not known; read in {setting.zone}"))
    told: set[str] = set()
    for one in dates:
        agenda = _text(one.entry, "DESCRIPTION") or ""
        raw = _raw(uid, one, cut(agenda) if agenda in told else agenda, setting, zone, is_off=is_off)
        told.add(agenda)
        yield from taken(raw, setting.tenant, place)


def _unknown_zone(entry: Event) -> str:
    """Name the zone of a start that could not be placed in it."""
    start = moment_of(entry["DTSTART"])
    if not isinstance(start, datetime) or start.tzinfo is not None:
        return ""
    return clean(str(getattr(entry["DTSTART"], "params", {}).get("TZID", "")))[:80]


def _raw(
    uid: str, one: Dated, agenda: str, setting: Setting, zone: ZoneInfo, *, is_off: bool
) -> dict[str, Json]:
    """Lay one date out; of a series the first that says a long text keeps it whole."""
    starts, ends = zoned(one.starts, zone), zoned(one.ends, zone)
    people = _people(one.entry)
    organiser = _address(one.entry.get("ORGANIZER"))
    data: dict[str, Json] = {
        "meeting": _meeting(uid, one),
        "title": (_text(one.entry, "SUMMARY") or "")[:SHORT] or None,
        "starts_at": starts.isoformat(),
        "ends_at": ends.isoformat() if ends >= starts else None,
        "zone": _zone(one, setting),
        "organiser": organiser,
        "attendees": people,
        "agenda": agenda or None,
        "place": (_text(one.entry, "LOCATION") or "")[:SHORT] or None,
        "status": _status(one.entry, people, setting, is_off=is_off),
    }
    said: dict[str, Json] = {name: value for name, value in data.items() if value not in (None, [])}
    at = _known_at(one.entry, zone) or min(starts, setting.now)
    addresses = [str(person["email"]) for person in people] + ([organiser] if organiser else [])
    return {
        "id": stable_id("ics", uid, at.isoformat(), digest(said)),
        "source": "calendar",
        "type": "meeting.updated",
        "account": setting.resolve(addresses),
        "time": at.isoformat(),
        "recorded_at": at.isoformat(),
        "data": said,
    }


def _meeting(uid: str, one: Dated) -> str:
    if one.slot is None:
        name = uid
    elif isinstance(one.slot, datetime):
        name = f"{uid}/{one.slot.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    else:
        name = f"{uid}/{one.slot:%Y%m%d}"
    return name if len(name) <= 200 else stable_id("mt", name)


def _zone(one: Dated, setting: Setting) -> str:
    key = getattr(getattr(one.starts, "tzinfo", None), "key", None)
    return str(key) if key and key != "UTC" else setting.zone


def _known_at(entry: Event, zone: ZoneInfo) -> datetime | None:
    """Read when the entry was last written; without a stamp nobody can tell."""
    stamps = (moment_of(entry.get(name)) for name in STAMPS)
    return next((zoned(stamp, zone) for stamp in stamps if stamp is not None), None)


def _status(entry: Event, people: Sequence[dict[str, str]], setting: Setting, *, is_off: bool) -> str:
    if is_off or (_text(entry, "STATUS") or "").upper() == "CANCELLED":
        return "cancelled"
    ours = [person["status"] for person in people if person["email"].lower() in setting.own]
    return "declined_by_owner" if ours and set(ours) == {"declined"} else "booked"


def _people(entry: Event) -> list[dict[str, str]]:
    """List the invited people who have a mail address, each once; rooms are no people."""
    invited = entry.get("ATTENDEE", [])
    found: dict[str, dict[str, str]] = {}
    for one in invited if isinstance(invited, list) else [invited]:
        told = getattr(one, "params", {})
        address = _address(one)
        if address is None or str(told.get("CUTYPE", "")).upper() in ROOMS:
            continue
        status = ANSWERS.get(str(told.get("PARTSTAT", "")).upper(), "needs_action")
        name = clean(str(told.get("CN", "")))[:200]
        found.setdefault(address.lower(), {"email": address, "name": name, "status": status})
    return list(found.values())[:MOST_PEOPLE]


def _address(value: object) -> str | None:
    text = clean(str(value[0] if isinstance(value, list) and value else value or "")).strip()
    text = text[7:] if text[:7].lower() == "mailto:" else text
    return text if len(text) <= 254 and ADDRESS.fullmatch(text) else None


def _text(entry: Component, name: str) -> str | None:
    value = entry.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return None if first is None else clean(str(first)).strip() or None
