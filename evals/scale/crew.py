"""Workers as processes of their own, started and ended as an admin would, and killed as nobody would."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Unstarted(Exception):
    """A worker ended before it worked."""


@dataclass(frozen=True)
class Hand:
    """One worker."""

    process: "subprocess.Popen[bytes]"
    log: Path
    began: float

    @property
    def name(self) -> str:
        """Its pid, as people call it."""
        return str(self.process.pid)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> float:
        """Kill it without a warning. Shape: when."""
        self.process.kill()
        at = time.time()
        self.process.wait()
        return at

    def pause(self) -> None:
        """Stop it where it stands."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Ask it to end, and wait."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE_SECONDS)
        self.process.kill()
        self.process.wait()

    def megabytes(self) -> float:
        """Memory it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * PAGE_BYTES / 2**20

    def files(self) -> int:
        """Files and connections it has open."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def cpu_seconds(self) -> float:
        """Say how long it has computed so far."""
        return cpu_seconds(self.process.pid)


@dataclass
class Crew:
    """The workers of one home."""

    home: Path
    database: str
    more: Mapping[str, str] = field(default_factory=dict)
    """Further settings."""
    hands: list[Hand] = field(default_factory=list)

    def hire(self) -> Hand:
        """Start a worker; it takes jobs when this returns. Raises: Unstarted."""
        log = self.home.parent / f"worker-{len(self.hands)}.log"
        settings = {"HOME": str(self.home), "DATABASE": self.database, **self.more}
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONHASHSEED") if name in os.environ}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "LANGGRAPH_STRICT_MSGPACK": "true",
            **{f"REVLOOP_{name}": value for name, value in settings.items() if value},
        }
        command = [sys.executable, "-m", "server.cli", "worker"]
        with log.open("wb") as stream:
            process = subprocess.Popen(command, stderr=stream, stdout=stream, env=environment, cwd=ROOT)
        hand = Hand(process, log, time.time())
        self.hands.append(hand)
        _until_it_works(hand)
        return hand

    def alive(self) -> list[Hand]:
        """List those that work."""
        return [one for one in self.hands if one.is_alive]

    def dismissed(self) -> None:
        """End all."""
        for hand in self.alive():
            hand.end()


@contextmanager
def crew(home: Path, database: str, **more: str) -> Generator[Crew, None, None]:
    """Have workers; they are gone afterwards."""
    found = Crew(home, database, more)
    try:
        yield found
    finally:
        found.dismissed()


def cpu_seconds(pid: int) -> float:
    """Say how long a process of this machine has computed so far; nothing where it is none, or gone."""
    with suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _until_it_works(hand: Hand) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while "Working." not in hand.log.read_text(encoding="utf-8"):
        if not hand.is_alive or time.monotonic() > ends:
            raise Unstarted(hand.log.read_text(encoding="utf-8"))
        time.sleep(0.05)
