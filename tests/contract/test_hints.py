"""What processes on one server tell each other: whose ledger grew and up to where; nothing rests on it."""

import time
from collections.abc import Callable
from queue import Queue

import psycopg
import pytest

from state.ids import TenantId
from state.ledger.entry import EntryDraft, Kind
from state.stores import hints
from state.stores.database import Database
from tests.fakes.drafts import OTHER, TENANT, stamp
from tests.postgres import Schema, connected

pytestmark = pytest.mark.postgres
PATIENCE_SECONDS = 120
"""Only ends what hangs."""


def grow(database: Database, tenant: TenantId = TENANT) -> None:
    """Leave one entry."""
    with database.begin(tenant) as unit:
        unit.ledger.append([EntryDraft(Kind.CONFIG, stamp(), {"secret": "xcanaryx"})])


def fail_after_an_entry(database: Database) -> None:
    """Write one entry of another tenant and take it back."""
    with database.begin(OTHER) as unit:
        unit.ledger.append([EntryDraft(Kind.CONFIG, stamp(), {})])
        raise ZeroDivisionError


def into(queue: "Queue[tuple[TenantId, int]]") -> Callable[[TenantId, int], None]:
    return lambda tenant, seq: queue.put((tenant, seq))


def test_whoever_listens_hears_of_what_was_committed_and_of_nothing_else(server: Schema) -> None:
    heard: Queue[tuple[TenantId, int]] = Queue()
    with server.database.hearing(into(heard)):
        with pytest.raises(ZeroDivisionError):
            fail_after_an_entry(server.database)
        with server.database.begin(OTHER) as unit:
            unit.tenants.listed()
        grow(server.database)
        assert heard.get(timeout=PATIENCE_SECONDS) == (TENANT, 1)
        grow(server.database, OTHER)
        assert heard.get(timeout=PATIENCE_SECONDS) == (OTHER, 1)


def test_a_hint_is_a_number_and_a_name_and_holds_no_word_of_the_entry(server: Schema) -> None:
    with connected(server.url) as plain:
        plain.execute(f"LISTEN {hints.CHANNEL}".encode())
        grow(server.database)
        (one,) = plain.notifies(timeout=PATIENCE_SECONDS, stop_after=1)
    assert one.payload == f"1 {TENANT}"


def test_a_connection_that_dies_while_listening_is_made_again(
    server: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "AGAIN_SECONDS", 0.01)
    heard: Queue[tuple[TenantId, int]] = Queue()
    with server.database.hearing(into(heard)):
        assert ended(server) == 1
        while heard.empty():
            grow(server.database)
            time.sleep(0.02)
    assert ended(server) == 0


def ended(server: Schema) -> int:
    """End every connection that listens. Shape: how many."""
    with connected(server.url) as plain:
        found: psycopg.Cursor[tuple[object, ...]] = plain.execute(
            "SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        return len(found.fetchall())
