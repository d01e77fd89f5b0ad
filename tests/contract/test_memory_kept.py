"""What a database must keep of memory: the full-text index in step, bounded questions, passages that never change."""

from array import array

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from state.ports.memory import Sense
from state.stores.database import Database
from state.stores.memory_server import word_index
from tests.contract.world import ACCOUNT, passage
from tests.fakes.drafts import TENANT

SCOPES = ("account",)


def in_index(database: Database, word: str) -> int:
    with database.read(TENANT) as unit:
        return word_index(unit.connection, TENANT, SCOPES).hear([word], 9)[word].number


def fail_after_remembering(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "gateway")])
        raise ZeroDivisionError


def test_what_fails_leaves_no_word_in_the_index(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_remembering(database)
    assert in_index(database, "gateway") == 0
    for _ in range(2):
        with database.begin(TENANT) as unit:
            unit.memory.remember([passage("p-1", "gateway")])
    assert in_index(database, "gateway") == 1


def test_a_deletion_by_any_statement_takes_words_vectors_and_counts_along(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "gateway"), passage("p-2", "depot")])
        unit.memory.put_vectors("test", {"p-1": b"0000", "p-2": b"0000"})
        unit.connection.execute(text("DELETE FROM passages WHERE passage = 'p-1'"))
    assert (in_index(database, "gateway"), in_index(database, "depot")) == (0, 1)
    with database.read(TENANT) as unit:
        standing = unit.memory.standing("test")
        assert (standing.scopes, standing.embedded, standing.deletions) == ({"account": 1}, 1, 1)


def test_a_passage_never_changes(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "gateway")])
    with pytest.raises(IntegrityError, match="never changes"), database.begin(TENANT) as unit:
        unit.connection.execute(text("UPDATE passages SET words = 'other' WHERE passage = 'p-1'"))


def test_where_every_word_is_common_the_newest_with_all_of_them_are_ranked(database: Database) -> None:
    texts = ["the price is up", "the price", "the calm", "price alone"] * 30
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage(f"p-{n:03}", text) for n, text in enumerate(texts)])
        told = unit.memory.candidates("The price!", SCOPES, 5)
        assert all(number == 51 for number in told.frequency.values())
        assert {int(name[2:]) % 4 for name in told.ranked} == {1}
        rare = unit.memory.candidates("the price is", SCOPES, 5)
        assert (rare.frequency["is"], rare.frequency["the"]) == (30, 51)
        assert {int(name[2:]) % 4 for name in rare.ranked} == {0}


def test_an_account_of_many_passages_is_compared_one_by_one(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage(f"p-{n:03}", "gateway " * (n % 3) + "depot") for n in range(200)])
        unit.memory.remember([passage("p-999", "gateway zug")])
        found = unit.memory.search("zug gateway", ACCOUNT, 3)
    assert [one.evidence.id for one in found] == ["p-999", "p-002", "p-005"]


def seen(database: Database, words: str) -> list[str]:
    with database.read(TENANT) as unit:
        return [one.evidence.id for one in unit.memory.search(words, ACCOUNT, 9)]


def test_what_a_process_remembers_of_an_account_is_what_the_database_holds_now(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "gateway"), passage("p-2", "gateway depot")])
    assert seen(database, "gateway") == ["p-1", "p-2"]
    with database.begin(TENANT) as unit:
        unit.memory.forget(["p-2"])
        unit.memory.remember([passage("p-3", "gateway leaks")])
    assert seen(database, "gateway") == ["p-1", "p-3"]
    with pytest.raises(ZeroDivisionError):
        fail_after_searching(database)
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-5", "depot only")])
    assert (seen(database, "gateway"), seen(database, "depot")) == (["p-1", "p-3"], ["p-5"])


def fail_after_searching(database: Database) -> None:
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-4", "gateway")])
        assert len(unit.memory.search("gateway", ACCOUNT, 9)) == 3
        raise ZeroDivisionError


def test_vectors_that_come_later_count_in_the_next_search(database: Database) -> None:
    sense = Sense("test", array("f", [1.0, 0.0]).tobytes(), 2.0, 0.5)
    with database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "gateway"), passage("p-2", "depot")])
    for put, expected in (({}, []), ({"p-2": sense.vector}, ["p-2"])):
        with database.begin(TENANT) as unit:
            unit.memory.put_vectors("test", put)
        with database.read(TENANT) as unit:
            assert [one.evidence.id for one in unit.memory.search("zzz", ACCOUNT, 9, sense)] == expected
