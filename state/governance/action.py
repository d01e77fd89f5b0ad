"""The one table of what may happen to an action, as data, and the action itself.

Invariant: nothing else moves an action; the database trigger, the pure step and the ledger's verifier are
made from, or compared with, these rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from state.canonical import Json, digest
from state.governance.approval import Approval, Grant, Ownership
from state.governance.effect import Effect
from state.governance.verdict import Approver
from state.ids import (
    AccountId,
    ActionId,
    EvidenceId,
    ProposalId,
    RunId,
    TenantId,
    ThreadId,
    UserId,
    stable_id,
)


class Status(StrEnum):
    """Where an action is; hold, snooze, delay and stop are fields."""

    PENDING = "pending"
    APPROVED = "approved"
    CLAIMED = "claimed"
    AMBIGUOUS = "ambiguous"
    EXECUTED = "executed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        """An open action may still have an effect."""
        return self in OPEN


OPEN = (Status.PENDING, Status.APPROVED, Status.CLAIMED, Status.AMBIGUOUS)
NONE = "none"
"""The status before creation."""


class Outcome(StrEnum):
    """What a happening does in one cell."""

    MOVED = "moved"
    STAYS = "stays"
    NOOP = "noop"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


# Columns: P A C M X F K E. A letter: moves there; = stays; n no-op; x refused; ! cannot be.
# A person who may not do it, or an edit whose twin is open, is refused (x) in whatever cell; an environment
# happening that says nothing new is a no-op (n).
ROWS = """
draft             =   =   =   =   n n n n
approve           A=x x   x   x   x x x x
cancel            Kx  Kx  x   x   x x x x
edit              Kx  Kx  x   x   x x x x
snooze            =x  x   x   x   x x x x
wake              =n  n   n   n   n n n n
undo              x   Px  x   x   x x x x
auto_due          A=  n   n   n   n n n n
expire            En  En  n   n   n n n n
world_changed     K=n PKn =n  =n  n n n n
policy_changed    K=  PKn =   =   n n n n
stop_on           =   P   =   =   n n n n
stop_off          n   n   n   n   n n n n
claim             x   CPK= x  x   x x x x
receipt           !   !   X   X   n ! ! !
refused_for_good  !   !   FM  =   n ! ! !
not_done          !   !   AFM =   n ! ! !
unknown           n   n   M   =   n n n n
claimers_ended    n   n   n   =   n n n n
retry_same_key    x   x   x   Cx  x x x x
probe_found       n   n   n   X   n n n n
probe_absent      n   n   n   A=  n n n n
attest_done       x   x   x   Xx  x x x x
attest_not_done   x   x   x   Fx  x x x x
"""

_LETTERS = dict(zip("PACMXFKE", Status, strict=True))
_MARKS = {"=": Outcome.STAYS, "n": Outcome.NOOP, "x": Outcome.REFUSED, "!": Outcome.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one happening may do in one status."""

    targets: frozenset[Status]
    outcomes: frozenset[Outcome]
    """Without a move; `MOVED` is added where there are targets."""


def _cell(marks: str) -> Cell:
    targets = frozenset(_LETTERS[mark] for mark in marks if mark in _LETTERS)
    outcomes = frozenset(_MARKS[mark] for mark in marks if mark in _MARKS)
    return Cell(targets, outcomes | {Outcome.MOVED} if targets else outcomes)


def _rows() -> dict[str, dict[Status, Cell]]:
    lines = (line.split() for line in ROWS.strip().splitlines())
    return {name: dict(zip(Status, map(_cell, marks), strict=True)) for name, *marks in lines}


TABLE: Mapping[str, Mapping[Status, Cell]] = _rows()


@cache
def cells() -> frozenset[tuple[str, str, str]]:
    """List every (happening, from, to) that may be recorded; `to` equals `from` where nothing moves."""
    found = {("draft", NONE, Status.PENDING.value)}
    for name, row in TABLE.items():
        for status, cell in row.items():
            found |= {(name, status.value, target.value) for target in cell.targets}
            if cell.outcomes - {Outcome.MOVED}:
                found.add((name, status.value, status.value))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Claimer:
    """One attempt: which worker claimed, under which fence, and whether its call is known to have ended."""

    attempt: int
    worker: str
    fence: int
    ended: bool = False
    is_clear: bool = False
    """Known to have had no effect; a timeout is not, even when the call came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One effect on its way; fields below `status` change only through the table."""

    id: ActionId
    tenant: TenantId
    account: AccountId
    proposal: ProposalId
    run: RunId
    action_type: str
    action_class: int
    owner: UserId
    dedup_key: str
    origin_trusted: bool
    summary: str
    effect: Effect
    effect_hash: str
    created_at: datetime
    """Business time, as `expires_at`, `snoozed_until` and `not_before`."""
    expires_at: datetime
    situation_version: int
    situation_digest: str
    predecessor: ActionId | None = None
    thread: ThreadId | None = None
    interrupt: str | None = None
    armed_epoch: int | None = None
    """The stop epoch under which `auto_at` was armed."""
    assignee: UserId | None = None
    """Whose inbox; None is the owner's."""
    evidence: tuple[EvidenceId, ...] = ()
    origin: str = ""
    """The unverified source that decides it; empty where none does."""

    status: Status = Status.PENDING
    version: int = 0
    """Counts recorded happenings; the store compares and sets it."""
    rest_hash: str
    rest_facts: Mapping[str, Json] = field(default_factory=dict)
    policy_version: str
    quorum: tuple[Approver, ...] = (Approver.OWNER,)
    auto_at: datetime | None = None
    """Wall time; once cleared it is never set again."""
    release_at: datetime | None = None
    """Wall time; the undo hold or the back-off ends."""
    not_before: datetime | None = None
    """Business time; quiet hours or a window end."""
    snoozed_until: datetime | None = None
    attempt: int = 0
    quiesced: bool = False
    """Every claimer's call is known to have ended."""
    claimers: tuple[Claimer, ...] = ()
    grant: Grant | None = None
    approvals: tuple[Approval, ...] = ()
    """Of a quorum not yet full."""
    successor: ActionId | None = None
    reason: str = ""
    receipt: str = ""
    human_touched: bool = False
    """Set aside by a person once: silence never executes it."""
    editors: tuple[UserId, ...] = ()
    """Whose words it holds; where two pairs of eyes are wanted, none of them is the second."""
    in_flight_at_stop: bool = False
    retry_barred: bool = False

    @property
    def is_external(self) -> bool:
        """Class 3 by its effect or by its class, whichever is stricter."""
        return self.effect.external or self.action_class == 3

    @property
    def card_hash(self) -> str:
        """What a person was shown: the effect, and the world it rests on."""
        return digest({"effect": self.effect_hash, "rest": self.rest_hash})

    @property
    def effect_key(self) -> str:
        """The idempotency key given to the transport, the same for all attempts."""
        return effect_key(self.tenant, self.id)

    def ownership(self, delegates: tuple[UserId, ...]) -> Ownership:
        """Join owner and assignee with the delegates now in force."""
        editors = self.editors if len(self.quorum) > 1 else ()
        return Ownership(self.owner, self.assignee, delegates, self.is_external, editors)


def effect_key(tenant: TenantId, action: ActionId) -> str:
    """Derive the idempotency key of an action."""
    return stable_id("key", tenant, action)
