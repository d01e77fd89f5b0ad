"""A meeting's summary: items of five kinds, each with the lines and the words it was read from.

Invariant: an item without a line or a quote cannot be made, and none is trusted more than the text it was read from.
"""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from state.evidence import Trust, least_trust


class ItemKind(StrEnum):
    """What an item is, in the order in which a page tells them."""

    DECISION = "decision"
    COMMITMENT = "commitment"
    NEXT_STEP = "next_step"
    OBJECTION = "objection"
    QUESTION = "open_question"


class SummaryItem(BaseModel):
    """One thing said in the meeting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ItemKind
    text: str = Field(min_length=1)
    """The words without hesitations; `quote` has them as they stand."""
    quote: str = Field(min_length=1)
    lines: tuple[int, ...] = Field(min_length=1)
    """Lines of the record's text in which the quote stands, counted from 1."""
    record: str
    """Id of the note."""
    trust: Trust
    speaker: str = ""
    """Who says it, where the text tells."""
    topic: str = ""
    """The reading of the situation with the same quote; empty: only the summary holds it."""
    actor: str = ""
    deliverable: str = ""
    due_on: date | None = None


class MeetingSummary(BaseModel):
    """What one meeting came to, from all its notes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: tuple[str, ...]
    lines: int
    """Read in all."""
    items: tuple[SummaryItem, ...] = ()
    """In the order of records and lines."""

    def of(self, kind: ItemKind) -> tuple[SummaryItem, ...]:
        """Give the items of one kind."""
        return tuple(item for item in self.items if item.kind is kind)

    @property
    def trust(self) -> Trust:
        """The least of its items; of an empty summary none is claimed."""
        return least_trust(item.trust for item in self.items)
