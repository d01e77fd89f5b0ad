"""A restored or copied database never sends again: it stops, and an admin says how to go on.

Invariant: while the database does not contain the newest anchor, or is not of this home, the stop is on, nothing that
was approved stays approved and nothing that was claimed stays claimed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from graphs.governing.authority import code_of, require_admin, require_seen
from graphs.governing.decisions import stamp_of
from graphs.keeping.anchoring import anchor_now, contains, folder_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.governance.action import Status
from state.governance.guard import GuardContext
from state.governance.happening import Unknown
from state.ids import TenantId
from state.ledger.anchor import NOT_RESTORED
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.acting import Change
from state.ports.unit import Unit
from state.principal import Principal
from state.world.detection.wording import counted
from tools.instance import instance_of, settled_in

OPEN = (Status.APPROVED, Status.CLAIMED)


@dataclass(frozen=True, slots=True)
class Restored:
    """Why this database is not the one that worked here last."""

    code: str
    text: str
    count: int
    """How many entries the ledger has."""
    anchored: int
    """How many the newest anchor knows."""


class ConfirmationOut(BaseModel):
    """What going on with a restored or copied home gives up, and the code that says one has seen exactly this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str
    changes: tuple[str, ...]
    code: str
    done: bool


def restored(parts: Parts, tenant: TenantId) -> Restored | None:
    """Compare the database with what stands outside it; a home that is new is written down.

    Raises: Unavailable, InvalidInput.
    """
    newest = folder_of(parts.settings).newest(tenant)
    here = instance_of(parts.settings.home)
    with parts.stores.read(tenant) as unit:
        known, count = unit.tenants.instance(tenant), unit.ledger.head().seq
        is_whole = contains(unit, newest)
    anchored = newest.count if newest else 0
    if not is_whole:
        text = f"The database lacks entry {anchored}, which was anchored: it was restored or replaced."
        return Restored("older", text, count, anchored)
    if here is not None and not here.is_original:
        return Restored("copied", "This home is a copy of another one.", count, anchored)
    if known is not None and (here is None or here.id != known):
        return Restored("foreign", "The database comes from another home.", count, anchored)
    if known is None:
        _enrol(parts, tenant, here.id if here else settled_in(parts.settings.home))
    return None


def _enrol(parts: Parts, tenant: TenantId, instance: str) -> None:
    with parts.stores.begin(tenant) as unit:
        unit.tenants.set_instance(tenant, instance)


def stand_down(parts: Parts, tenancy: Tenancy, principal: Principal, found: Restored) -> None:
    """Turn the stop on and take every permission away; what was claimed is ambiguous. Done once, it does nothing."""
    with parts.stores.begin(tenancy.id) as unit:
        if unit.actions.stop().is_on and not unit.actions.listed(OPEN):
            return
        stamp = stamp_of(tenancy, unit, principal, "restored")
        payload: dict[str, Json] = {
            "step": "found",
            "why": found.code,
            "count": found.count,
            "anchored": found.anchored,
        }
        unit.ledger.append([EntryDraft(Kind.RESTORED, stamp, payload)])
        reason = f"restored or copied: {found.code}"
        unit.actions.switch(is_on=True, stamp=stamp, key=stamp.trace, reason=reason)
        _doubt(unit, tenancy, stamp)


def _doubt(unit: Unit, tenancy: Tenancy, stamp: Stamp) -> None:
    """Make what was claimed ambiguous: the database that claimed it may have sent it since."""
    guard = GuardContext(now=tenancy.now, wall=tenancy.clock.wall())
    changes = [
        Change(
            one.id,
            Unknown(attempt=one.attempt, has_returned=False),
            guard,
            key=f"restored:{one.attempt}:{one.version}",
        )
        for one in unit.actions.listed((Status.CLAIMED,))
    ]
    if changes:
        unit.actions.apply(changes, stamp)


def confirm(
    parts: Parts, tenancy: Tenancy, principal: Principal, found: Restored, seen: str | None
) -> ConfirmationOut:
    """Show what going on would give up; with the code shown there, go on. The stop stays on until it is turned off.

    Raises: Forbidden; Conflict when `seen` is not the code of what would change now.
    """
    require_admin(tenancy, principal, is_look=seen is None)
    kept = _kept(parts, tenancy, found)
    with parts.stores.read(tenancy.id) as unit:
        changes = tuple(_changes(unit, found, kept))
    code = code_of(changes, found.code, str(found.count))
    if seen is None:
        return ConfirmationOut(why=found.code, changes=changes, code=code, done=False)
    require_seen(seen, code, "revloop ledger confirm-restore")
    _go_on(parts, tenancy, principal, found, kept)
    return ConfirmationOut(why=found.code, changes=changes, code=code, done=True)


def _kept(parts: Parts, tenancy: Tenancy, found: Restored) -> int:
    """Count the entries up to the newest anchor that this database contains."""
    if found.code != "older":
        return found.anchored
    anchors = folder_of(parts.settings).listed(tenancy.id)
    with parts.stores.read(tenancy.id) as unit:
        return next((one.count for one in reversed(anchors) if contains(unit, one)), 0)


def _changes(unit: Unit, found: Restored, kept: int) -> Iterator[str]:
    yield found.text
    if found.code == "older":
        yield f"Given up: the entries {kept + 1} to {found.anchored}, which the anchors go on to tell of."
    else:
        yield "From now on this home is one of its own. The one it came from is not stopped by this."
    yield "Whatever was sent after this copy was made is not in it: compare with `revloop ledger reconcile`."
    for action in unit.actions.listed((Status.AMBIGUOUS,)):
        yield f"Unclear, never repeated by itself: {action.summary} [{action.id}]"
    yield f"{counted(len(unit.actions.listed((Status.PENDING,))), 'card')} can be approved again after the stop."
    yield "The stop stays on until it is turned off."


def _go_on(parts: Parts, tenancy: Tenancy, principal: Principal, found: Restored, kept: int) -> None:
    """Enter the confirmation, give the home its name, and anchor anew."""
    here = instance_of(parts.settings.home)
    is_known = found.code == "older" and here is not None and here.is_original
    name = here.id if is_known and here is not None else settled_in(parts.settings.home)
    with parts.stores.begin(tenancy.id) as unit:
        stamp = stamp_of(tenancy, unit, principal, "confirm-restore")
        payload: dict[str, Json] = {
            "step": "confirmed",
            "why": found.code,
            "count": found.count,
            "anchored": found.anchored,
            "kept": kept,
        }
        unit.ledger.append([EntryDraft(Kind.RESTORED, stamp, payload)])
        unit.tenants.set_instance(tenancy.id, name)
    anchor_now(parts, tenancy.id, restored=kept if found.code == "older" else NOT_RESTORED)
