"""The secret of a tenant: made once in its folder, readable by its owner alone, split by purpose before use.

Invariant: no purpose sees another's key; a newer secret never takes an older one's place, which recognises what it
made; a key others can read is refused, never repaired.
"""

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from state.errors import Unavailable

KEY_BYTES = 32
ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Key:
    """One generation of a secret."""

    number: int
    """From 1; a rotation counts it up."""
    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Name it without telling anything of it."""
        return sealed(self, "key-id")[:ID_DIGITS]


@dataclass(frozen=True, slots=True)
class Ring:
    """All generations of one secret: a file each, the first without a number behind its name."""

    path: Path

    def read(self) -> tuple[Key, ...]:
        """Read them, the newest last; the first is made at first use.

        Raises: Unavailable when others may read one, when one is damaged, or when the first cannot be made.
        """
        try:
            if not (numbers := self._numbers()):
                self._make(1)
                numbers = self._numbers()
            return tuple(Key(number, _read(self.place(number))) for number in numbers)
        except OSError as fault:
            raise self._unusable(fault) from fault

    def newest(self) -> Key:
        """Read the one in use. Raises: Unavailable."""
        return self.read()[-1]

    def turned(self, last: Key) -> Key:
        """Make the generation after that one, whole or not at all; of two that turn at once both get the same.

        Raises: Unavailable.
        """
        try:
            self._make(last.number + 1)
            return Key(last.number + 1, _read(self.place(last.number + 1)))
        except OSError as fault:
            raise self._unusable(fault) from fault

    def end_before(self, key: Key) -> int:
        """Destroy older generations; say how many. Raises: Unavailable."""
        older = [number for number in self._numbers() if number < key.number]
        try:
            for number in older:
                self.place(number).unlink(missing_ok=True)
        except OSError as fault:
            raise self._unusable(fault) from fault
        return len(older)

    def newest_place(self) -> Path:
        """Name the newest file that is there without reading it; before the first there is one to come."""
        return self.place(max(self._numbers(), default=1))

    def place(self, number: int) -> Path:
        """Name the file of a generation."""
        return self.path if number == 1 else self.path.with_name(f"{self.path.name}.{number}")

    def made_at(self, key: Key) -> datetime:
        """Say since when a generation is there."""
        return datetime.fromtimestamp(self.place(key.number).stat().st_mtime, UTC)

    def _numbers(self) -> list[int]:
        first, folder = self.path.name, self.path.parent
        names = (
            {one.name for one in folder.iterdir() if one.name.startswith(first)} if folder.is_dir() else set()
        )
        ends = (name.removeprefix(f"{first}.") for name in names)
        later = {int(end) for end in ends if end.isdecimal() and f"{first}.{int(end)}" in names}
        return sorted({*later, *([1] if first in names else [])})

    def _make(self, number: int) -> None:
        """Write a whole key or none; of two that begin at once the first stays."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f".key.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(KEY_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            self.place(number).hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)

    def _unusable(self, fault: OSError) -> Unavailable:
        return Unavailable(
            f"The key {self.path} cannot be used: {fault.strerror}.", remedy="Check who owns the home."
        )


def tenant_ring(folder: Path) -> Ring:
    """Name the secret of a tenant's folder."""
    return Ring(folder / "key")


def is_secret(path: Path) -> bool:
    """Say whether a file is a generation of a tenant's secret."""
    return path.name == "key" or (path.stem == "key" and path.suffix[1:].isdecimal())


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


def derived(key: Key, purpose: str) -> bytes:
    """Derive the key of one purpose. Source: RFC 5869 with SHA-256, salt is the key's generation, one block."""
    pseudo_random = hmac.digest(b"revloop/%d" % key.number, key.secret, "sha256")
    return hmac.digest(pseudo_random, purpose.encode() + b"\x01", "sha256")


def sealed(key: Key, purpose: str, *parts: str) -> str:
    """Name something so that only the key's owner could have named it so.

    Shape: 64 hexadecimal digits over length-prefixed parts.
    """
    seal = hmac.new(derived(key, purpose), digestmod=hashlib.sha256)
    for part in parts:
        encoded = part.encode()
        seal.update(len(encoded).to_bytes(8, "big"))
        seal.update(encoded)
    return seal.hexdigest()
