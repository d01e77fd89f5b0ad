"""One entry of the ledger: who did what when, and the hash of why.

Invariant: strings, integers below 2^53, booleans and ASCII keys only, so sorted compact JSON is RFC 8785.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from state.canonical import Json, canonical_json
from state.errors import InvalidInput
from state.ids import EntryId, TenantId, TraceId, UserId, stable_id
from state.principal import Principal

FORMAT = 1
"""Version of fields and canonical form together."""
BORDER = 2**53


class Kind(StrEnum):
    """What an entry is about."""

    INTENT = "INTENT"
    SIGNAL = "SIGNAL"
    TOOL_CALL = "TOOL_CALL"
    VALIDATION = "VALIDATION"
    POLICY = "POLICY"
    ACTION = "ACTION"
    APPROVAL = "APPROVAL"
    PLAN = "PLAN"
    PLAN_ACTIVATION_REJECTED = "PLAN_ACTIVATION_REJECTED"
    OUTCOME = "OUTCOME"
    LEARNING = "LEARNING"
    INGEST = "INGEST"
    GRANT = "GRANT"
    CLAIM = "CLAIM"
    PROBE = "PROBE"
    RECEIPT = "RECEIPT"
    REFUSED = "REFUSED"
    STOP = "STOP"
    POLICY_ACTIVATED = "POLICY_ACTIVATED"
    CONFIG = "CONFIG"
    ROLE = "ROLE"
    DELEGATION = "DELEGATION"
    KEY = "KEY"
    MERGE = "MERGE"
    TRUST_RAISED = "TRUST_RAISED"
    OPT_IN = "OPT_IN"
    BUDGET = "BUDGET"
    CLOCK = "CLOCK"
    ERASED = "ERASED"
    RESTORED = "RESTORED"
    IMPORT = "IMPORT"
    EXPORT = "EXPORT"


class ClockSource(StrEnum):
    """Which clock gave the business time."""

    SYSTEM = "system"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who, when and in which trace: the part of an entry that one command shares."""

    at: datetime
    """Business time."""
    wall: datetime
    clock: ClockSource
    user: UserId
    method: str
    channel: str
    trace: TraceId
    """Empty outside a traced command."""

    @classmethod
    def of(
        cls, principal: Principal, *, at: datetime, wall: datetime, clock: ClockSource, trace: TraceId
    ) -> "Stamp":
        """Take who and how from the principal."""
        return cls(at, wall, clock, principal.user, principal.method, principal.channel, trace)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What a caller wants kept; the chain adds place, previous hash and salt."""

    kind: Kind
    stamp: Stamp
    payload: Mapping[str, Json]
    action: str = ""
    attempt: int = 0
    """0 where it is about no attempt."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the chain; only opaque ids and hashes."""

    tenant: TenantId
    seq: int
    """From 1, without a gap."""
    previous: str
    at: str
    wall: str
    """Never earlier than that of the entry before."""
    clock: str
    kind: Kind
    user: str
    method: str
    channel: str
    action: str
    attempt: int
    payload_hash: str
    """SHA-256 of salt and canonical payload."""
    trace: str
    hash: str

    @property
    def id(self) -> EntryId:
        """Name the place in the chain, the same on every copy of a home."""
        return stable_entry_id(self.tenant, self.seq)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with its payload, which can be erased under it."""

    entry: Entry
    salt: str | None
    """Hexadecimal; None once erased."""
    payload: str | None
    """Canonical JSON, the hashed bytes themselves; None once erased."""


def stable_entry_id(tenant: TenantId, seq: int) -> EntryId:
    """Derive an entry's id."""
    return EntryId(stable_id("entry", tenant, str(seq)))


def instant(moment: datetime) -> str:
    """Write a time in UTC with microseconds, always of one width.

    Raises: InvalidInput for a time without zone.
    """
    if moment.tzinfo is None:
        raise InvalidInput("A time has no zone.", field="time", value=str(moment), remedy="Give UTC.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def links(entry: Entry) -> dict[str, Json]:
    """List the hashed fields: all but the hash itself."""
    return {
        "v": FORMAT,
        "tenant": entry.tenant,
        "seq": entry.seq,
        "previous": entry.previous,
        "at": entry.at,
        "wall": entry.wall,
        "clock": entry.clock,
        "kind": entry.kind.value,
        "user": entry.user,
        "method": entry.method,
        "channel": entry.channel,
        "action": entry.action,
        "attempt": entry.attempt,
        "payload_hash": entry.payload_hash,
        "trace": entry.trace,
    }


def hash_of(entry: Entry) -> str:
    """Hash an entry's fields, previous hash among them."""
    return hashlib.sha256(canonical_json(links(entry))).hexdigest()


def payload_hash_of(salt: bytes, canonical: bytes) -> str:
    """Hash salt and payload; without the salt a guess cannot be confirmed."""
    return hashlib.sha256(salt + canonical).hexdigest()


def require_plain(value: Json, where: str = "payload") -> None:
    """Refuse what has more than one byte form.

    Raises: InvalidInput naming the place.
    """
    match value:
        case bool() | str():
            return
        case int():
            if abs(value) >= BORDER:
                _refuse(where, value, "Integers stay below 2^53: give a string.")
        case Mapping():
            for key, inner in value.items():
                if not key.isascii():
                    _refuse(f"{where}.{key}", key, "Keys are ASCII.")
                require_plain(inner, f"{where}.{key}")
        case list() | tuple():
            for place, inner in enumerate(value):
                require_plain(inner, f"{where}[{place}]")
        case _:
            _refuse(where, value, "Give a string, an integer or a boolean; leave out what is not there.")


def _refuse(where: str, value: Json, remedy: str) -> None:
    raise InvalidInput("An entry cannot hold this value.", field=where, value=repr(value), remedy=remedy)
