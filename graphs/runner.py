"""Start and continue runs: one lease per account, one thread per run, unfinished runs of dead leases go on.

Invariant: whoever runs a loop holds the account's lease; a waiting run holds none.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

from graphs.channels import LoopInput, Request
from graphs.governing.admission import Admission
from graphs.parts import Parts, Tenancy, as_found, trace_of
from graphs.telling.assembling import assemble
from graphs.telling.report import Report
from graphs.working.leasing import leased
from graphs.working.turns import while_others_act
from state.errors import Conflict, Denied, Erased, NotFound
from state.governance.action import Action
from state.ids import AccountId, ActionId, EventId, RunId, TenantId, ThreadId, stable_id
from state.ports.acting import Lease
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.types import Command, Interrupt

    from graphs.loop import Loop

T = TypeVar("T")
Resume = dict[str, str]
"""Interrupt id → decision id."""


@dataclass(frozen=True)
class Runner:
    """Runs the loop for one process."""

    parts: Parts
    build: Callable[[], "Loop"]
    """Compiles the loop."""
    _events: asyncio.Runner = field(default_factory=asyncio.Runner)
    """One event loop for the life of the process; its threads are kept."""

    @cached_property
    def loop(self) -> "Loop":
        """The compiled loop, made when a run first needs it: a command that only looks never loads LangGraph."""
        return self.build()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end; on a thread that acts for many, the others go on meanwhile."""
        return self._run(while_others_act(coroutine))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if in_greenlet():
            return await_only(asyncio.get_running_loop().create_task(coroutine, context=copy_context()))
        return self._events.run(coroutine, context=copy_context())

    def close(self) -> None:
        """Stop the event loop."""
        self._events.close()

    def start(self, principal: Principal, account: AccountId, intent: str) -> Report:
        """Run one iteration for an account until it ends or waits for people.

        Raises: Denied when nobody asked for it and the day's budget of such loops is spent.
        """
        tenancy = self.parts.tenancy.refresh(principal.tenant)
        admission = Admission(tenancy, principal)

        def first(unit: Unit, lease: Lease) -> Run:
            admission.charge(unit)
            return record_run(tenancy, unit, principal, lease, intent)

        try:
            with leased(self.parts, tenancy.id, account, first) as run:
                assert run is not None, "the run is recorded with the lease"
                request = request_of(run, principal)
                ended = self._first(tenancy.id, run, LoopInput(request=request, iteration=0, opened=[]))
        except Denied:
            admission.note(self.parts.stores)
            raise
        self.go_on(tenancy)
        return self._reported(tenancy, run, ended)

    def go_on(self, tenancy: Tenancy) -> None:
        """Let runs go on whose card is over while they wait for it: it gave way, expired, or its decider died."""
        with self.parts.stores.read(tenancy.id) as unit:
            over = unit.actions.answered()
        for action in over:
            with suppress(Conflict):  # another process works on that account; it is told at the next sweep
                if not self._is_told(tenancy, action):
                    self._forget(tenancy, action)

    def _is_told(self, tenancy: Tenancy, action: Action) -> bool:
        """Tell one run; one whose account or documents are gone hears nothing, and holds up no other."""
        try:
            return self.hand_over(tenancy, action)
        except (Erased, NotFound):
            return False

    def hand_over(self, tenancy: Tenancy, action: Action) -> bool:
        """Hand the decision about an action to the interrupt that waits for it; say whether one did."""
        with self.parts.stores.read(tenancy.id) as unit:
            run = unit.runs.get(action.run)
        for waiting in self.open_interrupts(run) if run else ():
            if run and argument_of(waiting.value, "action") == action.id:
                decision = stable_id("dc", action.id, str(action.version))
                self.resume(tenancy, run, {waiting.id: decision}, (action.id,))
                return True
        return False

    def _forget(self, tenancy: Tenancy, action: Action) -> None:
        """Note that nothing waits for an action's decision."""
        with self.parts.stores.begin(tenancy.id) as unit:
            unit.actions.bind({action.id: (ThreadId(str(action.thread)), None)})

    def _first(self, tenant: TenantId, run: Run, given: LoopInput) -> dict[str, object]:
        """Drive a run that nobody else has seen: what it keeps is remembered until it ends or waits."""
        self.parts.recall(tenant, run.id, run)
        self.parts.underway[tenant, run.id] = {}
        try:
            return self._drive(tenant, run, given)
        finally:
            del self.parts.underway[tenant, run.id]
            self.parts.let_go(run.id)
            self.parts.documents.pop((tenant, run.id), None)

    def resume(self, tenancy: Tenancy, run: Run, answers: Resume, decided: Sequence[ActionId] = ()) -> None:
        """Hand decisions to the interrupts they answer; nodes that ended do not run again.

        Raises: Conflict when another process has the account, or the run has gone to its end meanwhile.
        """

        def first(unit: Unit, _: Lease) -> Run:
            known = unit.runs.get(run.id)
            if known is None or known.status == "done":
                raise Conflict(f"The run about {run.account} has gone on already.", field="run", value=run.id)
            unit.runs.set_status(run.id, "running")
            unit.actions.bind(dict.fromkeys(decided, (run.thread, None)))
            return run

        with leased(self.parts, tenancy.id, run.account, first):
            self._drive(tenancy.id, run, _answered(answers))

    def continue_unfinished(self, tenancy: Tenancy, account: AccountId | None = None) -> tuple[Run, ...]:
        """Go on with runs whose process died, of one account or all: they are `running` and nobody holds the lease."""
        with self.parts.stores.read(tenancy.id) as unit:
            unfinished = unit.runs.unfinished(account)
        done: list[Run] = []
        for run in unfinished:
            with suppress(Conflict):
                if self._continued(tenancy, run):
                    done.append(run)
        return tuple(done)

    def _continued(self, tenancy: Tenancy, run: Run) -> bool:
        """Go on with a run unless it ended while its account was waited for. Raises: Conflict."""
        known = leased(self.parts, tenancy.id, run.account, lambda unit, _: unit.runs.get(run.id) or run)
        with known as found:
            if found is None or found.status != "running":
                return False
            self.parts.crash_point("run:found")
            self._drive(tenancy.id, run, self._left(run, tenancy))
            return True

    def _left(self, run: Run, tenancy: Tenancy) -> "LoopInput | Command[Any] | None":
        """Nothing was checkpointed yet: start; else go on from the checkpoint, with an answer that never came in."""
        if self._run(self.loop.aget_state(config_of(run))).values:
            answers = self._answers(run, tenancy)
            return _answered(answers) if answers else None
        principal = Principal.model_validate(
            {"tenant": tenancy.id, "user": run.user, "role": run.role, "channel": run.channel}
        )
        return LoopInput(request=request_of(run, principal), iteration=0, opened=[])

    def _answers(self, run: Run, tenancy: Tenancy) -> Resume:
        """Find the answers that are recorded to questions the run still waits for."""
        asked = {one.id: argument_of(one.value, "question") for one in self.open_interrupts(run)}
        events = {name: answer_to(tenancy.id, question) for name, question in asked.items() if question}
        with self.parts.stores.read(tenancy.id) as unit:
            return {name: event for name, event in events.items() if unit.events.get(event) is not None}

    def _drive(
        self, tenant: TenantId, run: Run, given: "LoopInput | Command[Any] | None"
    ) -> dict[str, object]:
        """Run until the end or the next interrupts; others act only while a node waits for a model."""
        with as_found(self.parts.tenancy(tenant)):
            ended: dict[str, object] = self._run(self.loop.ainvoke(given, config_of(run), durability="sync"))
        if "__interrupt__" in ended:
            self.parts.crash_point("run:waiting")
            with self.parts.stores.begin(tenant) as unit:
                unit.runs.set_status(run.id, "waiting")
                unit.actions.bind(_waiting_for(run, ended["__interrupt__"]))
        return ended

    def _reported(self, tenancy: Tenancy, run: Run, ended: dict[str, object]) -> Report:
        if "__interrupt__" in ended:
            return self.report(tenancy, run.id)
        known = self.parts.documents.get((tenancy.id, str(ended["report"])))
        return known if isinstance(known, Report) else self.report(tenancy, run.id)

    def open_interrupts(self, run: Run) -> "tuple[Interrupt, ...]":
        """Say what a run waits for."""
        state = self._run(self.loop.aget_state(config_of(run)))
        return tuple(one for task in state.tasks for one in task.interrupts)

    def report(self, tenancy: Tenancy, run: RunId) -> Report:
        """Give the report as it stands now."""
        with self.parts.stores.read(tenancy.id) as unit:
            return assemble(self.parts, unit, tenancy, run)


