"""Record what a person decides about an action: guard, apply, and a conflict for whoever comes second."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.guardrail import AGENT
from graphs.governing.hands import hands_of
from graphs.parts import Parts, Tenancy, trace_of
from state.errors import Conflict, Denied, Forbidden
from state.governance.action import Action, Outcome
from state.governance.guard import GuardContext
from state.governance.happening import Happening
from state.governance.tallying import tally_of
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.ports.unit import Unit
from state.principal import Principal
from state.world.business_time import local_day


@dataclass(frozen=True)
class Decided:
    """What a person's act came to."""

    action: Action
    code: str
    text: str
    hold_until: datetime | None = None
    """Wall time at which an approved effect is released; until then it can be undone."""


Beside = Callable[[Unit, Action], None]


def decide(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    name: str,
    happening: Callable[[Action], Happening],
    beside: Beside | None = None,
) -> Decided:
    """Record one decision about one action, and in the same transaction what goes with it.

    Raises: Conflict, Forbidden, Denied, NotFound.
    """
    with parts.stores.begin(tenancy.id) as unit:
        action = unit.actions.by_prefix(name)
        what = happening(action)
        stamp = stamp_of(tenancy, unit, principal, f"{what.name}:{action.id}")
        key = f"{what.name}:{action.version}:{principal.user}"
        change = Change(action.id, what, guard_of(parts, tenancy, action), key=key)
        applied = unit.actions.apply([change], stamp)[0]
        result = applied.result
        tally = None if applied.is_replayed else tally_of(action, what, result)
        if tally is not None:
            day = local_day(tenancy.now, tenancy.profile.company.zone)
            unit.autonomy.count(AGENT, action.action_type, day, tally)
        if beside is not None and result.outcome is Outcome.MOVED:
            beside(unit, result.action)
        parts.crash_point("decide:recording")
    parts.crash_point("decide:recorded")
    if result.outcome is Outcome.REFUSED:
        raise _refusal(result.code, result.text, action)
    return Decided(result.action, result.code, result.text, result.action.release_at)


def guard_of(parts: Parts, tenancy: Tenancy, action: Action) -> GuardContext:
    """Say what guards a decision: clocks, policy in force, delegates, and the undo hold of external effects."""
    hold = tenancy.judge.bounds.undo_hold_seconds if action.is_external else 0
    return GuardContext(
        now=tenancy.now,
        wall=tenancy.clock.wall(),
        policy_version=tenancy.judge.version,
        delegates=hands_of(parts, tenancy).delegates(action.owner),
        hold=timedelta(seconds=hold),
    )


def stamp_of(tenancy: Tenancy, unit: Unit, principal: Principal, command: str) -> Stamp:
    """Name a command for the ledger."""
    return tenancy.stamp(principal, trace_of(tenancy.id, command, tenancy.now, unit.ledger.head().hash))


_FORBIDDEN = frozenset({"seat", "human", "tenant", "entitled"})
_DENIED = frozenset({"denied", "suppressed", "stop_on"})


def _refusal(code: str, text: str, action: Action) -> Conflict | Forbidden | Denied:
    message = f"{action.summary}: {text}" if action.summary else text
    if code in _FORBIDDEN:
        return Forbidden(message, field="action", value=action.id)
    if code in _DENIED:
        return Denied(message, field="action", value=action.id)
    return Conflict(message, field="action", value=action.id, remedy="Look at it again with `revloop inbox`.")
