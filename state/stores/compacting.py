"""Leaving no deleted byte behind in a SQLite file: the index merged, the file rewritten, the write-ahead log cut.

Source: sqlite.org on VACUUM, FTS5 optimize and wal_checkpoint(TRUNCATE).
"""

from collections.abc import Generator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from typing import cast

from sqlalchemy import Engine

from state.errors import Conflict, Unavailable

BUSY_MILLISECONDS = 1000


def require_alone(engine: Engine) -> None:
    """Refuse while another process reads or writes this database. Raises: Conflict, Unavailable."""
    with _sqlite(engine) as connection:
        _cut_log(connection)


def compact(engine: Engine) -> None:
    """Rewrite the file without what was deleted. Raises: Conflict, Unavailable."""
    with _sqlite(engine) as connection:
        # no tenant: the file is the installation's
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
        ).fetchall():
            connection.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')  # noqa: S608 - a table of ours
        compact_file(connection)


def compact_file(connection: SqliteConnection) -> None:
    """Do the same on a connection of one's own. Raises: Conflict."""
    try:
        connection.execute("VACUUM")
    except OperationalError as fault:
        raise _busy() from fault
    _cut_log(connection)


def _cut_log(connection: SqliteConnection) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise _busy()


@contextmanager
def _sqlite(engine: Engine) -> Generator[SqliteConnection, None, None]:
    if engine.dialect.name != "sqlite":
        raise Unavailable(
            "Forgetting is there for SQLite only.", remedy="See docs/decisions/erasure.md for PostgreSQL."
        )
    engine.dispose()
    lent = engine.raw_connection()
    try:
        yield cast("SqliteConnection", lent.driver_connection)
    finally:
        lent.close()


def _busy() -> Conflict:
    return Conflict(
        "Another process is working in this home, and what it reads cannot be erased under it.",
        field="home",
        remedy="End it (`revloop serve`, a worker, an open chat) and run this again.",
    )
