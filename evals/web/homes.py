"""Homes to serve: the sample company as the demo leaves it, and a town of ten thousand accounts with work in it."""

import atexit
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench.settled import TOWN, settled
from evals.bench.town import account_of
from evals.web.serving import ROOT
from graphs.working.scanning import scanner
from tools.instance import instance_of, settled_in

ACCOUNTS = 10_000
WORKED_ON = 40
"""Accounts whose loop ran, so that their owner has a full inbox and a day with plans in it."""


@contextmanager
def sample_home() -> Generator[Path, None, None]:
    """Give a copy of the sample company's home as the demo makes it."""
    with TemporaryDirectory(prefix="revloop-bench-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(made(), home)
        home.chmod(0o700)
        _settled(home)
        yield home


@lru_cache(maxsize=1)
def made() -> Path:
    """Run the demo once; its home goes with this process."""
    folder = TemporaryDirectory(prefix="revloop-bench-")
    atexit.register(folder.cleanup)
    home = Path(folder.name) / "home"
    command = [
        sys.executable,
        "-m",
        "server.cli",
        "demo",
        "--once",
        "--no-browser",
        "--json",
        "--home",
        str(home),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return home


def _settled(home: Path) -> None:
    """Let a copy count as the original: one that nobody confirmed stops everything; a home never served has no name."""
    known = instance_of(home)
    if known is not None:
        settled_in(home, known.id)


@contextmanager
def town_home() -> Generator[tuple[Path, int], None, None]:
    """Give a town's home with some accounts worked on. Shape: the home, and how many accounts it has."""
    with settled(ACCOUNTS) as (house, _, size):
        tenancy = house.parts.tenancy(TOWN)
        for number in range(WORKED_ON):
            house.runner.start(scanner(tenancy), account_of(number), "scan")
        home = house.settings.home
        house.close()
        _settled(home)
        yield home, size
