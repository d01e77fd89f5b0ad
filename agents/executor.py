"""Carry out actions through the lifecycle and the gateway: claim before the call, record after it.

Invariant: an inside tool writes in the transaction that claims it; an outside one is called with no transaction open,
under the action's key, and an unclear answer is ambiguous, never repeated by guess.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from state.canonical import Json
from state.errors import Conflict
from state.governance.action import Action, Status
from state.governance.budget import Draw
from state.governance.guard import GuardContext
from state.governance.happening import (
    AutoDue,
    Claim,
    Happening,
    NotDone,
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

CRASH_POINTS = (
    "execute:claiming",
    "execute:claimed",
    "execute:sending",
    "execute:sent",
    "execute:recording",
    "execute:recorded",
)
"""Where a fault run may kill the process here; those in -ing are inside a transaction, or just before the call."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What policy and the world say about an action now."""

    verdict: Verdict
    outgoing: Verdict
    rest: Mapping[str, Json]
    policy_version: str
    draws: tuple[Draw, ...] = ()
    """What the next attempt draws on."""
    spent: Draw | None = None
    """The budget in the way."""


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
    breached: Callable[[Unit, Action, Sent, Stamp], None] = lambda *_: None
    """Hears, in the recording transaction, that a transport was about to do something else than was approved."""
    has_left: Callable[[Sent], None] = lambda _: None
    """Hears what a transport answered, so that the ledger is anchored soon."""
    attempts_allowed: int = 3
    backoff: timedelta = timedelta(seconds=30)


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
        hands.crash_point("execute:claiming")
    done |= {name: performed_of(one) for name, one in claimed.items()}
    hands.crash_point("execute:claimed")
    for name, one in claimed.items():
        if one.result.action.status is Status.CLAIMED and not one.is_replayed:
            done[name] = send(hands, one.result.action, stamp)
    return tuple(done[action.id] for action in actions)


def performed_of(applied: Applied) -> Performed:
    """Tell where an applied change left its action."""
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
        for change in _steps(
            hands, action, guard_at(hands, action, grounds[action.id]), inside.get(action.id)
        )
    ]
    applied = unit.actions.apply(changes, stamp) if changes else ()
    last = {one.result.action.id: one for one in applied}
    charge(unit, grounds, last.values(), stamp)
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


def charge(unit: Unit, grounds: Mapping[ActionId, Ground], applied: Iterable[Applied], stamp: Stamp) -> None:
    """Count what begun attempts draw on, in the transaction that claims them.

    Raises: Conflict when that would pass a cap, so that nothing of the claim stands.
    """
    for spent in dict.fromkeys(one.spent for one in grounds.values() if one.spent is not None):
        unit.budgets.refuse(spent, stamp)
    begun = [
        one.result.action.id
        for one in applied
        if one.result.action.status in (Status.CLAIMED, Status.EXECUTED) and not one.is_replayed
    ]
    refused = unit.budgets.charge([draw for name in begun for draw in grounds[name].draws], stamp)
    if refused is not None:
        raise Conflict(
            f"The budget for {refused.line} is spent for today.",
            field=refused.line.meter,
            value=str(refused.cap),
            remedy="Wait for tomorrow, or let an admin raise it in the policy.",
        )


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


def guard_at(hands: Hands, action: Action, ground: Ground) -> GuardContext:
    """Join what was judged and collected with the clocks and bounds of this worker."""
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
        is_keyed=is_keyed(hands, action),
    )


def send(hands: Hands, action: Action, stamp: Stamp) -> Performed:
    """Call the transport with no transaction open, then record what it answered."""
    hands.crash_point("execute:sending")
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
            write_after(hands, unit, result.action)
        if sent.is_mismatch:
            hands.breached(unit, action, sent, stamp)
        hands.crash_point("execute:recording")
    hands.crash_point("execute:recorded")
    return Performed(result.action, result.code, result.text)


def _answer(action: Action, sent: Sent) -> Happening:
    match sent.kind:
        case "receipt":
            return Receipt(attempt=action.attempt, receipt=sent.detail)
        case "refused":
            return RefusedForGood(attempt=action.attempt, reason=sent.detail, is_mismatch=sent.is_mismatch)
        case "not_done":
            return NotDone(attempt=action.attempt, reason=sent.detail)
        case _:
            return Unknown(attempt=action.attempt, has_returned=True)


def write_after(hands: Hands, unit: Unit, action: Action) -> None:
    """Keep what is recorded once a transport has it."""
    after = hands.gateway.after(action, hands.now())
    unit.crm.put(after.records)
    if after.events:
        hands.record(unit, after.events)


def is_keyed(hands: Hands, action: Action) -> bool:
    """Say whether its transport deduplicates by key."""
    return hands.gateway.spec(action.effect.tool).deduplicates_by_key
