"""Ingest never loads a situation, so it is paid by the event; and detection is a function of values."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, cast

import pytest

from graphs.perceiving.world import Sights, receive
from state.ids import AccountId
from state.ports.unit import Unit
from state.stores.database import Database, SqlUnit
from state.stores.situations import SqlSituations
from state.world.delta import Delta
from state.world.detection import survey
from state.world.event import Event
from tests.build import NOW, PROFILE, TENANT, Story
from tests.unit.detection import stories


class Loaded(Exception):
    """A situation was asked for."""


class Blind(SqlSituations):
    """The store of situations, whose loader raises."""

    def load(self, account: AccountId, version: int | None = None) -> NoReturn:
        """Refuse."""
        raise Loaded


class Careless(Blind):
    """The planted fault: it looks at each account while admitting events."""

    def admit(self, events: Sequence[Event], batches: Sequence[Sequence[Delta]]) -> frozenset[str]:
        """Load what is about to change."""
        for event in events:
            self.load(AccountId(str(event.account)))
        return super().admit(events, batches)


def sealed(unit: SqlUnit, kind: type[Blind] = Blind) -> Unit:
    """Let a unit use this store: a cached property takes what stands in its place."""
    vars(unit)["situations"] = kind(unit.connection, unit.tenant)
    return cast(Unit, unit)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(f"sqlite:///{tmp_path_factory.mktemp('sealed') / 'revloop.db'}")


@pytest.mark.parametrize("make", stories.ALL, ids=lambda one: one.__name__)
def test_ingest_and_admission_never_load_a_situation(database: Database, make: Callable[[], Story]) -> None:
    events = make().events
    with database.begin(TENANT) as unit:
        counted = receive(sealed(unit), events, PROFILE, NOW)
    assert counted.new == len(events)
    with database.read(TENANT) as unit:
        assert unit.situations.load(AccountId(make().account_id)).deltas


def test_a_store_that_loads_while_admitting_is_caught_and_so_is_a_look(database: Database) -> None:
    story = Story("sealed").account(name="Sealed Ltd")
    with pytest.raises(Loaded), database.begin(TENANT) as unit:
        receive(sealed(unit, Careless), story.events, PROFILE, NOW)
    with pytest.raises(Loaded), database.read(TENANT) as unit:
        Sights().situation(sealed(unit), TENANT, AccountId("sealed"), 1, "")


@pytest.mark.parametrize("make", stories.ALL, ids=lambda one: one.__name__)
def test_detection_is_a_function_of_values(make: Callable[[], Story]) -> None:
    story = make()
    view, beside = story.view(), story.around()
    before = [delta.as_json() for delta in view.situation.deltas], beside.model_dump_json()
    first = survey(view, beside, PROFILE)
    assert survey(view, beside, PROFILE) == first == survey(story.view(), beside, PROFILE)
    assert before == ([delta.as_json() for delta in view.situation.deltas], beside.model_dump_json())


def test_no_module_of_detection_reads_a_clock_a_file_or_the_network() -> None:
    folder = Path(survey.__code__.co_filename).parent
    words = ("datetime.now", "time.time", "open(", "os.environ", "random", "requests", "socket")
    guilty = [path.name for path in folder.glob("*.py") if any(word in path.read_text() for word in words)]
    assert guilty == []
