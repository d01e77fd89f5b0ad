"""What every store of budgets does alike: a cap holds in any order, and dead calls give back by age alone."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from state.governance.budget import Draw, Line, Span
from state.ledger.entry import Kind, Stamp
from state.ports.unit import Stores
from state.stores.budgets import Place, SqlBudgets
from state.stores.database import Database
from state.stores.ledger import SqlLedger
from tests.fakes.drafts import OTHER, TENANT, WALL, stamp
from tests.fakes.stores import MemoryStores

DAY = date(2031, 5, 6)
WHOLE, MAYA, PRIYA = (
    Line("calls.CHEAP", "tenant"),
    Line("calls.CHEAP", "user:maya"),
    Line("calls.CHEAP", "user:priya"),
)
LEASE = timedelta(seconds=60)


def draw(line: Line = WHOLE, cap: int | None = 3, amount: int = 1, day: date = DAY) -> Draw:
    return Draw(line, day, amount, cap)


def later(seconds: int) -> Stamp:
    return stamp(wall=WALL + timedelta(seconds=seconds))


def used(stores: Stores, *lines: Line, since: date = DAY) -> list[int]:
    with stores.read(TENANT) as unit:
        found = unit.budgets.used([Span(line, since) for line in lines])
    return [found[line] for line in lines]


def charge(stores: Stores, *draws: Draw) -> Draw | None:
    with stores.begin(TENANT) as unit:
        return unit.budgets.charge(draws, stamp())


def reserve(stores: Stores, call: str, *draws: Draw, at: int = 0) -> Draw | None:
    with stores.begin(TENANT) as unit:
        return unit.budgets.reserve(call, draws, WALL + LEASE + timedelta(seconds=at), later(at))


def entries(stores: Stores) -> list[dict[str, object]]:
    with stores.read(TENANT) as unit:
        found = [one for one in unit.ledger.sealed() if one.entry.kind is Kind.BUDGET]
    return [json.loads(one.payload or "{}") for one in found]


def test_a_line_takes_what_its_cap_allows_and_not_one_more(stores: Stores) -> None:
    assert [charge(stores, draw()) for _ in range(4)] == [None, None, None, draw()]
    assert used(stores, WHOLE, MAYA) == [3, 0]
    assert charge(stores, draw(day=DAY + timedelta(days=1))) is None


def test_a_full_line_leaves_the_others_as_they_were(stores: Stores) -> None:
    charge(stores, draw(MAYA, cap=1), draw())
    assert charge(stores, draw(), draw(MAYA, cap=1), draw(PRIYA)) == draw(MAYA, cap=1)
    assert used(stores, WHOLE, MAYA, PRIYA) == [1, 1, 0]


def test_an_amount_above_the_cap_is_refused_on_an_empty_line(stores: Stores) -> None:
    assert charge(stores, draw(cap=3, amount=4)) == draw(cap=3, amount=4)
    assert charge(stores, draw(cap=0)) == draw(cap=0)
    assert charge(stores, draw(cap=None, amount=10**12)) is None
    assert used(stores, WHOLE) == [10**12]


def test_draws_on_one_line_add_up(stores: Stores) -> None:
    assert charge(stores, draw(cap=3, amount=2), draw(cap=9, amount=2)) == draw(cap=3, amount=4)
    assert charge(stores, draw(cap=3, amount=2), draw(cap=9)) is None
    assert used(stores, WHOLE) == [3]


def test_a_running_total_sums_the_days_since_one(stores: Stores) -> None:
    for days in (0, 1, 40):
        charge(stores, draw(MAYA, cap=None, amount=days + 1, day=DAY - timedelta(days=days)))
    assert used(stores, MAYA, WHOLE, since=DAY - timedelta(days=1)) == [3, 0]
    assert used(stores, MAYA, since=DAY - timedelta(days=99)) == [44]


def test_what_is_reserved_counts_until_it_is_settled_or_released(stores: Stores) -> None:
    for call in ("a", "b", "c"):
        assert reserve(stores, call, draw()) is None
    assert reserve(stores, "d", draw()) == draw()
    with stores.begin(TENANT) as unit:
        assert unit.budgets.settle("a")
        unit.budgets.release("b")
        unit.budgets.release("nobody")
    assert used(stores, WHOLE) == [2]
    assert reserve(stores, "d", draw()) is None
    assert charge(stores, draw()) == draw()


def test_a_call_reserves_once_however_often_it_is_tried(stores: Stores) -> None:
    assert [reserve(stores, "a", draw(cap=2)) for _ in range(5)] == [None] * 5
    assert used(stores, WHOLE) == [1]


def test_a_dead_call_gives_back_by_its_lease_alone(stores: Stores) -> None:
    reserve(stores, "dead", draw(cap=1))
    assert reserve(stores, "next", draw(cap=1), at=59) == draw(cap=1)
    assert reserve(stores, "next", draw(cap=1), at=60) is None
    assert used(stores, WHOLE) == [1]
    with stores.begin(TENANT) as unit:
        assert not unit.budgets.settle("dead")
        assert unit.budgets.settle("next")
    assert used(stores, WHOLE) == [1]


def test_a_cap_that_refuses_is_told_once_and_so_is_its_being_raised(stores: Stores) -> None:
    for _ in range(3):
        charge(stores, draw(cap=1))
    assert [(one["event"], one["cap"], one["used"]) for one in entries(stores)] == [("refused", 1, 1)]
    for _ in range(3):
        charge(stores, draw(cap=2))
    told = [(one["event"], one["cap"]) for one in entries(stores)]
    assert told == [("refused", 1), ("raised", 2), ("refused", 2)]


def test_two_tenants_draw_on_lines_of_their_own(stores: Stores) -> None:
    charge(stores, draw(cap=1))
    with stores.begin(OTHER) as unit:
        assert unit.budgets.charge([draw(cap=1)], stamp()) is None
        assert unit.budgets.reserve("a", [draw(cap=2)], WALL + LEASE, stamp()) is None
    assert reserve(stores, "a", draw(cap=1)) == draw(cap=1)
    with stores.begin(OTHER) as unit:
        unit.budgets.release("a")
    assert used(stores, WHOLE) == [1]


def test_nothing_of_a_transaction_that_fails_is_counted(stores: Stores) -> None:
    def fail() -> None:
        with stores.begin(TENANT) as unit:
            unit.budgets.charge([draw()], stamp())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert used(stores, WHOLE) == [0]


STEPS = st.lists(
    st.tuples(st.sampled_from("rscab"), st.integers(0, 3), st.integers(1, 2), st.integers(0, 90)), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, cap=st.integers(0, 4))
def test_no_order_of_calls_deaths_and_leases_passes_a_cap(
    steps: Sequence[tuple[str, int, int, int]], cap: int
) -> None:
    stores, wall = MemoryStores(), 0
    for kind, number, amount, seconds in steps:
        wall += seconds
        with stores.begin(TENANT) as unit:
            wanted, call = (
                [draw(cap=cap, amount=amount), draw(MAYA, cap=None, amount=amount)],
                f"call-{number}",
            )
            match kind:
                case "r":
                    unit.budgets.reserve(call, wanted, WALL + timedelta(seconds=wall) + LEASE, later(wall))
                case "s":
                    unit.budgets.settle(call)
                case "c":
                    unit.budgets.release(call)
                case _:
                    unit.budgets.charge(wanted, later(wall))
        whole, mine = used(stores, WHOLE, MAYA)
        assert 0 <= whole == mine <= cap


def raced(database: Database, threads: int, each: int, cap: int) -> int:
    """Let threads draw at once; give how many draws were counted."""
    start = Barrier(threads)

    def run(number: int) -> int:
        start.wait()
        taken = 0
        for turn in range(each):
            refused = reserve(database, f"{number}.{turn}", draw(cap=cap), draw(PRIYA, cap=None))
            taken += refused is None
        return taken

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(run, range(threads)))


def test_threads_that_draw_at_once_never_pass_a_cap(database: Database) -> None:
    assert raced(database, threads=4, each=6, cap=17) == 17
    assert used(database, WHOLE, PRIYA) == [17, 17]


class Uncapped(SqlBudgets):
    """A planted fault: the upsert forgets its condition."""

    def _taken(self, wanted: Sequence[Draw]) -> Mapping[Place, int | None]:
        return super()._taken([Draw(one.line, one.day, one.amount) for one in wanted])


class Partial(SqlBudgets):
    """A planted fault: what a refused call drew on other lines stays."""

    def _give_back(self, draws: Sequence[Draw]) -> None:
        pass


@pytest.mark.parametrize("kind", [SqlBudgets, Uncapped, Partial])
def test_a_store_that_forgets_a_cap_is_seen(database: Database, kind: type[SqlBudgets]) -> None:
    with database.begin(TENANT) as unit:
        budgets = kind(unit.connection, TENANT, SqlLedger(unit.connection, TENANT, bytes))
        for _ in range(3):
            budgets.charge([draw(PRIYA, cap=None), draw(cap=2)], stamp())
    assert (used(database, WHOLE, PRIYA) == [2, 2]) == (kind is SqlBudgets)
