"""Who stands where at an account, what its qualification lacks, and what moves its momentum and health."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from graphs.telling.assembling import cited
from graphs.telling.report import CitedOut
from state.world.judgement import Driver, Health, Judgement, Overlay, Person


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StakeholderOut(_Out):
    """A row of the stakeholder map."""

    name: str
    address: str
    roles: tuple[str, ...]
    stance: str
    stance_evidence: tuple[CitedOut, ...]
    influence: str
    champion: str | None
    """`inferred`, the source that set it, or None."""
    last_touch: datetime | None
    last_touch_kind: str | None
    is_active: bool
    is_unreachable: bool
    has_opted_out: bool
    evidence: tuple[CitedOut, ...]


class ElementOut(_Out):
    """One element of a qualification method."""

    element: str
    title: str
    status: str
    text: str
    by: str
    age_days: int | None
    evidence: tuple[CitedOut, ...]


class OverlayOut(_Out):
    """One qualification method and how much of it is known."""

    method: str
    subject: str
    known: int
    of: int
    missing: tuple[str, ...]
    elements: tuple[ElementOut, ...]


class DriverOut(_Out):
    """One reason for the momentum."""

    name: str
    direction: str
    text: str
    evidence: tuple[CitedOut, ...]


class HealthOut(_Out):
    """The number with its inputs, and the inputs that are missing."""

    score: int | None
    inputs: dict[str, int]
    missing: tuple[str, ...]
    evidence: tuple[CitedOut, ...]


class StandingOut(_Out):
    """What the lines of the account page rest on, in full."""

    stakeholders: tuple[StakeholderOut, ...]
    overlays: tuple[OverlayOut, ...]
    drivers: tuple[DriverOut, ...]
    health: HealthOut


def standing_of(judged: Judgement, now: datetime) -> StandingOut:
    """Tell a judgement's people, methods, drivers and health with their citations."""
    return StandingOut(
        stakeholders=tuple(_stakeholder(one, now) for one in judged.people),
        overlays=tuple(_overlay(one, now) for one in judged.overlays),
        drivers=tuple(_driver(one, now) for one in judged.momentum.drivers),
        health=_health(judged.health, now),
    )


def _stakeholder(one: Person, now: datetime) -> StakeholderOut:
    return StakeholderOut(
        name=one.name,
        address=one.address,
        roles=one.roles,
        stance=one.stance,
        stance_evidence=tuple(cited(item, now) for item in one.stance_evidence),
        influence=one.influence,
        champion=one.champion_by,
        last_touch=one.last_touch,
        last_touch_kind=one.last_touch_kind,
        is_active=one.is_active,
        is_unreachable=one.is_unreachable,
        has_opted_out=one.has_opted_out,
        evidence=tuple(cited(item, now) for item in one.evidence),
    )


def _overlay(one: Overlay, now: datetime) -> OverlayOut:
    return OverlayOut(
        method=one.method,
        subject=one.subject,
        known=one.known,
        of=one.of,
        missing=one.missing,
        elements=tuple(
            ElementOut(
                element=each.element,
                title=each.title,
                status=each.status,
                text=each.text,
                by=each.by,
                age_days=each.age_days,
                evidence=tuple(cited(item, now) for item in each.evidence),
            )
            for each in one.elements
        ),
    )


def _driver(one: Driver, now: datetime) -> DriverOut:
    evidence = tuple(cited(item, now) for item in one.evidence)
    return DriverOut(name=one.name, direction=one.direction, text=one.text, evidence=evidence)


def _health(one: Health, now: datetime) -> HealthOut:
    evidence = tuple(cited(item, now) for item in one.evidence)
    return HealthOut(score=one.score, inputs=one.components, missing=one.missing, evidence=evidence)
