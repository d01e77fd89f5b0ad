"""Take one value out of a record: along a path of keys, through one named transform.

Invariant: a path only follows keys of maps; what a transform cannot read is a fault with its path, never a guess.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from zoneinfo import ZoneInfo

from tools.connectors.bounds import clean
from tools.connectors.csv_folder import slug
from tools.connectors.document_mapping import Pick
from tools.connectors.port import Setting

Picked: TypeAlias = str | int | bool | list[str] | list[dict[str, str]]


class PickFault(Exception):
    """A value that is there and cannot be read."""

    def __init__(self, path: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.value, self.reason = path, value, reason


def reached(place: object, path: str) -> object:
    """Follow keys; None where one is missing."""
    for step in path.split("."):
        if not isinstance(place, Mapping):
            return None
        place = place.get(step)
    return place


def picked(pick: Pick, record: object, document: object, stem: str, setting: Setting) -> Picked | None:
    """Read one value; None when there is nothing. Raises: PickFault."""
    if pick.constant is not None:
        return f"{pick.prefix}{pick.constant}" if pick.prefix else pick.constant
    raw = stem if pick.file else _at(str(pick.path), record, document)
    if raw is None or raw in ("", []):
        if pick.otherwise is None:
            return None
        return picked(pick.otherwise, record, document, stem, setting)
    if isinstance(raw, str):
        raw = pick.replace.get(raw, raw)
    try:
        value = TRANSFORMS[pick.transform](raw, setting)
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        shown = clean(str(raw))[:80]
        raise PickFault(str(pick.path or "file"), shown, f"not a value of kind {pick.transform}") from error
    return f"{pick.prefix}{value}" if pick.prefix else value


def _at(path: str, record: object, document: object) -> object:
    return reached(document, path[1:]) if path.startswith("/") else reached(record, path)


def _text(raw: object, setting: Setting) -> Picked:
    if isinstance(raw, bool | int):
        return raw
    if not isinstance(raw, str | float):
        raise TypeError
    return clean(str(raw))


def _slug(raw: object, setting: Setting) -> Picked:
    return slug(_words(raw))


def _integer(raw: object, setting: Setting) -> Picked:
    return int(_words(raw))


def _decimal(raw: object, setting: Setting) -> Picked:
    number = Decimal(_words(raw))
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError
    return format(number, "f")


def _date(raw: object, setting: Setting) -> Picked:
    return date.fromisoformat(_words(raw)[:10]).isoformat()


def _instant(raw: object, setting: Setting) -> Picked:
    moment = datetime.fromisoformat(_words(raw))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(setting.zone))).isoformat()


def _address(raw: object, setting: Setting) -> Picked:
    return clean(_words(raw)).strip()


def _addresses(raw: object, setting: Setting) -> Picked:
    return [clean(_words(one)).strip() for one in (raw if isinstance(raw, list) else [raw])]


def _attendees(raw: object, setting: Setting) -> Picked:
    return [{"email": clean(_words(one)).strip()} for one in (raw if isinstance(raw, list) else [raw])]


def _user(raw: object, setting: Setting) -> Picked:
    """Name the user of an address; somebody we do not know as a user is named by the address."""
    address = clean(_words(raw)).strip()
    return setting.own.get(address.lower()) or slug(address.partition("@")[0]) or address


def _transcript(raw: object, setting: Setting) -> Picked:
    if not isinstance(raw, list):
        raise TypeError
    lines = [(_words(reached(one, "speaker") or "?"), _words(reached(one, "content") or "")) for one in raw]
    return "\n".join(
        f"{clean(' '.join(who.split()))}: {clean(' '.join(what.split()))}" for who, what in lines
    )


def _words(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise TypeError
    return str(raw)


TRANSFORMS: Mapping[str, Callable[[object, Setting], Picked]] = {
    "text": _text, "slug": _slug, "integer": _integer, "decimal": _decimal, "date": _date, "instant": _instant,
    "address": _address, "addresses": _addresses, "attendees": _attendees, "user": _user, "transcript": _transcript,
}  # fmt: skip
"""Every transform a mapping may name."""
