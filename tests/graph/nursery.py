"""A warm parent that forks one child per act: the imports are paid once, the child opens everything itself.

Invariant: the parent has opened no database and started no thread when it forks.
"""

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The parent, started at the first act; it ends when its input does."""

    def __init__(self) -> None:
        self._parent: subprocess.Popen[str] | None = None

    def bear(self, arguments: list[str], env: Mapping[str, str], out: Path, err: Path) -> int:
        """Run the driver in a child; give its exit code, negative for a signal."""
        if self._parent is None or self._parent.poll() is not None:
            self._parent = self._started()
        asked = {"arguments": arguments, "env": dict(env), "out": str(out), "err": str(err)}
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(asked) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def _started(self) -> "subprocess.Popen[str]":
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANGGRAPH_STRICT_MSGPACK": "true"}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.graph.driver", "--forks"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd=ROOT,
        )

    def close(self) -> None:
        """Let the parent end."""
        if self._parent is not None:
            self._parent.communicate()


def fork_for_each_line(act: Callable[[list[str]], None]) -> None:
    """Fork for every line of standard input and answer with how the child ended."""
    for line in sys.stdin:
        asked = json.loads(line)
        assert threading.active_count() == 1, "a process with threads is not forked"
        child = os.fork()
        if child == 0:
            _be_born(asked, act)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be_born(asked: dict[str, object], act: Callable[[list[str]], None]) -> None:
    """Act with the child's own environment and output, and end without the parent's clean-up."""
    env, arguments = asked["env"], asked["arguments"]
    assert isinstance(env, dict)
    assert isinstance(arguments, list)
    os.environ.update(env)
    for stream, place in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(str(place), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    code = 1
    try:
        act(arguments)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
