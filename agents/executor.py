"""Carry out actions through the lifecycle and the gateway: claim before the call, record after it.

Invariant: an inside tool writes in the transaction that claims it; an outside one is called with no transaction open,
under the action's key, and an unclear answer is ambiguous, never repeated by guess.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from state.canonical import Json
from state.governance.action import Action, Outcome, Status
from state.governance.guard import GuardContext
from state.governance.happening import (
    AutoDue,
    Claim,
    ClaimersEnded,
    Happening,
    NotDone,
    ProbeAbsent,
    ProbeFound,
    Proof,
    Receipt,
    RefusedForGood,
    Unknown,
)
from state.governance.verdict import Verdict
from state.ids import ActionId, TenantId, UserId
from state.ledger.entry import Stamp
from state.ports.acting import Applied, Change, Lease
from state.ports.tooling import Gateway, Inside, Sent
from state.ports.unit import Stores, Unit
from state.world.event import Event


@dataclass(frozen=True, slots=True)
class Ground:
    """What policy and the world say about an action now."""

    verdict: Verdict
    outgoing: Verdict
    rest: Mapping[str, Json]
    policy_version: str


@dataclass(frozen=True)
class Hands:
    """What an executor works with, in one process and for one tenant."""

    tenant: TenantId
    stores: Stores
    gateway: Gateway
    worker: str
    lease: Callable[[str], Lease | None]
    """The lease this process holds on an account."""
    ground: Callable[[Unit, Sequence[Action]], Mapping[ActionId, Ground]]
    """Collects facts and judges again, in the claiming transaction."""
    record: Callable[[Unit, Sequence[Event]], None]
    """Tells the situation what was done."""
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    crash_point: Callable[[str], None]
    delegates: Callable[[UserId], tuple[UserId, ...]]
    has_left: Callable[[Sent], None] = lambda _: None
    """Hears what a transport answered, so that the ledger is anchored soon."""
    attempts_allowed: int = 3
    backoff: timedelta = timedelta(seconds=30)
    lag: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Performed:
    """Where an action stands after an attempt, and why it did not move if it did not."""

    action: Action
    code: str = ""
    text: str = ""

    @property
    def is_done(self) -> bool:
        """The effect happened."""
        return self.action.status is Status.EXECUTED


def perform(hands: Hands, names: Sequence[ActionId], stamp: Stamp) -> tuple[Performed, ...]:
    """Claim and carry out actions; those that may not run now stay, with the reason.

    Invariant: only what this very call claimed is sent; a claim of another process or of an earlier try is not.
    """
    with hands.stores.begin(hands.tenant) as unit:
        actions = unit.actions.several(tuple(dict.fromkeys(names)))
        open_ = [action for action in actions if action.status in (Status.PENDING, Status.APPROVED)]
        done = {action.id: Performed(action) for action in actions}
        claimed = _claim(hands, unit, open_, hands.ground(unit, open_), stamp)
    done |= {name: _performed(one) for name, one in claimed.items()}
    hands.crash_point("execute:claimed")
    for name, one in claimed.items():
        if one.result.action.status is Status.CLAIMED and not one.is_replayed:
            done[name] = _send(hands, one.result.action, stamp)
    return tuple(done[action.id] for action in actions)


def _performed(applied: Applied) -> Performed:
    return Performed(applied.result.action, applied.result.code, applied.result.text)


def _is_outside(hands: Hands, action: Action) -> bool:
    return hands.gateway.spec(action.effect.tool).kind == "outside"


def _claim(
    hands: Hands, unit: Unit, actions: Sequence[Action], grounds: Mapping[ActionId, Ground], stamp: Stamp
) -> dict[ActionId, Applied]:
    """Claim what may run; an inside tool's rows and receipt are written in the same transaction."""
    inside = {
        one.id: hands.gateway.inside(one, hands.now()) for one in actions if not _is_outside(hands, one)
    }
    changes = [
        change
        for action in actions
        for change in _steps(hands, action, _guard(hands, action, grounds[action.id]), inside.get(action.id))
    ]
    applied = unit.actions.apply(changes, stamp) if changes else ()
    last = {one.result.action.id: one for one in applied}
    written = [
        inside[name]
        for name, one in last.items()
        if one.result.action.status is Status.EXECUTED and not one.is_replayed and name in inside
    ]
    unit.crm.put([record for one in written for record in one.records])
    events = [event for one in written for event in one.events]
    if events:
        hands.record(unit, events)
    return last


