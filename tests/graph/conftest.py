"""Fixtures of the graph tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs.bootstrap import House
from tests.graph.homes import NURSERY, Home, copied, make_home


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """End the warm parent with the session."""
    yield
    NURSERY.close()


@pytest.fixture(scope="session")
def base_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Load a few accounts of the sample, once."""
    folder = tmp_path_factory.mktemp("base")
    folder.chmod(0o700)
    return make_home(folder)


@pytest.fixture
def home(base_home: Home, tmp_path: Path) -> Home:
    """Copy the home for one test."""
    return copied(base_home, tmp_path / "home")


@pytest.fixture
def house(home: Home) -> Iterator[House]:
    """Open the home in this process."""
    opened = home.house()
    yield opened
    opened.close()
