"""Both checkpointers: the same graph waits, is pruned, goes on in another saver; and nothing crafted is called."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from graphs.checkpoint import Saver, ServedSaver, open_saver
from graphs.checkpoint_server import ServedServerSaver, ServerSaver, open_server_saver
from graphs.keeping.retaining import first_id_at, prune_checkpoints
from tests.contract.conftest import SERVER
from tests.postgres import Schema

Open = Callable[[bool], Saver]
LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Turning(TypedDict):
    count: int
    answer: str


class Later:
    """A clock far ahead."""

    def wall(self) -> datetime:
        return LATER


@pytest.fixture(params=["sqlite", SERVER])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Open the checkpointer of each database, as often as asked."""
    opened: list[Saver] = []
    if request.param == "sqlite":

        def one(is_served: bool) -> Saver:
            file = tmp_path / "checkpoints.db"
            return open_saver(file, ServedSaver) if is_served else open_saver(file)

    else:
        schema: Schema = request.getfixturevalue("server")
        place = schema.database.beside("checkpoints")
        assert place is not None

        def one(is_served: bool) -> Saver:
            return open_server_saver(place, ServedServerSaver if is_served else ServerSaver)

    def kept(is_served: bool) -> Saver:
        opened.append(one(is_served))
        return opened[-1]

    yield kept
    for saver in opened:
        for thread in {name for name, _ in saver.contents()}:
            saver.delete_thread(thread)
        saver.close()


def count(state: Turning) -> dict[str, int]:
    return {"count": state["count"] + 1}


def ask(state: Turning) -> dict[str, str]:
    return {"answer": interrupt(state["count"])}


def onward(state: Turning) -> str:
    return "ask" if state["count"] == 3 else "count"


def graph_of(saver: Saver) -> Any:
    """Count to three, ask, and tell the answer."""
    graph = StateGraph(Turning)
    graph.add_node("count", count)
    graph.add_node("ask", ask)
    graph.add_edge(START, "count")
    graph.add_conditional_edges("count", onward)
    graph.add_edge("ask", END)
    return graph.compile(checkpointer=saver)


def at(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}}


@pytest.mark.parametrize("is_served", [False, True])
async def test_a_run_waits_and_goes_on_in_another_process_that_opens_the_same_place(
    opens: Open, is_served: bool
) -> None:
    first = graph_of(opens(is_served))
    waiting = await first.ainvoke({"count": 0, "answer": ""}, at("a"), durability="sync")
    assert [one.value for one in waiting["__interrupt__"]] == [3]
    second = graph_of(opens(is_served))
    assert await second.ainvoke(Command(resume="yes"), at("a"), durability="sync") == {
        "count": 3,
        "answer": "yes",
    }
    assert len([one async for one in opens(is_served).alist(at("a"))]) > 4
    assert await opens(is_served).aget_tuple(at("b")) is None


def test_a_pruned_thread_keeps_what_it_goes_on_from(opens: Open) -> None:
    saver = opens(False)
    for thread in ("a", "b"):
        graph_of(saver).invoke({"count": 0, "answer": ""}, at(thread))
    before = len(list(saver.list(at("a"))))
    assert prune_checkpoints(saver, Later(), days=30) == 2
    assert (before > 3, len(list(saver.list(at("a"))))) == (True, 1)
    assert saver.at_rest(first_id_at(LATER)) == []
    assert graph_of(saver).invoke(Command(resume="no"), at("a")) == {"count": 3, "answer": "no"}
    assert [one.value for one in graph_of(saver).get_state(at("b")).interrupts] == [3]


def test_a_thread_that_was_used_lately_is_not_pruned(opens: Open) -> None:
    saver = opens(False)
    graph_of(saver).invoke({"count": 0, "answer": ""}, at("a"))
    newest = max(one.config.get("configurable", {})["checkpoint_id"] for one in saver.list(at("a")))
    assert saver.at_rest(newest) == []
    assert saver.at_rest(newest + "0") == ["a"]


def test_a_deleted_thread_leaves_nothing(opens: Open) -> None:
    saver = opens(False)
    graph_of(saver).invoke({"count": 0, "answer": "canary"}, at("a"))
    assert any("canary" in str(value) for _, found in saver.contents() for value in found)
    saver.delete_thread("a")
    saver.compact()
    assert list(saver.contents()) == []


@dataclass
class Crafted:
    """A type of nobody's list."""

    told: str = "called"


def test_a_type_that_is_not_ours_is_not_written_as_one_to_be_called(opens: Open) -> None:
    saver = opens(False)
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = {"x": datetime(2026, 1, 1, tzinfo=UTC), "n": 1}
    checkpoint["channel_versions"] = {"x": "1", "n": "1"}
    config: RunnableConfig = {"configurable": {"thread_id": "c", "checkpoint_ns": ""}}
    saver.put(config, checkpoint, {}, {"x": "1", "n": "1"})
    found = saver.get_tuple(at("c"))
    assert found is not None
    assert found.checkpoint["channel_values"]["x"] == datetime(2026, 1, 1, tzinfo=UTC)
    crafted = JsonPlusSerializer().dumps_typed(Crafted())
    open_one = JsonPlusSerializer(allowed_msgpack_modules=[(__name__, "Crafted")])
    assert isinstance(open_one.loads_typed(crafted), Crafted)
    assert not isinstance(saver.serde.loads_typed(crafted), Crafted)


def test_ids_of_checkpoints_sort_by_their_time() -> None:
    from langgraph.checkpoint.base.id import uuid6

    now = datetime.now(UTC)
    assert first_id_at(now - timedelta(days=1)) < str(uuid6()) < first_id_at(now + timedelta(days=1))
