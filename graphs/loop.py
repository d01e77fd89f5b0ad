"""The decision loop: perceive → synthesize → retrieve → plan → criticize → guard → branches → observe → learn → report.

The branches are graphs of their own, sent out per proposal, so that one waiting for a person holds up no other.
"""

from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from inspect import iscoroutinefunction
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs import channels as ch
from graphs.nodes import branches, closing, deciding, guarding, looking
from graphs.parts import Parts
from graphs.routes import after_plan, branch_out

Loop = CompiledStateGraph[Any, Any, Any, Any]
Node = Callable[..., Any]

CORE = (
    ("perceive", looking.perceive, ch.PerceiveInput),
    ("synthesize", looking.synthesize, ch.SynthesizeInput),
    ("retrieve", looking.retrieve, ch.SynthesizeInput),
    ("plan", deciding.plan, ch.PlanInput),
    ("fetch", deciding.fetch, ch.FetchInput),
    ("criticize", deciding.criticize, ch.CriticizeInput),
    ("guard", guarding.guard, ch.GuardInput),
    ("execute", branches.execute, ch.ExecuteInput),
)
CLOSING = (
    ("observe", closing.observe, ch.CloseInput),
    ("learn", closing.learn, ch.CloseInput),
    ("report", closing.report, ch.CloseInput),
)
ASKING = ("after:clarify",)
"""Where a run may die that was just answered; beside the points of every run, as most ask nothing."""
FETCHING = ("before:fetch", "after:fetch")
"""Where a run may die whose model asked to read something; the playbook never does."""


def node_points() -> tuple[str, ...]:
    """Every place around a node at which a fault run may kill the process; one that waits has none before it."""
    names = [name for name, _, _ in (*CORE, *CLOSING) if f"before:{name}" not in FETCHING] + [
        "take",
        "execute_one",
    ]
    return (*(f"{when}:{name}" for name in names for when in ("before", "after")), "after:approve")


def bound(parts: Parts, name: str, node: Node) -> Node:
    """Give a node its parts, with a crash point before and after it.

    A node that blocks gets a thread only where others share the event loop: the change of threads costs more than
    most nodes do.
    """

    def run(state: Any) -> Any:  # noqa: ANN401 - channels are its own
        parts.crash_point(f"before:{name}")
        out = node(parts, state)
        parts.crash_point(f"after:{name}")
        return out

    async def run_here(state: Any) -> Any:  # noqa: ANN401 - channels are its own
        return run(state)

    async def run_async(state: Any) -> Any:  # noqa: ANN401 - channels are its own
        parts.crash_point(f"before:{name}")
        out: Awaitable[Any] = node(parts, state)
        result = await out
        parts.crash_point(f"after:{name}")
        return result

    if iscoroutinefunction(node):
        return run_async
    return run if parts.is_served else run_here


def waiting(parts: Parts, name: str, node: Node) -> Node:
    """Give a node that waits a crash point behind its interrupt."""

    def run(state: Any) -> Any:  # noqa: ANN401 - channels are its own
        out = node(state)
        parts.crash_point(f"after:{name}")
        return out

    return run


def build_approval(parts: Parts) -> Loop:
    """One approval: wait for a person, believe the record, act or end."""
    graph = StateGraph(ch.ApproveState, output_schema=ch.BranchOutput)
    graph.add_node("approve", waiting(parts, "approve", branches.approve), input_schema=ch.ApproveInput)
    graph.add_node("take", bound(parts, "take", branches.take), input_schema=ch.ApproveState)
    graph.add_node(
        "execute_one", bound(parts, "execute_one", branches.execute_one), input_schema=ch.ApproveState
    )
    graph.add_edge(START, "approve")
    graph.add_edge("approve", "take")
    ways: dict[Hashable, str] = {"execute_one": "execute_one", "approve": "approve", "end": END}
    graph.add_conditional_edges("take", partial(branches.is_approved, parts), ways)
    graph.add_edge("execute_one", END)
    return graph.compile()


def build_question(parts: Parts, approval: Loop) -> Loop:
    """Build the one question: wait for the answer, then decide again with it."""
    graph = StateGraph(ch.ClarifyState, output_schema=ch.BranchOutput)
    graph.add_node("clarify", waiting(parts, "clarify", branches.clarify), input_schema=ch.ClarifyInput)
    graph.add_edge(START, "clarify")
    _add_core(graph, parts, approval)
    graph.add_edge("clarify", "perceive")
    ways: dict[Hashable, str] = {"decide": "decide", "execute": "execute", "observe": END}
    graph.add_conditional_edges("guard", branch_out, ways)
    return graph.compile()


def _add_core(graph: StateGraph[Any, Any, Any, Any], parts: Parts, approval: Loop) -> None:
    for name, node, reads in CORE:
        graph.add_node(name, bound(parts, name, node), input_schema=reads)
    graph.add_node("decide", approval)
    graph.add_edge("perceive", "synthesize")
    graph.add_edge("synthesize", "retrieve")
    graph.add_edge("retrieve", "plan")
    graph.add_conditional_edges("plan", after_plan, ["fetch", "criticize"])
    graph.add_edge("fetch", "plan")
    graph.add_edge("criticize", "guard")


def build_loop(parts: Parts, saver: BaseCheckpointSaver[str] | None = None) -> Loop:
    """Wire the whole loop for our own runs."""
    graph = StateGraph(ch.LoopState, input_schema=ch.LoopInput)
    add_loop(graph, parts)
    graph.add_edge(START, "perceive")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=saver)


def add_loop(graph: StateGraph[Any, Any, Any, Any], parts: Parts) -> None:
    """Add every node and edge between `perceive` and `report`."""
    approval = build_approval(parts)
    _add_core(graph, parts, approval)
    graph.add_node("ask", build_question(parts, approval))
    for name, node, reads in CLOSING:
        graph.add_node(name, bound(parts, name, node), input_schema=reads)
    graph.add_conditional_edges("guard", branch_out, ["decide", "execute", "ask", "observe"])
    for branch in ("decide", "execute", "ask"):
        graph.add_edge(branch, "observe")
    graph.add_edge("observe", "learn")
    graph.add_edge("learn", "report")
