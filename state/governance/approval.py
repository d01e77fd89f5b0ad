"""Approval: who may decide about an action, and the grant that one exact effect then has.

Invariant: an approval counts only while every value it saw is still the current one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from state.governance.verdict import Approver
from state.ids import UserId
from state.principal import Principal, Role


class GrantKind(StrEnum):
    """Who permitted it."""

    HUMAN = "human"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Terms:
    """The values a decision saw; one that differs makes it void."""

    effect_hash: str
    rest_hash: str
    policy_version: str
    stop_epoch: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission for one exact effect, used once."""

    kind: GrantKind
    approvers: tuple[UserId, ...]
    terms: Terms
    expires_at: datetime
    """Business time."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes; a quorum may want several."""

    user: UserId
    role: Role
    terms: Terms
    at: datetime


HASTY_MS = 2000
"""An approval sooner after its display than this is counted: nobody reads a card so fast."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How one person's approvals came about."""

    person: UserId
    approvals: int
    hasty: int
    """Within `HASTY_MS` of the display."""
    undisplayed: int
    """Of what that channel had never displayed to them."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose action it is, as far as deciding goes."""

    owner: UserId
    assignee: UserId | None
    delegates: tuple[UserId, ...]
    """Named by the owner, now in force."""
    in_owners_name: bool
    """External: a manager cannot stand in for the owner."""
    editors: tuple[UserId, ...] = ()
    """Who changed it, where two pairs of eyes are wanted."""


def standing(approvals: Iterable[Approval], terms: Terms) -> tuple[Approval, ...]:
    """Keep the approvals whose values are all current."""
    return tuple(approval for approval in approvals if approval.terms == terms)


def may_handle(principal: Principal, ownership: Ownership) -> bool:
    """Say whether this person may cancel, edit, snooze or attest; an agent and an auditor never may."""
    if not principal.is_human or principal.role is Role.AUDITOR:
        return False
    if principal.role in {Role.MANAGER, Role.ADMIN}:
        return True
    return principal.user in {ownership.owner, ownership.assignee, *ownership.delegates}


def may_fill(seat: Approver, user: UserId, role: Role, ownership: Ownership) -> bool:
    """Say whether a person may take this seat; mail in the owner's name waits for owner or delegate.

    Whoever edited it takes no seat beside the owner's: an editor is not the second pair of eyes.
    """
    if role in {Role.AGENT, Role.AUDITOR}:
        return False
    if seat is not Approver.OWNER:
        return role.value == seat.value and user not in ownership.editors
    if user == ownership.owner or user in ownership.delegates:
        return True
    return not ownership.in_owners_name and (role is Role.MANAGER or user == ownership.assignee)


def is_filled(seats: Sequence[Approver], approvals: Sequence[Approval], ownership: Ownership) -> bool:
    """Say whether each seat has a person of its own: nobody sits twice."""
    if not seats:
        return True
    first, rest = seats[0], seats[1:]
    return any(
        may_fill(first, approval.user, approval.role, ownership)
        and is_filled(rest, [other for other in approvals if other.user != approval.user], ownership)
        for approval in approvals
    )
