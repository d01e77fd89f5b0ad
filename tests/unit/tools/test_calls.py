"""A read at the gateway: paid once, tried again after what passes, left to rest when it fails, never too many."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from state.errors import InvalidInput, Unavailable
from state.governance.budget import Budget, BudgetSet, Line, Span, joined_budget
from state.ids import RunId, TenantId
from state.ledger.entry import Kind
from state.ports.running import ToolRun
from state.ports.tooling import CostClass
from tests.build import NOW, TENANT
from tests.fakes.stores import MemoryStores
from tests.fakes.tooling import acme, gateway, looking_at, reading
from tools.breaker import Breakers
from tools.bulkhead import Bulkhead
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, ReadTool, reads
from tools.gateway import TenantGateway
from tools.retrying import ATTEMPTS, Patience
from tools.turnstile import LARGE_BYTES

ABOUT = looking_at(acme())
START = datetime(2033, 1, 1, tzinfo=UTC)
MED = Line("calls.MED", "tenant")


class Anything(Arguments):
    """One word."""

    word: str = ""


class Answer(Found):
    """One text."""

    text: str


@dataclass
class HandClock:
    """Moved by hand."""

    at: datetime = START

    def wall(self) -> datetime:
        return self.at


@dataclass
class Tool:
    """A tool that does what it is told, one step per call."""

    steps: list[Exception | str] = field(default_factory=list)
    calls: int = 0

    def look(self, arguments: Anything, desk: Desk) -> Answer:
        self.calls += 1
        step = self.steps.pop(0) if self.steps else "fine"
        if isinstance(step, Exception):
            raise step
        return Answer(text=step)


def tooled(tool: Tool, cost: CostClass = "MED") -> dict[str, ReadTool[Anything]]:
    return {"test.look": reads("test.look", "Look.", cost, Anything, Answer, tool.look)}


def desk(
    tool: Tool, clock: HandClock | None = None, cost: CostClass = "MED", **more: object
) -> TenantGateway:
    plain: dict[str, object] = {
        "reads": tooled(tool, cost),
        "sleep": lambda _: None,
        "clock": clock or HandClock(),
    }
    return gateway(Path("home"), run_budget={"CHEAP": 99, "MED": 99, "EXP": 99}, **{**plain, **more})


def read(at: TenantGateway, stores: MemoryStores, number: int = 0, **more: Any) -> ToolRun:
    one = reading("test.look", {"word": str(number)}, **more)
    return at.read(one, stores, ABOUT).tool_run


def used(stores: MemoryStores, line: Line = MED) -> int:
    with stores.read(TENANT) as unit:
        return unit.budgets.used([Span(line, NOW.date())])[line]


def limited(calls: int) -> Budget:
    limit = {"per": "account", "cost": "MED", "calls": calls}
    return joined_budget([BudgetSet.model_validate({"calls_per_day": [limit]})])


def test_a_fault_that_passes_is_tried_again_and_paid_once() -> None:
    tool, stores = Tool([Unavailable("away"), ConnectionError(), "there"]), MemoryStores()
    run = read(desk(tool), stores)
    assert (run.outcome, run.attempts, tool.calls, used(stores)) == ("ok", ATTEMPTS, 3, 1)


@pytest.mark.parametrize("fault", [InvalidInput("no such"), ZeroDivisionError()])
def test_what_does_not_pass_is_not_tried_again(fault: Exception) -> None:
    tool = Tool([fault, "never"])
    run = read(desk(tool), MemoryStores())
    assert (run.outcome, tool.calls) == ("refused" if isinstance(fault, InvalidInput) else "failed", 1)


def test_a_fault_that_stays_ends_after_three_tries() -> None:
    tool = Tool([Unavailable("away")] * 9)
    run = read(desk(tool), MemoryStores())
    assert (run.outcome, run.attempts, tool.calls) == ("failed", 3, 3)


def test_the_waits_between_tries_are_drawn_from_nought_to_a_growing_bound() -> None:
    waits: list[float] = []

    def failing() -> None:
        raise ConnectionError

    for _ in range(200):
        with pytest.raises(ConnectionError):
            Patience(10.0, waits.append).run(failing)
    assert all(0 <= wait <= 0.1 * 2**place for place, wait in ((n % 2, w) for n, w in enumerate(waits)))
    assert min(waits) < 0.02
    assert len(set(waits)) > 390


def test_what_a_refused_call_reserved_goes_back_and_what_failed_stays_spent() -> None:
    tool, stores = Tool([InvalidInput("no such"), ZeroDivisionError(), "fine"]), MemoryStores()
    at = desk(tool)
    assert [read(at, stores, number).outcome for number in range(3)] == ["refused", "failed", "ok"]
    assert used(stores) == 2


def test_a_spent_budget_refuses_before_the_tool_is_called_and_names_its_line() -> None:
    tool, stores = Tool(), MemoryStores()
    at = desk(tool, budget=limited(2))
    runs = [read(at, stores, number) for number in range(4)]
    assert [(run.outcome, run.code) for run in runs[2:]] == [("refused", "budget")] * 2
    assert "calls.MED of account:acme is spent for today (2)" in runs[3].detail
    assert (tool.calls, runs[3].attempts) == (2, 0)
    with stores.read(TENANT) as unit:
        kinds = [one.kind for one in unit.ledger.entries()]
    assert (kinds.count(Kind.BUDGET), kinds.count(Kind.TOOL_CALL)) == (1, 4)


@pytest.mark.parametrize(
    ("reason", "code"), [("", "reason"), ("why not", "reason"), ("Read what was said", "")]
)
def test_a_deep_read_says_why_or_is_refused_with_the_field_and_the_remedy(reason: str, code: str) -> None:
    for cost in ("MED", "EXP"):
        tool = Tool()
        run = read(desk(tool, cost=cost), MemoryStores(), reason=reason)
        assert (run.code, tool.calls) == (code, 0 if code else 1)
        assert ("field reason" in run.detail and "Say in one sentence" in run.detail) == bool(code)
    assert read(desk(Tool(), cost="CHEAP"), MemoryStores(), reason="").outcome == "ok"


@pytest.mark.parametrize(("limit", "outcome", "code"), [(2, "ok", ""), (1, "refused", "lease")])
def test_a_call_that_outlives_its_reservation_pays_again_or_its_answer_is_dropped(
    limit: int, outcome: str, code: str
) -> None:
    clock, stores = HandClock(), MemoryStores()
    other = desk(Tool(), clock, budget=limited(limit))

    def slow(arguments: Anything, desk: Desk) -> Answer:
        clock.at += timedelta(hours=1)
        assert read(other, stores, 1).outcome == "ok"
        return Answer(text="late")

    tool = {"test.look": reads("test.look", "Look.", "MED", Anything, Answer, slow)}
    run = read(desk(Tool(), clock, reads=tool, budget=limited(limit)), stores)
    assert (run.outcome, run.code) == (outcome, code)
    assert used(stores, Line("calls.MED", "account:acme")) == limit


def test_a_tool_that_keeps_failing_rests_and_is_tried_once_after() -> None:
    clock, tool, stores = HandClock(), Tool([ZeroDivisionError()] * 6), MemoryStores()
    at = desk(tool, clock)
    runs = [read(at, stores, number) for number in range(7)]
    assert [run.code for run in runs] == [""] * 5 + ["breaker"] * 2
    clock.at += timedelta(seconds=30)
    assert [read(at, stores, 10 + number).code for number in range(2)] == ["", "breaker"]
    clock.at += timedelta(seconds=30)
    assert [read(at, stores, 20 + number).outcome for number in range(2)] == ["ok", "ok"]
    assert (tool.calls, used(stores)) == (8, 8)


def test_a_refusal_is_an_answer_and_opens_nothing() -> None:
    tool = Tool([InvalidInput("no such")] * 9)
    at, stores = desk(tool), MemoryStores()
    assert {read(at, stores, number).code for number in range(9)} == {"arguments"}


def test_two_tenants_have_breakers_and_places_of_their_own() -> None:
    breakers, bulkhead, other = Breakers(failures_to_open=1), Bulkhead({"MED": 1}), TenantId("other")
    breakers.of(TENANT, "a").failed(START)
    assert [breakers.of(name, "a").admits(START) for name in (TENANT, other)] == [False, True]
    assert breakers.of(TENANT, "b").admits(START)
    assert [bulkhead.takes(name, "MED") for name in (TENANT, TENANT, other)] == [True, False, True]
    assert not bulkhead.takes(TENANT, "EXP")


@pytest.mark.parametrize("is_heeded", [True, False])
def test_no_more_calls_run_at_once_than_there_are_places(*, is_heeded: bool) -> None:
    inside, go, seen = threading.Semaphore(0), threading.Event(), Bulkhead({"MED": 2 if is_heeded else 9})

    def wait(arguments: Anything, desk: Desk) -> Answer:
        inside.release()
        go.wait(120)
        return Answer(text="done")

    tool = {"test.look": reads("test.look", "Look.", "MED", Anything, Answer, wait)}
    at, found = desk(Tool(), reads=tool, bulkhead=seen, read_seconds=120.0), dict[int, ToolRun]()

    def run(number: int) -> Callable[[], None]:
        return lambda: found.__setitem__(number, read(at, MemoryStores(), number))

    two = [threading.Thread(target=run(number)) for number in range(2)]
    for thread in two:
        thread.start()
    for _ in two:
        assert inside.acquire(timeout=120)
    third = threading.Thread(target=run(2))
    third.start()
    if is_heeded:
        third.join(120)
    else:
        assert inside.acquire(timeout=120)
    go.set()
    for thread in (*two, third):
        thread.join(120)
    assert [found[number].outcome for number in range(2)] == ["ok", "ok"]
    assert found[2].code == ("bulkhead" if is_heeded else "")
    assert seen.running(TENANT, "MED") == 0


def test_a_hung_call_keeps_its_place_until_its_thread_ends() -> None:
    go, ended, places = threading.Event(), threading.Event(), Bulkhead({"MED": 1})

    def hang(arguments: Anything, desk: Desk) -> Answer:
        go.wait(120)
        ended.set()
        return Answer(text="late")

    tool = {"test.look": reads("test.look", "Look.", "MED", Anything, Answer, hang)}
    at, stores = desk(Tool(), reads=tool, bulkhead=places, read_seconds=0.05), MemoryStores()
    assert [read(at, stores, number).code for number in range(2)] == ["", "bulkhead"]
    assert places.running(TENANT, "MED") == 1
    go.set()
    assert ended.wait(120)
    assert used(stores) == 1


def test_a_large_answer_is_kept_once_and_named() -> None:
    tool, stores = Tool(["x" * LARGE_BYTES, "small"]), MemoryStores()
    large, small = (read(desk(tool), stores, number) for number in range(2))
    assert (large.artifact is not None, small.artifact) == (True, None)
    with stores.read(TENANT) as unit:
        assert [kind for _, kind in unit.runs.artifacts_of(RunId("rn_1"))] == ["answer.test.look"]
