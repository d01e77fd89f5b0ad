"""Word between the processes of one PostgreSQL server that a ledger grew: whose, and up to which entry.

Invariant: nothing else is told, and nothing rests on it: who misses one finds the entry at its next look.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from state.ids import TenantId
from state.stores.turns import is_server

if TYPE_CHECKING:
    import psycopg

CHANNEL = "revloop_ledger"
LOOK_SECONDS = 0.5
"""Between looks whether to end."""
AGAIN_SECONDS = 1.0
"""Before a connection that broke is made again."""
Hear = Callable[[TenantId, int], None]


def give(connection: Connection, tenant: TenantId, seq: int) -> None:
    """Tell the others when this transaction commits; a file has no others to tell."""
    if is_server(connection):
        told = f"{seq} {tenant}"
        connection.connection.cursor().execute("SELECT pg_notify(%s, %s)", (CHANNEL, told))


@contextmanager
def heard(engine: Engine, hear: Hear) -> Generator[None, None, None]:
    """Listen while inside, on a connection that no pool knows."""
    if engine.dialect.name != "postgresql":
        yield
        return
    ear = _Ear(engine, hear)
    ear.begin()
    try:
        yield
    finally:
        ear.end()


class _Ear:
    """One thread that waits for what the server tells."""

    def __init__(self, engine: Engine, hear: Hear) -> None:
        self._engine = engine
        self._hear = hear
        self._ready, self._ended = Event(), Event()
        self._thread = Thread(target=self._turn, daemon=True, name="hints")

    def begin(self) -> None:
        """Begin; from here on nothing is missed while the server answers."""
        self._thread.start()
        self._ready.wait()

    def end(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _turn(self) -> None:
        while not self._ended.is_set():
            try:
                with suppress(DBAPIError, self._engine.dialect.loaded_dbapi.Error):
                    self._listen()
            finally:
                self._ready.set()
            self._ended.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        with self._engine.connect() as connection:
            driver = cast("psycopg.Connection[object]", connection.connection.driver_connection)
            connection.detach()
            driver.execute(f"LISTEN {CHANNEL}".encode())
            self._ready.set()
            while not self._ended.is_set():
                for one in driver.notifies(timeout=LOOK_SECONDS):
                    seq, _, tenant = one.payload.partition(" ")
                    self._hear(TenantId(tenant), int(seq))
