"""Whether a person has left: a hard bounce, the CRM or a user says so; news alone makes it only possible."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from state.evidence import Evidence
from state.world.detection.rule import Finding
from state.world.detection.scene import Scene
from state.world.detection.wording import day_text
from state.world.view import Bounce, Contact, News


@dataclass(frozen=True, slots=True)
class _Sign:
    """What shows that a person left."""

    text: str
    since: datetime
    proof: tuple[Evidence, ...]
    confidence: float | None = None


def departure(scene: Scene, person: Contact) -> Finding | None:
    """Tell that a person left, by the strongest record that says so; other records are added as evidence."""
    news = tuple(_news(scene, person))
    hearsay = tuple(
        cited for report in news for cited in report.cite("headline", "person", "kind", "company")
    )
    bounces = tuple(_bounces(scene, person))
    sign = _by_record(scene, person, bounces) if person.has_left else _by_bounce(scene, person, bounces)
    rule = scene.limits.stakeholder_changed
    if sign is not None and scene.is_live(sign.since):
        return scene.signal(
            "STAKEHOLDER_CHANGED",
            person.key,
            rule.champion_severity if person.is_champion or person.is_economic_buyer else rule.severity,
            sign.since,
            sign.text,
            sign.proof,
            sub_state="left",
            labels=(*person.cite("name"), *hearsay),
            numbers={"left_by": scene.day_of(sign.since).isoformat()},
            confidence=sign.confidence,
        )
    possible = sign is None and bool(news) and scene.is_live(news[-1].at) and not person.has_left
    return _possibly_left(scene, person, news[-1], hearsay) if possible else None


def _by_record(scene: Scene, person: Contact, bounces: tuple[Bounce, ...]) -> _Sign | None:
    claim = person.claim("active")
    if claim is None:
        return None
    returned = tuple(cited for bounce in bounces for cited in bounce.cite("recipient", "status_code"))
    text = f"{person.name} is no longer active since {day_text(scene.day_of(claim.valid_from))}."
    return _Sign(text, claim.valid_from, (claim.evidence(), *returned))


def _by_bounce(scene: Scene, person: Contact, bounces: tuple[Bounce, ...]) -> _Sign | None:
    if not bounces:
        return None
    last, day = bounces[-1], day_text(scene.day_of(bounces[-1].at))
    text = f"{person.name} has left: mail to {last.recipient} bounced with {last.status_code} on {day}."
    proof = tuple(cited for bounce in bounces for cited in bounce.cite("recipient", "status_code"))
    return _Sign(text, last.at, proof, float(scene.limits.stakeholder_changed.left_confidence))


def is_gone(scene: Scene, person: Contact) -> bool:
    """Tell whether a person is known to have left, however long ago."""
    return person.has_left or any(True for _ in _bounces(scene, person))


def _possibly_left(scene: Scene, person: Contact, report: News, hearsay: tuple[Evidence, ...]) -> Finding:
    rule = scene.limits.stakeholder_changed
    return scene.signal(
        "STAKEHOLDER_CHANGED",
        person.key,
        rule.possible_severity,
        report.at,
        f"{person.name} may have left, by a report of {day_text(scene.day_of(report.at))}.",
        hearsay,
        sub_state="possibly_left",
        labels=person.cite("name"),
        numbers={"reported_on": scene.day_of(report.at).isoformat()},
        confidence=float(rule.news_alone_confidence),
        is_predicted=True,
    )


def _bounces(scene: Scene, person: Contact) -> Iterator[Bounce]:
    """List hard bounces of the person's address that no later sign of life takes back, oldest first."""
    rule = scene.limits.stakeholder_changed
    if person.email is None or person.email.partition("@")[0] in rule.distribution_names:
        return
    alive = [touch.at for touch in scene.two_way if touch.address == person.email]
    alive += [
        claim.valid_from
        for claim in person.history("active")
        if claim.source == "user" and claim.value is True
    ]
    last_life = max(alive, default=None)
    for bounce in sorted(scene.view.bounces, key=lambda one: (one.at, one.key)):
        is_hard = bounce.recipient == person.email and bounce.status_code in rule.hard_bounce_codes
        if is_hard and (last_life is None or last_life < bounce.at):
            yield bounce


def _news(scene: Scene, person: Contact) -> Iterator[News]:
    """List reports that the person went elsewhere, oldest first."""
    names = {name.casefold() for name in (scene.view.name, *scene.view.texts("aliases"))}
    for report in sorted(scene.view.news, key=lambda one: (one.at, one.key)):
        about = report.person.casefold() == person.name.casefold()
        elsewhere = report.company.casefold() not in names | {""}
        if about and (
            report.news_kind == "person_left" or (report.news_kind == "person_joined" and elsewhere)
        ):
            yield report
