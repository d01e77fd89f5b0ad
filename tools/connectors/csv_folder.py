"""A folder of CSV files read through a mapping: events, users, prices, and every row that was not understood."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from state.errors import InvalidInput
from state.ids import TenantId
from state.world.event import Event, parse_event
from tools.connectors.mapping import EventRule, Lookup, Mapping, Value, Where
from tools.connectors.port import FileRead, Reject, Stream
from tools.connectors.quarantine import quarantined

__all__ = ["Folder", "Reject", "RowFault", "events_of", "read_value", "slug", "stream_of"]

Row = Table[str, str]
MAX_BYTES = 200 * 1024 * 1024
MORE, FEWER = "(more)", "(fewer)"
"""Where a row keeps cells beyond its header, and the name of the first it lacks."""


class RowFault(Exception):
    """One value of one row cannot be read."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class Folder:
    """Tables of one folder, read and checked before anything is written."""

    tables: Table[str, Sequence[Row]]

    @classmethod
    def open(cls, path: Path, mapping: Mapping) -> "Folder":
        """Read every table the mapping names. Raises: InvalidInput naming file, column and remedy."""
        if not path.is_dir():
            raise InvalidInput(
                f"{path} is not a folder.",
                field="path",
                value=str(path),
                remedy="Name a folder of CSV files.",
            )
        return cls({name: _read(path / name, columns) for name, columns in mapping.tables.items()})

    def found(self, lookup: Lookup, wanted: str) -> str:
        """Read one value of another table, empty when it is not there."""
        row = self._index(lookup.table, lookup.key).get(wanted)
        return "" if row is None else row[lookup.value]

    def _index(self, table: str, key: str) -> Table[str, Row]:
        """Find the first row of each key; made once for each table and column."""
        if (table, key) not in self._indexes:
            self._indexes[table, key] = {row[key]: row for row in reversed(self.tables[table])}
        return self._indexes[table, key]

    @cached_property
    def _indexes(self) -> dict[tuple[str, str], dict[str, Row]]:
        return {}


