"""The database and its unit of work: one short transaction over every store of one tenant."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import Literal

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from state.ids import TenantId
from state.stores import opening
from state.stores.actions import SqlActions
from state.stores.addresses import SqlAddresses
from state.stores.around import SqlAround
from state.stores.compacting import compact, require_alone
from state.stores.crm import SqlCrm
from state.stores.erasing import SqlForgetting
from state.stores.events import SqlEvents
from state.stores.ledger import Salts, SqlLedger
from state.stores.memory import SqlMemory
from state.stores.merges import SqlMerges
from state.stores.runs import SqlRuns
from state.stores.situations import SqlSituations
from state.stores.tenants import SqlTenants
from state.stores.views import SqlViews


class SqlUnit:
    """Every store of one tenant on one connection; making them all costs microseconds and no statement.

    A new store is one more line here and one more property in `state.ports.unit`.
    """

    def __init__(
        self, connection: Connection, tenant: TenantId, salts: Salts, *, is_reading: bool = False
    ) -> None:
        self.is_reading = is_reading
        self.connection = connection
        self.tenant = tenant
        self.ledger = SqlLedger(connection, tenant, salts)
        self.actions = SqlActions(connection, tenant, self.ledger)
        self.events = SqlEvents(connection, tenant, salts)
        self.tenants = SqlTenants(connection)
        self.situations = SqlSituations(connection, tenant)
        self.around = SqlAround(connection, tenant)
        self.views = SqlViews(connection, tenant)
        self.addresses = SqlAddresses(connection, tenant)
        self.forgetting = SqlForgetting(connection, tenant)
        self.merges = SqlMerges(connection, tenant)
        self.memory = SqlMemory(connection, tenant, is_reading=is_reading)
        self.runs = SqlRuns(connection, tenant)
        self.crm = SqlCrm(connection, tenant)


class Database:
    """Opens units on one database; migrates it first when it is behind.

    Raises: InvalidInput for a URL that cannot be read; Unavailable for one that cannot be used, for a home that
    others can read, and for a schema of newer code.
    """

    def __init__(self, url: str, *, salts: Salts = secrets.token_bytes) -> None:
        self._url = opening.parsed(url)
        self._salts = salts
        self._is_sqlite = self._url.get_backend_name() == "sqlite"
        self.statements = 0
        """How many statements of ours were sent; an executemany is one."""
        if self._is_sqlite:
            opening.make_private(Path(str(self._url.database)))
        self.engine = opening.engine_of(self._url)
        self._bring_up_to_date()
        event.listen(self.engine, "before_cursor_execute", self._count)

    @contextmanager
    def begin(self, tenant: TenantId) -> Generator[SqlUnit, None, None]:
        """Write: commits on leaving, rolls back on an exception. Raises: Unavailable."""
        with self._transaction("IMMEDIATE") as connection:
            unit = SqlUnit(connection, tenant, self._salts)
            yield unit
            unit.events.flush()
            unit.ledger.flush()

    @contextmanager
    def read(self, tenant: TenantId) -> Generator[SqlUnit, None, None]:
        """Look at one consistent state. Raises: Unavailable."""
        with self._transaction("DEFERRED") as connection:
            yield SqlUnit(connection, tenant, self._salts, is_reading=True)
            connection.rollback()

    def require_alone(self) -> None:
        """Refuse while another process works in this database. Raises: Conflict, Unavailable."""
        require_alone(self.engine)

    def compact(self) -> None:
        """Leave no deleted byte behind. Raises: Conflict, Unavailable."""
        compact(self.engine)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, mode: Literal["IMMEDIATE", "DEFERRED"]) -> Generator[Connection, None, None]:
        """Hold one transaction; in SQLite a writer waits for its turn before it reads, so none is lost."""
        try:
            with self.engine.connect() as connection, connection.begin():
                if self._is_sqlite:
                    # past the statement counter: it is a part of the transaction, not a statement of a store
                    connection.connection.cursor().execute(f"BEGIN {mode}")
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as fault:
            raise opening.unreachable(self._url, str(fault.orig)) from fault
        except SqliteError as fault:
            raise opening.unreachable(self._url, str(fault)) from fault

    def _bring_up_to_date(self) -> None:
        with self._transaction("DEFERRED") as connection:
            if opening.is_current(connection):
                return
        with self._transaction("IMMEDIATE") as connection:
            if not opening.is_current(connection):
                opening.migrate(connection)

    def _count(self, *_: object) -> None:
        self.statements += 1
