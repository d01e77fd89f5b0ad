"""account.get_state: what an account amounts to, with what is missing and what disagrees."""

from datetime import datetime

from state.world.judgement import Health, Overlay, Person
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads


class StateArguments(Arguments):
    """Nothing more."""


class DriverFound(Found):
    """One reason for the momentum."""

    name: str
    direction: str
    text: str


class GapFound(Found):
    """Something unknown or contradictory."""

    id: str
    subject: str
    text: str


class StakeholderFound(Found):
    """A row of the stakeholder map."""

    subject: str | None
    name: str
    roles: tuple[str, ...]
    stance: str
    influence: str
    champion: str | None
    last_touch: datetime | None
    is_active: bool
    is_unreachable: bool


class OverlayFound(Found):
    """One qualification method: how much is known, and what nothing shows."""

    method: str
    subject: str
    known: int
    of: int
    missing: tuple[str, ...]


class StateFound(Found):
    """Posture, momentum, health; `evidence` is the posture's."""

    account: str
    name: str
    status: str
    owner: str | None
    tier: str
    posture: str
    posture_reason: str
    momentum: str
    drivers: tuple[DriverFound, ...]
    health: int | None
    health_missing: tuple[str, ...]
    unknowns: tuple[GapFound, ...]
    contradictions: tuple[GapFound, ...]
    stakeholders: tuple[StakeholderFound, ...]
    overlays: tuple[OverlayFound, ...]
    not_connected: tuple[str, ...]


def _state(arguments: StateArguments, desk: Desk) -> StateFound:
    view, judgement = desk.about.view, desk.about.judgement
    health: Health = judgement.health
    return StateFound(
        account=view.identifier,
        name=view.name,
        status=view.status,
        owner=view.owner,
        tier=judgement.tier,
        posture=judgement.posture,
        posture_reason=judgement.posture_reason,
        momentum=judgement.momentum.direction,
        drivers=tuple(
            DriverFound(
                name=one.name,
                direction=one.direction,
                text=one.text,
                evidence=tuple(item.id for item in one.evidence),
            )
            for one in judgement.momentum.drivers
        ),
        health=health.score,
        health_missing=health.missing,
        unknowns=tuple(
            GapFound(
                id=one.id,
                subject=one.subject,
                text=one.text,
                evidence=tuple(item.id for item in one.evidence),
            )
            for one in judgement.unknowns
        ),
        contradictions=tuple(
            GapFound(
                id=f"{one.subject}.{one.attribute}",
                subject=one.subject,
                text=one.text,
                evidence=tuple(item.id for item in one.sides),
            )
            for one in judgement.contradictions
        ),
        stakeholders=tuple(_stakeholder(one) for one in judgement.people),
        overlays=tuple(_overlay(one) for one in judgement.overlays),
        not_connected=judgement.not_connected,
        evidence=tuple(item.id for item in judgement.posture_evidence),
    )


def _stakeholder(one: Person) -> StakeholderFound:
    return StakeholderFound(
        subject=one.subject,
        name=one.name,
        roles=one.roles,
        stance=one.stance,
        influence=one.influence,
        champion=one.champion_by,
        last_touch=one.last_touch,
        is_active=one.is_active,
        is_unreachable=one.is_unreachable,
        evidence=tuple(item.id for item in (*one.evidence, *one.stance_evidence)),
    )


def _overlay(one: Overlay) -> OverlayFound:
    return OverlayFound(
        method=one.method,
        subject=one.subject,
        known=one.known,
        of=one.of,
        missing=one.missing,
        evidence=tuple(item.id for element in one.elements for item in element.evidence),
    )


GET_STATE = reads(
    "account.get_state",
    "Say what the account amounts to: posture, momentum, health, people, qualification, unknowns, contradictions.",
    "CHEAP",
    StateArguments,
    StateFound,
    _state,
)
READS = (GET_STATE,)
