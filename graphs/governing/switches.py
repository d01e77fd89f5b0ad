"""How the stop switches stand, as people are shown it."""

import json
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from state.governance.action import Action
from state.ids import TraceId
from state.ledger.entry import Kind
from state.ports.acting import EVERYWHERE, Switch
from state.ports.unit import Unit


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SwitchOut(_Out):
    """One switch, and who turned it last."""

    on: bool
    epoch: int
    since: datetime | None
    by: str
    reason: str


class InFlightOut(_Out):
    """One effect that had begun before the stop."""

    id: str
    account: str
    summary: str
    status: str
    """claimed, or ambiguous where it is unclear whether it happened; neither is repeated."""
    attempt: int


class StandingOut(_Out):
    """How the switches stand for one company."""

    tenant: str
    stopped: bool
    company: SwitchOut
    installation: SwitchOut
    in_flight: tuple[InFlightOut, ...]
    waiting: int
    """Cards that wait for a person."""


class ReleaseOut(_Out):
    """What turning a switch off would change, and the code that says one has seen exactly this."""

    scope: str
    changes: tuple[str, ...]
    code: str
    agreed: tuple[str, ...]
    """Admins who have agreed to this release already."""
    released: bool = False


def scope_words(scope: str) -> str:
    """Say whose switch it is."""
    return "the whole installation" if scope == EVERYWHERE else scope


def turned(unit: Unit, switch: Switch) -> SwitchOut:
    """Find the entry of the last switching; one of another company is not in this ledger."""
    if switch.key.startswith("alarm:"):
        reason = "something was reported that cannot have happened"
        return SwitchOut(on=switch.is_on, epoch=switch.epoch, since=None, by="alarm", reason=reason)
    found = unit.ledger.of_trace(TraceId(switch.key)) if switch.key else ()
    mine = [one for one in found if one.entry.kind is Kind.STOP and not one.entry.action]
    entry = mine[0].entry if mine else None
    payload = json.loads(mine[0].payload) if mine and mine[0].payload else {}
    return SwitchOut(
        on=switch.is_on,
        epoch=switch.epoch,
        since=datetime.fromisoformat(entry.wall) if entry else None,
        by=entry.user if entry else "",
        reason=str(payload.get("reason", "")),
    )


def in_flight(action: Action) -> InFlightOut:
    """Show one effect that has begun."""
    return InFlightOut(
        id=action.id,
        account=action.account,
        summary=action.summary,
        status=action.status.value,
        attempt=action.attempt,
    )
