"""Before and after a read: who may, why, on which budget; then settle it and keep what came of it.

Invariant: what a refused call reserved goes back, what any other drew stays; a call leaves one record and one entry,
a replay of it none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from state.canonical import Json, canonical_json, digest
from state.governance.budget import Budget, Call, Draw, draws_of, started_by
from state.ids import ArtifactId, TenantId, stable_id
from state.ledger.entry import ClockSource, EntryDraft, Kind, Stamp
from state.ports.clock import Clock
from state.ports.deciding import Deliberating
from state.ports.running import ToolRun
from state.ports.tooling import CostClass, Reading, ReadResult, ToolSpec
from state.ports.unit import Unit
from state.world.business_time import local_day

LARGE_BYTES = 4_096
"""An answer beyond this is kept once as an artifact and named in the record."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    outcome: Literal["ok", "refused", "failed", "timeout"]
    detail: str
    value: Json = None
    code: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A call that may run."""

    name: str
    spec: ToolSpec
    draws: tuple[Draw, ...]
    """Empty where an earlier try of the same call has paid."""


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Lets reads of one tenant in and out."""

    tenant: TenantId
    zone: str
    budget: Budget
    run_budget: Mapping[CostClass, int]
    clock: Clock
    lease: timedelta
    """How long a call may hold what it reserved; longer than any call is waited for."""
    is_frozen: bool

    def enter(
        self, unit: Unit, spec: ToolSpec | None, reading: Reading, about: Deliberating | None
    ) -> Ticket | Ended:
        """Authorise a call and reserve its budget, or say what refuses it."""
        if spec is None:
            return Ended("refused", f"There is no read tool {reading.tool!r}.", code="tool")
        objection = self._objection(spec, reading, about)
        if objection is not None:
            return objection
        name, cost = self.name_of(reading), spec.cost
        calls = () if reading.run is None else unit.runs.tool_runs_of(reading.run)
        if any(one.id == name and one.outcome == "ok" for one in calls):
            return Ticket(name, spec, ())
        spent = sum(one.outcome != "refused" and one.cost_class == cost for one in calls)
        if reading.run is not None and spent >= self.run_budget.get(cost, 0):
            return Ended(
                "refused", f"The run's budget for {cost} calls is spent ({spent}).", code="run_budget"
            )
        ticket = Ticket(name, spec, self._draws(spec, reading, about))
        until = self.clock.wall() + self.lease
        refused = unit.budgets.reserve(name, ticket.draws, until, self.stamp(reading))
        return ticket if refused is None else _overdrawn(refused)

    def _objection(self, spec: ToolSpec, reading: Reading, about: Deliberating | None) -> Ended | None:
        """Say who may not, and which read lacks its reason."""
        who = reading.principal
        if who.tenant != self.tenant or (about is not None and about.principal.tenant != self.tenant):
            return Ended("refused", "It belongs to another tenant.", code="tenant")
        if who.role.value not in spec.roles:
            return Ended("refused", f"The role {who.role.value} may not call {spec.name}.", code="role")
        if not self.budget.is_justified(spec.cost, reading.reason):
            return Ended(
                "refused",
                f"A {spec.cost} read needs a reason of at least {self.budget.justification_letters} letters in"
                " the field reason. Say in one sentence what it is for.",
                code="reason",
            )
        return None

    def _draws(self, spec: ToolSpec, reading: Reading, about: Deliberating | None) -> tuple[Draw, ...]:
        who = reading.principal
        account = None if about is None else about.view.identifier
        starter = started_by(who.channel, is_human=who.is_human)
        call = Call(who.user, spec.name, account, spec.cost, starter)
        return draws_of(self.budget, call, local_day(reading.now, self.zone))

    def leave(
        self, unit: Unit, reading: Reading, ticket: Ticket | None, cost: CostClass, ended: Ended
    ) -> ReadResult:
        """Settle or give back, keep the record and a large answer, and prove the call."""
        if ticket is not None and ticket.draws:
            ended = self._settled(unit, reading, ticket, ended)
        tool_run = ToolRun(
            id=self.name_of(reading),
            run=reading.run,
            tool=reading.tool,
            principal=reading.principal.user,
            arguments_hash=digest(dict(reading.arguments)),
            cost_class=cost,
            outcome=ended.outcome,
            detail=ended.detail[:500],
            at=reading.now,
            artifact=self._kept(unit, reading, ended),
            code=ended.code,
            attempts=ended.attempts,
        )
        if not _is_known(unit, tool_run):
            unit.runs.put_tool_run(tool_run)
            unit.ledger.append([EntryDraft(Kind.TOOL_CALL, self.stamp(reading), _payload(tool_run))])
        is_ok = ended.outcome == "ok"
        refusal = None if is_ok else ended.detail or ended.outcome
        return ReadResult(ok=is_ok, value=ended.value, refusal=refusal, tool_run=tool_run)

    def _settled(self, unit: Unit, reading: Reading, ticket: Ticket, ended: Ended) -> Ended:
        """Keep what was drawn; a call that outlived its lease pays again, or its answer is dropped."""
        if ended.outcome == "refused":
            unit.budgets.release(ticket.name)
            return ended
        if unit.budgets.settle(ticket.name):
            return ended
        refused = unit.budgets.charge(ticket.draws, self.stamp(reading))
        if refused is None:
            return ended
        return Ended("refused", "It outlived its reservation.", code="lease", attempts=ended.attempts)

    def _kept(self, unit: Unit, reading: Reading, ended: Ended) -> ArtifactId | None:
        is_large = ended.outcome == "ok" and len(canonical_json(ended.value)) > LARGE_BYTES
        if reading.run is None or not is_large:
            return None
        return unit.runs.put_artifact(f"answer.{reading.tool}", reading.run, ended.value)

    def name_of(self, reading: Reading) -> str:
        """Name a call by its inputs, so that a replay is the same call."""
        sealed = digest(dict(reading.arguments))
        return stable_id("tl", self.tenant, reading.run or "", reading.tool, sealed, reading.now.isoformat())

    def stamp(self, reading: Reading) -> Stamp:
        """Say who calls, when and in which trace."""
        source = ClockSource.FROZEN if self.is_frozen else ClockSource.SYSTEM
        return Stamp.of(
            reading.principal, at=reading.now, wall=self.clock.wall(), clock=source, trace=reading.trace
        )


def _is_known(unit: Unit, tool_run: ToolRun) -> bool:
    """Say whether a replay ended as the call had before."""
    calls = () if tool_run.run is None else unit.runs.tool_runs_of(tool_run.run)
    return any((one.id, one.outcome) == (tool_run.id, tool_run.outcome) for one in calls)


def _overdrawn(draw: Draw) -> Ended:
    return Ended(
        "refused",
        f"The budget for {draw.line} is spent for today ({draw.cap}). Wait for tomorrow, or let an admin raise it.",
        code="budget",
    )


def _payload(tool_run: ToolRun) -> dict[str, Json]:
    """Say what was called and how it ended; the answer itself stays out."""
    said: dict[str, Json] = {
        "tool_run": tool_run.id,
        "tool": tool_run.tool,
        "run": tool_run.run or "",
        "arguments_hash": tool_run.arguments_hash,
        "cost": tool_run.cost_class,
        "outcome": tool_run.outcome,
        "code": tool_run.code,
        "attempts": tool_run.attempts,
    }
    return said if tool_run.artifact is None else {**said, "artifact": tool_run.artifact}
