"""What the database itself guards, whatever the code does: transitions, keys, races, and how few statements."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest

from state.governance.action import NONE, Status, cells
from state.governance.happening import AutoDue, Claim, Happening, Receipt
from state.ids import AccountId
from state.stores.database import Database
from tests.fakes.drafts import LEASE_UNTIL, TENANT, WALL, an_action, approve, change, stamp
from tests.postgres import connected

ALL = sorted({(event, start, end) for event, _, _ in cells() for start in Status for end in Status})
TRANSITION = (
    "INSERT INTO transitions (tenant, action, n, key, event, outcome, from_status, to_status, at, wall, by, code,"
    " said, entry, attempt, moving, worker, fence, effect_key)"
    " VALUES ('t', 'a', ?, 'k' || ?, ?, 'moved', ?, ?, '', '', '', '', '', 1, ?, '{}', 'w', 1, 'key')"
)
Refused = (sqlite3.IntegrityError, psycopg.IntegrityError)
ACTION = (
    "INSERT INTO actions (tenant, action, account, proposal, run, action_type, owner, dedup_key, origin_trusted,"
    " origin, created_at, expires_at, fixed, status, version, attempt, moving)"
    " VALUES ('t', ?, 'x', 'p', 'r', 'brief', 'o', 'k', 1, '', '', '', '{}', ?, 0, 0, '{}')"
)
PATHS = {
    "pending": (),
    "approved": (("approve", "pending", "approved"),),
    "claimed": (("approve", "pending", "approved"), ("claim", "approved", "claimed")),
    "ambiguous": (
        ("approve", "pending", "approved"), ("claim", "approved", "claimed"), ("unknown", "claimed", "ambiguous"),
    ),
    "executed": (
        ("approve", "pending", "approved"), ("claim", "approved", "claimed"), ("receipt", "claimed", "executed"),
    ),
    "failed": (
        ("approve", "pending", "approved"), ("claim", "approved", "claimed"),
        ("refused_for_good", "claimed", "failed"),
    ),
    "cancelled": (("cancel", "pending", "cancelled"),),
    "expired": (("expire", "pending", "expired"),),
}  # fmt: skip


class Raw:
    """Speaks to a database past our own code, and past SQLAlchemy."""

    def __init__(self, connection: "sqlite3.Connection | psycopg.Connection") -> None:
        self.connection = connection

    def execute(self, sql: str, given: Sequence[object] = ()) -> list[tuple[object, ...]]:
        if isinstance(self.connection, sqlite3.Connection):
            return self.connection.execute(sql, given).fetchall()
        found = self.connection.execute(sql.replace("?", "%s").encode(), given)
        return found.fetchall() if found.description else []

    def starts(self, status: str) -> list[str]:
        """Give the statuses to claim to start from; over a network only the true one and another."""
        return [*Status] if isinstance(self.connection, sqlite3.Connection) else [status, "claimed"]


@pytest.fixture
def raw(database: Database) -> Iterator[Raw]:
    """Open the database under test past our own code."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
            yield Raw(connection)
        return
    with closing(connected(url)) as server:
        yield Raw(server)


def put(raw: Raw, n: int, event: str, start: str, end: str) -> None:
    attempt = 1 if end in {"claimed", "ambiguous", "executed", "failed"} else 0
    attempt += event == "retry_same_key"
    raw.execute(TRANSITION, (n, n, event, start, end, attempt))


def bring(raw: Raw, status: str) -> int:
    raw.execute(ACTION, ("a", "pending"))
    for n, step in enumerate(PATHS[status], start=1):
        put(raw, n, *step)
    return len(PATHS[status])


@pytest.mark.parametrize("status", Status)
def test_the_trigger_lets_through_exactly_the_cells_of_the_table(raw: Raw, status: str) -> None:
    taken = set()
    raw.execute("BEGIN")
    n = bring(raw, status)
    for event, start, end in (one for one in ALL if one[1] in raw.starts(status)):
        raw.execute("SAVEPOINT one")
        try:
            put(raw, n + 1, event, start, end)
            taken.add((event, start, end))
        except Refused:
            pass
        raw.execute("ROLLBACK TO one")
    assert taken == {cell for cell in cells() if cell[1] == status != NONE}


def test_a_transition_moves_its_action_and_nothing_else_does(raw: Raw) -> None:
    bring(raw, "approved")
    assert raw.execute("SELECT status, version FROM actions") == [("approved", 1)]
    for change_ in (
        "status = 'executed'",
        "version = 9",
        "moving = '[]'",
        "dedup_key = 'z'",
        "fixed = '[]'",
        "attempt = 4",
    ):
        with pytest.raises(Refused, match="lifecycle"):
            raw.execute(f"UPDATE actions SET {change_}")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM actions", "DELETE FROM transitions", "UPDATE transitions SET event = 'x'"]
)
def test_what_happened_stays(raw: Raw, statement: str) -> None:
    bring(raw, "approved")
    with pytest.raises(Refused, match="lifecycle"):
        raw.execute(statement)


