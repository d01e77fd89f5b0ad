"""What the signals add up to: posture, momentum, health, people, unknowns, contradictions; types only.

The laws are in `state.world.synthesis`; the borders in `profile/judgement.yaml`.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from state.evidence import Evidence
from state.ids import AccountId, NodeKey
from state.world.signal import Signal

Posture = Literal[
    "CHURNED", "CRITICAL", "AT_RISK", "WATCH", "ONBOARDING", "EXPANDING", "HEALTHY", "LOST", "STALLED", "ADVANCING",
    "ENGAGED", "QUIET", "DORMANT", "UNKNOWN",
]  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Driver(_Frozen):
    """One reason for momentum or health, with its direction."""

    name: str
    direction: Literal["up", "down", "flat", "unknown"]
    text: str
    evidence: tuple[Evidence, ...] = ()


class Momentum(_Frozen):
    """Last 28 days against the 28 before, always shown with its drivers."""

    direction: Literal["UP", "DOWN", "MIXED", "FLAT", "UNKNOWN"]
    drivers: tuple[Driver, ...]


class Health(_Frozen):
    """0–100 over the inputs that exist; None with fewer than three."""

    score: int | None = Field(ge=0, le=100)
    components: dict[str, int]
    missing: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()


class Unknown(_Frozen):
    """Something required by posture, stage or tier, and absent or past its hard age."""

    id: str
    """Rule and subject, for example economic_buyer_view."""
    text: str
    subject: NodeKey
    worth: float = 0.0
    """Value of information in tenant currency, for order."""
    evidence: tuple[Evidence, ...] = ()


class Contradiction(_Frozen):
    """Two live claims on one functional attribute beyond tolerance; both are kept."""

    subject: NodeKey
    attribute: str
    text: str
    sides: tuple[Evidence, ...]
    is_critical_attribute: bool


class Element(_Frozen):
    """One element of a qualification method: what shows it, said by whom, and how old that is."""

    element: str
    title: str
    status: Literal["known", "inferred", "aged", "unknown"]
    text: str = ""
    """The value in words; untrusted where its evidence is."""
    by: str = ""
    """The source, the person who said it, or `inferred`."""
    at: datetime | None = None
    age_days: int | None = None
    evidence: tuple[Evidence, ...] = ()


class Overlay(_Frozen):
    """One qualification method over one deal, contract or account."""

    method: Literal["MEDDPICC", "BANT", "SPICED"]
    subject: NodeKey
    elements: tuple[Element, ...]
    known: int
    """How many are known: proven, and confirmed recently enough."""
    of: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Elements that nothing shows."""
        return tuple(one.element for one in self.elements if one.status == "unknown")


class Person(_Frozen):
    """A row of the stakeholder map."""

    subject: NodeKey | None
    """None for an address that is not in the CRM."""
    name: str
    address: str
    roles: tuple[str, ...]
    stance: Literal["supporter", "neutral", "critic", "unknown"] = "unknown"
    stance_evidence: tuple[Evidence, ...] = ()
    """The statement that shows it; empty while the stance is unknown."""
    influence: Literal["high", "medium", "low", "unknown"] = "unknown"
    """By buying role."""
    last_touch: datetime | None = None
    last_touch_kind: str | None = None
    is_active: bool = False
    is_inferred_champion: bool = False
    champion_by: str | None = None
    """The source that set the role, `inferred`, or None for everybody else."""
    is_unreachable: bool = False
    """The address bounced for good, or the person is known to have left."""
    has_opted_out: bool = False
    evidence: tuple[Evidence, ...] = ()


class Judgement(_Frozen):
    """Everything `synthesize` says about one account at one version and clock."""

    account: AccountId
    now: datetime
    posture: Posture
    posture_reason: str
    posture_evidence: tuple[Evidence, ...]
    momentum: Momentum
    health: Health
    tier: Literal["A", "B", "C"]
    signals: tuple[Signal, ...]
    people: tuple[Person, ...]
    unknowns: tuple[Unknown, ...]
    contradictions: tuple[Contradiction, ...]
    overlays: tuple[Overlay, ...] = ()
    not_connected: tuple[str, ...]
    """Sources that this tenant does not have; said once."""

    def signal(self, name: str) -> Signal | None:
        """Give the most severe live signal of a name."""
        return max(
            (s for s in self.signals if s.name == name), key=lambda s: (s.severity.rank, s.id), default=None
        )

    def has(self, name: str) -> bool:
        """Tell whether a signal of that name is live."""
        return any(signal.name == name for signal in self.signals)