def _read(path: Path, columns: Sequence[str]) -> list[Row]:
    if not path.is_file():
        raise InvalidInput(
            f"{path.name} is missing in {path.parent}.",
            field="file",
            value=path.name,
            remedy="Add the file, or correct `tables` of the mapping.",
        )
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInput(
            f"{path.name} is larger than 200 MB.", field="file", value=path.name, remedy="Split it."
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restkey=MORE)
            missing = [column for column in columns if column not in (reader.fieldnames or [])]
            if missing:
                has = ", ".join(reader.fieldnames or []) or "no header"
                raise InvalidInput(
                    f"{path.name} lacks the column {missing[0]!r}.",
                    field="column",
                    value=missing[0],
                    remedy=f"It has: {has}.",
                )
            return [_marked(row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(
            f"{path.name} is not readable CSV: {error}.",
            field="file",
            value=path.name,
            remedy="Save it as UTF-8 CSV.",
        ) from error


def _marked(row: dict[str, str | None]) -> Row:
    """Fill a row that is too short, and name the first cell it lacks."""
    lacking = [name for name, cell in row.items() if cell is None]
    filled = {name: cell or "" for name, cell in row.items()}
    return {**filled, FEWER: lacking[0]} if lacking else filled


def slug(text: str) -> str:
    """Make a stable identifier of a name: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def read_value(value: Value, row: Row, folder: Folder) -> str | int | bool | None:
    """Read one value of a row; None when it is empty. Raises: RowFault."""
    if value.constant is not None:
        return f"{value.prefix}{value.constant}" if value.prefix else value.constant
    raw = row[str(value.column)].strip()
    raw = value.replace.get(raw, raw)
    if raw and value.lookup is not None:
        raw = folder.found(value.lookup, raw)
    if not raw:
        return None if value.otherwise is None else read_value(value.otherwise, row, folder)
    try:
        converted = _convert(value, raw)
    except (ValueError, InvalidOperation) as error:
        raise RowFault(str(value.column), raw, f"not a {value.transform}: {raw!r}") from error
    return f"{value.prefix}{converted}" if value.prefix else converted


def _convert(value: Value, raw: str) -> str | int:
    match value.transform:
        case "slug":
            return slug(raw)
        case "integer":
            return int(raw)
        case "decimal":
            number = Decimal(raw)
            if not number.is_finite():
                raise ValueError(raw)
            return format(number, "f")
        case "date":
            return datetime.strptime(raw, value.date_format).replace(tzinfo=UTC).date().isoformat()
        case _:
            return raw


def stream_of(name: str, folder: Folder, mapping: Mapping, tenant: TenantId) -> Stream:
    """Read a folder as a source whose files are its tables: a row counts once, however many rules read it."""
    taken: set[tuple[str, int]] = set()

    def found() -> Iterator[Event | Reject]:
        for place, one in _placed(folder, mapping, tenant):
            if isinstance(one, Event):
                taken.add(place)
            yield one

    def files() -> tuple[FileRead, ...]:
        told = {rule.table for rule in mapping.events}
        rows = {table: sum(1 for place in taken if place[0] == table) for table in told}
        return tuple(
            FileRead(table, len(found_), rows.get(table, len(found_)))
            for table, found_ in folder.tables.items()
        )

    return Stream(name, found, files)


def events_of(folder: Folder, mapping: Mapping, tenant: TenantId) -> Iterator[Event | Reject]:
    """Turn every row into its events, or say why not; quarantined rows first, the others in file order."""
    return (one for _, one in _placed(folder, mapping, tenant))


def _placed(
    folder: Folder, mapping: Mapping, tenant: TenantId
) -> Iterator[tuple[tuple[str, int], Event | Reject]]:
    """Read row by row: one of which anything is not understood tells nothing, save what it names beside itself.

    Shape: table and line, and what was made of it by one rule; `once` rules tell of what many rows name.
    """
    held = [
        Reject(one.rule.table, one.line, one.rule.column, one.value, one.rule.reason, one.rule.name)
        for one in quarantined(folder.tables, mapping.quarantine)
    ]
    yield from (((one.file, one.line), one) for one in held)
    kept_out = {(one.file, one.line) for one in held}
    made = [
        (rule, (rule.table, number), _made(rule, number, row, folder, mapping, tenant))
        for rule in mapping.events
        for number, row in enumerate(folder.tables[rule.table], start=2)
        if (rule.table, number) not in kept_out and all(_fits(where, row) for where in rule.where)
    ]
    spoilt = {place for _, place, one in made if isinstance(one, Reject)}
    told: set[Reject | str] = set()
    for rule, place, one in made:
        if isinstance(one, Event) and not rule.once:
            if place not in spoilt:
                yield place, one
            continue
        known = one.id if isinstance(one, Event) else one
        if known not in told:
            told.add(known)
            yield place, one


def _made(
    rule: EventRule, number: int, row: Row, folder: Folder, mapping: Mapping, tenant: TenantId
) -> Event | Reject:
    """Read a row by one rule."""
    try:
        return _event(rule, row, folder, mapping, tenant)
    except RowFault as fault:
        return Reject(rule.table, number, fault.column, fault.value, fault.reason)
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"])
        return Reject(rule.table, number, column, str(first.get("input", ""))[:200], first["msg"])


def _fits(where: Where, row: Row) -> bool:
    value = row[where.column].strip()
    return value in where.equals if where.equals is not None else bool(value) == where.filled


def _event(rule: EventRule, row: Row, folder: Folder, mapping: Mapping, tenant: TenantId) -> Event:
    if MORE in row:
        raise RowFault(MORE, str(row[MORE])[:200], "the row has more cells than the header")
    if FEWER in row:
        raise RowFault(row[FEWER], "", "the row has fewer cells than the header")
    at = read_value(rule.at, row, folder)
    if at is None:
        raise RowFault(str(rule.at.column), "", "the date of the event is empty")
    moment = datetime.combine(date.fromisoformat(str(at)), time(), UTC).isoformat()
    key = read_value(rule.key, row, folder)
    if key is None:
        raise RowFault(str(rule.key.column), "", "the row has no identifier")
    fields = {name: read_value(value, row, folder) for name, value in rule.fields.items()}
    return parse_event(
        {
            "id": f"{mapping.name}:{rule.name}:{key}",
            "source": rule.source or mapping.source,
            "type": rule.type,
            "account": read_value(rule.account, row, folder),
            "time": moment,
            "recorded_at": moment,
            "data": {name: value for name, value in fields.items() if value is not None},
        },
        tenant,
    )
