"""The checkout as the lints see it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.layout.rules import Source

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("state", "agents", "tools", "graphs", "server", "evals")
NAMES = (*PACKAGES, "tests")


@cache
def sources() -> tuple[Source, ...]:
    """Read every Python file of the packages and of the suite."""
    files = sorted(file for name in NAMES for file in (ROOT / name).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)


@cache
def texts() -> dict[str, str]:
    """Read every text file git would track; what git ignores is nobody's business."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    found: dict[str, str] = {}
    for name in filter(None, listed.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content[:8192]:
            found[name] = content.decode("utf-8", errors="replace")
    return found


def imports(source: Source) -> Iterator[str]:
    """Yield the top-level name of everything a file imports."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
