"""The server's own wall between tenants, seen as the role that works, and seen to leak when it is switched off."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ProgrammingError

from state.errors import InvalidInput
from state.stores import turns
from state.stores.database import Database
from state.stores.memory_server import LOOKED_UP
from state.stores.row_security import guarded
from tests.contract.world import admit, company, passage, told
from tests.fakes.drafts import OTHER, TENANT
from tests.postgres import Schema, as_role, connected

pytestmark = pytest.mark.postgres
ROW = "INSERT INTO accounts (tenant, account, name, aliases, status, version, digest) VALUES ('{}', 'x', 'x', '[]', 'x', 0, '')"  # noqa: E501


def fill(server: Schema) -> None:
    """Give two tenants an account and an event each."""
    for tenant in (TENANT, OTHER):
        with server.database.begin(tenant) as unit:
            admit(unit, company(name="Alder"))
            unit.events.receive([told("e-1").model_copy(update={"tenant": tenant})])


@contextmanager
def from_the_pool(server: Schema) -> Generator[Connection, None, None]:
    """Take a connection that somebody else gave back."""
    database = Database(as_role(server.url, server.roles[0]))
    with database.read(TENANT) as unit:
        lent = unit.connection.connection.driver_connection
    with database.engine.connect() as connection:
        assert connection.connection.driver_connection is lent
        yield connection
    database.close()


def read(connection: Connection, tables: Sequence[str]) -> dict[str, int]:
    counted = {
        name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in tables
    }
    return {name: number for name, number in counted.items() if number}


def test_every_table_that_names_a_tenant_is_guarded_and_forced_on_its_owner(server: Schema) -> None:
    with connected(server.url) as plain:
        found = plain.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_policies AS p ON p.tablename = c.relname"
            " AND p.schemaname = current_schema() WHERE c.relnamespace = current_schema()::regnamespace"
            " AND c.relrowsecurity AND c.relforcerowsecurity"
        ).fetchall()
        tables = plain.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND column_name = 'tenant'"
        ).fetchall()
    assert {row[0] for row in found} == {row[0] for row in tables} == set(guarded())
    assert len(guarded()) > 30


def test_the_role_that_works_owns_nothing_and_gets_past_nothing(server: Schema) -> None:
    assert server.database.is_walled
    superuser = Database(server.url)
    assert not superuser.is_walled
    superuser.close()
    with server.database.engine.connect() as connection:
        owned = connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert owned.scalar_one() == 0
    with connected(server.url) as plain:
        assert plain.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (
            True,
        )


def test_a_connection_that_went_back_to_the_pool_reads_nothing_and_leaks_without_the_wall(
    server: Schema,
) -> None:
    fill(server)
    with from_the_pool(server) as connection:
        assert read(connection, guarded()) == {}
    with without_the_wall(server, "accounts", "events"), from_the_pool(server) as connection:
        assert read(connection, guarded()) == {"accounts": 2, "events": 2}


@contextmanager
def without_the_wall(server: Schema, *tables: str) -> Generator[None, None, None]:
    with connected(server.url) as plain:
        for name in tables:
            plain.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY".encode())
        try:
            yield
        finally:
            for name in tables:
                plain.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY".encode())


def test_a_query_that_forgets_its_tenant_gets_its_own_rows_alone(server: Schema) -> None:
    fill(server)
    with server.database.read(TENANT) as unit:
        assert read(unit.connection, ("accounts", "events")) == {"accounts": 1, "events": 1}
    with without_the_wall(server, "accounts"), server.database.read(TENANT) as unit:
        assert read(unit.connection, ("accounts",)) == {"accounts": 2}


def test_a_row_of_another_tenant_cannot_be_written(server: Schema) -> None:
    with pytest.raises(Exception, match="row-level security"), server.database.begin(TENANT) as unit:
        unit.connection.exec_driver_sql(ROW.format(OTHER))
    with server.database.engine.connect() as connection, pytest.raises(ProgrammingError, match="row-level"):
        connection.exec_driver_sql(ROW.format(TENANT))


def test_the_tables_owner_who_names_no_tenant_reads_nothing_either(server: Schema) -> None:
    fill(server)
    owner = Database(as_role(server.url, server.roles[1]))
    with owner.engine.connect() as connection:
        assert read(connection, guarded()) == {}
    with turns.reading(owner.engine, OTHER) as connection:
        assert read(connection, ("accounts", "events")) == {"accounts": 1, "events": 1}
    owner.close()


def test_words_are_looked_up_in_the_rows_of_the_tenant_that_was_said(server: Schema) -> None:
    with server.database.begin(OTHER) as unit:
        unit.memory.remember([passage("p-1", "gateway")])
        scopes = unit.connection.exec_driver_sql("SELECT scopes FROM passages").scalar_one()
        asked = f"SELECT count(*) FROM {LOOKED_UP}('{scopes}', ARRAY['gateway'], 9)"
        assert unit.connection.exec_driver_sql(asked).scalar_one() == 1
    with server.database.read(TENANT) as unit:
        assert unit.connection.exec_driver_sql(asked).scalar_one() == 0


def test_what_a_transaction_said_ends_with_it_even_when_it_fails(server: Schema) -> None:
    fill(server)
    with pytest.raises(ZeroDivisionError), server.database.begin(TENANT):
        raise ZeroDivisionError
    with server.database.engine.connect() as connection:
        assert read(connection, guarded()) == {}
    with turns.reading(server.database.engine, TENANT) as connection:
        assert read(connection, ("accounts",)) == {"accounts": 1}


def test_checkpoints_and_queue_are_another_roles(server: Schema) -> None:
    """The role that works can neither read nor make anything there."""
    place = server.database.beside("checkpoints")
    assert place is not None
    schema = f"{make_url(server.url).database}_checkpoints"
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS looked_for (n int)")
    working = server.database.engine.connect()
    with working as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.exec_driver_sql(f"SELECT * FROM {schema}.looked_for")
    with connected(server.url) as plain:
        plain.execute(f"DROP SCHEMA {schema} CASCADE".encode())


def test_a_text_that_the_server_cannot_keep_is_refused_as_input(server: Schema) -> None:
    with pytest.raises(InvalidInput), server.database.read(TENANT) as unit:
        unit.situations.account("a\x00b")  # type: ignore[arg-type]  # as a request would name it
