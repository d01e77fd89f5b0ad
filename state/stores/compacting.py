"""Leaving no deleted byte behind: tables and indexes rewritten; in SQLite the write-ahead log cut as well.

A PostgreSQL server keeps its write-ahead log and its backups for as long as its admin says: docs/decisions/erasure.md.
Source: sqlite.org on VACUUM, FTS5 optimize and wal_checkpoint(TRUNCATE); postgresql.org on VACUUM FULL.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from time import sleep
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine, inspect

from state.errors import Conflict

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection
    from psycopg.errors import Diagnostic

BUSY_MILLISECONDS = 1000
ASKED = 10
REWRITTEN = 50
"""So often a table is rewritten while somebody looks, the server's own analysis among them."""
_KEPT = re.compile(r"\d+")


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
                rewrite(connection, name)
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


def rewrite(connection: Connection, table: str) -> None:
    """Rewrite a table, again while the server says that deleted rows had to be kept for whoever looks."""
    for _ in range(REWRITTEN):
        if rewritten(connection, table) == 0:
            return
        sleep(BUSY_MILLISECONDS / 1000 / ASKED)
    raise _busy()


def rewritten(connection: Connection, table: str) -> int:
    """Rewrite a table once. Shape: deleted rows that are still there, by the server's own count."""
    counts: list[int] = []

    def hear(notice: "Diagnostic") -> None:
        counts.extend(int(number) for number in _KEPT.findall(notice.message_detail or "")[:1])

    driver = cast("PsycopgConnection[object]", connection.connection.driver_connection)
    driver.add_notice_handler(hear)
    try:
        connection.exec_driver_sql(f'VACUUM (FULL, VERBOSE) "{table}"')
    finally:
        driver.remove_notice_handler(hear)
    return sum(counts) if counts else 1


def _require_no_reader(connection: Connection) -> None:
    """Refuse while a transaction of others may still see what was deleted: it would be kept for them."""
    for _ in range(ASKED):
        if _reading(connection) == 0:
            return
        sleep(BUSY_MILLISECONDS / 1000 / ASKED)
    raise _busy()


def _reading(connection: Connection) -> int:
    """Count the transactions of others in this database that may still see what was deleted."""
    # no tenant: the tables are the installation's
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_xmin IS NOT NULL AND backend_type = 'client backend'"
    )
    return int(found.scalar_one())


def _busy() -> Conflict:
    return Conflict(
        "Another process is working in this home, and what it reads cannot be erased under it.",
        field="home",
        remedy="End it (`revloop serve`, a worker, an open chat) and run this again.",
    )
