"""Who came, who left, whose role changed, and who is missing from the table."""

from collections.abc import Iterator
from datetime import datetime

from state.evidence import Evidence
from state.world.delta import Delta
from state.world.detection.deals import settled
from state.world.detection.departures import departure
from state.world.detection.rule import Finding, Silence
from state.world.detection.scene import Scene
from state.world.detection.wording import counted, day_text
from state.world.view import Contact, Entity, Touch

_DECIDING = frozenset({"champion", "economic_buyer"})


def stakeholder_changed(scene: Scene) -> Iterator[Finding]:
    """Tell each person who joined, left, or got another title or role."""
    for person in scene.view.contacts:
        left = departure(scene, person)
        if left is not None:
            yield left
            continue
        joined = _joined(scene, person)
        if joined is not None:
            yield joined
        else:
            yield from _changes(scene, person)


def decides(roles: tuple[str, ...]) -> bool:
    """Tell whether somebody is champion or economic buyer."""
    return not _DECIDING.isdisjoint(roles)


def _joined(scene: Scene, person: Contact) -> Finding | None:
    rule = scene.limits.stakeholder_changed
    created = person.day("created_on")
    since = person.first_seen if created is None else scene.start_of(created)
    known_before = scene.day_of(scene.view.first_seen) < scene.day_of(since)
    if not known_before or not scene.is_live(since) or person.flag("verified") is False:
        return None
    return scene.signal(
        "STAKEHOLDER_CHANGED",
        person.key,
        rule.champion_severity if decides(person.roles) else rule.joined_severity,
        since,
        f"{person.name} is new since {day_text(scene.day_of(since))}.",
        person.cite("created_on", "email", "roles"),
        sub_state="joined",
        labels=person.cite("name"),
        numbers={"since": scene.day_of(since).isoformat()},
        is_risk=False,
    )


def _changes(scene: Scene, person: Contact) -> Iterator[Finding]:
    rule = scene.limits.stakeholder_changed
    for attribute, kind in (("title", "title"), ("roles", "role")):
        pair = _last_change(scene, person, attribute)
        if pair is None:
            continue
        old, new = pair
        before, after = _listed(old), _listed(new)
        matters = decides(before if kind == "role" else person.roles) or (kind == "role" and decides(after))
        yield scene.signal(
            "STAKEHOLDER_CHANGED",
            person.key,
            rule.champion_severity if matters else rule.severity,
            new.valid_from,
            f"The {kind} of {person.name} changed from {_words(before)} to {_words(after)}.",
            (old.evidence(), new.evidence()),
            sub_state=kind,
            labels=person.cite("name"),
            is_risk=kind == "role" and not (_DECIDING & set(before)) <= set(after),
        )


def _last_change(scene: Scene, person: Contact, attribute: str) -> tuple[Delta, Delta] | None:
    """Shape: (old, new) of the newest live change; a person's correction is no change in the world."""
    claims = settled(person.history(attribute), 0)
    if len(claims) < 2 or not scene.is_live(claims[-1].valid_from) or claims[-1].source == "user":
        return None
    return None if set(_listed(claims[-2])) == set(_listed(claims[-1])) else (claims[-2], claims[-1])


def _listed(claim: Delta) -> tuple[str, ...]:
    value = claim.value
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else (str(value),)


def _words(values: tuple[str, ...]) -> str:
    return " and ".join(value.replace("_", " ") for value in values) or "none"


def stakeholder_gap(scene: Scene) -> Iterator[Finding]:
    """Tell that nobody spoke with the economic buyer, or with too few people, when it matters."""
    rule, view = scene.limits.stakeholder_gap, scene.view
    grounds = _grounds(scene)
    if not grounds:
        return
    obstacle = "not_connected" if not view.contacts else scene.obstacle("STAKEHOLDER_GAP")
    if obstacle is not None:
        yield Silence("STAKEHOLDER_GAP", view.key, obstacle, "No source shows who was met.")
        return
    proof = [cited for ground in grounds for cited in ground.cite("stage", "ends_on")]
    recent = [touch for touch in scene.two_way if scene.days_since(touch.at) <= rule.economic_buyer_days]
    since = min(ground.first_seen for ground in grounds)
    yield from _buyer_gap(scene, proof, recent, since)
    active_days = scene.profile.judgement.active_contact_days
    active = {touch.address for touch in scene.two_way if scene.days_since(touch.at) <= active_days}
    known = sorted(address for address in active if view.contact_by_email(address) is not None)
    wanted = rule.active_contacts.of(scene.tier)
    if len(known) < wanted:
        yield scene.signal(
            "STAKEHOLDER_GAP", view.key, rule.severity, since,
            f"{counted(len(known), 'active contact')} in {active_days} days; {wanted} are expected here.",
            (*proof, *(cited for touch in _last_of_each(recent, known) for cited in touch.evidence)),
            sub_state="active_contacts",
            numbers={"active_contacts": str(len(known)), "expected": str(wanted), "days": str(active_days)},
        )  # fmt: skip


