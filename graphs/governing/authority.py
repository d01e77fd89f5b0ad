"""Who may widen what runs by itself: in person, freshly authenticated, after seeing it, and with a second admin.

Invariant: an agent, an import, a schedule and a chat never pass; whoever asked first is not the second pair of eyes.
"""

import json
from collections.abc import Sequence

from graphs.governing.stopping import CODE_LENGTH, FRESH
from graphs.parts import Tenancy
from state.canonical import Json, digest
from state.errors import Conflict, Forbidden
from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.governance.guard import GuardContext
from state.governance.happening import PolicyChanged
from state.governance.verdict import Approver, RequireApproval
from state.ids import TraceId, UserId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.acting import Change
from state.ports.unit import Unit
from state.principal import Principal, Role

AGREED = "agreed"
"""The act of the second word, with which a matter is done."""
IN_PERSON = frozenset({"cli", "web"})
"""Channels on which a person acts for himself; a chat, an import and a schedule are none."""


def require_person(principal: Principal, *, is_harmless: bool = False) -> None:
    """Let only a human who has authenticated for this very command through; what widens nothing needs no new sign-in.

    Raises: Forbidden.
    """
    if not principal.is_human or principal.role is Role.AUDITOR or principal.channel not in IN_PERSON:
        raise Forbidden(
            f"A {principal.role.value} cannot do that over {principal.channel}: only the person, himself.",
            field="user",
            value=principal.user,
            remedy="Do it yourself at the command line.",
        )
    if not is_harmless and principal.method not in FRESH:
        raise Forbidden(
            "That needs a fresh sign-in.",
            field="method",
            value=principal.method,
            remedy="Do it at the command line of the home's owner, or open the link of `revloop signin` first.",
        )


def require_admin(tenancy: Tenancy, principal: Principal, *, is_look: bool = False) -> None:
    """Let only an admin in person through. Raises: Forbidden."""
    if principal.role is not Role.ADMIN:
        names = ", ".join(sorted(admins_of(tenancy))) or "nobody yet"
        raise Forbidden(
            "Only an admin does that.",
            field="user",
            value=principal.user,
            remedy=f"Admins here: {names}. Use --as.",
        )
    require_person(principal, is_harmless=is_look)


def admins_of(tenancy: Tenancy) -> frozenset[UserId]:
    """Name the admins of a company."""
    return frozenset(user.id for user in tenancy.users if user.role is Role.ADMIN)


def code_of(changes: Sequence[str], *more: str) -> str:
    """Name exactly what was shown, so that a yes is a yes to that."""
    return digest({"changes": list(changes), "more": list(more)})[:CODE_LENGTH]


def require_seen(seen: str, code: str, again: str) -> None:
    """Accept a yes only to what would change now. Raises: Conflict."""
    if seen != code:
        raise Conflict(
            f"{seen!r} is not the code of what would change now.",
            field="yes",
            value=seen,
            remedy=f"Look at it again with `{again}`.",
        )


def asking(tenancy: Tenancy, *matter: str) -> TraceId:
    """Name one thing admins agree on, so that the second's word meets the first's."""
    return TraceId(stable_id("tr", tenancy.id, "agreement", *matter))


def agreed_by(unit: Unit, trace: TraceId) -> tuple[str, ...]:
    """Name who agreed since it was last done: a word counts once."""
    people: set[str] = set()
    for one in unit.ledger.of_trace(trace):
        is_done = one.payload is not None and json.loads(one.payload).get("act") == AGREED
        people = set() if is_done else people | {one.entry.user}
    return tuple(sorted(people))


def has_second(
    unit: Unit, tenancy: Tenancy, principal: Principal, trace: TraceId, kind: Kind, said: dict[str, Json]
) -> bool:
    """Say whether a second admin has agreed, or there is none; else keep this one's word as the first."""
    agreed, stamp = agreed_by(unit, trace), tenancy.stamp(principal, trace)
    if set(agreed) - {principal.user}:
        unit.ledger.append([EntryDraft(kind, stamp, {**said, "act": AGREED})])
        return True
    if len(admins_of(tenancy)) > 1 and principal.user not in agreed:
        unit.ledger.append([EntryDraft(kind, stamp, said)])
    return len(admins_of(tenancy)) < 2


def disarm(unit: Unit, tenancy: Tenancy, stamp: Stamp, found: Sequence[Action], rule: str, why: str) -> int:
    """Take the timers, and policy's own permissions, of open actions away; say of how many."""
    armed = [one for one in found if is_armed(one)]
    verdict = RequireApproval(rule=rule, reasons=(why,), roles=(Approver.OWNER,))
    guard = GuardContext(
        now=tenancy.now,
        wall=tenancy.clock.wall(),
        policy_version=tenancy.judge.version,
        verdict=verdict,
    )
    changes = [Change(one.id, PolicyChanged(), guard, key=f"{rule}:{one.version}") for one in armed]
    if changes:
        unit.actions.apply(changes, stamp)
    return len(changes)


def is_armed(action: Action) -> bool:
    """Say whether it would run without a person."""
    is_granted = action.grant is not None and action.grant.kind is GrantKind.POLICY
    return (action.status is Status.PENDING and action.auto_at is not None) or (
        action.status is Status.APPROVED and is_granted
    )
