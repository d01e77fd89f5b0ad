"""The stores under contract: SQLite in a file, PostgreSQL in a schema, and the fakes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from state.ports.unit import Stores
from state.stores.database import Database
from tests.fakes.stores import MemoryStores


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one empty database; each test gets a copy."""
    file = tmp_path_factory.mktemp("template") / "revloop.db"
    Database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def sqlite_file(template: Path, tmp_path: Path) -> Path:
    """Give a fresh, current database file in a private home."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(template, home / template.name)
    (home / template.name).chmod(0o600)
    return home / template.name


SERVER = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", SERVER])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Open a fresh database of each kind in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("server").database
        return
    opened = Database(f"sqlite:///{request.getfixturevalue('sqlite_file')}")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", SERVER, "memory"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Give each implementation of the ports in turn."""
    if request.param == "memory":
        yield MemoryStores()
        return
    if request.param == "postgresql":
        yield request.getfixturevalue("server").database
        return
    database = Database(f"sqlite:///{request.getfixturevalue('sqlite_file')}")
    yield database
    database.close()