def _grounds(scene: Scene) -> list[Entity]:
    """List what makes the table matter: deals from the marked stage on, contracts in the active window."""
    deals = [
        deal
        for deal in scene.view.open_deals
        if deal.stage is not None
        and (line := scene.profile.pipeline.pipeline(deal.pipeline)).is_from(deal.stage, line.proposal_from)
    ]
    return [*deals, *scene.in_active_window]


def _buyer_gap(
    scene: Scene, proof: list[Evidence], recent: list[Touch], since: datetime
) -> Iterator[Finding]:
    rule, view = scene.limits.stakeholder_gap, scene.view
    buyers = [person for person in view.contacts if person.is_economic_buyer and not person.has_left]
    met = {touch.address for touch in recent}
    if any(person.email in met for person in buyers):
        return
    days = rule.economic_buyer_days
    names = ", ".join(person.name for person in buyers)
    text = f"No two-way touch with {names}, the economic buyer, in {days} days."
    yield scene.signal(
        "STAKEHOLDER_GAP", view.key, rule.severity, since,
        text if buyers else "No economic buyer is known.",
        (*proof, *(cited for person in buyers for cited in person.cite("roles"))),
        sub_state="economic_buyer",
        labels=[cited for person in buyers for cited in person.cite("name")],
        numbers={"days": str(days)},
    )  # fmt: skip


def _last_of_each(touches: list[Touch], addresses: list[str]) -> list[Touch]:
    newest = {touch.address: touch for touch in touches}
    return [newest[address] for address in addresses if address in newest]


def multi_thread_engagement(scene: Scene) -> Iterator[Finding]:
    """Tell that several people of several departments came into touch where few were before."""
    rule = scene.limits.multi_thread_engagement
    window = [touch for touch in scene.two_way if scene.days_since(touch.at) < rule.within_days]
    edge = rule.within_days + rule.before_days
    before = [touch for touch in scene.two_way if rule.within_days <= scene.days_since(touch.at) < edge]
    spoke = _representatives(window)
    departments = {name for touch in spoke if (name := _department(scene, touch.address)) is not None}
    if len(spoke) < rule.people or len(departments) < rule.departments:
        return
    if len({touch.address for touch in before}) > rule.before_people_max:
        return
    people = [person for touch in spoke if (person := scene.view.contact_by_email(touch.address)) is not None]
    yield scene.signal(
        "MULTI_THREAD_ENGAGEMENT", scene.view.key, rule.severity, spoke[-1].at,
        f"{len(spoke)} people of {len(departments)} departments were in touch within {rule.within_days} days.",
        [cited for touch in spoke for cited in touch.evidence],
        labels=[cited for person in people for cited in person.cite("name", "department")],
        numbers={
            "people": str(len(spoke)), "departments": str(len(departments)), "days": str(rule.within_days),
        },
    )  # fmt: skip


def _representatives(touches: list[Touch]) -> list[Touch]:
    """Take one touch per person; a meeting with a crowd brings in one person only."""
    alone: dict[str, Touch] = {}
    for touch in touches:
        if touch.kind != "meeting":
            alone.setdefault(touch.address, touch)
    crowds: set[str] = set()
    for touch in touches:
        if touch.kind == "meeting" and touch.record not in crowds and touch.address not in alone:
            crowds.add(touch.record)
            alone[touch.address] = touch
    return sorted(alone.values(), key=lambda touch: (touch.at, touch.address))


def _department(scene: Scene, address: str) -> str | None:
    person = scene.view.contact_by_email(address)
    if person is None:
        return None
    personas = scene.profile.personas
    guessed = personas.department_of(person.title or "") if personas is not None else None
    return person.department.casefold() if person.department else guessed
