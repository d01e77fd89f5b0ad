"""A meeting brief: one page of statements, each cited or marked inferred."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from state.evidence import Evidence


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Operation(_Frozen):
    """A value recomputed by code from cited values; kept with the statement that shows it."""

    name: Literal[
        "difference",
        "ratio",
        "percent_change",
        "days",
        "business_days",
        "sum",
        "count",
        "mean",
        "expected_value",
        "product",
        "limit",
    ]
    """`limit` is a border of the profile that cited values were held against."""
    inputs: tuple[str, ...]
    """Evidence ids, or literal parameters such as a date."""
    result: str
    """As it stands in the statement's text."""


class Statement(_Frozen):
    """One sentence of a brief."""

    id: str
    text: str
    kind: Literal["fact", "inferred", "unknown", "contradiction"]
    evidence: tuple[Evidence, ...] = ()
    operations: tuple[Operation, ...] = ()


class Section(_Frozen):
    """A titled part; an empty one says why in one grey line."""

    id: str
    title: str
    statements: tuple[Statement, ...]
    empty_reason: str | None = None


class BriefAttendee(_Frozen):
    """A person expected in the meeting."""

    name: str
    address: str
    is_known: bool
    roles: tuple[str, ...] = ()
    stance: str = "unknown"
    last_touch: datetime | None = None


class MeetingHeader(_Frozen):
    """The meeting a brief is for."""

    id: str
    starts_at: datetime
    ends_at: datetime | None
    zone: str
    title: str
    place: str
    attendees: tuple[BriefAttendee, ...]
    purpose: str
    """`unclear` when nothing says it."""
    purpose_basis: str
    evidence: tuple[Evidence, ...] = ()


class Brief(_Frozen):
    """At most 500 words without citations; sections in the profile's order."""

    account: str
    title: str
    meeting: MeetingHeader | None
    word_count: int
    sections: tuple[Section, ...]
    cut: tuple[str, ...] = ()
    """Ids of sections left out to stay within the limit."""

    def statements(self) -> tuple[Statement, ...]:
        """All statements in reading order."""
        return tuple(statement for section in self.sections for statement in section.statements)
