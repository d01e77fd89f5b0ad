"""What was learned, for people and programs: the version in force, its calibrations, borders and counts."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts, Tenancy
from state.decision.preferences import EVERY, Border, Calibrated, KeptPreferences, Measured, Preferences


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CalibrationOut(_Out):
    """How one kind of action held what it stated."""

    action_type: str
    n: int
    stated: Decimal
    came: Decimal
    """How many came true."""
    method: str
    """none: too little data."""
    calibrated: Decimal | None
    """What is made of the mean that was stated; None where there is too little data."""
    brier_stated: Decimal
    brier_calibrated: Decimal
    ece_stated: Decimal
    ece_calibrated: Decimal
    ece_low: Decimal
    ece_high: Decimal
    only_done: bool
    """Only proposals that were carried out have outcomes."""


class BorderOut(_Out):
    """One border that learning raised."""

    action_type: str
    was: Decimal
    now: Decimal
    right: int
    n: int


class SegmentOut(_Out):
    """How likely a kind of action is right in one segment."""

    action_type: str
    segment: str
    right: int
    wrong: int
    expected: Decimal
    prior: str


class VersionOut(_Out):
    """One version, in a line."""

    version: int
    at: datetime
    by: str
    cause: str
    hash: str
    decided: int
    counted: int
    in_force: bool


class LearningOut(_Out):
    """Everything that is learned now."""

    version: int
    """0 where nothing was learned yet."""
    at: datetime | None = None
    by: str = ""
    cause: str = ""
    hash: str = ""
    pinned: bool = False
    decided: int = 0
    counted: int = 0
    until: datetime | None = None
    least_n: int = 0
    confidence: tuple[CalibrationOut, ...] = ()
    p_outcome: tuple[CalibrationOut, ...] = ()
    borders: tuple[BorderOut, ...] = ()
    segments: tuple[SegmentOut, ...] = ()


def shown(parts: Parts, tenancy: Tenancy) -> LearningOut:
    """Say what is in force."""
    with parts.stores.read(tenancy.id) as unit:
        kept, chosen = unit.preferences.in_force(), unit.preferences.chosen()
    if kept is None:
        return LearningOut(version=0)
    found = kept.document
    return LearningOut(
        version=kept.version,
        at=kept.at,
        by=kept.by,
        cause=kept.cause,
        hash=kept.hash,
        pinned=chosen is not None and chosen.is_pinned,
        decided=found.decided,
        counted=found.counted,
        until=found.until,
        least_n=found.limits.least_n,
        confidence=_calibrations(found, "confidence"),
        p_outcome=_calibrations(found, "p_outcome"),
        borders=tuple(_border(found, one) for one in found.borders),
        segments=_segments(found),
    )


def versions(parts: Parts, tenancy: Tenancy) -> tuple[VersionOut, ...]:
    """List the versions, newest first."""
    with parts.stores.read(tenancy.id) as unit:
        kept, chosen = unit.preferences.versions(), unit.preferences.chosen()
    return tuple(_version(one, 0 if chosen is None else chosen.version) for one in kept)


def _version(one: KeptPreferences, in_force: int) -> VersionOut:
    return VersionOut(
        version=one.version,
        at=one.at,
        by=one.by,
        cause=one.cause,
        hash=one.hash,
        decided=one.document.decided,
        counted=one.document.counted,
        in_force=one.version == in_force,
    )


def _calibrations(found: Preferences, measured: Measured) -> tuple[CalibrationOut, ...]:
    return tuple(_calibration(one) for one in found.of(measured))


def _calibration(one: Calibrated) -> CalibrationOut:
    card = one.card
    made = Decimal(repr(one.curve.at(float(card.stated)))).quantize(Decimal("0.0001"))
    return CalibrationOut(
        action_type=one.action_type,
        n=card.n,
        stated=card.stated,
        came=card.share,
        method=one.curve.method,
        calibrated=made if one.is_enough else None,
        brier_stated=card.brier_stated,
        brier_calibrated=card.brier_calibrated,
        ece_stated=card.ece_stated,
        ece_calibrated=card.ece_calibrated,
        ece_low=card.ece_low,
        ece_high=card.ece_high,
        only_done=one.is_selected,
    )


def _border(found: Preferences, one: Border) -> BorderOut:
    was = found.limits.border
    return BorderOut(action_type=one.action_type, was=was, now=was + one.raised_by, right=one.right, n=one.n)


def _segments(found: Preferences) -> tuple[SegmentOut, ...]:
    return tuple(
        SegmentOut(
            action_type=one.action_type,
            segment=one.segment,
            right=one.right,
            wrong=one.wrong,
            expected=one.mean.quantize(Decimal("0.0001")),
            prior=one.prior,
        )
        for one in found.posteriors
        if one.action_type != EVERY
    )
