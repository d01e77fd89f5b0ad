"""What may happen to an action: one frozen type per row of the table, each with the fields of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from state.canonical import Json
from state.governance.action import Action
from state.ids import EvidenceId
from state.principal import Principal


class Proof(StrEnum):
    """Why a claimer is known to have ended; a passed lease is no proof."""

    RETURNED = "returned"
    PROCESS_GONE = "process_gone"
    """Same host and boot, and (pid, start time) is gone."""
    REBOOTED = "rebooted"
    ADMIN_WORD = "admin_word"


@dataclass(frozen=True, slots=True)
class Draft:
    """The same thing was wanted again: evidence joins the open card."""

    name: ClassVar[str] = "draft"
    evidence: tuple[EvidenceId, ...]


@dataclass(frozen=True, slots=True)
class Approve:
    """A person says yes to exactly what was shown."""

    name: ClassVar[str] = "approve"
    principal: Principal
    shown_hash: str
    """`Action.card_hash` of what was displayed."""
    after_ms: int | None = None
    """Since this person first had it displayed on this channel, by our clock; None: never had."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """A person says no: cancel, reject or veto."""

    name: ClassVar[str] = "cancel"
    principal: Principal
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A person changes it: the old one ends, a fresh one is judged anew."""

    name: ClassVar[str] = "edit"
    principal: Principal
    successor: Action
    editable: frozenset[str]
    """Argument names the tool declares editable."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """A person sets it aside until a business time before it expires."""

    name: ClassVar[str] = "snooze"
    principal: Principal
    until: datetime


@dataclass(frozen=True, slots=True)
class Wake:
    """The snooze is over."""

    name: ClassVar[str] = "wake"


@dataclass(frozen=True, slots=True)
class Undo:
    """A person takes an approval back before the claim."""

    name: ClassVar[str] = "undo"
    principal: Principal


@dataclass(frozen=True, slots=True)
class AutoDue:
    """The delay in which anybody could veto is over."""

    name: ClassVar[str] = "auto_due"


@dataclass(frozen=True, slots=True)
class Expire:
    """Its time has passed."""

    name: ClassVar[str] = "expire"


@dataclass(frozen=True, slots=True)
class WorldChanged:
    """A fact it rests on differs; `successor` where the redrafted effect differs too."""

    name: ClassVar[str] = "world_changed"
    rest_facts: Mapping[str, Json]
    successor: Action | None = None


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """Another policy is in force; the guard carries its version and verdict."""

    name: ClassVar[str] = "policy_changed"


@dataclass(frozen=True, slots=True)
class StopOn:
    """The stop switch went on."""

    name: ClassVar[str] = "stop_on"


@dataclass(frozen=True, slots=True)
class StopOff:
    """The stop switch went off; it releases nothing."""

    name: ClassVar[str] = "stop_off"


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker takes it to perform it."""

    name: ClassVar[str] = "claim"
    worker: str
    fence: int
    """The number of the account lease it holds."""


@dataclass(frozen=True, slots=True)
class RetrySameKey:
    """A worker asks to give the transport the same key again."""

    name: ClassVar[str] = "retry_same_key"
    worker: str
    fence: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The transport accepted."""

    name: ClassVar[str] = "receipt"
    attempt: int
    receipt: str


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """The transport refused definitely and for good."""

    name: ClassVar[str] = "refused_for_good"
    attempt: int
    reason: str
    is_mismatch: bool = False
    """Refused by our own side: what was about to leave was not what was approved."""


@dataclass(frozen=True, slots=True)
class NotDone:
    """The transport definitely did nothing, this time."""

    name: ClassVar[str] = "not_done"
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Timeout, crash or lost lease."""

    name: ClassVar[str] = "unknown"
    attempt: int
    has_returned: bool
    """The call itself came back, without an answer."""


@dataclass(frozen=True, slots=True)
class ClaimersEnded:
    """Every claimer is proven ended."""

    name: ClassVar[str] = "claimers_ended"
    proof: Proof


@dataclass(frozen=True, slots=True)
class ProbeFound:
    """The effect was found at the transport."""

    name: ClassVar[str] = "probe_found"
    receipt: str


@dataclass(frozen=True, slots=True)
class ProbeAbsent:
    """The effect was not found at the transport."""

    name: ClassVar[str] = "probe_absent"
    attempt: int
    """The last one when the transport was asked; the answer says nothing of a later one."""
    has_lag_passed: bool
    """Known before it was asked: every call had ended for longer than the transport lags behind."""


@dataclass(frozen=True, slots=True)
class AttestDone:
    """A person says it was done."""

    name: ClassVar[str] = "attest_done"
    principal: Principal


@dataclass(frozen=True, slots=True)
class AttestNotDone:
    """A person says it was not done."""

    name: ClassVar[str] = "attest_not_done"
    principal: Principal


ByPerson = Approve | Cancel | Edit | Snooze | Undo | AttestDone | AttestNotDone
ByWorker = Claim | RetrySameKey
ByTransport = Receipt | RefusedForGood | NotDone | Unknown | ClaimersEnded | ProbeFound | ProbeAbsent
ByItself = Draft | Wake | AutoDue | Expire | WorldChanged | PolicyChanged | StopOn | StopOff
Happening = ByPerson | ByWorker | ByTransport | ByItself
