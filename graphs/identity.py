"""Who is at the keyboard, and which process this is."""

import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from state.errors import Forbidden, NotFound
from state.governance.happening import Proof
from state.ids import UserId
from state.ports.world import Tenant
from state.principal import Principal, User
from state.settings import Settings


def local_principal(
    settings: Settings, tenant: Tenant, users: Sequence[User], channel: str = "cli"
) -> Principal:
    """On an embedded home the operating-system user who owns it is the authentication; `--as` chooses among users.

    Raises: Forbidden when the home belongs to somebody else; NotFound for an unknown user.
    """
    owner = settings.home.stat().st_uid
    if owner != os.getuid():
        raise Forbidden(
            f"The home {settings.home} belongs to another user of this machine.",
            remedy="Set REVLOOP_HOME to yours.",
        )
    wanted = settings.user or tenant.default_user
    found = next((user for user in users if user.id == wanted), None)
    if found is None:
        known = ", ".join(user.id for user in users)
        raise NotFound(
            f"no user {wanted!r} in {tenant.id}", field="user", value=wanted, remedy=f"Known: {known}."
        )
    return Principal(
        tenant=tenant.id, user=UserId(found.id), role=found.role, method="local", channel=channel
    )


def worker_id() -> str:
    """Name this process so that its end can be proven: host, boot, pid and start time."""
    return f"{socket.gethostname()}|{_boot()}|{os.getpid()}|{_started(os.getpid())}"


def is_gone(worker: str) -> Proof | None:
    """Prove that a worker of this host has ended; of another host nothing can be proven."""
    host, boot, pid, started = worker.split("|")
    if host != socket.gethostname():
        return None
    if boot != _boot():
        return Proof.REBOOTED
    return None if _started(int(pid)) == started else Proof.PROCESS_GONE


def is_here(worker: str) -> bool:
    """Tell whether a worker is, or was, of this machine: then its end can be looked up."""
    return worker.partition("|")[0] == socket.gethostname()


def uptime() -> tuple[str, float]:
    """Say which run of this machine it is. Units: seconds since its start, sleep included; nobody sets them."""
    return _boot(), time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.exists() else "unknown"


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot, empty when there is none (proc(5), field 22)."""
    path = Path(f"/proc/{pid}/stat")
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    after_name = text.rpartition(")")[2].split()
    return "" if after_name[0] == "Z" else after_name[19]
