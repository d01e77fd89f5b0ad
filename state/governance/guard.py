"""What must hold before an action moves towards its effect: ordered rules as data.

Invariant: a fact nobody collected never lets an effect begin; re-judging may only tighten.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from state.canonical import Json
from state.governance.action import Action
from state.governance.approval import GrantKind, may_fill, may_handle
from state.governance.effect import effect_hash, rest_hash
from state.governance.happening import Approve, AutoDue, ByPerson, ByWorker, ProbeAbsent
from state.governance.verdict import Allow, Clarify, Deny, NotBefore, RequireApproval, Verdict
from state.ids import ActionId, UserId

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Locks:
    """Rows read in the happening's own transaction; a store fills them, whatever the caller says."""

    stop_on: bool = False
    stop_epoch: int = 0
    """Of tenant and installation together; it only grows."""
    fence: int = 0
    holder: str = ""
    """Who holds the account's lease."""
    held_until: datetime | None = None
    """Wall time."""
    twin: ActionId | None = None
    """Another open action with the successor's dedup_key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardContext:
    """Everything a guard reads besides the action and the happening."""

    now: datetime
    """Business time."""
    wall: datetime
    policy_version: str = ""
    verdict: Verdict | None = None
    """Judged again now; None is not judged."""
    outgoing: Verdict | None = None
    """Suppression, consent, quiet hours, cap and budget, now; None is not checked."""
    rest_facts: Mapping[str, Json] | None = None
    """Collected again now."""
    delegates: tuple[UserId, ...] = ()
    hold: timedelta = timedelta(0)
    """The undo hold after a person's approval."""
    backoff: timedelta = timedelta(0)
    attempts_allowed: int = 1
    is_keyed: bool = False
    """The transport deduplicates by key."""
    locks: Locks = field(default_factory=Locks)


class Otherwise(StrEnum):
    """What follows when a rule does not hold."""

    CANCEL = "cancel"
    VOID = "void"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rule(Generic[H]):
    """One thing that must hold, with the words for when it does not."""

    code: str
    text: str
    holds: Callable[[Action, H, GuardContext], bool]
    otherwise: Otherwise = Otherwise.REFUSE


def broken(rules: Sequence[Rule[H]], action: Action, happening: H, guard: GuardContext) -> Rule[H] | None:
    """Return the first rule that does not hold, or None."""
    return next((rule for rule in rules if not rule.holds(action, happening, guard)), None)


def is_intact(action: Action) -> bool:
    """Hash the stored effect again and compare it with what was approved."""
    found = effect_hash(action.effect)
    return found == action.effect_hash and (action.grant is None or found == action.grant.terms.effect_hash)


def is_world_same(action: Action, guard: GuardContext) -> bool:
    """Compare the facts collected now with those the grant was given for."""
    if guard.rest_facts is None or action.grant is None:
        return True
    return rest_hash(guard.rest_facts) == action.grant.terms.rest_hash


def is_by_person(action: Action) -> bool:
    """Say whether a person granted it."""
    return action.grant is not None and action.grant.kind is GrantKind.HUMAN


def is_covered(action: Action, guard: GuardContext) -> bool:
    """Say whether the grant answers what policy asks now: no new question, no new seat."""
    match guard.verdict:
        case RequireApproval(roles=roles):
            return is_by_person(action) and set(roles) <= set(action.quorum)
        case Clarify():
            return False
        case _:
            return True


def is_time(verdict: Verdict | None, guard: GuardContext) -> bool:
    """Say whether a `NotBefore` has passed."""
    return not isinstance(verdict, NotBefore) or guard.now >= verdict.at


def has_lease(happening: ByWorker, guard: GuardContext) -> bool:
    """Say whether the worker still holds the account, by owner, number and time."""
    locks = guard.locks
    alive = locks.held_until is not None and guard.wall < locks.held_until
    return alive and (happening.worker, happening.fence) == (locks.holder, locks.fence)


def _is_in_time(action: Action, guard: GuardContext) -> bool:
    return guard.now < action.expires_at and (action.grant is None or guard.now < action.grant.expires_at)


def may_sit(action: Action, happening: Approve, guard: GuardContext) -> bool:
    """Say whether this person can fill at least one seat of the quorum."""
    ownership = action.ownership(guard.delegates)
    who = happening.principal
    return any(may_fill(seat, who.user, who.role, ownership) for seat in action.quorum)


_CANCEL, _VOID, _WAIT = Otherwise.CANCEL, Otherwise.VOID, Otherwise.WAIT

