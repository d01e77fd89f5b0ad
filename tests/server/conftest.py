"""A home with the sample company, made once by the demo itself and copied per test; and the command line in process."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli import run
from state.errors import RevloopError
from tests.site import Site, copied, site_on
from tools.instance import instance_of, settled_in


@dataclass(frozen=True)
class Ran:
    """What a command printed and returned."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """Standard output as the one JSON document it holds."""
        assert self.out.count("\n") == 1, self.out[:400] + self.err
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Cli = Callable[..., Ran]


@pytest.fixture
def home(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the demo's home, in force for this test."""
    place = tmp_path / "home"
    shutil.copytree(demo_home, place)
    place.chmod(0o700)
    settle_copy(place)
    monkeypatch.setenv("REVLOOP_HOME", str(place))
    return place


def settle_copy(home: Path) -> None:
    """Make a copied home count as the original: a copy that nobody confirmed stops everything."""
    known = instance_of(home)
    assert known is not None
    settled_in(home, known.id)


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home that is not there yet."""
    place = tmp_path / "home"
    monkeypatch.setenv("REVLOOP_HOME", str(place))
    return place


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run commands as a person would; a failure nobody foresaw fails the test."""

    def call(*tokens: str) -> Ran:
        capsys.readouterr()
        code = run(list(tokens))
        caught = capsys.readouterr()
        return Ran(code, caught.out, caught.err)

    assert issubclass(RevloopError, Exception)
    return call


@pytest.fixture(scope="module")
def site(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy of the demo's home in process; nothing is done by itself, and each test takes its own card."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("acted") / "home")) as found:
        yield found


@pytest.fixture
def lone_site(demo_home: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve a copy for one test alone."""
    with site_on(copied(demo_home, tmp_path / "home")) as found:
        yield found


@pytest.fixture(scope="session")
def looked_at(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a copy that tests only look at, or are refused at."""
    with site_on(copied(demo_home, tmp_path_factory.mktemp("site") / "home")) as found:
        yield found