def record_run(
    tenancy: Tenancy,
    unit: Unit,
    principal: Principal,
    lease: Lease,
    intent: str,
    thread: ThreadId | None = None,
) -> Run:
    """Record a run; its ids are seeded by tenant, command, clock, ledger head and the number of its lease."""
    now, account = tenancy.now, lease.account
    trace = trace_of(tenancy.id, f"{intent}:{account}:{principal.user}", now, unit.ledger.head().hash)
    name = RunId(stable_id("run", tenancy.id, trace, str(lease.fence)))
    run = Run(
        id=name,
        thread=thread or ThreadId(stable_id("th", tenancy.id, name)),
        account=account,
        intent=intent,
        user=principal.user,
        role=principal.role.value,
        channel=principal.channel,
        trace_id=trace,
        started_at=now,
        config_hash=tenancy.config_hash,
        files=tenancy.tenant.files,
    )
    return unit.runs.start(run)


def config_of(run: Run) -> "RunnableConfig":
    """Thread ids are opaque and reached only through a run of the tenant."""
    return {"configurable": {"thread_id": run.thread}}


def request_of(run: Run, principal: Principal) -> Request:
    """Give the channel that says who asked for what."""
    return Request(
        tenant=principal.tenant,
        run=run.id,
        account=run.account,
        intent=run.intent,
        user=principal.user,
        role=principal.role.value,
        channel=principal.channel,
        method=principal.method,
        trace=run.trace_id,
        thread=run.thread,
    )


def answer_to(tenant: TenantId, question: str) -> EventId:
    """Name the event that answers a question, whoever answers it."""
    return EventId(stable_id("ev", tenant, question))


def _answered(answers: Resume) -> "Command[Any]":
    """Go on from the interrupts that are answered."""
    from langgraph.types import Command

    return Command(resume=answers)


def _waiting_for(run: Run, interrupts: object) -> dict[ActionId, tuple[ThreadId, str | None]]:
    """Say which interrupt waits for which action's decision."""
    from langgraph.types import Interrupt

    found = interrupts if isinstance(interrupts, Sequence) else ()
    named = {argument_of(one.value, "action"): one.id for one in found if isinstance(one, Interrupt)}
    return {ActionId(name): (run.thread, waiting) for name, waiting in named.items() if name}


def argument_of(value: object, name: str) -> str:
    """Read one argument of the one action_request of a card."""
    if not isinstance(value, dict):
        return ""
    requests = value.get("action_requests") or [{}]
    return str(requests[0].get("args", {}).get(name, ""))
