"""The shape of a record: which node of the situation it describes, and which of its fields are links or text.

Invariant: a record is a partial update: only the fields that are set become claims; null clears a field.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class NodeKind(StrEnum):
    """Types of nodes in the situation graph."""

    ACCOUNT = "Account"
    CONTACT = "Contact"
    OPPORTUNITY = "Opportunity"
    PRODUCT = "Product"
    SUBSCRIPTION = "Subscription"
    SERIES = "Series"
    TICKET = "Ticket"
    MEETING = "Meeting"
    INTERACTION = "Interaction"
    BUSINESS_EVENT = "BusinessEvent"
    PLAN = "Plan"
    PROCESS = "Process"
    COMMITMENT = "Commitment"
    READING = "Reading"
    """What a text says, read by rule: a request, a date, a competitor; carries the quoted sentence."""


Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=65_536)]
Email = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=2)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Record(BaseModel):
    """What one event says about one node."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    node: ClassVar[NodeKind]
    key: ClassVar[str]
    """The field that identifies the node."""
    links: ClassVar[dict[str, NodeKind]] = {}
    """Fields whose value names another node; they become edges of that name."""
    texts: ClassVar[tuple[str, ...]] = ()
    """Free-text fields in which promises, requests and dates are read."""
