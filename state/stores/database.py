"""The database and its unit of work: one short transaction over every store of one tenant."""

import secrets
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from state.errors import InvalidInput
from state.ids import TenantId
from state.ledger.entry import Entry
from state.ports.clock import Clock, WallClock
from state.stores import hints, opening, row_security, turns
from state.stores.actions import SqlActions
from state.stores.addresses import SqlAddresses
from state.stores.alerts import SqlAlerts
from state.stores.around import SqlAround
from state.stores.autonomy import SqlAutonomy
from state.stores.budgets import SqlBudgets
from state.stores.compacting import compact, require_alone
from state.stores.credentials import SqlCredentials
from state.stores.crm import SqlCrm
from state.stores.displays import SqlDisplays
from state.stores.erasing import SqlForgetting
from state.stores.events import SqlEvents
from state.stores.files import SqlFiles
from state.stores.learned import SqlPreferences
from state.stores.ledger import Salts, SqlLedger
from state.stores.memory import SqlMemory
from state.stores.merges import SqlMerges
from state.stores.plans import SqlPlans
from state.stores.policies import SqlPolicies
from state.stores.runs import SqlRuns
from state.stores.server_clock import ServerClock
from state.stores.situations import SqlSituations
from state.stores.tenants import SqlTenants
from state.stores.views import SqlViews
from state.stores.workers import SqlWorkers


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
        self.workers = SqlWorkers(connection)
        self.crm = SqlCrm(connection, tenant)
        self.budgets = SqlBudgets(connection, tenant, self.ledger)
        self.alerts = SqlAlerts(connection, tenant)
        self.autonomy = SqlAutonomy(connection, tenant)
        self.policies = SqlPolicies(connection, tenant)
        self.files = SqlFiles(connection, tenant)
        self.plans = SqlPlans(connection, tenant, self.ledger)
        self.preferences = SqlPreferences(connection, tenant)
        self.credentials = SqlCredentials(connection, tenant)
        self.displays = SqlDisplays(connection, tenant)


