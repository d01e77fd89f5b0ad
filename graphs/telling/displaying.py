"""Note that exact cards are put before a person, and count what was approved sooner than anybody reads.

Invariant: the times are the database's on both sides; nothing that a client sends is among them, and nothing is
refused for haste: it is counted and shown.
"""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from graphs.parts import Parts
from graphs.telling.card import CardOut
from state.governance.action import Status
from state.ids import ActionId, UserId
from state.ports.displaying import Display
from state.ports.unit import Unit
from state.principal import Principal, Role


class PaceOut(BaseModel):
    """How one person's approvals came about: all of them, and those given faster than anybody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    approvals: int
    hasty: int
    """Within two seconds of the display."""
    undisplayed: int
    """Of cards which that channel had never displayed to them."""


def paces_of(unit: Unit, person: UserId | None = None) -> tuple[PaceOut, ...]:
    """Count for one person, or for each by name."""
    return tuple(
        PaceOut(user=one.person, approvals=one.approvals, hasty=one.hasty, undisplayed=one.undisplayed)
        for one in unit.actions.paces(person)
    )


def sees_all(principal: Principal) -> bool:
    """Say whether a person sees how others' approvals came about."""
    return principal.role in {Role.MANAGER, Role.ADMIN, Role.AUDITOR}


def displayed(parts: Parts, principal: Principal, cards: Iterable[CardOut]) -> None:
    """Keep the first time at which this person had each waiting card before them; a card seen again writes nothing."""
    if not principal.is_human or principal.role is Role.AUDITOR:
        return
    waiting = Status.PENDING.value
    found = [_display(principal, ActionId(one.id), one.shown) for one in cards if one.status == waiting]
    with parts.stores.read(principal.tenant) as unit:
        fresh = unit.displays.fresh(found)
    if fresh:
        with parts.stores.begin(principal.tenant) as unit:
            unit.displays.put(fresh, parts.clock.wall())


def _display(principal: Principal, action: ActionId, shown: str) -> Display:
    return Display(principal.user, action, shown, principal.channel)
