"""Verdict: what policy says about one proposed action, and which of several answers wins.

Invariant: Deny > Clarify > RequireApproval > NotBefore > Allow; joining one more verdict never loosens.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

DEFAULT_RULE = "default"
DEFAULT_REASON = "No rule of the policy allows this, so it is not done."


class Approver(StrEnum):
    """A seat in a quorum; who may fill it is said by the policy's bounds."""

    OWNER = "owner"
    MANAGER = "manager"
    ADMIN = "admin"
    """The deal desk."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    """The id of the deciding rule; of several equals the first in the policy's order."""
    reasons: tuple[str, ...] = ()
    """One plain sentence per rule that says the same."""


class Deny(_Answer):
    """It is not done, whoever approves."""

    kind: Literal["deny"] = "deny"


class Clarify(_Answer):
    """One question must be answered first."""

    kind: Literal["clarify"] = "clarify"
    question: str


class RequireApproval(_Answer):
    """Every seat named must approve this exact effect."""

    kind: Literal["require_approval"] = "require_approval"
    roles: tuple[Approver, ...] = Field(min_length=1)


class NotBefore(_Answer):
    """It waits."""

    kind: Literal["not_before"] = "not_before"
    at: AwareDatetime


class Allow(_Answer):
    """It runs by itself, after a delay in which it can be cancelled."""

    kind: Literal["allow"] = "allow"
    delay_minutes: int = Field(default=0, ge=0)


Verdict = Annotated[Deny | Clarify | RequireApproval | NotBefore | Allow, Field(discriminator="kind")]

_RANK = {"allow": 0, "not_before": 1, "require_approval": 2, "clarify": 3, "deny": 4}
_SEATS = tuple(Approver)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def strictness(verdict: Verdict) -> tuple[int, int]:
    """Place a verdict in the total order: first its kind, then seats, time or delay; higher is stricter."""
    match verdict:
        case RequireApproval(roles=roles):
            return _RANK[verdict.kind], len(roles)
        case NotBefore(at=at):
            return _RANK[verdict.kind], (at - _EPOCH) // timedelta(microseconds=1)
        case Allow(delay_minutes=delay):
            return _RANK[verdict.kind], delay
        case _:
            return _RANK[verdict.kind], 0


def is_as_strict(verdict: Verdict, other: Verdict) -> bool:
    """Say whether `verdict` permits nothing that `other` does not: for quorums, by inclusion of seats."""
    if isinstance(verdict, RequireApproval) and isinstance(other, RequireApproval):
        return set(other.roles) <= set(verdict.roles)
    return strictness(verdict) >= strictness(other)


def quorum(roles: Iterable[Approver]) -> tuple[Approver, ...]:
    """List seats once each, in one order."""
    wanted = frozenset(roles)
    return tuple(seat for seat in _SEATS if seat in wanted)


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Join verdicts: the strictest kind wins, equals combine (all seats, latest time, longest delay).

    Invariant: the result is as strict as each of them; of none at all it is Deny.
    """
    listed = tuple(verdicts)
    if not listed:
        return Deny(rule=DEFAULT_RULE, reasons=(DEFAULT_REASON,))
    top = max(_RANK[verdict.kind] for verdict in listed)
    return reduce(_joined, (verdict for verdict in listed if _RANK[verdict.kind] == top))


def _joined(first: Verdict, second: Verdict) -> Verdict:
    """Combine two verdicts of one kind under the first one's rule."""
    reasons = (*first.reasons, *(reason for reason in second.reasons if reason not in first.reasons))
    match first, second:
        case RequireApproval(), RequireApproval():
            seats = quorum((*first.roles, *second.roles))
            return RequireApproval(rule=first.rule, reasons=reasons, roles=seats)
        case NotBefore(), NotBefore():
            return NotBefore(rule=first.rule, reasons=reasons, at=max(first.at, second.at))
        case Allow(), Allow():
            delay = max(first.delay_minutes, second.delay_minutes)
            return Allow(rule=first.rule, reasons=reasons, delay_minutes=delay)
        case Clarify(), _:
            return Clarify(rule=first.rule, reasons=reasons, question=first.question)
        case _:
            return Deny(rule=first.rule, reasons=reasons)
