"""Start and continue runs: one lease per account, one thread per run, unfinished runs of dead leases go on.

Invariant: whoever runs a loop holds the account's lease; a waiting run holds none.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command, Interrupt

from graphs.channels import LoopInput, Request
from graphs.governing.admission import Admission
from graphs.loop import Loop
from graphs.parts import Parts, Tenancy, trace_of
from graphs.telling.assembling import assemble
from graphs.telling.report import Report
from graphs.working.leasing import leased
from state.errors import Conflict, Denied
from state.ids import AccountId, RunId, TenantId, ThreadId, stable_id
from state.ports.acting import Lease
from state.ports.running import Run
from state.ports.unit import Unit
from state.principal import Principal

T = TypeVar("T")
Resume = dict[str, str]
"""Interrupt id → decision id."""


@dataclass(frozen=True)
class Runner:
    """Runs the loop for one process."""

    parts: Parts
    loop: Loop
    _events: asyncio.Runner = field(default_factory=asyncio.Runner)
    """One event loop for the life of the process; its threads are kept."""

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        return self._events.run(coroutine)

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
        self._let_go(tenancy)
        return self._reported(tenancy, run, ended)

    def _let_go(self, tenancy: Tenancy) -> None:
        """Let earlier runs go on that wait for a card which gave way to another."""
        gone, self.parts.superseded = self.parts.superseded, []
        for tenant, name in gone:
            with self.parts.stores.read(tenant) as unit:
                action = unit.actions.get(name)
                run = unit.runs.get(action.run)
            for waiting in self.open_interrupts(run) if run and run.status == "waiting" else ():
                if run and argument_of(waiting.value, "action") == name:
                    with suppress(Conflict):
                        self.resume(tenancy, run, {waiting.id: stable_id("dc", name, str(action.version))})

    def _first(self, tenant: TenantId, run: Run, given: LoopInput) -> dict[str, object]:
        """Drive a run that nobody else has seen: what it keeps is remembered until it ends or waits."""
        self.parts.recall(tenant, run.id, run)
        self.parts.underway[tenant, run.id] = {}
        try:
            return self._drive(tenant, run, given)
        finally:
            del self.parts.underway[tenant, run.id]
            self.parts.documents.pop((tenant, run.id), None)

    def resume(self, tenancy: Tenancy, run: Run, answers: Resume) -> None:
        """Hand decisions to the interrupts they answer; nodes that ended do not run again."""

        def first(unit: Unit, _: Lease) -> Run:
            unit.runs.set_status(run.id, "running")
            return run

        with leased(self.parts, tenancy.id, run.account, first):
            self._drive(tenancy.id, run, Command(resume=answers))

    def continue_unfinished(self, tenancy: Tenancy) -> tuple[Run, ...]:
        """Go on with runs whose process died: their status is `running` and nobody holds the lease."""
        with self.parts.stores.read(tenancy.id) as unit:
            unfinished = unit.runs.unfinished()
        done: list[Run] = []
        for run in unfinished:
            try:
                with leased(self.parts, tenancy.id, run.account):
                    self.parts.crash_point("run:found")
                    self._drive(tenancy.id, run, self._input_of(run, tenancy))
                    done.append(run)
            except Conflict:
                continue
        return tuple(done)

    def _input_of(self, run: Run, tenancy: Tenancy) -> LoopInput | None:
        """Nothing was checkpointed yet: start; else go on from the checkpoint."""
        if self.wait(self.loop.aget_state(config_of(run))).values:
            return None
        principal = Principal.model_validate(
            {"tenant": tenancy.id, "user": run.user, "role": run.role, "channel": run.channel}
        )
        return LoopInput(request=request_of(run, principal), iteration=0, opened=[])

    def _drive(self, tenant: TenantId, run: Run, given: LoopInput | Command[Any] | None) -> dict[str, object]:
        """Run until the end or the next interrupts; a run that waits says so."""
        ended: dict[str, object] = self.wait(self.loop.ainvoke(given, config_of(run), durability="sync"))
        if "__interrupt__" in ended:
            self.parts.crash_point("run:waiting")
            with self.parts.stores.begin(tenant) as unit:
                unit.runs.set_status(run.id, "waiting")
        return ended

    def _reported(self, tenancy: Tenancy, run: Run, ended: dict[str, object]) -> Report:
        if "__interrupt__" in ended:
            return self.report(tenancy, run.id)
        known = self.parts.documents.get((tenancy.id, str(ended["report"])))
        return known if isinstance(known, Report) else self.report(tenancy, run.id)

    def open_interrupts(self, run: Run) -> tuple[Interrupt, ...]:
        """Say what a run waits for."""
        state = self.wait(self.loop.aget_state(config_of(run)))
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
    )
    return unit.runs.start(run)


def config_of(run: Run) -> RunnableConfig:
    """Thread ids are opaque and reached only through a run of the tenant."""
    return RunnableConfig(configurable={"thread_id": run.thread})


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


def argument_of(value: object, name: str) -> str:
    """Read one argument of the one action_request of a card."""
    if not isinstance(value, dict):
        return ""
    requests = value.get("action_requests") or [{}]
    return str(requests[0].get("args", {}).get(name, ""))
