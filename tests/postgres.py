"""A PostgreSQL server for tests: one database per test process, emptied after each test, gone at the end."""

import os
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from sqlalchemy import URL, make_url

from state.stores.database import Database

SERVER = os.environ.get("REVLOOP_TEST_SERVER", "postgresql+psycopg://127.0.0.1:5432/test")
PASSWORD = "only-for-tests"
EMPTY = """DO $$
DECLARE name text; is_full boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
END $$"""
"""Without triggers, which keep what happened."""


def is_there() -> bool:
    """Say whether a server answers."""
    try:
        connected().close()
    except psycopg.OperationalError:
        return False
    return True


def connected(url: str | URL = SERVER) -> psycopg.Connection:
    """Connect past the product, as the server's superuser whoever the URL names."""
    own = make_url(SERVER)
    named = make_url(url)._replace(username=own.username, password=own.password)
    options = str(named.query.get("options", ""))
    plain = named.set(drivername="postgresql", query={}).render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=60, options=options)


def url_of(schema: str) -> str:
    """Name the schema in the database of its name as settings do; a commit need not survive the server here."""
    options = {"options": f"-c search_path={schema} -c synchronous_commit=off"}
    named = make_url(SERVER).set(database=schema).update_query_dict(options)
    return named.render_as_string(hide_password=False)


def roles_of(schema: str) -> tuple[str, str, str]:
    """Name the role that works, the one that owns the tables, and that of checkpoints and queue."""
    return f"{schema}_works", f"{schema}_owns", f"{schema}_beside"


def as_role(url: str, role: str) -> str:
    """Connect as somebody else."""
    return make_url(url).set(username=role, password=PASSWORD).render_as_string(hide_password=False)


class Schema:
    """A migrated schema of one's own, and the way to empty it."""

    def __init__(self, name: str) -> None:
        self.url = url_of(name)
        """As a superuser, past every policy."""
        self.roles = roles_of(name)
        works, owns, beside = (as_role(self.url, role) for role in self.roles)
        self.named = {"database": works, "database_owner": owns, "database_beside": beside}
        """The settings that name it."""
        self.database = Database(works, owner=owns, beside=beside)
        """Works as a role that owns nothing. Stays open: a connection costs more than most tests."""
        self._plain = connected(self.url)

    def empty(self) -> None:
        """Take every row away."""
        self._plain.execute(EMPTY)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
        self._plain.close()


@contextmanager
def own_schema(name: str) -> Generator[Schema, None, None]:
    """Make a schema in a database of its own, as what others read there keeps deleted rows; it is gone at the end."""
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode()
    works, owns, beside = roles_of(name)
    with connected() as server:
        server.execute(drop)
        for role in (works, owns, beside):
            server.execute(f"DROP ROLE IF EXISTS {role}".encode())
            server.execute(f"CREATE ROLE {role} LOGIN NOBYPASSRLS PASSWORD '{PASSWORD}'".encode())
        server.execute(f"GRANT {works} TO {owns}".encode())
        server.execute(f"CREATE DATABASE {name} OWNER {owns}".encode())
        server.execute(f"GRANT CREATE ON DATABASE {name} TO {beside}".encode())
    with connected(url_of(name)) as server:
        server.execute(f"CREATE SCHEMA {name} AUTHORIZATION {owns}".encode())
    made = Schema(name)
    try:
        yield made
    finally:
        made.close()
        with connected() as server:
            server.execute(drop)
            for role in (owns, works, beside):
                server.execute(f"DROP ROLE IF EXISTS {role}".encode())
