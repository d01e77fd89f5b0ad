"""Statements given to the driver as text: any number of names, heard and refused like every other statement."""

import pytest
from sqlalchemy import Connection, bindparam, column, insert, select, table
from sqlalchemy.exc import IntegrityError

from state.errors import InvalidInput
from state.stores.database import Database
from state.stores.driven import ask, send
from tests.fakes.drafts import TENANT
from tests.postgres import Schema

WORDS = table("words", column("tenant"), column("word"))
OWN = select(WORDS.c.word).where(WORDS.c.tenant == bindparam("tenant"))
NAMED = OWN.where(WORDS.c.word.in_(bindparam("words", expanding=True))).order_by(WORDS.c.word)
FIRST = OWN.order_by(WORDS.c.word).limit(bindparam("most"))
KEEP = insert(WORDS)


def kept(connection: Connection, *words: str) -> None:
    """Make a table for this transaction: one that outlives it goes back to the pool of a server's schema."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS words")
    gone = "ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE words (tenant TEXT, word TEXT PRIMARY KEY) {gone}")
    send(connection, KEEP, [{"tenant": TENANT, "word": word} for word in words])


def found(connection: Connection, words: list[str]) -> list[str]:
    return [word for (word,) in ask(connection, NAMED, {"tenant": TENANT, "words": words})]


@pytest.mark.parametrize("number", range(8))
def test_a_list_of_any_length_finds_what_it_names_and_nothing_else(database: Database, number: int) -> None:
    with database.begin(TENANT) as unit:
        kept(unit.connection, *"abcdefghij")
        assert found(unit.connection, list("hgfedcb")[:number]) == sorted("hgfedcb"[:number])


def test_what_a_statement_says_itself_stands_beside_what_is_given(database: Database) -> None:
    with database.begin(TENANT) as unit:
        kept(unit.connection, "b", "a", "c")
        assert ask(unit.connection, FIRST, {"tenant": TENANT, "most": 2}) == [("a",), ("b",)]


def test_the_driver_is_counted_like_everybody(database: Database) -> None:
    with database.begin(TENANT) as unit:
        kept(unit.connection, "a")
        before = database.statements
        assert found(unit.connection, ["a"]) == ["a"]
        send(unit.connection, KEEP, [{"tenant": TENANT, "word": each} for each in "xyz"])
        send(unit.connection, KEEP, [])
        assert database.statements == before + 2


def test_what_the_driver_refuses_is_said_in_the_words_of_every_store(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin(TENANT) as unit:
        kept(unit.connection, "a", "a")


@pytest.mark.postgres
def test_a_text_that_a_server_cannot_keep_is_refused_as_such(server: Schema) -> None:
    with pytest.raises(InvalidInput, match="cannot keep"), server.database.begin(TENANT) as unit:
        kept(unit.connection, "a\x00")
