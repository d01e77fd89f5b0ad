"""How an action's traces are written: rows of the built-in CRM and events, all named after the action.

Invariant: the same action at the same clock writes the same ids, so that writing twice writes once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from state.governance.action import Action
from state.ids import EventId, UserId, stable_id
from state.ports.running import CrmRecord
from state.ports.tooling import Inside
from state.world.event import Event
from state.world.record import Record

Kind = Literal[
    "task", "note", "touch", "tag", "update", "attachment", "escalation", "notification", "draft", "quote",
    "research", "mail", "invitation", "plan_step",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one action at one business clock."""

    action: Action
    now: datetime

    def record(
        self,
        kind: Kind,
        subject: str,
        body: BaseModel,
        *,
        owner: UserId | None = None,
        recipient: str | None = None,
        part: str = "",
    ) -> CrmRecord:
        """Make a row; `part` tells several rows of one action apart."""
        return CrmRecord(
            id=stable_id("cr", self.action.tenant, self.action.id, kind, part),
            kind=kind,
            account=self.action.account,
            subject=subject,
            owner=owner or self.action.owner,
            action=self.action.id,
            body=body.model_dump(mode="json"),
            at=self.now,
            recipient=recipient,
        )

    def event(self, record: Record, *, source: str = "crm", part: str = "") -> Event:
        """Tell the situation what was done."""
        return Event(
            id=EventId(stable_id("ev", self.action.tenant, self.action.id, record.type, part)),
            tenant=self.action.tenant,
            account=self.action.account,
            source=source,
            type=record.type,
            time=self.now,
            recorded_at=self.now,
            data=record,
        )

    def inside(self, records: Sequence[CrmRecord], events: Sequence[Event] = ()) -> Inside:
        """Close the writing; the first row is the receipt."""
        return Inside(records=tuple(records), events=tuple(events), receipt=records[0].id)
