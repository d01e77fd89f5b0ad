"""In whose inbox a proposal lies: deal owner, account owner, stand-in when away, manager, else the unassigned queue.

Invariant: nothing waits with nobody who is there, as long as the profile names somebody.
"""

from dataclasses import dataclass

from agents.playbook.rows import OwnerRule
from agents.playbook.scene import Scene
from state.ids import UserId
from state.ports.deciding import Deliberating
from state.principal import User
from state.world.view import Deal


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who holds the card, and in whose name it acts."""

    owner: UserId | None
    sender: UserId | None
    """The record's owner; differs from `owner` while a delegate stands in."""
    is_unassigned: bool = False
    """Nobody owns the record: whoever holds the queue acts for somebody else."""


def ownership(rule: OwnerRule, scene: Scene) -> Ownership:
    """Route a proposal."""
    about, queues = scene.about, scene.about.profile.company.queues
    if rule == "admin":
        return Ownership(queues.admin, queues.admin)
    if rule == "support":
        return Ownership(queues.support, queues.support)
    deal = scene.deal if rule == "record" else None
    by_deal = deal.owner if deal is not None and isinstance(scene.node, Deal) else None
    named = next((user for who in (by_deal, scene.view.owner) if (user := about.user(who)) is not None), None)
    if named is None:
        return Ownership(queues.unassigned, queues.unassigned, is_unassigned=True)
    return Ownership(_present(about, scene, named), named.id)


def _present(about: Deliberating, scene: Scene, user: User) -> UserId | None:
    """Walk to the first who is there: the owner, their stand-in, their manager, the unassigned queue."""
    candidates = (user.id, about.around.away.get(user.id), user.manager)
    for name in candidates:
        person = about.user(name)
        if person is not None and not is_away(about, scene, person):
            return person.id
    return about.profile.company.queues.unassigned


def is_away(about: Deliberating, scene: Scene, user: User) -> bool:
    """Say whether somebody is away now, by the surroundings or the profile."""
    return user.id in about.around.away or user.is_away(scene.today)
