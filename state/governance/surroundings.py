"""What happens around an action: time, the world, policy, the stop switch.

Invariant: each of these only takes permission away, save the end of a delay that policy allows again.
"""

from dataclasses import replace

from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.effect import rest_hash
from state.governance.guard import GuardContext, Rulebook, broken, is_covered
from state.governance.happening import (
    AutoDue,
    ByItself,
    Draft,
    Expire,
    PolicyChanged,
    StopOff,
    StopOn,
    Wake,
    WorldChanged,
)  # fmt: skip
from state.governance.people import ended, granted, replaced, revoked
from state.governance.result import Moved, NoOp, Refused, Result, Stays
from state.governance.verdict import Allow, Deny, RequireApproval


def step(action: Action, happening: ByItself, guard: GuardContext, rules: Rulebook) -> Result:
    """Do what the happening does in an open status."""
    result: Result
    match happening:
        case Draft():
            new = tuple(each for each in dict.fromkeys(happening.evidence) if each not in action.evidence)
            result = Stays(replace(action, evidence=(*action.evidence, *new)), "evidence")
        case Wake():
            result = Stays(replace(action, snoozed_until=None)) if action.snoozed_until else NoOp(action)
        case AutoDue():
            result = auto_due(action, happening, guard, rules)
        case Expire():
            is_over = guard.now >= action.expires_at
            result = Moved(ended(action, Status.EXPIRED, "expired")) if is_over else NoOp(action, "not_due")
        case WorldChanged():
            result = world_changed(action, happening, guard)
        case PolicyChanged():
            result = policy_changed(action, guard)
        case StopOn():
            result = stop_on(action)
        case StopOff():
            result = NoOp(action)
    return result


def auto_due(action: Action, happening: AutoDue, guard: GuardContext, rules: Rulebook) -> Result:
    """Grant by policy when everything still allows it; else the delay is gone and a person decides."""
    if action.auto_at is not None and guard.wall < action.auto_at:
        return Stays(action, "not_due")
    if rule := broken(rules.auto, action, happening, guard):
        return Stays(replace(action, auto_at=None), rule.code, rule.text)
    return Moved(granted(action, GrantKind.POLICY, (), guard))


def world_changed(action: Action, happening: WorldChanged, guard: GuardContext) -> Result:
    """Take the new facts; a permission given for the old ones is gone."""
    found = rest_hash(happening.rest_facts)
    terms = action.grant.terms.rest_hash if action.grant else action.rest_hash
    if found == action.rest_hash == terms:
        return NoOp(action, "same")
    if action.status is Status.CLAIMED:
        return Stays(action, "noted")
    if action.status is Status.AMBIGUOUS:
        return Stays(replace(action, retry_barred=True), "barred")
    successor = happening.successor
    if successor is not None and successor.effect_hash != action.effect_hash:
        result = replaced(action, successor, "superseded", guard)
        if not isinstance(result, Refused):
            return result
        old = replace(ended(action, Status.CANCELLED, "superseded"), successor=guard.locks.twin)
        return Moved(old, "twin")
    fresh = replace(revoked(action), rest_facts=happening.rest_facts, rest_hash=found)
    return Moved(fresh, "void") if action.status is Status.APPROVED else Stays(fresh)


def policy_changed(action: Action, guard: GuardContext) -> Result:
    """Judge again under the policy in force, or what people set: deny ends it, anything else needs a new permission."""
    if action.status is Status.CLAIMED:
        return Stays(action, "noted")
    if action.status is Status.AMBIGUOUS:
        return Stays(replace(action, retry_barred=True), "barred")
    if isinstance(guard.verdict, Deny):
        return Moved(ended(action, Status.CANCELLED, "denied"), "denied")
    is_same = action.grant is not None and action.grant.terms.policy_version == guard.policy_version
    if is_same and is_covered(action, guard):
        return NoOp(action, "same")
    seats = guard.verdict.roles if isinstance(guard.verdict, RequireApproval) else action.quorum
    auto_at = action.auto_at if isinstance(guard.verdict, Allow) else None
    fresh = replace(revoked(action), policy_version=guard.policy_version, quorum=seats)
    if action.status is Status.APPROVED:
        return Moved(fresh, "void")
    return Stays(replace(fresh, auto_at=auto_at))


def stop_on(action: Action) -> Result:
    """Take timers and permissions away; what has begun is marked."""
    match action.status:
        case Status.CLAIMED:
            return Stays(replace(action, in_flight_at_stop=True), "in_flight")
        case Status.AMBIGUOUS:
            return Stays(replace(action, retry_barred=True), "barred")
        case Status.APPROVED:
            return Moved(revoked(action), "void")
        case _:
            return Stays(replace(action, auto_at=None, approvals=()))
