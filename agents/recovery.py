"""Settle what dead processes and silent transports left: prove, probe, and hand over again only under the same key.

Invariant: nothing is sent again by guess; an effect nobody can look up waits for a person.
"""

from collections.abc import Callable

from agents.executor import Hands, Performed, charge, guard_at, is_keyed, performed_of, send, write_after
from state.governance.action import Action, Claimer, Outcome, Status
from state.governance.guard import GuardContext
from state.governance.happening import (
    Claim,
    ClaimersEnded,
    Happening,
    ProbeAbsent,
    ProbeFound,
    Proof,
    RetrySameKey,
    Unknown,
)
from state.ids import ActionId
from state.ledger.entry import Stamp
from state.ports.acting import Change
from state.ports.tooling import Sent
from state.ports.unit import Unit

CRASH_POINTS = (
    "recover:ending",
    "recover:ended",
    "recover:probed",
    "recover:settling",
    "recover:settled",
    "retry:claiming",
    "retry:claimed",
)
"""Where a fault run may kill the process here; those in -ing are inside a transaction."""
Ended = Callable[[Unit, Action, Claimer], Proof | None]
"""How it is known that one attempt's claimer has ended; None: it is not."""
_CALLS = frozenset({Claim.name, RetrySameKey.name, Unknown.name, ClaimersEnded.name})
"""After which a call may be under way, or has just been seen to have ended."""


def recover(hands: Hands, has_ended: Ended, stamp: Stamp) -> tuple[Performed, ...]:
    """Settle what dead processes left: prove them ended, probe the transport, never resend by guess."""
    with hands.stores.begin(hands.tenant) as unit:
        left = unit.actions.listed((Status.CLAIMED, Status.AMBIGUOUS))
        changes = [change for action in left for change in endings(hands, unit, action, has_ended)]
        if changes:
            unit.actions.apply(changes, stamp)
            hands.crash_point("recover:ending")
        ambiguous = [action for action in unit.actions.listed((Status.AMBIGUOUS,)) if action.quiesced]
    if changes:
        hands.crash_point("recover:ended")
    return tuple(_probe(hands, action, stamp) for action in ambiguous)


def endings(hands: Hands, unit: Unit, action: Action, has_ended: Ended) -> list[Change]:
    """Say that every claimer has ended, where each is proven to have."""
    proofs = [has_ended(unit, action, claimer) for claimer in action.claimers if not claimer.ended]
    if not proofs or None in proofs:
        return []
    guard = GuardContext(now=hands.now(), wall=hands.wall(), attempts_allowed=hands.attempts_allowed)
    unknown = Unknown(attempt=action.attempt, has_returned=False)
    ended = ClaimersEnded(proof=proofs[0] or Proof.PROCESS_GONE)
    first = (
        [Change(action.id, unknown, guard, key=f"unknown:{action.attempt}")]
        if action.status is Status.CLAIMED
        else []
    )
    return [*first, Change(action.id, ended, guard, key=f"ended:{action.attempt}")]


def _has_lag_passed(hands: Hands, action: Action) -> bool:
    """Tell whether the transport would show by now what it took.

    Invariant: counted from when the last call was known to have ended; a slow one sends long after its claim.
    """
    with hands.stores.read(hands.tenant) as unit:
        ends = [one.wall for one in unit.actions.history(action.id) if one.event in _CALLS]
    return not ends or hands.wall() - ends[-1] >= hands.gateway.lag(action)


def _probe(hands: Hands, action: Action, stamp: Stamp) -> Performed:
    has_lag_passed = _has_lag_passed(hands, action)
    answer = hands.gateway.probe(action)
    hands.crash_point("recover:probed")
    if answer == "unknown":
        return Performed(action, "unclear", "The transport cannot say; a person has to.")
    if answer == "different":
        return _alarmed(hands, action, stamp)
    happening: Happening = (
        ProbeFound(receipt="found at the transport")
        if answer == "found"
        else ProbeAbsent(attempt=action.attempt, has_lag_passed=has_lag_passed)
    )
    with hands.stores.begin(hands.tenant) as unit:
        guard = GuardContext(
            now=hands.now(),
            wall=hands.wall(),
            attempts_allowed=hands.attempts_allowed,
            is_keyed=is_keyed(hands, action),
        )
        change = Change(
            action.id, happening, guard, key=f"{happening.name}:{action.attempt}:{action.version}"
        )
        result = unit.actions.apply([change], stamp)[0].result
        if result.action.status is Status.EXECUTED and result.outcome is Outcome.MOVED:
            write_after(hands, unit, result.action)
        hands.crash_point("recover:settling")
    hands.crash_point("recover:settled")
    return Performed(result.action, result.code, result.text)


def _alarmed(hands: Hands, action: Action, stamp: Stamp) -> Performed:
    """Count what is at the transport under its name and was not approved; whether it was sent is for a person."""
    text = "Another message bears its name at the transport; a person has to look."
    with hands.stores.begin(hands.tenant) as unit:
        hands.breached(unit, action, Sent("refused", text, is_mismatch=True), stamp)
    return Performed(action, "different", text)


def may_retry(hands: Hands, action: Action) -> bool:
    """Say whether an unclear effect may be handed over again under its key, as far as its own record tells."""
    is_open = action.status is Status.AMBIGUOUS and not action.retry_barred
    return is_open and action.attempt < hands.attempts_allowed and is_keyed(hands, action)


def retry(hands: Hands, name: ActionId, stamp: Stamp) -> Performed:
    """Hand an unclear effect to a transport that deduplicates by key, under the same key and the original grant."""
    with hands.stores.begin(hands.tenant) as unit:
        action = unit.actions.get(name)
        grounds = hands.ground(unit, [action])
        guard = guard_at(hands, action, grounds[name])
        lease = hands.lease(action.account)
        again = RetrySameKey(worker=hands.worker, fence=lease.fence if lease else 0)
        key = f"retry:{action.attempt + 1}:{action.version}"
        applied = unit.actions.apply([Change(name, again, guard, key=key)], stamp)[0]
        charge(unit, grounds, [applied], stamp)
        hands.crash_point("retry:claiming")
    hands.crash_point("retry:claimed")
    if applied.result.action.status is not Status.CLAIMED or applied.is_replayed:
        return performed_of(applied)
    return send(hands, applied.result.action, stamp)
