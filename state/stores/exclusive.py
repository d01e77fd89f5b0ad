"""A lock of the whole home that one process holds: another is refused at once, and a dead one holds nothing."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from state.errors import Conflict


@contextmanager
def held_alone(file: Path, what: str) -> Generator[None, None, None]:
    """Hold a lock file while inside. Raises: Conflict naming the process that has it."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, what)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _lock(handle: int, what: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as refused:
        owner = os.pread(handle, 32, 0).decode(errors="replace").strip()
        raise Conflict(
            f"{what} is open in another process{f' ({owner})' if owner.isdigit() else ''}.",
            field="home", value=owner, remedy="Try again when that process has ended.",
        ) from refused  # fmt: skip


def is_held(file: Path) -> bool:
    """Say whether a process holds it now."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
