"""Qualification overlays: which elements of MEDDPICC, BANT and SPICED are known, by whom, and how old that is.

Invariant: an element rests on a cited claim or on nothing; its trust is that of the claim. What was read in words or
inferred counts as inferred, what was confirmed too long ago as aged; only the rest is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from state.evidence import Evidence
from state.world.delta import shown
from state.world.detection.departures import is_gone
from state.world.judgement import Element, Overlay
from state.world.profile.overlay import ElementRule, Method
from state.world.synthesis.measures import Outlook
from state.world.view import Deal, Entity


@dataclass(frozen=True, slots=True)
class _Proof:
    """What shows an element."""

    text: str
    by: str
    at: datetime
    evidence: tuple[Evidence, ...]
    status: Literal["known", "inferred", "aged"] = "known"


def overlays_of(scene: Outlook) -> tuple[Overlay, ...]:
    """Lay each method in use over the leading open deal, else the running contract, else the account."""
    subject = _subject(scene)
    return tuple(
        _overlay(scene, subject, name, rules) for name, rules in scene.profile.judgement.overlays.items()
    )


def _subject(scene: Outlook) -> Entity:
    deals = sorted(
        scene.view.open_deals, key=lambda deal: (-(deal.decimal("amount") or Decimal(0)), deal.key)
    )
    contracts = [contract for contract in scene.view.subscriptions if contract.is_running]
    return deals[0] if deals else contracts[0] if contracts else scene.view


def _overlay(scene: Outlook, subject: Entity, method: Method, rules: tuple[ElementRule, ...]) -> Overlay:
    elements = tuple(_element(scene, subject, rule) for rule in rules)
    return Overlay(
        method=method,
        subject=subject.key,
        elements=elements,
        known=sum(one.status == "known" for one in elements),
        of=len(elements),
    )


def _element(scene: Outlook, subject: Entity, rule: ElementRule) -> Element:
    found = [proof for name in rule.proven_by for proof in _proofs(scene, subject, name)]
    if not found:
        return Element(element=rule.element, title=rule.title, status="unknown")
    rank = {"known": 0, "inferred": 1, "aged": 2}
    best = min(found, key=lambda one: rank[one.status])
    return Element(
        element=rule.element,
        title=rule.title,
        status=best.status,
        text=best.text,
        by=best.by,
        at=best.at,
        age_days=max(0, scene.days_since(best.at)),
        evidence=best.evidence,
    )


def _proofs(scene: Outlook, subject: Entity, proof: str) -> Iterator[_Proof]:
    kind, _, name = proof.partition(".")
    match kind:
        case "deal" if isinstance(subject, Deal):
            yield from _field(scene, subject, name)
        case "contract":
            running = [one for one in scene.view.subscriptions if one.is_running]
            yield from (found for one in running for found in _field(scene, one, name))
        case "account":
            yield from _field(scene, scene.view, name)
        case "role":
            yield from _role(scene, name)
        case "said":
            yield from _said(scene, name)
        case "process" if isinstance(subject, Deal):
            yield from _paper(scene, subject)
        case _:
            pass


def _field(scene: Outlook, node: Entity, name: str) -> Iterator[_Proof]:
    """Give a field that is filled; a contract's term and what describes the company do not age."""
    claim = node.claim(name)
    if claim is None or claim.value in (None, "", [], ()):
        return
    limit = scene.profile.judgement.confirmation.qualification_field.hard_days
    ages = isinstance(node, Deal) and name not in _DATED
    is_aged = ages and scene.days_since(claim.valid_from) > limit
    yield _Proof(
        shown(claim.value),
        claim.source,
        claim.valid_from,
        (claim.evidence(),),
        "aged" if is_aged else "known",
    )


_DATED = frozenset({"close_on"})


def _role(scene: Outlook, role: str) -> Iterator[_Proof]:
    limit = scene.profile.judgement.confirmation.contact_role.hard_days
    for person in scene.view.contacts:
        claim = person.claim("roles")
        if role in person.roles and claim is not None and not is_gone(scene, person):
            is_aged = scene.days_since(claim.valid_from) > limit
            cited = person.cite("name", "roles")
            yield _Proof(person.name, claim.source, claim.valid_from, cited, "aged" if is_aged else "known")
    if role == "champion":
        for person, act in scene.champions:
            if act is not None and not is_gone(scene, person):
                yield _Proof(
                    person.name, "inferred", act.at, (*person.cite("name"), *act.cite("text")), "inferred"
                )


def _said(scene: Outlook, topic: str) -> Iterator[_Proof]:
    """Give what the customer said last on a topic, while it is recent enough to count."""
    limit = scene.profile.judgement.confirmation.qualification_field.hard_days
    said = [one for one in scene.view.readings if one.topic == topic and one.speaker == "them"]
    latest = max(said, key=lambda one: (one.at, one.key), default=None)
    if latest is not None:
        is_aged = scene.days_since(latest.at) > limit
        by = latest.text("by") or "customer"
        yield _Proof(latest.quote, by, latest.at, latest.cite("text"), "aged" if is_aged else "inferred")


def _paper(scene: Outlook, deal: Deal) -> Iterator[_Proof]:
    steps = [step for step in scene.view.paper_steps if step.deal == deal.identifier]
    latest = max(steps, key=lambda step: (step.last_changed, step.key), default=None)
    if latest is not None:
        text = ", ".join(f"{step.text('step')} {step.status}" for step in steps)
        cited = tuple(item for step in steps for item in step.cite("step", "status"))
        yield _Proof(text, cited[0].source if cited else "crm", latest.last_changed, cited)
