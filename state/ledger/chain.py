"""The append law of the ledger, and the bundle that verifies without us.

Invariant: seq grows by one, each entry carries the hash before it, and wall time never runs back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from state.canonical import Json, canonical_json
from state.errors import InvalidInput
from state.governance.action import ROWS
from state.ids import TenantId
from state.ledger.entry import (
    FORMAT,
    Entry,
    EntryDraft,
    Sealed,
    hash_of,
    instant,
    links,
    payload_hash_of,
    require_plain,
)

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends."""

    seq: int
    hash: str
    wall: str


GENESIS = Head(0, "0" * 64, "")


def head_of(entry: Entry) -> Head:
    """Read the head after an entry."""
    return Head(entry.seq, entry.hash, entry.wall)


def extend(
    tenant: TenantId, head: Head, drafts: Sequence[EntryDraft], salts: Sequence[bytes]
) -> Iterator[Sealed]:
    """Link drafts to the head, in order.

    Shape: one sealed entry per draft; one salt of 32 bytes per draft.
    Raises: InvalidInput for a payload without a single byte form.
    """
    for draft, salt in zip(drafts, salts, strict=True):
        sealed = _link(tenant, head, draft, salt)
        head = head_of(sealed.entry)
        yield sealed


def _link(tenant: TenantId, head: Head, draft: EntryDraft, salt: bytes) -> Sealed:
    if len(salt) != SALT_BYTES:
        raise InvalidInput("A salt has the wrong length.", field="salt", value=str(len(salt)))
    require_plain(draft.payload)
    try:
        canonical = canonical_json(draft.payload)
    except UnicodeEncodeError as fault:
        message, remedy = "An entry holds half a character.", "Clean the text where it is read."
        raise InvalidInput(message, field="payload", remedy=remedy) from fault
    stamp = draft.stamp
    entry = Entry(
        tenant=tenant,
        seq=head.seq + 1,
        previous=head.hash,
        at=instant(stamp.at),
        wall=max(instant(stamp.wall), head.wall),
        clock=stamp.clock.value,
        kind=draft.kind,
        user=stamp.user,
        method=stamp.method,
        channel=stamp.channel,
        action=draft.action,
        attempt=draft.attempt,
        payload_hash=payload_hash_of(salt, canonical),
        trace=stamp.trace,
        hash="",
    )
    return Sealed(replace(entry, hash=hash_of(entry)), salt.hex(), canonical.decode())


def bundle(
    tenant: TenantId,
    sealed: Sequence[Sealed],
    *,
    anchors: Sequence[Json] = (),
    anchor_key: str = "",
    anchoring: str = "",
) -> dict[str, Json]:
    """Lay out an export for `verify.py`: entries, payloads, the lifecycle's rows, and anchors as they are kept.

    Without anchors a bundle proves that nothing inside it was edited, deleted or swapped, not that its end is the end.
    """
    return {
        "format": FORMAT,
        "tenant": tenant,
        "rows": ROWS,
        "anchors": list(anchors),
        "anchor_key": anchor_key,
        "anchoring": anchoring,
        "entries": [_exported(each) for each in sealed],
    }


def _exported(sealed: Sealed) -> dict[str, Json]:
    entry = {**links(sealed.entry), "hash": sealed.entry.hash}
    if sealed.salt is None or sealed.payload is None:
        return {"entry": entry, "erased": True}
    return {"entry": entry, "salt": sealed.salt, "payload": sealed.payload}
