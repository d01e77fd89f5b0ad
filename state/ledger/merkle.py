"""One hash over a batch of events, so that an entry proves each of them without holding any.

Invariant: the tree of RFC 9162; a leaf is salted, so that it tells nothing once its salt is destroyed.
"""

import hashlib
from collections.abc import Sequence

SALT_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()


def leaf(salt: bytes, content: bytes) -> bytes:
    """Hash one event: SHA-256 of 0x00, salt and canonical content."""
    return hashlib.sha256(b"\x00" + salt + content).digest()


def root(leaves: Sequence[bytes]) -> str:
    """Hash the leaves in order into one, in hexadecimal.

    Source: RFC 9162, 2.1.1: a tree is split at the largest power of two below its size.
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [_parent(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0].hex()


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