CLAIM_RULES: tuple[Rule[ByWorker], ...] = (
    Rule("stop_on", "The stop switch is on.", lambda a, h, g: not g.locks.stop_on, _VOID),
    Rule("epoch", "The stop switch was on since.",
         lambda a, h, g: a.grant is not None and a.grant.terms.stop_epoch == g.locks.stop_epoch, _VOID),
    Rule("denied", "Policy denies it now.", lambda a, h, g: not isinstance(g.verdict, Deny), _CANCEL),
    Rule("suppressed", "The recipient may not be reached.",
         lambda a, h, g: not isinstance(g.outgoing, Deny), _CANCEL),
    Rule("expired", "The approval has expired.", lambda a, h, g: _is_in_time(a, g), _VOID),
    Rule("effect", "The effect is not the approved one.", lambda a, h, g: is_intact(a), _VOID),
    Rule("rest", "A fact it rests on has changed.", lambda a, h, g: is_world_same(a, g), _VOID),
    Rule("policy", "The policy has changed.",
         lambda a, h, g: a.grant is not None and a.grant.terms.policy_version == g.policy_version, _VOID),
    Rule("human", "What reaches people outside needs a person's approval.",
         lambda a, h, g: not a.is_external or is_by_person(a), _VOID),
    Rule("covered", "Policy asks for more than was given.", lambda a, h, g: is_covered(a, g), _VOID),
    Rule("judged", "It was not judged again.", lambda a, h, g: g.verdict is not None, _WAIT),
    Rule("collected", "Its facts were not collected again.", lambda a, h, g: g.rest_facts is not None, _WAIT),
    Rule("checked", "Suppression and limits were not checked.",
         lambda a, h, g: not a.is_external or g.outgoing is not None, _WAIT),
    Rule("permitted", "The limits leave it open.",
         lambda a, h, g: not isinstance(g.outgoing, Clarify | RequireApproval), _WAIT),
    Rule("not_before", "Policy lets it wait.", lambda a, h, g: is_time(g.verdict, g), _WAIT),
    Rule("quiet", "The recipient is not to be reached now.", lambda a, h, g: is_time(g.outgoing, g), _WAIT),
    Rule("attempts", "No attempt is left.", lambda a, h, g: a.attempt < g.attempts_allowed, _WAIT),
    Rule("fence", "The worker does not hold the account.", lambda a, h, g: has_lease(h, g), _WAIT),
    Rule("hold", "The hold is not over.",
         lambda a, h, g: a.release_at is not None and g.wall >= a.release_at, _WAIT),
)  # fmt: skip

RETRY_RULES: tuple[Rule[ByWorker], ...] = (
    Rule("keyed", "The transport does not deduplicate by key.", lambda a, h, g: g.is_keyed),
    Rule("barred", "Something changed since the first attempt.", lambda a, h, g: not a.retry_barred),
    *(rule for rule in CLAIM_RULES if rule.code != "hold"),
)

APPROVE_RULES: tuple[Rule[Approve], ...] = (
    Rule("human", "Only a person decides.", lambda a, h, g: h.principal.is_human),
    Rule("tenant", "It belongs to another tenant.", lambda a, h, g: h.principal.tenant == a.tenant),
    Rule("seat", "It waits for its owner, a named delegate, or another role.", may_sit),
    Rule("shown", "It has changed since it was shown.", lambda a, h, g: h.shown_hash == a.card_hash),
    Rule("intact", "The stored effect is not the one that was drafted.", lambda a, h, g: is_intact(a)),
    Rule("expired", "It has expired.", lambda a, h, g: _is_in_time(a, g)),
    Rule("stop_on", "The stop switch is on.", lambda a, h, g: not g.locks.stop_on),
)  # fmt: skip

AUTO_RULES: tuple[Rule[AutoDue], ...] = (
    Rule("armed", "No delay is armed.", lambda a, h, g: a.auto_at is not None),
    Rule("allowed", "Policy does not allow it by itself now.", lambda a, h, g: isinstance(g.verdict, Allow)),
    Rule("internal", "What reaches people outside never runs by itself.", lambda a, h, g: not a.is_external),
    Rule("untouched", "A person set it aside.",
         lambda a, h, g: not a.human_touched and a.snoozed_until is None),
    Rule("epoch", "The stop switch was on since.", lambda a, h, g: a.armed_epoch == g.locks.stop_epoch),
    Rule("stop_on", "The stop switch is on.", lambda a, h, g: not g.locks.stop_on),
    Rule("expired", "It has expired.", lambda a, h, g: _is_in_time(a, g)),
)  # fmt: skip

ABSENT_RULES: tuple[Rule[ProbeAbsent], ...] = (
    Rule("quiesced", "A claimer may still be running.", lambda a, h, g: a.quiesced),
    Rule("lag", "The transport may still show it later.", lambda a, h, g: h.has_lag_passed),
    Rule("asked", "Another attempt began since it was asked.", lambda a, h, g: h.attempt == a.attempt),
    Rule("attempts", "No attempt is left.", lambda a, h, g: a.attempt < g.attempts_allowed),
    Rule("keyless", "The transport deduplicates: retry with the same key.", lambda a, h, g: not g.is_keyed),
)  # fmt: skip

PERSON_RULES: tuple[Rule[ByPerson], ...] = (
    Rule("tenant", "It belongs to another tenant.", lambda a, h, g: h.principal.tenant == a.tenant),
    Rule("entitled", "It is for its owner, a delegate, the assignee or a manager.",
         lambda a, h, g: may_handle(h.principal, a.ownership(g.delegates))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules that guard a step; a test may plant a weaker one."""

    claim: tuple[Rule[ByWorker], ...] = CLAIM_RULES
    retry: tuple[Rule[ByWorker], ...] = RETRY_RULES
    approve: tuple[Rule[Approve], ...] = APPROVE_RULES
    auto: tuple[Rule[AutoDue], ...] = AUTO_RULES
    absent: tuple[Rule[ProbeAbsent], ...] = ABSENT_RULES
    person: tuple[Rule[ByPerson], ...] = PERSON_RULES
