"""Where anchors are kept and who signs them: a folder of files outside the database, an Ed25519 key.

Invariant: a file of anchors only grows; one writer at a time adds one line, on the disk before it counts.
"""

import fcntl
import json
import os
import stat
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from state.canonical import canonical_json
from state.errors import InvalidInput, Unavailable
from state.ids import TenantId
from state.ledger.anchor import Anchor, exported, key_id, parsed, signed_bytes
from tools.keys import Key, Ring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PUBLIC = "anchor.pub"
"""Beside the anchors: the keys by which they are verified, one a line, the newest last; it only grows."""
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

    def pinned(self) -> tuple[bytes, ...]:
        """Read the public keys that were written down, the newest last. Raises: Unavailable."""
        try:
            lines = (self.folder / PUBLIC).read_text(encoding="ascii").splitlines()
            return tuple(bytes.fromhex(line) for line in lines if line)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as fault:
            raise _unusable(self.folder / PUBLIC, fault) from fault

    def pin(self, publics: Sequence[bytes]) -> None:
        """Write the public keys at hand down, the newest last.

        Raises: InvalidInput when the newest that is written down is not among them: nothing could introduce them.
        """
        known = self.pinned()
        if known and known[-1] not in publics:
            raise _foreign(key_id(publics[-1]), key_id(known[-1]))
        fresh = [public for public in publics if public not in known]
        if fresh:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.folder / PUBLIC).open("a", encoding="ascii") as stream:
                _show_as_folder(stream.fileno(), self.folder)
                stream.write("".join(f"{public.hex()}\n" for public in fresh))


@contextmanager
def _held(path: Path) -> Generator[int, None, None]:
    """Open for adding under a lock of the file."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _show_as_folder(handle, path.parent)
        _end_torn_line(handle)
        yield handle
    finally:
        os.close(handle)


def _show_as_folder(handle: int, folder: Path) -> None:
    """Let those read a file who may read its folder: a writer of its own keeps anchors that the home's owner reads."""
    os.fchmod(handle, 0o600 | folder.stat().st_mode & 0o044)


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


def _foreign(at_hand: str, wanted: str) -> InvalidInput:
    return InvalidInput(
        "The anchors are signed with another key than the one at hand.",
        field="anchor_key",
        value=at_hand,
        remedy=f"Bring key {wanted} back; a key that it did not introduce needs a new anchors folder.",
    )


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
    """Signs anchors with the Ed25519 key of one file, which is made at first use; a newer one is introduced first."""

    ring: Ring

    def publics(self) -> tuple[bytes, ...]:
        """Derive the public keys, the newest last. Raises: Unavailable."""
        return tuple(map(public_half, self.ring.read()))

    def signed(self, before: Anchor | None, anchor: Anchor) -> Anchor:
        """Sign with the newest key; where the anchor before wants an older one, that one signs and names the newest.

        Invariant: an anchor is signed by the key which the anchor before it says, or not made.
        Raises: Unavailable; InvalidInput where that key is not at hand.
        """
        known = {key_id(public_half(key)): key for key in self.ring.read()}
        newest = next(reversed(known))
        wanted = newest if before is None else before.next_key
        if wanted not in known:
            raise _foreign(newest, wanted)
        introduced = public_half(known[newest]).hex() if wanted != newest else ""
        plain = replace(anchor, key=wanted, introduced=introduced)
        return replace(plain, signature=_private(known[wanted]).sign(signed_bytes(plain)).hex())


def _private(key: Key) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.secret)


def public_half(key: Key) -> bytes:
    """Derive the public key by which its signatures are verified."""
    return _private(key).public_key().public_bytes_raw()


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