def test_an_action_begins_pending(raw: Raw) -> None:
    with pytest.raises(Refused, match="begins pending"):
        raw.execute(ACTION, ("b", "approved"))


def test_a_transition_out_of_turn_is_refused(raw: Raw) -> None:
    bring(raw, "pending")
    with pytest.raises(Refused, match="not there"):
        put(raw, 5, "approve", "pending", "approved")


def test_one_open_card_per_thing(raw: Raw) -> None:
    bring(raw, "approved")
    with pytest.raises(Refused, match=r"(?i)unique"):
        raw.execute(ACTION, ("b", "pending"))
    put(raw, 2, "cancel", "approved", "cancelled")
    raw.execute(ACTION, ("b", "pending"))


def test_the_key_is_taken_once_by_attempt_one(raw: Raw) -> None:
    bring(raw, "claimed")
    assert raw.execute("SELECT effect_key, action FROM effect_keys") == [("key", "a")]
    assert raw.execute("SELECT n, worker FROM attempts") == [(1, "w")]
    put(raw, 3, "not_done", "claimed", "approved")
    with pytest.raises(Refused, match=r"(?i)unique"):
        raw.execute(TRANSITION, (4, 4, "claim", "approved", "claimed", 1))


def test_an_entry_never_changes_but_its_payload_may_be_erased(database: Database, raw: Raw) -> None:
    with database.begin(TENANT) as unit:
        unit.actions.draft([an_action()], stamp())
    for change_ in (
        "kind = 'X'",
        "hash = ''",
        "payload = '{}'",
        "salt = NULL",
        "seq = 2",
        '"user" = ?'.replace("?", "'z'"),
    ):
        with pytest.raises(Refused, match="ledger"):
            raw.execute(f"UPDATE ledger SET {change_}")
    with pytest.raises(Refused, match="ledger"):
        raw.execute("DELETE FROM ledger")
    raw.execute("UPDATE ledger SET salt = NULL, payload = NULL")


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_of_racing_approvals_exactly_one_wins(database: Database) -> None:
    url, outcomes, gate = url_of(database), [], threading.Barrier(4)
    opened = [Database(url) for _ in range(4)]
    with opened[0].begin(TENANT) as unit:
        action = unit.actions.draft([an_action()], stamp())[0].action

    def decide(number: int) -> None:
        gate.wait()
        with opened[number].begin(TENANT) as unit:
            decision = change(action, approve(action), f"decision-{number}")
            outcomes.append(unit.actions.apply([decision], stamp())[0].result.outcome.value)

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused", "refused", "refused"]
    with opened[0].read(TENANT) as unit:
        assert [each.seq for each in unit.ledger.entries()] == [1, 2, 3, 4, 5]
    for each in opened:
        each.close()


def test_writers_in_a_race_lose_no_entry(database: Database, raw: Raw) -> None:
    def write(number: int) -> None:
        mine = Database(url_of(database))
        for turn in range(10):
            with mine.begin(TENANT) as unit:
                unit.actions.draft([an_action(number * 100 + turn)], stamp())
        mine.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = raw.execute("SELECT seq, previous, hash FROM ledger ORDER BY seq")
    assert [row[0] for row in rows] == list(range(1, 31))
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]


def counted(database: Database, happenings: tuple[Happening, ...], external: bool) -> list[int]:
    counts = [database.statements]
    with database.begin(TENANT) as unit:
        wanted = [an_action(number, external=external) for number in range(1, 21)]
        unit.actions.draft(wanted, stamp())
    counts.append(database.statements)
    with database.begin(TENANT) as unit:
        unit.actions.apply([change(each, one) for each in wanted for one in happenings], stamp())
    counts.append(database.statements)
    return [after - before for before, after in pairwise(counts)]


def test_twenty_drafts_and_twenty_lives_take_four_statements_each_the_ledgers_two_among_them(
    database: Database,
) -> None:
    with database.begin(TENANT) as unit:
        held = unit.actions.acquire(AccountId("account-1"), "w", LEASE_UNTIL, WALL)
    assert held is not None
    life = (AutoDue(), Claim("w", held.fence), Receipt(1, "row"))
    assert counted(database, life, external=False) == [4, 4]


def test_time_stands_in_the_rows_in_one_width_so_that_text_compares(database: Database) -> None:
    early = [WALL + timedelta(microseconds=each) for each in (0, 1, 1_000_000)]
    with database.begin(TENANT) as unit:
        for number, at in enumerate(early):
            held = unit.actions.acquire(AccountId(f"a{number}"), "w", at, WALL)
            assert held is not None
            assert unit.actions.acquire(AccountId(f"a{number}"), "x", at, at) is not None
