"""Who writes when: SQLite gives the whole file to one writer, PostgreSQL a tenant to one writer at a time.

Invariant: whoever writes sees everything that was committed before its turn, so no two writers extend one ledger head;
whoever reads sees one state from the first statement to the last.
"""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from state.stores.row_security import SAY

SCHEMA = "schema"
"""The turn of whoever migrates."""
SWITCH = "switch"
"""The turn of the installation's stop switch: claims share it, turning it takes it alone."""
_TAKE = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || %s, 0))"
_TAKE_AS = _TAKE.replace("SELECT ", f"{SAY}, ")
_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '/' || %s, 0))"


@contextmanager
def reading(engine: Engine, whose: str) -> Generator[Connection, None, None]:
    """Hold one consistent state."""
    with _opened(engine, "REPEATABLE READ") as connection:
        if is_server(connection):
            _say(connection, SAY, whose)
        else:
            _say(connection, "BEGIN DEFERRED")
        yield connection


@contextmanager
def writing(engine: Engine, whose: str) -> Generator[Connection, None, None]:
    """Wait for one's turn before reading anything, then hold it until the end."""
    with _opened(engine, "READ COMMITTED") as connection:
        if is_server(connection):
            _say(connection, _TAKE_AS, whose, f"turn/{whose}")
        else:
            _say(connection, "BEGIN IMMEDIATE")
        yield connection


def share_switch(connection: Connection) -> None:
    """Let nobody turn the installation's stop switch until this transaction ends."""
    if is_server(connection):
        _say(connection, _SHARE, SWITCH)


def take_switch(connection: Connection) -> None:
    """Wait for every claim that began before the switch, and let none begin until it is turned."""
    if is_server(connection):
        _say(connection, _TAKE, SWITCH)


def is_server(connection: Connection) -> bool:
    """Tell PostgreSQL from a file."""
    return connection.dialect.name == "postgresql"


@contextmanager
def _opened(engine: Engine, level: str) -> Generator[Connection, None, None]:
    with engine.connect() as connection:
        if is_server(connection):
            connection.execution_options(isolation_level=level)
        with connection.begin():
            yield connection


def _say(connection: Connection, statement: str, *given: str) -> None:
    """Send past the statement counter: it is a part of the transaction, not a statement of a store."""
    connection.connection.cursor().execute(statement, given)
