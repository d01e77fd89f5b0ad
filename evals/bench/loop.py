"""What one iteration of the loop costs beside a bare graph of as many empty nodes on the same checkpointer."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from evals.bench.stage import sample_house
from evals.bench.table import Line, interleaved
from graphs.bootstrap import House
from graphs.loop import Loop
from graphs.settling import settle
from state.ids import AccountId
from state.principal import Principal

ACCOUNTS = ("harbor-medical", "acme-corp")
"""One that calls for nothing, and one with a question, approvals and actions that run."""
ROUNDS = 61
TIMES_BARE = 3.0
STATEMENTS = 20


class Nothing(TypedDict):
    """One channel."""

    step: int


async def _step(state: Nothing) -> Nothing:
    return Nothing(step=state["step"] + 1)


def bare(house: House, nodes: int) -> Loop:
    """Wire as many empty nodes in a row, with the checkpointer of the house."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(Nothing)
    names = [f"node{number}" for number in range(nodes)]
    for before, name in zip([START, *names], names, strict=False):
        graph.add_node(name, _step)
        graph.add_edge(before, name)
    graph.add_edge(names[-1], END)
    return graph.compile(checkpointer=house.saver)


def measure() -> Sequence[Line]:
    """Measure both accounts."""
    with sample_house() as (house, principal):
        settle()  # as a server and a worker do
        return [line for name in ACCOUNTS for line in _account(house, principal, AccountId(name))]


def _account(house: House, principal: Principal, account: AccountId) -> Iterator[Line]:
    def loop() -> object:
        return house.runner.start(principal, account, "scan")

    loop()
    nodes = _nodes_of(house, loop)
    before = house.database.statements
    loop()
    sent = house.database.statements - before
    with asyncio.Runner() as runner:
        full, empty = interleaved([loop, _bare_run(runner, bare(house, nodes))], ROUNDS)
    is_quiet = account == ACCOUNTS[0]
    yield Line(f"{account}: loop, CPU", full.cpu, "ms")
    yield Line(f"{account}: bare graph of {nodes} nodes, CPU", empty.cpu, "ms")
    yield Line(f"{account}: loop to bare, CPU", full.cpu / empty.cpu, "×", TIMES_BARE if is_quiet else None)
    yield Line(f"{account}: loop, wall", full.wall, "ms")
    yield Line(f"{account}: bare graph, wall", empty.wall, "ms")
    yield Line(f"{account}: SQL statements per loop", sent, "", STATEMENTS if is_quiet else None)


def _nodes_of(house: House, loop: Callable[[], object]) -> int:
    house.parts.points.clear()
    loop()
    return sum(point.startswith("before:") for point in house.parts.points)


def _bare_run(runner: asyncio.Runner, graph: Loop) -> Callable[[], object]:
    numbers = count()

    def run() -> object:
        thread = f"bare-{graph.name}-{len(graph.nodes)}-{next(numbers)}"
        config = RunnableConfig(configurable={"thread_id": thread})
        return runner.run(graph.ainvoke(Nothing(step=0), config, durability="sync"))

    return run
