"""Where anchors are kept and who signs them: a folder of files outside the database, an Ed25519 key.

Invariant: a file of anchors only grows; one writer at a time adds one line, on the disk before it counts.
"""

import fcntl
import json
import os
import stat
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from state.canonical import canonical_json
from state.errors import InvalidInput, Unavailable
from state.ids import TenantId
from state.ledger.anchor import Anchor, exported, key_id, parsed, signed_bytes

PUBLIC = "anchor.pub"
"""Beside the anchors: the key by which they are verified, written once."""
TAIL_BYTES = 4096
"""Longer than any anchor."""


@dataclass(frozen=True, slots=True)
class AnchorFolder:
    """One file of anchors per tenant, one line each."""

    folder: Path

    def path(self, tenant: TenantId) -> Path:
        """Name a tenant's file."""
        return self.folder / f"{tenant}.jsonl"

    def listed(self, tenant: TenantId) -> tuple[Anchor, ...]:
        """Read all anchors, oldest first. Raises: InvalidInput, Unavailable."""
        try:
            text = self.path(tenant).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as fault:
            raise _unusable(self.path(tenant), fault) from fault
        return tuple(_read(line, self.path(tenant)) for line in text.splitlines() if line)

    def newest(self, tenant: TenantId) -> Anchor | None:
        """Read the last anchor, from the end of the file. Raises: InvalidInput, Unavailable."""
        path = self.path(tenant)
        try:
            with path.open("rb") as stream:
                stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
                lines = stream.read().split(b"\n")
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise _unusable(path, fault) from fault
        whole = [line for line in lines[:-1] if line]
        return _read(whole[-1].decode("utf-8", "replace"), path) if whole else None

    def is_ours(self, tenant: TenantId) -> bool:
        """Say whether this process may add anchors; else a writer of its own does."""
        place = next(one for one in (self.path(tenant), self.folder, *self.folder.parents) if one.exists())
        return os.access(place, os.W_OK)

    def add(self, tenant: TenantId, make: Callable[[Anchor | None], Anchor | None]) -> Anchor | None:
        """Add what `make` gives for the newest anchor, while no other writer may. Raises: Unavailable."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _held(self.path(tenant)) as handle:
                anchor = make(self.newest(tenant))
                if anchor is not None:
                    os.write(handle, canonical_json(exported(anchor)) + b"\n")
                    os.fsync(handle)
                return anchor
        except OSError as fault:
            raise _unusable(self.folder, fault) from fault

    def public(self) -> bytes | None:
        """Read the pinned public key, if one was written."""
        try:
            return bytes.fromhex((self.folder / PUBLIC).read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as fault:
            raise _unusable(self.folder / PUBLIC, fault) from fault

    def pin(self, public: bytes) -> None:
        """Write the public key down at first use. Raises: InvalidInput when another one is pinned."""
        known = self.public()
        if known is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / PUBLIC).write_text(public.hex() + "\n", encoding="ascii")
        elif known != public:
            raise InvalidInput(
                "The anchors are signed with another key than the one at hand.",
                field="anchor_key",
                value=key_id(public),
                remedy=f"Bring key {key_id(known)} back; a new key needs a new anchors folder.",
            )


@contextmanager
def _held(path: Path) -> Generator[int, None, None]:
    """Open for adding under a lock of the file."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _end_torn_line(handle)
        yield handle
    finally:
        os.close(handle)


def _end_torn_line(handle: int) -> None:
    """Drop half a line that a power cut left; a whole line ends with a line feed."""
    size = os.fstat(handle).st_size
    if not size or os.pread(handle, 1, size - 1) == b"\n":
        return
    whole = os.pread(handle, size, 0).rpartition(b"\n")
    os.ftruncate(handle, len(whole[0]) + len(whole[1]))


def _read(line: str, path: Path) -> Anchor:
    try:
        found = json.loads(line)
    except ValueError:
        found = {}
    if not isinstance(found, dict) or not found:
        raise InvalidInput(
            f"{path} holds a line that is no anchor.",
            field="anchors",
            value=line[:80],
            remedy="Compare the file with your copy of it; nothing was changed.",
        )
    return parsed(found)


def _unusable(path: Path, fault: Exception) -> Unavailable:
    why = fault.strerror if isinstance(fault, OSError) else "it is damaged"
    return Unavailable(
        f"The anchors at {path} cannot be used: {why}.",
        field="anchors",
        value=str(path),
        remedy="Check who owns the folder, or name another one with REVLOOP_ANCHORS.",
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs anchors with the Ed25519 key of one file, which is made at first use."""

    path: Path

    def public(self) -> bytes:
        """Derive the public key. Raises: Unavailable."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed()).public_key().public_bytes_raw()

    def signed(self, anchor: Anchor) -> Anchor:
        """Put the signature on. Raises: Unavailable."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self._seed())
        return replace(anchor, signature=key.sign(signed_bytes(anchor)).hex())

    def _seed(self) -> bytes:
        from tools.keys import secret_of

        return secret_of(self.path)


def is_writable_by(path: Path, owner: int, group: int) -> bool:
    """Say whether a user could change or replace a file: by its own mode, or by a folder above it."""
    if owner == 0:
        return True
    places = [path, *path.absolute().parents]
    return any(_lets_in(place, owner, group) for place in places if place.exists())


def _lets_in(place: Path, owner: int, group: int) -> bool:
    found = place.stat()
    if found.st_uid == owner:
        return True
    if found.st_mode & stat.S_ISVTX and place.is_dir():
        return False
    return bool(found.st_mode & stat.S_IWOTH or (found.st_gid == group and found.st_mode & stat.S_IWGRP))
