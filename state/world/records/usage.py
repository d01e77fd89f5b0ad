"""Product usage, support cases, feeds and time."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from state.world.record import Identifier, NodeKind, Record, Text


class UsageReported(Record):
    """A run of daily values of one series."""

    type, node, key = "usage.reported", NodeKind.SERIES, "series"
    series: Literal["active_users", "seats_used", "guest_users"]
    first_day: date
    values: tuple[int, ...] = Field(min_length=1, max_length=1000)
    feed: str = "usage"
    """The pipe it came through; a feed that dies goes to zero everywhere at once."""


class UsageCounted(Record):
    """How often one feature was used on one day: uses, not users, so no chart of active users is drawn from it."""

    type, node, key = "usage.counted", NodeKind.SERIES, "use"
    use: Identifier
    feature: str
    day: date
    uses: int = Field(ge=0)


class TicketUpdated(Record):
    """A support case."""

    type, node, key = "ticket.updated", NodeKind.TICKET, "ticket"
    texts = ()
    ticket: Identifier
    subject: str | None = None
    severity: int | None = Field(default=None, ge=1, le=4)
    status: Literal["open", "waiting_on_customer", "closed", "merged", "duplicate"] | None = None
    opened_on: date | None = None
    reopened: bool | None = None
    rating: int | None = Field(default=None, ge=1, le=5)
    kind: Literal["defect", "how_to", "request", "outage"] | None = None


class NewsPublished(Record):
    """A public report about the company or a person."""

    type, node, key = "news.published", NodeKind.BUSINESS_EVENT, "news"
    news: Identifier
    headline: str
    text: Text = ""
    url: str = ""
    kind: Literal["person_joined", "person_left", "hiring", "expansion", "funding", "other"] = "other"
    person: str | None = None
    company: str | None = None
    """The other company, where a person moved."""
    matched_by: Literal["domain", "name_and_city", "name"] = "name"


class SourceSynced(Record):
    """A connector finished a pull that covered these records."""

    type, node, key = "source.synced", NodeKind.SERIES, "feed"
    feed: Identifier
    """crm, mail, calendar, support, usage, news, or a named usage feed."""
    connected: bool = True


class TimeDue(Record):
    """A border in time was crossed: produced once per crossing by the due scan."""

    type, node, key = "time.due", NodeKind.READING, "due"
    due: Identifier
    rule: str
    subject: str
    border: AwareDatetime
