"""What only a PostgreSQL server must be seen to do: turns, one state per read, text by bytes, its own time."""

import threading
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import cast

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from sqlalchemy import make_url

from graphs.checkpoint_server import ServerSaver, open_server_saver
from state.errors import Conflict, Unavailable
from state.governance.happening import Claim
from state.ids import AccountId
from state.ledger.entry import EntryDraft, Kind
from state.stores import compacting, opening, turns
from state.stores.database import Database
from state.stores.memory_server import INDEX
from state.stores.schema import metadata
from state.world.erasure import Marks
from tests.contract.acting import drafted, lease
from tests.contract.world import ACCOUNT, admit, company, passage, told
from tests.fakes.drafts import OTHER, TENANT, WALL, an_action, approve, change, stamp
from tests.postgres import Schema, connected

pytestmark = pytest.mark.postgres


@pytest.fixture
def hasty(server: Schema) -> Iterator[Database]:
    """Open the same schema with little patience."""
    url = make_url(server.url)
    options = f"{url.query['options']} -c lock_timeout=50ms"
    opened = Database(url.update_query_dict({"options": options}).render_as_string(hide_password=False))
    yield opened
    opened.close()


def test_a_tenants_writers_take_turns_and_those_of_another_do_not_wait(
    server: Schema, hasty: Database
) -> None:
    with server.database.begin(TENANT), hasty.begin(OTHER), hasty.read(TENANT):  # noqa: SIM117
        with pytest.raises(Unavailable, match="Another process"), hasty.begin(TENANT):
            pass


def test_the_stop_of_the_installation_waits_for_the_claims_that_began_before_it(
    server: Schema, hasty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, held = drafted(server.database, an_action()), lease(server.database)
    claim = change(action, Claim(held.owner, held.fence))
    with server.database.begin(TENANT) as unit:
        unit.actions.apply([change(action, approve(action)), claim], stamp())
        assert not is_stopped(hasty)
        monkeypatch.setattr(turns, "take_switch", lambda _: None)
        assert is_stopped(hasty), "without the guard it would not wait"


def test_whoever_does_something_under_a_name_is_the_only_one_of_all_processes(
    server: Schema, hasty: Database
) -> None:
    with server.database.alone("one"), hasty.alone("another"):  # noqa: SIM117
        with pytest.raises(Unavailable, match="Another process"), hasty.alone("one"):
            pass
    with hasty.alone("one"):
        pass


class TakenBackError(Exception):
    """Nothing of it is kept."""


def is_stopped(hasty: Database) -> bool:
    """Turn the installation's switch from another tenant, and take it back."""
    is_on = False
    with suppress(Unavailable, TakenBackError), hasty.begin(OTHER) as unit:
        is_on = unit.actions.switch(is_on=True, stamp=stamp(), key="k", everywhere=True).is_on
        raise TakenBackError
    return is_on


def test_a_connection_that_died_in_the_pool_is_replaced(server: Schema) -> None:
    with server.database.read(TENANT) as unit:
        died = cast("psycopg.Connection", unit.connection.connection.driver_connection).info.backend_pid
    with connected(server.url) as plain:
        assert plain.execute("SELECT pg_terminate_backend(%s, 10000)", (died,)).fetchone() == (True,)
    with server.database.begin(TENANT) as unit:
        assert unit.ledger.head().seq == 0


def test_a_checkpointer_goes_on_after_its_connections_died(server: Schema) -> None:
    place = server.database.beside("checkpoints")
    assert place is not None
    saver = open_server_saver(place, ServerSaver)
    with saver.pool.connection() as lent:
        died = lent.info.backend_pid
    with connected(server.url) as plain:
        assert plain.execute("SELECT pg_terminate_backend(%s, 10000)", (died,)).fetchone() == (True,)
    config: RunnableConfig = {"configurable": {"thread_id": "th-1", "checkpoint_ns": ""}}
    kept = saver.put(config, empty_checkpoint(), {"source": "input"}, {})
    assert saver.get_tuple(kept) is not None
    saver.close()


def test_a_read_sees_one_state_from_beginning_to_end(server: Schema) -> None:
    with server.database.read(TENANT) as unit:
        assert unit.memory.by_ids(["p-1"]) == ()
        with server.database.begin(TENANT) as other:
            other.memory.remember([passage("p-1", "gateway")])
        assert unit.memory.by_ids(["p-1"]) == ()
    with server.database.read(TENANT) as unit:
        assert len(unit.memory.by_ids(["p-1"])) == 1


def test_text_compares_by_its_bytes_whatever_the_server_speaks(server: Schema) -> None:
    with connected(server.url) as plain:
        found = plain.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C'"
            " AND table_name <> 'alembic_version'"
        ).fetchall()
    assert found == []


