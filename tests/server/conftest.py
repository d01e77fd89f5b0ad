"""A home with the sample company, made once by the demo itself and copied per test; and the command line in process."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli import run
from state.errors import RevloopError
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


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home on which `demo --json` has run once; its output stands beside it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVLOOP_HOME", str(home))
        printed: list[str] = []
        patch.setattr("sys.stdout", _Kept(printed))
        assert run(["demo", "--once", "--no-browser", "--json"]) == 0
    (home.parent / "demo.json").write_text("".join(printed), encoding="utf-8")
    return home


class _Kept:
    """A stream that keeps what is written."""

    encoding = "utf-8"

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    def write(self, text: str) -> int:
        """Keep text."""
        self._kept.append(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        """Nobody watches."""
        return False


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
