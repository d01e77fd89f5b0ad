"""PostgreSQL's own wall between tenants: each transaction says whose rows it wants, and the server shows no other.

Invariant: a connection that said nothing reads and writes nothing, the tables' owner included; what is said ends with
its transaction, so a connection that goes back to the pool carries no tenant to whoever takes it next.
Source: postgresql.org, row security policies.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from state.ports.acting import EVERYWHERE
from state.stores.schema import metadata

SETTING = "revloop.tenant"
SAY = f"SELECT set_config('{SETTING}', %s, true)"
"""Ends with the transaction."""
_SAID = f"current_setting('{SETTING}', true)"
_OWN = f"tenant = {_SAID}"
_OWN_OR_ALL = f"{_OWN} OR (tenant = '{EVERYWHERE}' AND {_SAID} <> '')"
SHARED = frozenset({"stops", "workers"})
"""Tables with rows of the whole installation beside those of tenants."""
LISTED = frozenset({"tenants"})
"""Which companies there are is known to every transaction that says whose it is; the rows themselves are one's own."""

LOOKED_UP = frozenset({"passages"})
"""Tables that their owner reads past the policy, in one function (`memory_server`): no role that works does."""


def postgresql() -> Sequence[str]:
    """Write a policy for every table that names a tenant, and force it on the owner too."""
    return tuple(one for name in guarded() for one in _guard(name))


def guarded() -> tuple[str, ...]:
    """List the tables that name a tenant."""
    return tuple(table.name for table in metadata.sorted_tables if "tenant" in table.columns)


def _guard(name: str) -> Iterator[str]:
    own = _OWN_OR_ALL if name in SHARED else _OWN
    yield f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY'
    yield f'CREATE POLICY {name}_own ON "{name}" USING ({own}) WITH CHECK ({own})'
    if name in LISTED:
        yield f"CREATE POLICY {name}_listed ON \"{name}\" FOR SELECT USING ({_SAID} <> '')"
    if name in LOOKED_UP:
        yield f'CREATE POLICY {name}_looked_up ON "{name}" FOR SELECT TO CURRENT_USER USING (true)'


def let_in(connection: Connection, role: str) -> None:
    """Let a role work in our tables without owning any: rows, never their shape, and no way around the policies."""
    schema = str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
    quoted = connection.dialect.identifier_preparer.quote
    place, who = quoted(schema), quoted(role)
    for right in (
        f"USAGE ON SCHEMA {place}",
        f"SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {place}",
        f"USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {place}",
    ):
        connection.exec_driver_sql(f"GRANT {right} TO {who}")


def is_around(connection: Connection) -> bool:
    """Tell whether this role gets past every policy: a superuser, or one with BYPASSRLS."""
    # no tenant: it is asked about the role
    found = connection.exec_driver_sql(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    return bool(found.scalar_one())
