"""What happened: a CloudEvents envelope around one typed record from one source.

Source: CloudEvents 1.0 attributes id, source, type, subject, time, data; tenant, account and trace id are ours.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    field_validator,
)

from state.canonical import Json, canonical_json
from state.ids import AccountId, EventId, TenantId
from state.world.record import Record
from state.world.records import RECORD_TYPES


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time with an offset; kept as UTC."""


class Claimed(BaseModel):
    """What the source said of its times, where ours differ: a live event is recorded when it arrives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: Instant
    recorded_at: Instant


class Event(BaseModel):
    """One thing that happened, as its source told it.

    Invariant: `time` is when it became true, `recorded_at` when the source knew it; both bound what is visible.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: EventId = Field(min_length=1, max_length=200)
    """Unique within (tenant, connector)."""
    tenant: TenantId
    account: AccountId | None = None
    """None: not resolved; parked, counted and shown."""
    source: str = Field(min_length=1, max_length=60)
    """The system it came from: crm, mail, calendar, support, usage, news, form, notes, user, clock."""
    type: str
    """Which of the records below `data` is."""
    time: Instant
    """When it became true."""
    recorded_at: Instant
    """When the source knew it; where it is left out, `time`."""
    data: SerializeAsAny[Record]
    supersedes: EventId | None = None
    """Id of an earlier event that this one corrects and replaces."""
    trace_id: str = ""
    claimed: Claimed | None = None
    """Set on arrival; a `time` before the claimed one was clamped, as the source's clock ran ahead."""

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        if value not in RECORD_TYPES:
            raise ValueError(f"unknown event type {value!r}; known: {', '.join(sorted(RECORD_TYPES))}")
        return value

    @property
    def visible_at(self) -> datetime:
        """The first instant at which the system may know it: no row's future leaks."""
        return max(self.time, self.recorded_at)

    def __copy__(self) -> Self:
        """Copy without what was computed from the fields, as a copy may change them."""
        copied = super().__copy__()
        for name in ("told", "canonical", "hash"):
            vars(copied).pop(name, None)
        return copied

    def resolved_to(self, account: AccountId | None) -> Self:
        """Give the same event with the account it was resolved to; its content stays what the source told."""
        if account == self.account:
            return self
        found = self.model_copy(update={"account": account})
        vars(found).update(told=self.told, canonical=self.canonical)
        return found

    @property
    def is_clamped(self) -> bool:
        """The source's clock ran ahead of ours."""
        return self.claimed is not None and self.time < self.claimed.time

    @cached_property
    def told(self) -> Mapping[str, Json]:
        """The fields that the record sets, in JSON; shared, so a reader copies it before a change."""
        return self.data.model_dump(mode="json", exclude_unset=True)

    @cached_property
    def canonical(self) -> bytes:
        """The content in its one byte form, as its source told it: what is hashed, and a leaf of the ledger's tree."""
        body = self.model_dump(mode="json", exclude={"trace_id", "data", "claimed"})
        if self.claimed is not None:
            body |= self.claimed.model_dump(mode="json")
        body["data"] = self.told
        return canonical_json(body)

    @property
    def kept(self) -> bytes:
        """The JSON form that is stored and read back by `parse_event`."""
        if self.claimed is None and not self.trace_id:
            return self.canonical
        body = self.model_dump(mode="json", exclude={"data"})
        body["data"] = self.told
        return canonical_json(body)

    @cached_property
    def hash(self) -> str:
        """Digest of the content, equal for a re-delivery and different for a conflict."""
        return hashlib.sha256(self.canonical).hexdigest()


def parse_event(raw: dict[str, object], tenant: TenantId) -> Event:
    """Build an event from its JSON form, choosing the record type by `type`.

    Raises: pydantic.ValidationError, naming each field that is wrong.
    """
    kind = raw.get("type")
    model = RECORD_TYPES.get(kind) if isinstance(kind, str) else None
    body = {"recorded_at": raw.get("time"), **raw, "tenant": tenant}
    if model is not None:
        body["data"] = model.model_validate(raw.get("data", {}))
    return Event.model_validate(body)
