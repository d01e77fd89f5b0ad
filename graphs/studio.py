"""Entry points of `langgraph.json`: the loop for LangGraph Studio, sharing threads and records with the command line.

The graph is compiled without a checkpointer; `langgraph.json` names ours, so both see the same threads.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph

from graphs import channels as ch
from graphs.bootstrap import parts_for, saver_for
from graphs.checkpoint import Saver
from graphs.identity import local_principal
from graphs.loop import Loop, add_loop
from graphs.parts import Parts, Tenancy
from graphs.runner import record_run, request_of
from graphs.working.leasing import leased
from state.errors import Forbidden, NotFound
from state.ids import AccountId, TenantId, ThreadId
from state.ports.acting import Lease
from state.ports.running import Run
from state.ports.unit import Unit
from state.settings import read_settings

SAMPLE = TenantId("fieldstone")


def make_loop() -> Loop:
    """Build the loop for Studio: an account's name in, the same run as `revloop prep`."""
    settings = read_settings()
    parts = parts_for(settings)
    graph = StateGraph(ch.LoopState, input_schema=ch.PromptInput)

    async def open_run(state: ch.PromptInput, config: RunnableConfig) -> dict[str, object]:
        return await asyncio.to_thread(_opened, parts, state["account"], config)

    graph.add_node("open", open_run, input_schema=ch.PromptInput)
    add_loop(graph, parts)
    graph.add_edge(START, "open")
    graph.add_edge("open", "perceive")
    graph.add_edge("report", END)
    return graph.compile()


def _opened(parts: Parts, name: str, config: RunnableConfig) -> dict[str, object]:
    """Record the run of a Studio thread; only a tenant with a frozen clock, which sends nowhere, is served."""
    tenancy = parts.tenancy.refresh(TenantId(parts.settings.tenant or SAMPLE))
    if not tenancy.is_frozen:
        raise Forbidden("Studio serves only a tenant with a frozen clock.", field="tenant", value=tenancy.id)
    principal = local_principal(parts.settings, tenancy.tenant, tenancy.users, channel="studio")
    account = _account(parts, tenancy, name)
    thread = ThreadId(str(config.get("configurable", {})["thread_id"]))

    def first(unit: Unit, lease: Lease) -> Run:
        return record_run(tenancy, unit, principal, lease, "prep", thread)

    with leased(parts, tenancy.id, account, first) as run:
        assert run is not None, "the run is recorded with the lease"
        return dict(ch.LoopInput(request=request_of(run, principal), iteration=0, opened=[]))


def _account(parts: Parts, tenancy: Tenancy, name: str) -> AccountId:
    wanted = name.strip().casefold()
    with parts.stores.read(tenancy.id) as unit:
        rows = unit.situations.accounts()
    for row in rows:
        if wanted in (row.account.casefold(), row.name.casefold()):
            return row.account
    starts = [row for row in rows if row.name.casefold().startswith(wanted)]
    if len(starts) != 1:
        raise NotFound(f"no account {name!r}", field="account", value=name, remedy="Use its name or id.")
    return starts[0].account


@asynccontextmanager
async def make_saver() -> AsyncGenerator[Saver, None]:
    """Our checkpointer, for `langgraph dev`."""
    saver = await asyncio.to_thread(lambda: saver_for(read_settings(), is_served=True))
    try:
        yield saver
    finally:
        saver.close()


loop = make_loop()
