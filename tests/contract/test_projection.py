"""The company-wide index: made from the database, alone in its home, made again after a fault or a deletion."""

import json
import random
import signal
import subprocess
import sys
from array import array
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from state.errors import Conflict
from state.ports.memory import Embedded, Followed, Sense
from state.stores import projection
from state.stores.database import Database
from state.stores.projection import ChromaIndex, ChromaProjection, read_mark
from tests.contract.world import passage
from tests.fakes.drafts import TENANT

ROOT = Path(__file__).parents[2]
WIDTH = 16
PAGE = 40
DRIVER = """
import sys, os
from pathlib import Path
from tests.contract import test_projection as stage
home = Path(sys.argv[1])
what = sys.argv[2]
if what == "hold":
    with stage.projection_in(home).opened():
        print("held", flush=True)
        sys.stdin.read()
else:
    with stage.database_in(home) as database, stage.projection_in(home).opened() as index:
        def told(page):
            print(page[-1].number if page else "end", flush=True)
        stage.followed(database, index, told)
"""


def unit_vector(number: int) -> bytes:
    draw = random.Random(number)
    values = [draw.gauss(0, 1) for _ in range(WIDTH)]
    length = sum(value * value for value in values) ** 0.5
    return array("f", [value / length for value in values]).tobytes()


def sense(number: int, embedder: str = "test") -> Sense:
    return Sense(embedder, unit_vector(number), 2.0, -1.0)


def projection_in(home: Path) -> ChromaProjection:
    return ChromaProjection(home, home / "chroma")


@contextmanager
def database_in(home: Path) -> Generator[Database, None, None]:
    database = Database(f"sqlite:///{home / 'revloop.db'}")
    try:
        yield database
    finally:
        database.close()


def fill(database: Database, numbers: Sequence[int], embedder: str = "test") -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage(f"p-{number}", f"text {number}") for number in numbers])
        unit.memory.put_vectors(embedder, {f"p-{number}": unit_vector(number) for number in numbers})


def followed(
    database: Database,
    index: ChromaIndex,
    told: Callable[[Sequence[Embedded]], None] = lambda _: None,
    embedder: str = "test",
) -> Followed:
    def pages(after: int) -> Sequence[Embedded]:
        with database.read(TENANT) as unit:
            page = unit.memory.vectors(embedder, after, PAGE)
        told(page)
        return page

    with database.read(TENANT) as unit:
        standing = unit.memory.standing(embedder)
    return index.follow(embedder, standing, pages)


def all_found(index: ChromaIndex, numbers: Sequence[int]) -> bool:
    return all(index.nearest(sense(number), 1)[0].id == f"p-{number}" for number in numbers)


@pytest.fixture
def home(sqlite_file: Path) -> Path:
    return sqlite_file.parent


def start(home: Path, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DRIVER, str(home), what]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(command, text=True, cwd=ROOT, **pipes)  # type: ignore[call-overload,no-any-return]  # pipes by name


def test_an_index_follows_the_database_and_reads_each_vector_once(home: Path) -> None:
    read: list[int] = []
    with database_in(home) as database, projection_in(home).opened() as index:
        fill(database, range(50))
        first = followed(database, index, lambda page: read.extend(one.number for one in page))
        fill(database, range(50, 60))
        second = followed(database, index, lambda page: read.extend(one.number for one in page))
        assert (first, second) == (Followed(50, 50, is_rebuilt=True), Followed(10, 60, is_rebuilt=False))
        assert sorted(read) == sorted(set(read))
        assert all_found(index, range(0, 60, 7))
    assert projection_in(home).held("test") == 60


def test_a_deletion_makes_the_index_anew_without_what_was_deleted(home: Path) -> None:
    with database_in(home) as database, projection_in(home).opened() as index:
        fill(database, range(30))
        followed(database, index)
        with database.begin(TENANT) as unit:
            unit.memory.forget(["p-7"])
            assert not index.is_current("test", unit.memory.standing("test"))
        before = read_mark(home / "chroma")
        assert followed(database, index) == Followed(29, 29, is_rebuilt=True)
        assert "p-7" not in [one.id for one in index.nearest(sense(7), 29)]
        assert before is not None
        assert not (home / "chroma" / before.folder).exists()


def test_another_embedder_gets_an_index_of_its_own_space(home: Path) -> None:
    with database_in(home) as database, projection_in(home).opened() as index:
        fill(database, range(5))
        followed(database, index)
        with pytest.raises(Conflict, match="another embedder"):
            index.nearest(sense(1, "other"), 1)
        with database.begin(TENANT) as unit:
            unit.memory.put_vectors("other", {"p-1": unit_vector(99)})
        assert followed(database, index, embedder="other") == Followed(1, 1, is_rebuilt=True)
        assert index.nearest(sense(99, "other"), 3)[0].id == "p-1"


@pytest.mark.parametrize("fault", ["mark", "folder", "fewer"])
def test_an_index_that_lost_something_is_made_again_from_the_database(home: Path, fault: str) -> None:
    with database_in(home) as database:
        fill(database, range(20))
        with projection_in(home).opened() as index:
            followed(database, index)
        damage(home / "chroma", fault)
        with projection_in(home).opened() as index:
            assert followed(database, index) == Followed(20, 20, is_rebuilt=True)
            assert all_found(index, range(20))


def damage(place: Path, fault: str) -> None:
    mark = json.loads((place / "mark.json").read_text())
    if fault == "mark":
        (place / "mark.json").write_text("{")
    elif fault == "folder":
        (place / mark["folder"]).rename(place / "elsewhere")
    else:
        (place / "mark.json").write_text(json.dumps({**mark, "held": 21}))


def test_a_second_process_is_refused_at_once_and_a_dead_one_holds_nothing(home: Path) -> None:
    with start(home, "hold") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Conflict, match=str(other.pid)), projection_in(home).opened():
            pass
        other.send_signal(signal.SIGKILL)
    with projection_in(home).opened():
        pass


def test_without_the_lock_a_second_opener_would_get_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with projection_in(home).opened():
        with pytest.raises(Conflict), projection_in(home).opened():
            pass
        monkeypatch.setattr(projection, "held_alone", lambda *_: nullcontext())
        with projection_in(home).opened():
            pass


@pytest.mark.crash
def test_a_kill_while_indexing_loses_nothing(home: Path) -> None:
    with database_in(home) as database:
        fill(database, range(6 * PAGE))
        with start(home, "follow") as other:
            assert other.stdout is not None
            seen = [other.stdout.readline() for _ in range(3)]
            other.send_signal(signal.SIGKILL)
        assert other.returncode == -signal.SIGKILL
        assert "end\n" not in seen
        with projection_in(home).opened() as index:
            done = followed(database, index)
            assert done.held == 6 * PAGE
            assert all_found(index, range(6 * PAGE))
