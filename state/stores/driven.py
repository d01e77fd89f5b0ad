"""Statements that every event and every commit waits for: compiled once, then given to the driver as text.

Invariant: whoever listens to the connection hears of them, and what the driver refuses is said, as of any other
statement. A statement is made once per process, as its text is kept for good.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from sqlalchemy import URL, Connection, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

Bound = Mapping[str, object]


def ask(connection: Connection, statement: ClauseElement, bound: Bound) -> Sequence[tuple[Any, ...]]:
    """Read rows. Shape: a list is bound to an expanding parameter; where one is empty, there are no rows."""
    lists = {name: _padded(value) for name, value in bound.items() if isinstance(value, list)}
    if not all(lists.values()):
        return ()
    single = {name: value for name, value in bound.items() if name not in lists}
    sizes = tuple((name, len(value)) for name, value in lists.items())
    text, fixed = _question(connection.dialect.name, statement, tuple(single), sizes)
    places = {f"{name}_{at}": one for name, value in lists.items() for at, one in enumerate(value, 1)}
    given = {**fixed, **single, **places}
    with _cursor(connection, text, given) as cursor:
        cursor.execute(text, given)
        return cursor.fetchall()


def send(connection: Connection, statement: ClauseElement, rows: Sequence[Bound]) -> None:
    """Write rows that all name the same columns."""
    if rows:
        text = _order(connection.dialect.name, statement, tuple(rows[0]))
        with _cursor(connection, text, rows) as cursor:
            cursor.executemany(text, rows)


@contextmanager
def _cursor(
    connection: Connection, text: str, given: Bound | Sequence[Bound]
) -> Generator[DBAPICursor, None, None]:
    cursor, driver = connection.connection.cursor(), connection.dialect.loaded_dbapi
    for hear in connection.dispatch.before_cursor_execute:
        hear(connection, cursor, text, given, None, isinstance(given, list))
    try:
        yield cursor
    except driver.Error as fault:
        raise DBAPIError.instance(text, None, fault, driver.Error, dialect=connection.dialect) from fault


def _padded(value: list[object]) -> list[object]:
    """Repeat the last one up to a power of two, so that few texts serve every length."""
    return value and value + value[-1:] * ((1 << (len(value) - 1).bit_length()) - len(value))


@cache
def _question(
    dialect: str, statement: ClauseElement, names: tuple[str, ...], lists: tuple[tuple[str, int], ...]
) -> tuple[str, Bound]:
    """Write a question. Shape: its text, and its parameters, of which what the statement itself says stays."""
    compiled = cast(SQLCompiler, statement.compile(dialect=_dialect(dialect)))
    given = dict.fromkeys(names) | {name: [""] * size for name, size in lists}
    expanded = compiled.construct_expanded_state(given)
    return expanded.statement, expanded.parameters


@cache
def _order(dialect: str, statement: ClauseElement, columns: tuple[str, ...]) -> str:
    order = statement.compile(dialect=_dialect(dialect), column_keys=list(columns), for_executemany=True)
    return str(order)


def _dialect(name: str) -> Dialect:
    """Give the dialect whose parameters are written as its driver takes them by name."""
    if name == "postgresql":
        return URL.create("postgresql+psycopg").get_dialect()()
    return sqlite.dialect(paramstyle="named")
