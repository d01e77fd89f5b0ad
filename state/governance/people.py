"""What people do to an action: approve, cancel, edit, snooze, undo, attest.

Invariant: once a person has touched it, silence never executes it.
"""

from dataclasses import replace

from state.governance.action import Action, Status
from state.governance.approval import Approval, Grant, GrantKind, Terms, is_filled, standing
from state.governance.guard import GuardContext, Rulebook, broken
from state.governance.happening import (
    Approve,
    AttestDone,
    AttestNotDone,
    ByPerson,
    Cancel,
    Edit,
    Snooze,
    Undo,
)
from state.governance.result import Moved, Refused, Result, Stays


def step(action: Action, happening: ByPerson, guard: GuardContext, rules: Rulebook) -> Result:
    """Refuse who may not; else do what was asked."""
    if isinstance(happening, Approve):
        return approve(action, happening, guard, rules)
    if rule := broken(rules.person, action, happening, guard):
        return Refused(action, rule.code, rule.text)
    result: Result
    match happening:
        case Cancel():
            result = Moved(ended(action, Status.CANCELLED, happening.reason))
        case Edit():
            result = edit(action, happening, guard)
        case Snooze():
            result = snooze(action, happening)
        case Undo():
            result = Moved(replace(revoked(action), human_touched=True))
        case AttestDone():
            result = Moved(replace(action, status=Status.EXECUTED, reason="attested"))
        case AttestNotDone():
            result = attest_not_done(action)
    return result


def approve(action: Action, happening: Approve, guard: GuardContext, rules: Rulebook) -> Result:
    """Count one yes to the current terms; the last seat of the quorum grants."""
    if rule := broken(rules.approve, action, happening, guard):
        return Refused(action, rule.code, rule.text)
    who = happening.principal
    terms = terms_of(action, guard)
    others = (row for row in standing(action.approvals, terms) if row.user != who.user)
    rows = (*others, Approval(who.user, who.role, terms, guard.wall))
    if not is_filled(action.quorum, rows, action.ownership(guard.delegates)):
        return Stays(
            replace(action, approvals=rows, auto_at=None), "partial", "It waits for another approval."
        )
    return Moved(granted(action, GrantKind.HUMAN, rows, guard))


def granted(action: Action, kind: GrantKind, rows: tuple[Approval, ...], guard: GuardContext) -> Action:
    """Give the grant; a person's has the undo hold, policy's is released at once."""
    users = tuple(row.user for row in rows)
    grant = Grant(kind, users, terms_of(action, guard), action.expires_at)
    release = guard.wall + guard.hold if kind is GrantKind.HUMAN else guard.wall
    return replace(
        action, status=Status.APPROVED, grant=grant, release_at=release,
        auto_at=None, snoozed_until=None, not_before=None, approvals=(), policy_version=guard.policy_version,
    )  # fmt: skip


def terms_of(action: Action, guard: GuardContext) -> Terms:
    """Collect what a yes given now is bound to."""
    return Terms(action.effect_hash, action.rest_hash, guard.policy_version, guard.locks.stop_epoch)


def revoked(action: Action) -> Action:
    """Send it back to pending without grant, hold or timer."""
    unarmed = replace(action, release_at=None, not_before=None, auto_at=None)
    return replace(unarmed, status=Status.PENDING, grant=None, approvals=())


def ended(action: Action, status: Status, reason: str) -> Action:
    """Close it; what was granted is gone."""
    return replace(revoked(action), status=status, reason=reason, snoozed_until=None)


def replaced(action: Action, successor: Action, reason: str, guard: GuardContext) -> Result:
    """End it and begin its successor, which has nothing of the old one's permissions."""
    if guard.locks.twin is not None:
        return Refused(action, "twin", "A card for the same thing is already open.", guard.locks.twin)
    fresh = replace(
        revoked(successor), predecessor=action.id, attempt=0, claimers=(), quiesced=False, version=0,
        tenant=action.tenant, account=action.account, owner=action.owner, snoozed_until=None,
        human_touched=action.human_touched or successor.human_touched,
    )  # fmt: skip
    old = replace(ended(action, Status.CANCELLED, reason), successor=fresh.id)
    return Moved(old, reason, created=fresh)


def edit(action: Action, happening: Edit, guard: GuardContext) -> Result:
    """Replace it when only editable arguments differ; another recipient is another verified reference."""
    successor = happening.successor
    before, after = action.effect, successor.effect
    names = sorted({*before.arguments, *after.arguments})
    changed = {name for name in names if before.arguments.get(name) != after.arguments.get(name)}
    if before.tool != after.tool or not changed <= happening.editable:
        return Refused(action, "not_editable", "That part cannot be edited: " + ", ".join(sorted(changed)))
    if successor.id == action.id or successor.effect_hash == action.effect_hash:
        return Refused(action, "same", "The edit changes nothing.")
    editors = tuple(dict.fromkeys((*action.editors, happening.principal.user)))
    return replaced(action, replace(successor, human_touched=True, editors=editors), "edited", guard)


def snooze(action: Action, happening: Snooze) -> Result:
    """Set it aside; the timer is gone for good and the expiry stays."""
    if happening.until >= action.expires_at:
        return Refused(action, "expires_first", "It expires before that.")
    aside = replace(action, snoozed_until=happening.until, auto_at=None, approvals=(), human_touched=True)
    return Stays(aside)


def attest_not_done(action: Action) -> Result:
    """Believe a person only when no worker can still act."""
    if not action.quiesced:
        return Refused(action, "running", "A worker may still be carrying it out.")
    return Moved(replace(action, status=Status.FAILED, reason="attested"))
