"""Leaving no deleted byte behind: tables and indexes rewritten; in SQLite the write-ahead log cut as well.

A PostgreSQL server keeps its write-ahead log and its backups for as long as its admin says: docs/decisions/erasure.md.
Source: sqlite.org on VACUUM, FTS5 optimize and wal_checkpoint(TRUNCATE); postgresql.org on VACUUM FULL.
"""

from collections.abc import Generator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from time import sleep
from typing import cast

from sqlalchemy import Connection, Engine, inspect

from state.errors import Conflict

BUSY_MILLISECONDS = 1000
ASKED = 10


def require_alone(engine: Engine) -> None:
    """Refuse while another process reads or writes this database. Raises: Conflict."""
    if engine.dialect.name == "postgresql":
        with _server(engine) as connection:
            _require_no_reader(connection)
        return
    with _sqlite(engine) as connection:
        _cut_log(connection)


def compact(engine: Engine) -> None:
    """Rewrite the database without what was deleted. Raises: Conflict."""
    if engine.dialect.name == "postgresql":
        with _server(engine) as connection:
            _require_no_reader(connection)
            for name in inspect(connection).get_table_names():
                _rewrite(connection, name)
        return
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
    engine.dispose()
    lent = engine.raw_connection()
    try:
        yield cast("SqliteConnection", lent.driver_connection)
    finally:
        lent.close()


@contextmanager
def _server(engine: Engine) -> Generator[Connection, None, None]:
    engine.dispose()
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _rewrite(connection: Connection, table: str) -> None:
    """Rewrite a table, again where somebody looked meanwhile: also the server's own analysis keeps deleted rows."""
    for _ in range(ASKED):
        looked_before = _reading(connection)
        connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
        if looked_before + _reading(connection) == 0:
            return
        sleep(BUSY_MILLISECONDS / 1000 / ASKED)
    raise _busy()


def _require_no_reader(connection: Connection) -> None:
    """Refuse while a transaction of others may still see what was deleted: it would be kept for them."""
    for _ in range(ASKED):
        if _reading(connection, "client backend") == 0:
            return
        sleep(BUSY_MILLISECONDS / 1000 / ASKED)
    raise _busy()


def _reading(connection: Connection, kind: str = "%") -> int:
    """Count who else reads in this database."""
    # no tenant: the tables are the installation's
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_xmin IS NOT NULL AND backend_type LIKE %s",
        (kind,),
    )
    return int(found.scalar_one())


def _busy() -> Conflict:
    return Conflict(
        "Another process is working in this home, and what it reads cannot be erased under it.",
        field="home",
        remedy="End it (`revloop serve`, a worker, an open chat) and run this again.",
    )
