"""Opening: private files, known schema, clear refusals, and no migration when there is nothing to do."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url

from state.errors import InvalidInput, Unavailable
from state.ledger.entry import EntryDraft, Kind
from state.stores import memory_text, opening
from state.stores.database import Database
from state.stores.migrations import HEAD, REVISIONS, ddl
from state.stores.schema import metadata
from tests.fakes.drafts import OTHER, TENANT, an_action, stamp

ROOT = Path(__file__).parents[2]


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_a_new_home_is_its_owners_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        database = Database(url(tmp_path / "home" / "revloop.db"))
        with database.begin(TENANT) as unit:
            unit.actions.draft([an_action()], stamp())
            modes = {each.name: each.stat().st_mode & 0o777 for each in (tmp_path / "home").iterdir()}
        database.close()
    finally:
        os.umask(previous)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert modes == {"revloop.db": 0o600, "revloop.db-wal": 0o600, "revloop.db-shm": 0o600}


@pytest.mark.parametrize("place", [".", "revloop.db", "revloop.db-wal"])
@pytest.mark.parametrize("bit", [0o040, 0o004, 0o002])
def test_what_others_can_reach_is_refused_with_the_remedy(sqlite_file: Path, place: str, bit: int) -> None:
    target = sqlite_file.parent / place
    if not target.exists():
        target.touch()
    target.chmod((0o700 if place == "." else 0o600) | bit)
    with pytest.raises(Unavailable) as fault:
        Database(url(sqlite_file))
    assert "chmod" in fault.value.remedy


def test_a_home_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as fault:
        Database(url(tmp_path / "file" / "home" / "revloop.db"))
    assert "REVLOOP_HOME" in fault.value.remedy


def test_a_newer_schema_is_left_alone(sqlite_file: Path) -> None:
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(Unavailable) as fault:
        Database(url(sqlite_file))
    assert (fault.value.value, "newer" in fault.value.message) == ("9999", True)


@pytest.mark.parametrize("bad", ["nonsense", "sqlite://", "sqlite:///:memory:", "oracle+none://x", ""])
def test_an_unreadable_url_names_itself(bad: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        Database(bad)
    assert fault.value.field == "database"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable) as fault:
        Database("postgresql+psycopg://uma:secret@127.0.0.1:1/none")
    assert "secret" not in f"{fault.value} {fault.value.value}"


def test_an_unreachable_database_is_named_without_its_password() -> None:
    fault = opening.unreachable(make_url("postgresql://uma:secret@db/none"), "refused")
    assert fault.value == "postgresql://uma:***@db/none"


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "revloop.db").write_bytes(b"not a database, only text that is long enough" * 100)
    (home / "revloop.db").chmod(0o600)
    with pytest.raises(Unavailable):
        Database(url(home / "revloop.db"))


def test_a_locked_database_says_that_another_process_holds_it(sqlite_file: Path) -> None:
    database = Database(url(sqlite_file))
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    database.engine.dispose()
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="Another process"), database.begin(TENANT):
            pass
    database.close()


def test_opening_a_current_database_leaves_alembic_out(sqlite_file: Path) -> None:
    code = (
        "import sys; from state.stores.database import Database;"
        f"Database({url(sqlite_file)!r}); print('alembic.command' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "False"


def test_two_processes_that_open_a_new_home_at_once_both_succeed(tmp_path: Path) -> None:
    code = f"from state.stores.database import Database; Database({url(tmp_path / 'home' / 'revloop.db')!r})"
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(2)]
    assert [each.wait(600) for each in both] == [0, 0]


def test_the_written_schema_is_that_of_the_tables_and_the_lifecycle() -> None:
    assert ddl.written() == {name: (ddl.FOLDER / name).read_text() for name in ddl.written()}


def test_the_known_revisions_are_the_scripts() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(ddl.FOLDER.parent))
    assert tuple(reversed([each.revision for each in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_current_head() == HEAD


def test_a_migrated_database_has_no_difference_to_the_tables(sqlite_file: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with create_engine(url(sqlite_file)).connect() as connection:
        apart = {"include_name": lambda name, *_: not str(name).startswith(memory_text.TABLE)}
        assert compare_metadata(MigrationContext.configure(connection, opts=apart), metadata) == []
    connection.engine.dispose()


def test_a_commit_survives_the_loss_of_power(sqlite_file: Path) -> None:
    database = Database(url(sqlite_file))
    with database.read(TENANT) as unit:
        settings = {
            name: unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_read_leaves_nothing_behind(sqlite_file: Path) -> None:
    database = Database(url(sqlite_file))
    with database.read(OTHER) as unit:
        unit.actions.assign  # noqa: B018  # a store is made only when asked for
        unit.connection.exec_driver_sql("INSERT INTO stops VALUES ('x', 1, 1, 'k')")
    with database.read(OTHER) as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM stops").scalar() == 0
    database.close()


def test_a_second_opening_in_one_process_loses_nothing_that_the_first_writes(sqlite_file: Path) -> None:
    code = (
        "import sys; from state.stores.database import Database; from state.ids import TenantId\n"
        f"database = Database({url(sqlite_file)!r})\n"
        f"with database.read(TenantId({TENANT!r})) as unit: print(unit.ledger.head().seq)\n"
        "database.close()"
    )
    first = Database(url(sqlite_file))
    with first.read(TENANT) as unit:
        assert unit.ledger.head().seq == 0
    second = Database(url(sqlite_file))
    seen = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        seen.append(int(done.stdout))
        with first.begin(TENANT) as unit:
            unit.ledger.append([EntryDraft(Kind.SIGNAL, stamp(), {"text": "kept"})])
    first.close()
    second.close()
    assert seen == [0, 1]
