"""Rows that contradict another table of the same export: counted by rule, shown, and never evidence of anything.

Invariant: a row that any rule names makes no event; a row that two rules name is counted under both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict, Field, model_validator

Row = Mapping[str, str]
FIRST_LINE = 2
"""The header is line 1."""


class Span(BaseModel):
    """The days that a row of another table covers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    key: str
    """Column that names the row."""
    starts: str
    ends: str | None = None
    """Column with the last day; an empty cell, or none named, is without end."""


class QuarantineRule(BaseModel):
    """Rows of one table that are kept out: outside the days of what they belong to, or an id used before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    table: str
    column: str
    """The day that is judged, or the id."""
    reason: str = Field(min_length=1)
    """One sentence for whoever reads the import report."""
    belongs_to: str | None = None
    """Column that names the row of the other table."""
    outside: Span | None = None
    repeated: bool = False
    """The id stood in an earlier row with other content."""
    date_format: str = "%Y-%m-%d"

    @model_validator(mode="after")
    def _one_test(self) -> "QuarantineRule":
        if (self.outside is None) != self.repeated:
            raise ValueError("give either `outside` or `repeated: true`")
        if (self.outside is None) != (self.belongs_to is None):
            raise ValueError("`belongs_to` names the row of `outside`; give both")
        return self

    def columns(self) -> list[tuple[str, list[str]]]:
        """Shape: (table, columns) of every table it reads."""
        own = [self.column, *([self.belongs_to] if self.belongs_to else [])]
        if self.outside is None:
            return [(self.table, own)]
        span = self.outside
        ends = [span.ends] if span.ends else []
        return [(self.table, own), (span.table, [span.key, span.starts, *ends])]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row that one rule keeps out."""

    rule: QuarantineRule
    line: int
    value: str


def quarantined(
    tables: Mapping[str, Sequence[Row]], rules: Sequence[QuarantineRule]
) -> Iterator[Quarantined]:
    """List the rows that the rules keep out, rule by rule, in file order."""
    for rule in rules:
        yield from _repeated(rule, tables) if rule.outside is None else _outside(rule, rule.outside, tables)


def _repeated(rule: QuarantineRule, tables: Mapping[str, Sequence[Row]]) -> Iterator[Quarantined]:
    first: dict[str, Row] = {}
    for line, row in enumerate(tables[rule.table], start=FIRST_LINE):
        name = row[rule.column].strip()
        if name and first.setdefault(name, row) != row:
            yield Quarantined(rule, line, name)


def _outside(rule: QuarantineRule, span: Span, tables: Mapping[str, Sequence[Row]]) -> Iterator[Quarantined]:
    covers = {row[span.key].strip(): row for row in tables[span.table]}
    for line, row in enumerate(tables[rule.table], start=FIRST_LINE):
        day = _day(row[rule.column], rule.date_format)
        owner = covers.get(row[str(rule.belongs_to)].strip())
        if day is not None and owner is not None and not _is_covered(day, owner, span, rule.date_format):
            yield Quarantined(rule, line, row[rule.column].strip())


def _is_covered(day: date, owner: Row, span: Span, form: str) -> bool:
    starts = _day(owner[span.starts], form)
    ends = None if span.ends is None else _day(owner[span.ends], form)
    return (starts is None or starts <= day) and (ends is None or day <= ends)


def _day(text: str, form: str) -> date | None:
    """Read a day; a cell that is none is left to the event rules, which reject it with its reason."""
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
    except ValueError:
        return None
