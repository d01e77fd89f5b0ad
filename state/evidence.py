"""Evidence: a pointer to one field of one source record, with its hash, time and trust.

Invariant: the trust of anything derived is the minimum over everything its producer was shown.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from state.ids import EventId, EvidenceId


class Trust(StrEnum):
    """How far a source may be believed, declared per source, object and field."""

    ADMIN = "admin"
    USER = "user"
    SYSTEM_OF_RECORD = "system_of_record"
    MODEL = "model"
    UNTRUSTED = "untrusted"

    @property
    def rank(self) -> int:
        """Higher is more trusted."""
        return _RANK[self]


_RANK = {Trust.ADMIN: 4, Trust.USER: 3, Trust.SYSTEM_OF_RECORD: 2, Trust.MODEL: 1, Trust.UNTRUSTED: 0}


def least_trust(trusts: Iterable[Trust]) -> Trust:
    """Return the minimum trust; of nothing at all it is `untrusted`."""
    return min(trusts, key=lambda trust: trust.rank, default=Trust.UNTRUSTED)


class Evidence(BaseModel):
    """One cited value of one record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: EvidenceId
    source: str
    """The connector or system: crm, mail, calendar, support, usage, news, form, note, user."""
    record: str
    """The source's own id of the record, for example SUP-4412."""
    field: str
    value: str
    quote: str | None = None
    """The sentence that says it, where the source is text."""
    observed_at: datetime
    """UTC; when the source says it was so."""
    hash: str
    """Digest of the event that carried it."""
    trust: Trust
    event: EventId
    """The raw event, which can be opened."""

    def age_days(self, now: datetime) -> int:
        """Units: whole days from observation to `now`, never negative."""
        return max(0, (now.astimezone(UTC) - self.observed_at.astimezone(UTC)).days)
