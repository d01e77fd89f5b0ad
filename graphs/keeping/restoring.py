"""A restored or copied database never sends again: it stops, and an admin says how to go on.

Invariant: while the database does not contain the newest anchor, or is not of this home, the stop is on, nothing that
was approved stays approved and nothing that was claimed stays claimed.
"""

from dataclasses import dataclass

from graphs.governing.decisions import stamp_of
from graphs.keeping.anchoring import anchor_now, contains, folder_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json
from state.errors import Forbidden
from state.governance.action import Status
from state.governance.guard import GuardContext
from state.governance.happening import Unknown
from state.ids import TenantId
from state.ledger.anchor import NOT_RESTORED
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.acting import Change
from state.ports.unit import Unit
from state.principal import Principal, Role
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


def confirm(parts: Parts, tenancy: Tenancy, principal: Principal, found: Restored) -> None:
    """Let this database and home go on; the stop stays on until it is turned off. Raises: Forbidden."""
    if principal.role is not Role.ADMIN:
        raise Forbidden("Only an admin confirms a restore.", remedy="Use --as with an admin of the company.")
    anchors = folder_of(parts.settings).listed(tenancy.id)
    with parts.stores.read(tenancy.id) as unit:
        kept = next((one.count for one in reversed(anchors) if contains(unit, one)), 0)
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
