"""Who writes when: SQLite gives the whole file to one writer, PostgreSQL a tenant to one writer at a time.

Invariant: whoever writes sees everything that was committed before its turn, so no two writers extend one ledger head;
whoever reads sees one state from the first statement to the last.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine

from state.stores.row_security import SAY

if TYPE_CHECKING:
    import psycopg

SCHEMA = "schema"
"""The turn of whoever migrates."""
SWITCH = "switch"
"""The turn of the installation's stop switch: claims share it, turning it takes it alone."""
_TAKE = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || %s, 0))"
_HOLD = "SELECT pg_advisory_lock(hashtextextended(current_schema() || '/' || %s, 0))"
_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '/' || %s, 0))"
_LOOK = f"BEGIN ISOLATION LEVEL REPEATABLE READ; {SAY}"
_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {_TAKE.replace('SELECT ', f'{SAY}, ')}"
"""Begun, said and waited for in one exchange with the server."""


@contextmanager
def reading(engine: Engine, whose: str) -> Generator[Connection, None, None]:
    """Hold one consistent state."""
    with _opened(engine, "BEGIN DEFERRED", _LOOK, whose) as connection:
        yield connection


@contextmanager
def writing(engine: Engine, whose: str) -> Generator[Connection, None, None]:
    """Wait for one's turn before reading anything, then hold it until the end."""
    with _opened(engine, "BEGIN IMMEDIATE", _WRITE, whose, f"turn/{whose}") as connection:
        yield connection


@contextmanager
def alone(engine: Engine, name: str) -> Generator[None, None, None]:
    """Be the only one inside of all processes on a server; a file has one that serves it.

    Invariant: no transaction is open meanwhile, and who dies lets the next one in: the turn ends with its connection.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        driver = _driver(connection)
        connection.detach()
        driver.execute(_HOLD, (f"alone/{name}",))
        yield


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
def _opened(engine: Engine, in_file: str, on_server: str, *given: str) -> Generator[Connection, None, None]:
    """Begin, and end whatever comes."""
    connection = _begun(engine, in_file, on_server, given)
    with connection, connection.begin():
        yield connection


def _begun(engine: Engine, in_file: str, on_server: str, given: tuple[str, ...]) -> Connection:
    """Begin on a connection of the pool; one of a server that had died there gives way to a new one, once.

    Why: to ask each connection first whether it lives costs an exchange with the server each time.
    """
    for is_last in (False, True):
        with ExitStack() as given_back:
            connection = given_back.enter_context(engine.connect())
            try:
                if is_server(connection):
                    _say_at_once(connection, on_server, given)
                else:
                    _say(connection, in_file)
            except engine.dialect.loaded_dbapi.Error:
                if is_last or not is_server(connection) or not _driver(connection).closed:
                    raise
                connection.invalidate()
            else:
                given_back.pop_all()
                return connection
        engine.dispose()
    raise AssertionError("the second time it returned or raised")


def _driver(connection: Connection) -> "psycopg.Connection[object]":
    return cast("psycopg.Connection[object]", connection.connection.driver_connection)


def _say_at_once(connection: Connection, statements: str, given: tuple[str, ...]) -> None:
    """Send several statements in one message, which the driver does only where it fills in what is given itself."""
    connection.dialect.loaded_dbapi.ClientCursor(_driver(connection)).execute(statements, given)


def _say(connection: Connection, statement: str, *given: str) -> None:
    """Send past the statement counter: it is a part of the transaction, not a statement of a store."""
    connection.connection.cursor().execute(statement, given)
