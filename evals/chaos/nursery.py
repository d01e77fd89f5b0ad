"""A warm parent that forks one child per job: the imports are paid once, the child opens everything itself.

Invariant: the parent has opened no database and started no thread when it forks; how a child ended is seen by its pid.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOPPED = 256
"""In place of an exit code: it is stopped, not ended."""
Job = dict[str, object]


@dataclass(frozen=True)
class Child:
    """A forked process and where it writes."""

    pid: int
    out: Path

    @property
    def said(self) -> dict[str, object]:
        """The last line it printed, read as JSON."""
        loaded: dict[str, object] = json.loads(self.out.read_text(encoding="utf-8").splitlines()[-1])
        return loaded

    @property
    def wailed(self) -> str:
        """What it wrote on its error stream."""
        return self.out.with_suffix(".err").read_text(encoding="utf-8")


class Nursery:
    """The parent, started at once; children may live beside each other."""

    def __init__(self) -> None:
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANGGRAPH_STRICT_MSGPACK": "true"}
        command = [sys.executable, "-m", "evals.chaos.driver"]
        pipe = subprocess.PIPE
        self._parent = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env, cwd=ROOT)

    def bear(self, job: Job, out: Path) -> Child:
        """Fork a child for a job; it is running when this returns."""
        return Child(self._ask({"job": job, "out": str(out)}), out)

    def ended(self, child: Child) -> int:
        """Wait until it has ended or is stopped; give its exit code, negative for a signal, or `STOPPED`."""
        return self._ask({"pid": child.pid})

    def _ask(self, asked: dict[str, object]) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(asked) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def close(self) -> None:
        """Let the parent end."""
        self._parent.communicate()


def fork_for_each_line(act: Callable[[Job], dict[str, object]]) -> None:
    """Fork for each job on standard input and tell the pid; asked for a pid, wait and tell how it ended."""
    alive: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "pid" in asked:
            answer = _waited(asked["pid"])
            alive -= set() if answer == STOPPED else {asked["pid"]}
        else:
            assert threading.active_count() == 1, "a process with threads is not forked"
            answer = os.fork()
            if answer == 0:
                _be_born(Path(asked["out"]), asked["job"], act)
            alive.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for child in alive:  # stopped ones whose contest failed
        os.kill(child, signal.SIGKILL)


def _waited(child: int) -> int:
    _, status = os.waitpid(child, os.WUNTRACED)
    return STOPPED if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)


def _be_born(out: Path, job: Job, act: Callable[[Job], dict[str, object]]) -> None:
    """Act with the child's own output, and end without the parent's clean-up."""
    for stream, place in ((1, out), (2, out.with_suffix(".err"))):
        os.dup2(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    code = 1
    try:
        sys.stdout.write(json.dumps(act(job), sort_keys=True) + "\n")
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
