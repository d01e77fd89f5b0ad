"""A loop looks into memory by meaning as soon as its passages were read for it, and by words alone until then."""

from collections.abc import Sequence

import pytest

from graphs.bootstrap import House, projection_of
from graphs.keeping.forgetting import find_person, forget_person
from graphs.perceiving.remembering import index_memory, know_meanings
from state.errors import Conflict, Unavailable
from state.ids import AccountId
from state.ports.memory import Embedder, Vector
from tests.graph.canary import ADMIN
from tests.graph.homes import TENANT, principal_of
from tools.embedding.ngrams import NgramEmbedder


class Listening(NgramEmbedder):
    """The embedder without a model, which remembers what it was asked; broken, it answers nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_broken = False

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Read texts."""
        if self.is_broken:
            raise Unavailable("The endpoint is away.", field="embedding_url")
        self.asked += texts
        return super().embed(texts)


@pytest.fixture
def embedder(house: House) -> Listening:
    """Let the house choose an embedder that listens."""
    found = Listening()
    house.parts.find_embedder = lambda: found
    return found


def prepared(house: House) -> None:
    """Prepare a meeting."""
    assert house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep").run


def indexed(house: House, embedder: Embedder) -> None:
    index_memory(house.parts, house.parts.tenancy(TENANT), embedder, projection_of(house.settings, TENANT))


def test_a_loop_asks_by_meaning_once_memory_was_indexed(house: House, embedder: Listening) -> None:
    prepared(house)
    assert embedder.asked == []
    indexed(house, Listening())
    prepared(house)
    assert len(embedder.asked) == 1


def test_a_loop_goes_on_by_words_when_the_embedder_fails(house: House, embedder: Listening) -> None:
    indexed(house, Listening())
    embedder.is_broken = True
    prepared(house)
    assert know_meanings(house.parts) == "The endpoint is away."


def test_a_process_that_stays_loads_it_before_it_is_asked(house: House, embedder: Listening) -> None:
    assert know_meanings(house.parts) == ""
    assert (house.parts.embedder, embedder.asked) == (embedder, ["warm"])


def test_a_choice_that_cannot_be_kept_is_said_and_harms_no_loop(house: House) -> None:
    house.parts.find_embedder = None
    assert know_meanings(house.parts)
    prepared(house)


def test_nobody_is_forgotten_while_the_index_is_open_elsewhere(house: House) -> None:
    tenancy = house.parts.tenancy(TENANT)
    marks = find_person(house, tenancy, "raj.patel@acme.example")
    with projection_of(house.settings, TENANT).opened(), pytest.raises(Conflict, match="company-wide index"):
        forget_person(house, tenancy, ADMIN, marks)
    assert find_person(house, tenancy, "raj.patel@acme.example") == marks
