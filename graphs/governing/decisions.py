"""Record what a person decides about an action: guard, apply, and a conflict for whoever comes second."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agents.guardrail import AGENT
from graphs.governing.hands import hands_of
from graphs.parts import Parts, Tenancy, trace_of
from state.errors import Conflict, Denied, Forbidden
from state.governance.action import Action, Outcome
from state.governance.guard import GuardContext
from state.governance.happening import Approve, Happening
from state.governance.tallying import tally_of
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.ports.displaying import Display
from state.ports.unit import Unit
from state.principal import Principal
from state.world.business_time import local_day

MILLISECOND = timedelta(milliseconds=1)


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
        what = _timed(unit, action, happening(action), tenancy.clock.wall())
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


def _timed(unit: Unit, action: Action, what: Happening, wall: datetime) -> Happening:
    """Say with an approval how long this very card had been before that person; our clock on both sides."""
    if not isinstance(what, Approve):
        return what
    who = what.principal
    since = unit.displays.first(Display(who.user, action.id, what.shown_hash, who.channel))
    return what if since is None else replace(what, after_ms=max(0, (wall - since) // MILLISECOND))


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
UNHEARD = "`revloop worker gone` lists the processes that cannot be looked up from here."
_DENIED = frozenset({"denied", "suppressed", "stop_on"})


def _refusal(code: str, text: str, action: Action) -> Conflict | Forbidden | Denied:
    message = f"{action.summary.rstrip('.')}: {text}" if action.summary else text
    if code in _FORBIDDEN:
        return Forbidden(message, field="action", value=action.id)
    if code in _DENIED:
        return Denied(message, field="action", value=action.id)
    remedy = UNHEARD if code == "quiesced" else "Look at the card again."
    return Conflict(message, field="action", value=action.id, remedy=remedy)
