"""How well a new person and the account fit, and who is not worth noticing as new."""

from state.world.detection.scene import Scene
from state.world.profile import Tier
from state.world.profile.fit import fit
from state.world.view import Contact


def persona_tier(scene: Scene) -> Tier | None:
    """Name the account's fit tier from the CRM's score, else from the ICP file; None when neither exists."""
    icp = scene.profile.icp
    if icp is None:
        return None
    score = scene.view.number("fit_score")
    if score is None:
        named = {one.attribute: scene.view.value(one.attribute) for one in icp.criteria}
        score = fit(icp.criteria, {k: v for k, v in named.items() if isinstance(v, str | int)}).score
    return icp.tier(score)


def contact_score(scene: Scene, person: Contact) -> int | None:
    """Read the CRM's persona score, else compute it from department, level and account tier."""
    known = person.number("fit_score")
    personas = scene.profile.personas
    if known is not None or personas is None:
        return known
    title, tier = person.title or "", persona_tier(scene)
    found = {
        "department": personas.department_of(person.department or "") or personas.department_of(title),
        "seniority": personas.seniority_of(title),
        "account_tier": tier,
    }
    return fit(personas.criteria, {name: value for name, value in found.items() if value is not None}).score


def is_outsider(scene: Scene, person: Contact) -> bool:
    """Tell whether the address belongs to a free mail host, a competitor or a blocked company."""
    domain = (person.email or "").rpartition("@")[2]
    if not domain or domain in scene.limits.new_contact_high_fit.free_mail_domains:
        return True
    known = scene.profile.competitors
    if known is None:
        return False
    rivals = {rival.casefold() for one in known.competitors for rival in one.domains}
    return domain in rivals or known.blocked(domain, scene.today) is not None


def is_duplicate(scene: Scene, person: Contact) -> bool:
    """Tell whether somebody known before has the same address or name."""
    return any(
        other.key != person.key
        and other.first_seen < person.first_seen
        and (other.email == person.email or other.name.casefold() == person.name.casefold())
        for other in scene.view.contacts
    )
