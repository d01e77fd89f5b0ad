"""The database's time: what holds, delays and leases run on where several machines share one server.

Invariant: it never goes back within a process, whatever this machine's own clock does.
"""

from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from state.errors import Unavailable

ASK_EVERY_SECONDS = 30.0


class ServerClock:
    """`Clock` of a PostgreSQL server, asked now and then; between, this machine counts the seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._told: datetime | None = None
        self._told_at = 0.0
        self._latest = datetime.min.replace(tzinfo=UTC)

    def wall(self) -> datetime:
        """Now, in UTC. Raises: Unavailable when the server has never been heard."""
        with self._lock:
            if self._told is None or monotonic() - self._told_at > ASK_EVERY_SECONDS:
                self._ask()
            assert self._told is not None, "asked above"
            now = self._told + timedelta(seconds=monotonic() - self._told_at)
            self._latest = max(now, self._latest)
            return self._latest

    def _ask(self) -> None:
        """Ask the server; one that is away for a while is taken to run as it did."""
        try:
            with self._engine.connect() as connection:
                before = monotonic()
                # no tenant: time is everyone's
                said = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        except DBAPIError as fault:
            if self._told is None:
                raise Unavailable(
                    "The database does not tell the time.", remedy="See `revloop doctor`."
                ) from fault
            return
        self._told_at = (before + monotonic()) / 2
        self._told = said.astimezone(UTC)
