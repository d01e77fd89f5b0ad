"""What time alone calls for: cards wake and expire, and what a dead process left is settled.

Invariant: each part is a short transaction of its own; killed between two, the next sweep goes on where it was.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from agents.executor import Performed
from agents.recovery import may_retry, recover, retry
from graphs.governing.decisions import guard_of, stamp_of
from graphs.governing.hands import hands_of
from graphs.governing.vouching import proof_in
from graphs.keeping.timing import watch
from graphs.parts import Parts, Tenancy
from graphs.working.leasing import leased
from state.errors import Conflict
from state.governance.action import Action
from state.governance.happening import Expire, Happening, Wake
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.principal import Principal

SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Stepped:
    """What was due, and who did what time called for."""

    due: Sequence[Action]
    stamp: Stamp


def step_by_time(parts: Parts, tenancy: Tenancy, principal: Principal) -> Stepped:
    """Wake and expire what is due."""
    with parts.stores.begin(tenancy.id) as unit:
        watch(parts, unit, tenancy)
        stamp = stamp_of(tenancy, unit, principal, SWEEP)
        due = unit.actions.due(tenancy.now, parts.clock.wall())
        changes = [
            Change(
                action.id,
                happening,
                guard_of(parts, tenancy, action),
                key=f"{happening.name}:{action.version}",
            )
            for action in due
            if (happening := _by_time(action, tenancy.now)) is not None
        ]
        if changes:
            unit.actions.apply(changes, stamp)
    parts.crash_point("sweep:stepped")
    return Stepped(due, stamp)


def _by_time(action: Action, now: datetime) -> Happening | None:
    if action.expires_at <= now:
        return Expire()
    if action.snoozed_until is not None and action.snoozed_until <= now:
        return Wake()
    return None


def settle_left(parts: Parts, tenancy: Tenancy, stamp: Stamp) -> tuple[Performed, ...]:
    """Settle what dead processes left; hand over again only where the transport deduplicates by key."""
    left = recover(hands_of(parts, tenancy), proof_in(tenancy), stamp)
    done = tuple(_retried(parts, tenancy, one, stamp) for one in left)
    parts.crash_point("sweep:recovered")
    return done


def _retried(parts: Parts, tenancy: Tenancy, left: Performed, stamp: Stamp) -> Performed:
    hands = hands_of(parts, tenancy)
    if not may_retry(hands, left.action):
        return left
    with suppress(Conflict), leased(parts, tenancy.id, left.action.account):
        return retry(hands, left.action.id, stamp)
    return left