def _steps(hands: Hands, action: Action, guard: GuardContext, inside: Inside | None) -> list[Change]:
    """Say what carries one action forward now: its timer if it is armed, the claim, and an inside tool's receipt."""
    attempt = action.attempt + 1
    is_armed = action.status is Status.PENDING
    lease = hands.lease(action.account)
    claim = Claim(worker=hands.worker, fence=lease.fence if lease else 0)
    steps = [Change(action.id, AutoDue(), guard, key=f"auto:{action.version}")] if is_armed else []
    steps.append(
        Change(action.id, claim, guard, key=f"claim:{attempt}:{action.version}", only_after_move=is_armed)
    )
    if inside is not None:
        receipt = Receipt(attempt=attempt, receipt=inside.receipt)
        steps.append(Change(action.id, receipt, guard, key=f"receipt:{attempt}", only_after_move=True))
    return steps


def _guard(hands: Hands, action: Action, ground: Ground) -> GuardContext:
    return GuardContext(
        now=hands.now(),
        wall=hands.wall(),
        policy_version=ground.policy_version,
        verdict=ground.verdict,
        outgoing=ground.outgoing,
        rest_facts=ground.rest,
        delegates=hands.delegates(action.owner),
        backoff=hands.backoff,
        attempts_allowed=hands.attempts_allowed,
        is_keyed=hands.gateway.spec(action.effect.tool).deduplicates_by_key,
    )


def _send(hands: Hands, action: Action, stamp: Stamp) -> Performed:
    """Call the transport with no transaction open, then record what it answered."""
    sent = hands.gateway.outside(action)
    hands.has_left(sent)
    hands.crash_point("execute:sent")
    happening = _answer(action, sent)
    with hands.stores.begin(hands.tenant) as unit:
        guard = GuardContext(
            now=hands.now(), wall=hands.wall(), backoff=hands.backoff, attempts_allowed=hands.attempts_allowed
        )
        change = Change(action.id, happening, guard, key=f"{happening.name}:{action.attempt}")
        result = unit.actions.apply([change], stamp)[0].result
        if result.action.status is Status.EXECUTED:
            _write_after(hands, unit, result.action)
    return Performed(result.action, result.code, result.text)


def _answer(action: Action, sent: Sent) -> Happening:
    match sent.kind:
        case "receipt":
            return Receipt(attempt=action.attempt, receipt=sent.detail)
        case "refused":
            return RefusedForGood(attempt=action.attempt, reason=sent.detail)
        case "not_done":
            return NotDone(attempt=action.attempt, reason=sent.detail)
        case _:
            return Unknown(attempt=action.attempt, has_returned=True)


def _write_after(hands: Hands, unit: Unit, action: Action) -> None:
    after = hands.gateway.after(action, hands.now())
    unit.crm.put(after.records)
    if after.events:
        hands.record(unit, after.events)


def recover(hands: Hands, is_gone: Callable[[str], Proof | None], stamp: Stamp) -> tuple[Performed, ...]:
    """Settle what dead processes left: prove them ended, probe the transport, never resend by guess."""
    with hands.stores.begin(hands.tenant) as unit:
        left = unit.actions.listed((Status.CLAIMED, Status.AMBIGUOUS))
        changes = [change for action in left for change in _endings(hands, action, is_gone)]
        if changes:
            unit.actions.apply(changes, stamp)
        ambiguous = [action for action in unit.actions.listed((Status.AMBIGUOUS,)) if action.quiesced]
    return tuple(_probe(hands, action, stamp) for action in ambiguous)


def _endings(hands: Hands, action: Action, is_gone: Callable[[str], Proof | None]) -> list[Change]:
    open_claimers = [claimer for claimer in action.claimers if not claimer.ended]
    proofs = [is_gone(claimer.worker) for claimer in open_claimers]
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
    """Tell whether the transport would show by now what it took; count from the claim."""
    with hands.stores.read(hands.tenant) as unit:
        claims = [one.at for one in unit.actions.history(action.id) if one.event == Claim.name]
    return not claims or hands.wall() - claims[-1] >= hands.lag


def _probe(hands: Hands, action: Action, stamp: Stamp) -> Performed:
    answer = hands.gateway.probe(action)
    if answer == "unknown":
        return Performed(action, "unclear", "The transport cannot say; a person has to.")
    happening: Happening = (
        ProbeFound(receipt="found at the transport")
        if answer == "found"
        else ProbeAbsent(has_lag_passed=_has_lag_passed(hands, action))
    )
    with hands.stores.begin(hands.tenant) as unit:
        guard = GuardContext(now=hands.now(), wall=hands.wall(), attempts_allowed=hands.attempts_allowed)
        change = Change(
            action.id, happening, guard, key=f"{happening.name}:{action.attempt}:{action.version}"
        )
        result = unit.actions.apply([change], stamp)[0].result
        if result.action.status is Status.EXECUTED and result.outcome is Outcome.MOVED:
            _write_after(hands, unit, result.action)
    return Performed(result.action, result.code, result.text)
