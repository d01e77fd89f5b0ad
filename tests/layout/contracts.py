"""Our import contracts on several skeletons in one process: `python -m tests.layout.contracts FOLDER...`.

Nothing of ours is imported here, so that the packages looked at are those of each folder.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Linted(NamedTuple):
    """How the linter ended, and what it printed."""

    code: int
    said: str


def linted(homes: Sequence[Path]) -> list[Linted]:
    """Lint each folder in a process of its own for all of them: starting one costs more than linting."""
    command = [sys.executable, "-m", "tests.layout.contracts", *map(str, homes)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode == 0, ran.stderr
    return [Linted(*json.loads(line)) for line in ran.stdout.splitlines()]


@contextmanager
def standing_in(home: Path) -> Generator[None]:
    """Work in a folder, and import from it first."""
    before, path = Path.cwd(), list(sys.path)
    os.chdir(home)
    sys.path.insert(0, str(home))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        os.chdir(before)


def lint(home: Path) -> Linted:
    """Hold the contracts against one folder."""
    from importlinter.cli import lint_imports

    with standing_in(home), redirect_stdout(StringIO()) as said:
        code = lint_imports(no_cache=True, no_logo=True)
    return Linted(code, said.getvalue())


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(lint(Path(name))))
