"""Fixtures of the graph tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs.bootstrap import House, projection_of
from graphs.perceiving.confirming import confirm
from graphs.perceiving.correcting import correct
from graphs.perceiving.intake import Delivery, take_events
from graphs.perceiving.remembering import index_memory
from tests.graph.canary import (
    ACME,
    CONTACT,
    FJORD,
    NAME,
    canary,
    long_mail,
    once_in_force,
    planned,
    write_files,
)
from tests.graph.homes import NURSERY, TENANT, Home, copied, make_home, principal_of
from tools.embedding.ngrams import NgramEmbedder


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


@pytest.fixture(scope="session")
def lived_in(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give a home in which the person was met: events folded, loops run, a chat held, files written."""
    home = copied(base_home, tmp_path_factory.mktemp("canary") / "home")
    house = home.house()
    tenancy, me = house.parts.tenancy(TENANT), principal_of(house)
    mail, whole = long_mail()
    kept = Delivery(wholes=(whole, whole.model_copy(update={"event": "q-in"})))
    take_events(house.parts, tenancy, me, [*canary(), mail], "canary", delivery=kept)
    house.runner.start(me, ACME, "prep")
    house.runner.start(me, FJORD, "prep")
    index_memory(house.parts, tenancy, NgramEmbedder(), projection_of(house.settings, TENANT))
    confirm(house.parts, tenancy, me, ACME, CONTACT, "title", "COO")
    correct(house.parts, tenancy, me, ACME, CONTACT, "stance", "supporter", f"{NAME} said so")
    planned(house)
    once_in_force(house, home.path)
    house.close()
    write_files(home.path)
    return home


@pytest.fixture
def place(lived_in: Home, tmp_path: Path) -> Home:
    return copied(lived_in, tmp_path / "home")


@pytest.fixture
def lived(place: Home) -> Iterator[House]:
    house = place.house()
    yield house
    house.close()