def test_a_migrated_schema_has_no_difference_to_the_tables(server: Schema) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with server.database.engine.connect() as connection:
        apart = {"include_name": lambda name, *_: name != INDEX}
        found = compare_metadata(MigrationContext.configure(connection, opts=apart), metadata)
    assert found == []


def test_two_that_open_a_new_schema_at_once_both_succeed(server: Schema) -> None:
    url, name, opened = make_url(server.url), "revloop_test_twice", []
    options = str(url.query["options"]).replace(opening.schema_beside(url, "")[:-1], name)
    new = url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    with connected(server.url) as plain:
        plain.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE".encode())
        plain.execute(f"CREATE SCHEMA {name}".encode())
        both = [threading.Thread(target=lambda: opened.append(Database(new))) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()
        for database in opened:
            database.close()
        plain.execute("SET client_min_messages = warning")
        plain.execute(f"DROP SCHEMA {name} CASCADE".encode())
    assert len(opened) == 2


def test_the_time_is_the_servers_and_never_goes_back(server: Schema) -> None:
    clock = server.database.clock()
    with connected(server.url) as plain:
        for _ in range(3):
            (before,) = plain.execute("SELECT clock_timestamp()").fetchone() or (None,)
            told_, again = clock.wall(), clock.wall()
            (after,) = plain.execute("SELECT clock_timestamp()").fetchone() or (None,)
            assert isinstance(before, datetime)
            assert isinstance(after, datetime)
            assert told_ <= again
            assert told_.tzinfo is UTC


def test_what_is_forgotten_stands_in_no_byte_of_the_tables(server: Schema) -> None:
    with server.database.begin(TENANT) as unit:
        admit(unit, company(name="Alder"))
        unit.events.receive([told("e-1", data={"note": "n", "author": "uma", "text": "xcanaryx called"})])
        unit.memory.remember([passage("p-1", "xcanaryx called")])
    assert "passages" in tables_with(server, b"xcanaryx")
    with server.database.begin(TENANT) as unit:
        unit.forgetting.erase_person(Marks("someone", names=frozenset({"xcanaryx"})))
        unit.forgetting.erase_account(ACCOUNT, "account")
    server.database.compact()
    assert tables_with(server, b"xcanaryx") == []


def tables_with(server: Schema, needle: bytes) -> list[str]:
    """Look for bytes in the files of the schema's tables and indexes, past what queries see."""
    with connected(server.url) as plain:
        plain.execute("CHECKPOINT")
        found = plain.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')"
            " AND position(%s IN pg_read_binary_file(pg_relation_filepath(oid))) > 0 ORDER BY relname",
            (needle,),
        )
        return [str(row[0]) for row in found]


def test_forgetting_waits_for_no_reader_that_still_sees_it(server: Schema) -> None:
    with server.database.read(TENANT) as unit:
        unit.memory.by_ids(["p-1"])
        other = Database(server.url)
        with pytest.raises(Exception, match="Another process is working"):
            other.compact()
        other.close()


@pytest.mark.parametrize("looks", [True, False], ids=["looks", "never looks"])
def test_rewriting_under_a_reader_keeps_what_he_may_see_and_says_so(
    server: Schema, monkeypatch: pytest.MonkeyPatch, looks: bool
) -> None:
    with server.database.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "xrewrittenx called")])
    owner = Database(server.url)
    with connected(server.url) as reader, owner.engine.connect() as rewriting:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        rewriting.exec_driver_sql("DELETE FROM passages")
        with monkeypatch.context() as hasty, pytest.raises(Conflict) if looks else nullcontext():
            hurried(hasty, looks=looks)
            compacting.rewrite(rewriting, "passages")
        assert "passages" in tables_with(server, b"xrewrittenx"), "the reader may still see it"
        reader.execute("ROLLBACK")
        compacting.rewrite(rewriting, "passages")
    owner.close()
    assert tables_with(server, b"xrewrittenx") == []


def hurried(patch: pytest.MonkeyPatch, *, looks: bool) -> None:
    """Try twice without a pause; planted: what is still there is not looked at."""
    patch.setattr(compacting, "sleep", lambda _: None)
    patch.setattr(compacting, "REWRITTEN", 2)
    if not looks:
        kept = compacting.rewritten
        patch.setattr(compacting, "rewritten", lambda *given: kept(*given) * 0)


def test_a_connection_that_breaks_is_replaced(server: Schema) -> None:
    with server.database.begin(TENANT) as unit:
        unit.ledger.append([EntryDraft(Kind.CONFIG, stamp(), {"n": 1})])
    with server.database.engine.connect() as connection:
        mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with connected(server.url) as plain:
        assert plain.execute("SELECT pg_terminate_backend(%s, 120000)", (mine,)).fetchone() == (True,)
    with server.database.begin(TENANT) as unit:
        assert unit.ledger.append([EntryDraft(Kind.CONFIG, stamp(), {"n": 2})])[0].seq == 2
        assert unit.actions.acquire(AccountId("a"), "w", WALL, WALL) is not None
