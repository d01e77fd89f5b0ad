"""An anchor: how long the ledger is and how it ends, signed and kept where the database cannot reach.

Invariant: anchors chain by hash, so the newest signature vouches for all before it; a new key signs only after an
anchor of the key before it has named it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from state.canonical import Json, canonical_json
from state.errors import InvalidInput
from state.ids import TenantId
from state.ledger.chain import GENESIS, Head

FORMAT, INTRODUCING = 1, 2
"""Versions of the signed fields: the second also names the next key."""
PREFIX = b"revloop anchor\n"
"""Begins every signed text, so that no other signature of the key can be taken for an anchor's."""
KEY_ID_DIGITS = 16
NOT_RESTORED = -1


@dataclass(frozen=True, slots=True)
class Anchor:
    """One signed statement about a tenant's ledger."""

    tenant: TenantId
    number: int
    """From 1, without a gap."""
    previous: str
    """Hash of the anchor before."""
    count: int
    head: str
    at: str
    """Wall time, UTC."""
    key: str
    """Id of the key that signed."""
    restored: int = NOT_RESTORED
    """After a confirmed restore: the last anchored entry that is still there; later ones are lost."""
    signature: str = ""
    introduced: str = ""
    """Public key, hexadecimal, that alone signs from the next anchor on; empty: the same as this one's."""

    @property
    def next_key(self) -> str:
        """Id of the key that has to sign the anchor after this one."""
        return key_id(bytes.fromhex(self.introduced)) if self.introduced else self.key


def stated(anchor: Anchor) -> dict[str, Json]:
    """List the signed fields: all but the signature."""
    return {
        "v": INTRODUCING if anchor.introduced else FORMAT,
        "tenant": anchor.tenant,
        "number": anchor.number,
        "previous": anchor.previous,
        "count": anchor.count,
        "head": anchor.head,
        "at": anchor.at,
        "key": anchor.key,
        "restored": anchor.restored,
        **({"next": anchor.introduced} if anchor.introduced else {}),
    }


def signed_bytes(anchor: Anchor) -> bytes:
    """Lay out what is signed."""
    return PREFIX + canonical_json(stated(anchor))


def anchor_hash(anchor: Anchor | None) -> str:
    """Hash an anchor for the next one; before the first there are zeros."""
    return GENESIS.hash if anchor is None else hashlib.sha256(canonical_json(stated(anchor))).hexdigest()


def key_id(public: bytes) -> str:
    """Name a public key."""
    return hashlib.sha256(public).hexdigest()[:KEY_ID_DIGITS]


def following(
    tenant: TenantId,
    before: Anchor | None,
    head: Head,
    *,
    at: str,
    key: str = "",
    restored: int = NOT_RESTORED,
) -> Anchor:
    """Make the next anchor of a chain, unsigned; whoever signs it may put the key's id in.

    Invariant: a ledger that is shorter than the anchor before says so in `restored`.
    """
    if before is not None and head.seq < before.count and restored == NOT_RESTORED:
        raise InvalidInput(
            "The ledger is shorter than its newest anchor.",
            field="count",
            value=f"{head.seq} after {before.count}",
            remedy="See `revloop ledger verify`.",
        )
    number = 1 if before is None else before.number + 1
    return Anchor(tenant, number, anchor_hash(before), head.seq, head.hash, at, key, restored)


def exported(anchor: Anchor) -> dict[str, Json]:
    """Lay an anchor out as it is kept: one JSON object."""
    return {**stated(anchor), "signature": anchor.signature}


def parsed(found: Mapping[str, object]) -> Anchor:
    """Read an anchor back as it stands. Raises: InvalidInput for one that is none."""
    try:
        anchor = Anchor(
            tenant=TenantId(str(found["tenant"])),
            number=int(str(found["number"])),
            previous=str(found["previous"]),
            count=int(str(found["count"])),
            head=str(found["head"]),
            at=str(found["at"]),
            key=str(found["key"]),
            restored=int(str(found["restored"])),
            signature=str(found["signature"]),
            introduced=bytes.fromhex(str(found.get("next", ""))).hex(),
        )
    except (KeyError, ValueError) as fault:
        raise InvalidInput(
            "An anchor cannot be read.",
            field="anchor",
            value=str(fault),
            remedy="Compare the anchor file with your copy of it; nothing was changed.",
        ) from fault
    return anchor
