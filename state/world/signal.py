"""A signal: something about an account that is worth noticing, with severity, confidence and evidence."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from state.evidence import Evidence, Trust, least_trust
from state.ids import AccountId, NodeKey, SignalId, stable_id


class Severity(StrEnum):
    """How much it matters."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Higher matters more."""
        return list(Severity).index(self)


class Signal(BaseModel):
    """One live condition; it fires once per (signal, subject, sub-state)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: SignalId
    name: str
    """A name of the signal table, for example RENEWAL_WINDOW_ENTERED."""
    account: AccountId
    subject: NodeKey
    sub_state: str = ""
    severity: Severity
    confidence: float = Field(ge=0, le=1)
    kind: Literal["observed", "predicted"] = "observed"
    since: datetime
    """UTC; when the condition began, as far as known."""
    text: str
    """One sentence; every number, date and name in it occurs in the evidence or in `numbers`."""
    numbers: dict[str, str] = {}
    """Values computed by code from cited ones, by name, for statements to reuse."""
    evidence: tuple[Evidence, ...]
    is_posture_risk: bool = False
    """Counts as a risk for posture: usage, support, stakeholder, date, value, competitor or notice."""
    to_admin: bool = False

    @property
    def trust(self) -> Trust:
        """Minimum trust of what it rests on."""
        return least_trust(item.trust for item in self.evidence)

    @property
    def suppression_key(self) -> str:
        """Alerts with the same key are sent once in 14 days unless the severity rises."""
        return stable_id("key", self.account, self.name, self.subject, self.sub_state)


def signal_id(account: AccountId, name: str, subject: NodeKey, sub_state: str) -> SignalId:
    """Derive the id, so that the same condition found twice is one signal."""
    return SignalId(stable_id("sg", account, name, subject, sub_state))
