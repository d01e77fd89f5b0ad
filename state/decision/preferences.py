"""Preferences: what was learned from decided proposals, as one frozen document.

Invariant: it can only lower a confidence and raise a border; equal documents have equal bytes.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.canonical import canonical_json
from state.decision.calibration import Curve, Scorecard
from state.decision.decided import Probability

EVERY = ""
"""In place of an action type or segment: all of them."""
Measured = Literal["confidence", "p_outcome"]
Weight = Annotated[Decimal, Field(gt=0)]
Format = Literal[1]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Frozen):
    """What an admin lets learning do."""

    prior_decisions: int = Field(ge=1)
    """So many decisions a prior weighs as much as."""
    per_origin: int = Field(ge=1)
    """Decisions, and outcomes, of one unverified source that count."""
    least_n: int = Field(ge=1)
    """Below it nothing is claimed: too little data."""
    isotonic_from: int = Field(ge=1)
    rank_share_min: Probability
    """The order never takes more of a proposal's value away than down to this share."""
    raise_at_most: Probability
    """A border rises by at most this much."""
    border: Probability
    """The admin's own border of high confidence, from which borders rise."""


class Posterior(_Frozen):
    """How likely a kind of action is right in a segment: Beta(alpha, beta)."""

    action_type: str
    segment: str
    right: int = Field(ge=0)
    wrong: int = Field(ge=0)
    alpha: Weight
    beta: Weight
    prior: str
    """Where the prior comes from."""

    @property
    def mean(self) -> Decimal:
        """Give the expected probability."""
        return self.alpha / (self.alpha + self.beta)


class Calibrated(_Frozen):
    """One published calibration."""

    measured: Measured
    action_type: str
    curve: Curve
    card: Scorecard
    is_selected: bool
    """Only proposals that were carried out have outcomes, so it says nothing of the others."""

    @property
    def is_enough(self) -> bool:
        """Say whether there were cases enough to claim anything."""
        return self.curve.method != "none"


class Border(_Frozen):
    """How much more confidence a kind of action needs than the admin's border says."""

    action_type: str
    raised_by: Annotated[Decimal, Field(gt=0, le=1)]
    right: int
    n: int
    """Decisions at or above the admin's border, and how many of them were right."""


class Preferences(_Frozen):
    """Everything that was learned, with the limits it was learned under."""

    format: Format = 1
    decided: int
    counted: int
    """Of them, how many may be learned from."""
    until: AwareDatetime | None
    """The newest decision."""
    limits: Limits
    posteriors: tuple[Posterior, ...]
    """The whole, then each kind, then each kind in each segment."""
    calibrations: tuple[Calibrated, ...]
    borders: tuple[Border, ...]

    @property
    def has_order(self) -> bool:
        """Say whether enough was decided for the order to be moved at all."""
        top = self.posterior(EVERY, EVERY)
        return top.right + top.wrong >= self.limits.least_n

    def confidence(self, action_type: str, stated: Decimal | float) -> Decimal | None:
        """Give the confidence that was learned for a stated one; None where too little is known.

        A border that rises by so much is read as a confidence that is lower by as much, whatever the border is; it is
        taken from the smaller of stated and calibrated, which is what policy reads.
        """
        curve = self._curve(action_type)
        raised = next((one.raised_by for one in self.borders if one.action_type == action_type), None)
        if curve is None and raised is None:
            return None
        plain = Decimal(str(stated))
        found = plain if curve is None else Decimal(repr(curve.at(float(stated))))
        return found if raised is None else max(min(found, plain) - raised, Decimal(0))

    def posterior(self, action_type: str, segment: str) -> Posterior:
        """Find the most particular one that is known."""
        known = {(one.action_type, one.segment): one for one in self.posteriors}
        found = known.get((action_type, segment)) or known.get((action_type, EVERY))
        return found or known[EVERY, EVERY]

    def of(self, measured: Measured) -> tuple[Calibrated, ...]:
        """List the calibrations of one of the two numbers."""
        return tuple(one for one in self.calibrations if one.measured == measured)

    def text(self) -> str:
        """Write it in its one byte form."""
        return canonical_json(self.model_dump(mode="json")).decode()

    def _curve(self, action_type: str) -> Curve | None:
        found = (one.curve for one in self.of("confidence") if one.action_type == action_type)
        return next((curve for curve in found if curve.method != "none"), None)


class KeptPreferences(_Frozen):
    """One version, as it is kept."""

    version: int = Field(ge=1)
    at: datetime
    """Business time."""
    by: str
    cause: Literal["sample", "daily", "run"]
    hash: str
    document: Preferences


class InForce(_Frozen):
    """Which version is in force."""

    version: int
    is_pinned: bool
    """Somebody went back to it: nothing takes its place until an admin lets it learn again."""
