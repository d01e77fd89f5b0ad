"""Make a database ready: private files, connection settings, and the schema this code knows.

Invariant: nothing is written to a home or database that others can read, or that newer code has written.
"""

import stat
from collections.abc import Iterator
from errno import EACCES, EISDIR
from os import R_OK, W_OK, access, strerror
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from state.errors import InvalidInput, Unavailable
from state.stores.migrations import HEAD, REVISIONS

BUSY_MILLISECONDS = 10_000
SERVER_OPTIONS = {
    "application_name": "revloop",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "client_min_messages": "warning",
}
"""A writer waits as long as in SQLite, and one that was stopped in its turn loses it."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def parsed(url: str) -> URL:
    """Read a database URL.

    Raises: InvalidInput naming what is wrong.
    """
    remedy = "Use sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."
    try:
        found = make_url(url)
        found.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as fault:
        message = "The database URL cannot be read."
        raise InvalidInput(message, field="database", value=url, remedy=remedy) from fault
    if found.get_backend_name() == "sqlite" and found.database in {None, "", ":memory:"}:
        message = "A database in memory is lost at once."
        raise InvalidInput(message, field="database", value=url, remedy=remedy)
    return found


def engine_of(url: URL) -> Engine:
    """Make the engine; a driver that is not installed is said so."""
    is_server = url.get_backend_name() == "postgresql"
    try:
        engine = (
            create_engine(url, isolation_level="AUTOCOMMIT", connect_args=connecting(url))
            if is_server
            else create_engine(url)
        )
    except ModuleNotFoundError as fault:
        raise Unavailable(
            f"The driver of {url.drivername} is not installed.",
            field="database",
            value=url.drivername,
            remedy="Install it, or use SQLite.",
        ) from fault
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _settle)
    return engine


def connecting(url: URL) -> dict[str, str | int]:
    """Say how a PostgreSQL server is spoken to; what the URL says itself comes last and wins."""
    said = url.query.get("options", "")
    given = [said] if isinstance(said, str) else list(said)
    own = [f"-c {name}={value}" for name, value in SERVER_OPTIONS.items()]
    return {"options": " ".join([*own, *given]).strip(), "connect_timeout": 10}


def schema_beside(url: URL, name: str) -> str:
    """Name the schema of a part that keeps its own tables on the same server."""
    said = str(connecting(url)["options"])
    _, is_named, own = said.rpartition("search_path=")
    return f"{own.split()[0].split(',')[0] if is_named else 'revloop'}_{name}"


def place_in(url: URL, schema: str) -> str:
    """Write a connection string for libpq that works in a schema. Secret: it may hold the password."""
    from psycopg.conninfo import make_conninfo

    given = {name: value for name, value in url.query.items() if name != "options" and isinstance(value, str)}
    options = f"{connecting(url)['options']} -c search_path={schema}"
    named = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
    known = {name: value for name, value in named.items() if value is not None}
    return make_conninfo("", dbname=url.database or "", options=options, **known, **given)


def _settle(connection: SqliteConnection, record: object) -> None:
    """Leave transactions to us, and make each commit durable."""
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def make_private(file: Path) -> None:
    """Make folder and file for their owner alone, or refuse the ones that are not.

    Raises: Unavailable with what to do.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in _places(file):
            mode = place.stat().st_mode
            if mode & _OTHERS:
                fix = "700" if stat.S_ISDIR(mode) else "600"
                raise Unavailable(
                    f"Others can read {place}.", field="home", value=oct(stat.S_IMODE(mode)),
                    remedy=f"Run: chmod {fix} {place}",
                )  # fmt: skip
        if not file.exists():
            file.touch(mode=0o600)
        _require_writable(file)
    except OSError as fault:
        raise Unavailable(
            f"Cannot write {file}: {fault.strerror}.", field="home", value=str(file.parent),
            remedy="Choose a folder of your own with --home or REVLOOP_HOME.",
        ) from fault  # fmt: skip


def _require_writable(file: Path) -> None:
    """Ask, and do not try: to open and close the file would end every lock this process already holds on it.

    Without them another process that ends takes the write-ahead log away, and what is committed later is lost.
    Raises: OSError.
    """
    if file.is_dir():
        raise IsADirectoryError(EISDIR, strerror(EISDIR))
    if not access(file, R_OK | W_OK):
        raise PermissionError(EACCES, strerror(EACCES))


def _places(file: Path) -> Iterator[Path]:
    """List folder, database, write-ahead log and shared memory, as far as they are there."""
    beside = (file.with_name(file.name + ending) for ending in ("", "-wal", "-shm"))
    yield from (place for place in (file.parent, *beside) if place.exists())


def is_current(connection: Connection) -> bool:
    """Say whether the schema is this code's.

    Raises: Unavailable for a newer one.
    """
    found = revision_of(connection)
    if found is not None and found not in REVISIONS:
        raise Unavailable(
            "The database was written by a newer version.", field="database", value=found,
            remedy="Upgrade this installation; nothing was changed.",
        )  # fmt: skip
    return found == HEAD


def revision_of(connection: Connection) -> str | None:
    """Read the recorded revision, or None where there is none yet."""
    # no tenant: the schema is the installation's
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest revision, in the caller's transaction; Alembic is imported only here."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def unreachable(url: URL, said: str) -> Unavailable:
    """Say that the database cannot be used, without its password."""
    remedy = (
        "Another process holds it; try again."
        if "locked" in said or "lock timeout" in said
        else "Check that it is there and is a database."
    )
    shown = url.render_as_string(hide_password=True)
    return Unavailable(
        f"The database cannot be used: {said.rstrip('.?')}.", field="database", value=shown, remedy=remedy
    )