class Database:
    """Opens units on one database; migrates it first when it is behind.

    Raises: InvalidInput for a URL that cannot be read; Unavailable for one that cannot be used, for a home that
    others can read, and for a schema of newer code.
    """

    def __init__(
        self, url: str, *, owner: str = "", beside: str = "", salts: Salts = secrets.token_bytes
    ) -> None:
        self._url = opening.parsed(url)
        self._owner = opening.parsed(owner) if owner else None
        """Makes and rewrites tables; None: the role that works does that too."""
        self._beside = opening.parsed(beside) if beside else self._url
        """The role of checkpoints and queue."""
        self._salts = salts
        self.listeners: list[Callable[[TenantId, Sequence[Entry]], None]] = []
        """Told of the entries of each transaction once it is committed."""
        self.statements = 0
        """How many statements of ours were sent; an executemany is one."""
        if self._url.get_backend_name() == "sqlite":
            opening.make_private(Path(str(self._url.database)))
        self.engine = opening.engine_of(self._url)
        self._bring_up_to_date()
        event.listen(self.engine, "before_cursor_execute", self._count)

    @contextmanager
    def begin(self, tenant: TenantId) -> Generator[SqlUnit, None, None]:
        """Write: commits on leaving, rolls back on an exception. Raises: Unavailable."""
        with self._refusals(), turns.writing(self.engine, tenant) as connection:
            unit = SqlUnit(connection, tenant, self._salts)
            yield unit
            unit.events.flush()
            unit.ledger.flush()
            if unit.ledger.written:
                hints.give(connection, tenant, unit.ledger.written[-1].seq)
        if unit.ledger.written:
            for hear in self.listeners:
                hear(tenant, unit.ledger.written)

    @contextmanager
    def read(self, tenant: TenantId) -> Generator[SqlUnit, None, None]:
        """Look at one consistent state. Raises: Unavailable."""
        with self._refusals(), turns.reading(self.engine, tenant) as connection:
            yield SqlUnit(connection, tenant, self._salts, is_reading=True)
            connection.rollback()

    def hearing(self, hear: hints.Hear) -> AbstractContextManager[None]:
        """Be told while inside whose ledger grew and up to where, whichever process wrote; a file tells nobody."""
        return hints.heard(self.engine, hear)

    @contextmanager
    def alone(self, name: str) -> Generator[None, None, None]:
        """Be the only one inside of all processes that work in this database. Raises: Unavailable."""
        with ExitStack() as held:
            with self._refusals():
                held.enter_context(turns.alone(self.engine, name))
            yield

    def clock(self) -> Clock:
        """Give the database's time; a file has its machine's."""
        return ServerClock(self.engine) if self._url.get_backend_name() == "postgresql" else WallClock()

    @property
    def where(self) -> str:
        """Name the database to people, without its password."""
        if self._url.get_backend_name() == "sqlite":
            return f"SQLite, {Path(str(self._url.database)).name}"
        return f"PostgreSQL, {self._url.database} at {self._url.host or 'this machine'}"

    @property
    def is_walled(self) -> bool:
        """Tell whether row-level security binds the role that works; a file has one user. Raises: Unavailable."""
        if self._url.get_backend_name() != "postgresql":
            return True
        with self._refusals(), self.engine.connect() as connection:
            return not row_security.is_around(connection)

    def beside(self, name: str) -> str | None:
        """Give a connection string to a schema of its own on the same server, made when missing; None for a file."""
        if self._url.get_backend_name() != "postgresql":
            return None
        schema = opening.schema_beside(self._url, name)
        with (
            self._refusals(),
            self._as(self._beside) as engine,
            turns.writing(engine, turns.SCHEMA) as connection,
        ):
            if not connection.dialect.has_schema(connection, schema):
                connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
        return opening.place_in(self._beside, schema)

    def named_beside(self, name: str) -> tuple[str, str] | None:
        """Give URL and schema for a library that makes its own tables on the same server; None for a file.

        Secret: the URL holds the password.
        """
        if self._url.get_backend_name() != "postgresql":
            return None
        return self._beside.render_as_string(hide_password=False), opening.schema_beside(self._url, name)

    def require_alone(self) -> None:
        """Refuse while another process works in this database. Raises: Conflict, Unavailable."""
        with self._refusals(), self._as(self._owner or self._url) as engine:
            require_alone(engine)

    def compact(self) -> None:
        """Leave no deleted byte behind. Raises: Conflict, Unavailable."""
        self.engine.dispose()
        with self._refusals(), self._as(self._owner or self._url) as engine:
            compact(engine)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _refusals(self) -> Generator[None, None, None]:
        """Say what the database refused in our words; what a store must know it is told as it is."""
        try:
            yield
        except IntegrityError:
            raise
        except DataError as fault:
            raise InvalidInput(
                "A text holds what the database cannot keep.", remedy="Leave unusual characters out."
            ) from fault
        except DBAPIError as fault:
            raise opening.unreachable(self._url, str(fault.orig)) from fault
        except self.engine.dialect.loaded_dbapi.Error as fault:
            raise opening.unreachable(self._url, str(fault)) from fault

    @contextmanager
    def _as(self, url: URL) -> Generator[Engine, None, None]:
        """Work as the role of a URL; as our own where it is ours."""
        if url is self._url:
            yield self.engine
            return
        engine = opening.engine_of(url)
        try:
            yield engine
        finally:
            engine.dispose()

    def _bring_up_to_date(self) -> None:
        with self._refusals(), self._as(self._owner or self._url) as engine:
            with turns.reading(engine, turns.SCHEMA) as connection:
                if opening.is_current(connection):
                    return
            with turns.writing(engine, turns.SCHEMA) as connection:
                if opening.is_current(connection):
                    return
                opening.migrate(connection)
                if self._owner is not None and self._url.username:
                    row_security.let_in(connection, self._url.username)

    def _count(self, *_: object) -> None:
        self.statements += 1
