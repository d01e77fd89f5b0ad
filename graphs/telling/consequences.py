"""What a person approved, and what an action changed in memory: read back from the ledger and the stores."""

import json
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from graphs.parts import Tenancy
from state.errors import RevloopError
from state.governance.action import Action, Status
from state.ledger.entry import Kind, Sealed
from state.ports.running import CrmRecord, ToolRun
from state.ports.unit import Unit
from state.world.event import Event


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ApprovedOut(_Out):
    """One yes: who, how, when, and the exact values it was given for."""

    by: str
    method: str
    channel: str
    at: str
    effect_hash: str
    rest_hash: str
    policy_version: str
    entry: str
    after_ms: int | None = None
    """Since it was first displayed to them on that channel; None: it never was."""


class ChangeOut(_Out):
    """One thing that memory holds since: a row, a fact of the situation, or what learning keeps."""

    kind: str
    """row, event or learning."""
    what: str
    text: str


class ReadOut(_Out):
    """One call of a read tool behind it."""

    tool: str
    outcome: str
    by: str
    at: str


def approved_by(entries: Sequence[Sealed]) -> tuple[ApprovedOut, ...]:
    """List each yes to an action as it was entered; an erased one shows its hash's absence."""
    return tuple(
        ApprovedOut(
            by=one.entry.user,
            method=one.entry.method,
            channel=one.entry.channel,
            at=one.entry.at,
            effect_hash=said.get("effect_hash", ""),
            rest_hash=said.get("rest_hash", ""),
            policy_version=said.get("policy_version", ""),
            entry=one.entry.id,
            after_ms=int(after) if (after := said.get("decided_after_ms")) else None,
        )
        for one in entries
        if one.entry.kind is Kind.APPROVAL
        for said in (_said(one),)
    )


def _said(one: Sealed) -> dict[str, str]:
    found = json.loads(one.payload) if one.payload else {}
    return {name: str(value) for name, value in found.items()}


def changed_by(
    unit: Unit, tenancy: Tenancy, action: Action | None, entries: Sequence[Sealed]
) -> tuple[ChangeOut, ...]:
    """List what an executed action left in the CRM, in the situation and for learning."""
    learned = [_learned(one) for one in entries if one.entry.kind is Kind.LEARNING]
    if action is None or action.status is not Status.EXECUTED:
        return tuple(learned)
    rows = [one for one in unit.crm.listed(action.account) if one.action == action.id]
    return (*map(_row, rows), *_events(unit, tenancy, action), *learned)


def _row(row: CrmRecord) -> ChangeOut:
    return ChangeOut(kind="row", what=row.id, text=f"{row.kind.replace('_', ' ')} in the CRM: {row.subject}")


def _events(unit: Unit, tenancy: Tenancy, action: Action) -> Iterator[ChangeOut]:
    """Name the facts that the situation was told, with the version since which it knows them."""
    told = _told(tenancy, action)
    versions = unit.situations.versions_of([event.id for event in told])
    for event in told:
        if event.id in versions:
            text = f"{event.type} at {event.account}, in its situation since version {versions[event.id]}"
            yield ChangeOut(kind="event", what=event.id, text=text)


def _told(tenancy: Tenancy, action: Action) -> tuple[Event, ...]:
    """Render again what the tool tells; one that can no longer be rendered was erased."""
    gateway = tenancy.gateway
    try:
        is_outside = gateway.spec(action.effect.tool).kind == "outside"
        found = gateway.after(action, tenancy.now) if is_outside else gateway.inside(action, tenancy.now)
    except RevloopError:
        return ()
    return found.events


def _learned(one: Sealed) -> ChangeOut:
    found = json.loads(one.payload) if one.payload else {}
    text = (
        f"outcomes kept beside {found.get('candidates', 'erased')} candidates of the run, for ranking alone"
    )
    return ChangeOut(kind="learning", what=one.entry.id, text=text)


def read_by(runs: Sequence[ToolRun]) -> tuple[ReadOut, ...]:
    """List the read tools that were called."""
    return tuple(
        ReadOut(tool=one.tool, outcome=one.outcome, by=one.principal, at=one.at.isoformat()) for one in runs
    )
