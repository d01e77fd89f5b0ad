"""The served sample company that is fuzzed: a copy of a home, or one on PostgreSQL as the role that works there."""

import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from server.cli import run as revloop
from tests.postgres import own_schema
from tests.site import Site, copied, site_on


@contextmanager
def staged(home: Path | None, *, on_server: bool) -> Generator[Site, None, None]:
    """Serve it; nothing is left of it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "home"
        if not on_server:
            with site_on(copied(home or demo(Path(folder) / "demo"), place)) as site:
                yield site
            return
        with (
            own_schema(f"revloop_fuzz_{os.getpid()}") as schema,
            site_on(demo(place, **schema.named), named=schema.named) as site,
        ):
            yield site


def far(done: int, wanted: int, found: str) -> None:
    """Say on the error stream how far a run is, and what it found so far."""
    sys.stderr.write(f"{done:,} of {wanted:,}: {found}\n")
    sys.stderr.flush()


def demo(home: Path, **named: str) -> Path:
    """Make the sample company's home, on whatever database is named."""
    with redirect_stdout(StringIO()), pytest.MonkeyPatch.context() as patch:
        for name, value in named.items():
            patch.setenv(f"REVLOOP_{name.upper()}", value)
        assert revloop(["demo", "--once", "--no-browser", "--json", "--home", str(home)]) == 0
    return home
