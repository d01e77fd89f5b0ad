"""A PostgreSQL server of one's own, so that it can be stopped while it is needed and nobody else notices."""

import os
import shutil
import socket
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

OWNER = "postgres"
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Cluster:
    """A running server."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Where databases may be made on it."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Begin to answer."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Break off whatever is under way, as a power cut would."""
        self._control("stop", "-w", "-m", "immediate")

    def _control(self, verb: str, *more: str) -> None:
        _told([str(self.programs / "pg_ctl"), verb, "-s", "-D", str(self.folder / "data"), *more])


def programs() -> Path | None:
    """Find where the server's programs are; None where it is not installed."""
    found = sorted(DEBIAN.glob("*/bin/pg_ctl"), key=lambda one: float(one.parts[-3]))
    named = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(named).parent if named else None


@contextmanager
def own_cluster() -> Generator[Cluster | None, None, None]:
    """Have a server of one's own, gone afterwards; None where none is installed."""
    place = programs()
    if place is None:
        yield None
        return
    folder = Path(mkdtemp(prefix="revloop-cluster-"))
    if os.getuid() == 0:
        shutil.chown(folder, OWNER)
    cluster = Cluster(place, folder, _free_port())
    try:
        initdb = [str(place / "initdb"), "-D", str(folder / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8"]
        _told([*initdb, "--no-sync", "--locale", "C.UTF-8"])
        cluster.start()
        yield cluster
    finally:
        subprocess.run(
            _as_owner([str(place / "pg_ctl"), "stop", "-s", "-m", "immediate", "-D", str(folder / "data")]),
            check=False,
        )
        shutil.rmtree(folder, ignore_errors=True)


def _told(command: Sequence[str]) -> None:
    subprocess.run(_as_owner(command), check=True, stdout=subprocess.DEVNULL, cwd="/")


def _as_owner(command: Sequence[str]) -> list[str]:
    """Let the server's own user do it, as the server refuses to run as root."""
    return ["runuser", "-u", OWNER, "--", *command] if os.getuid() == 0 else list(command)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
