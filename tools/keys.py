"""The secret of a tenant: made once in its folder, readable by its owner alone, split by purpose before use.

Invariant: no purpose sees another's key, and a key others can read is refused, never repaired.
"""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from state.errors import Unavailable

KEY_BYTES = 32
KEY_ID = b"revloop/1"
"""Names the generation of derived keys; a rotation counts it up."""


def tenant_key(folder: Path) -> bytes:
    """Read the key of a tenant's folder, making it at first use. Raises: Unavailable."""
    return secret_of(folder / "key")


def secret_of(path: Path) -> bytes:
    """Read the secret of a file, making it at first use.

    Raises: Unavailable when others may read it, when it is damaged, or when it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise Unavailable(
            f"The key {path} cannot be used: {error.strerror}.", remedy="Check who owns the home."
        ) from error


def _make(path: Path) -> None:
    """Write a whole key or none; of two that begin at once the first stays."""
    draft = path.with_name(f".key.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unavailable(f"The key {path} can be read by others.", remedy=f"Run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Unavailable(
            f"The key {path} holds {len(key)} bytes instead of {KEY_BYTES}.",
            remedy="Restore it from a backup; without it earlier messages cannot be found again.",
        )
    return key


def derived(key: bytes, purpose: str) -> bytes:
    """Derive the key of one purpose. Source: RFC 5869 with SHA-256, salt is the key's generation, one block."""
    pseudo_random = hmac.digest(KEY_ID, key, "sha256")
    return hmac.digest(pseudo_random, purpose.encode() + b"\x01", "sha256")


def sealed(key: bytes, purpose: str, *parts: str) -> str:
    """Name something so that only the key's owner could have named it so.

    Shape: 64 hexadecimal digits over length-prefixed parts.
    """
    seal = hmac.new(derived(key, purpose), digestmod=hashlib.sha256)
    for part in parts:
        encoded = part.encode()
        seal.update(len(encoded).to_bytes(8, "big"))
        seal.update(encoded)
    return seal.hexdigest()
