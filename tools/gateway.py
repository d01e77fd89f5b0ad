"""The one way to every tool: who may, how often, what exactly, how long, and a record of each call.

Invariant: nothing leaves but the stored effect of an action of this tenant, and a tenant with a frozen clock writes
only to its own folder, whatever the settings say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Literal

from state.canonical import Json, digest
from state.decision.proposal import ACTION_CLASSES, Proposal
from state.errors import InvalidInput, NotFound, RevloopError
from state.governance.action import Action
from state.governance.effect import Effect, effect_hash
from state.ids import ActionId, TenantId, stable_id
from state.ports.deciding import Deliberating, Draft
from state.ports.running import ToolRun
from state.ports.tooling import CostClass, Inside, Reading, ReadResult, Sent, ToolSpec
from state.ports.unit import Unit
from state.principal import User
from state.world.profile import Profile
from tools.catalog import LEAVES, READS, TOOL_OF, WRITES, Leaves, Reads, Writes
from tools.catalog.task import Premises, Task
from tools.catalog.tool import Desk
from tools.transports import Approved, FolderTransport, Looked, Parcel, SmtpTransport, Transport
from tools.transports.smtp import Server, mark_of

READ_SECONDS = 10.0
Ended = Literal["ok", "refused", "failed", "timeout"]


@dataclass(frozen=True)
class TenantGateway:
    """The gateway of one tenant; implements `state.ports.tooling.Gateway`."""

    profile: Profile
    folder: Path
    """The tenant's own folder, which bears the tenant's id."""
    key: bytes = field(repr=False)
    smtp_url: str = field(repr=False)
    is_frozen: bool
    run_budget: Mapping[CostClass, int]
    """Units: calls per run by cost class; a class that is not named has none."""
    users: Sequence[User]
    reads: Mapping[str, Reads] = field(default_factory=lambda: READS, repr=False)
    writes: Mapping[str, Writes] = field(default_factory=lambda: WRITES, repr=False)
    leaves: Mapping[str, Leaves] = field(default_factory=lambda: LEAVES, repr=False)
    read_seconds: float = READ_SECONDS

    @property
    def tenant(self) -> TenantId:
        """Whose gateway it is."""
        return TenantId(self.folder.name)

    @property
    def outbox(self) -> Path:
        """Where mails and invitations are written when no server is set."""
        return self.folder / "outbox"

    def specs(self) -> tuple[ToolSpec, ...]:
        """List the catalog by name."""
        found = [tool.spec for tool in self.reads.values()]
        found += [tool.spec for tool in self.writes.values()]
        found += [tool.spec for tool in self.leaves.values()]
        return tuple(sorted(found, key=lambda spec: spec.name))

    def spec(self, tool: str) -> ToolSpec:
        """Find one tool. Raises: NotFound."""
        found = self.reads.get(tool) or self.writes.get(tool) or self.leaves.get(tool)
        if found is None:
            raise NotFound(f"There is no tool {tool!r}.", field="tool", value=tool, remedy="See the catalog.")
        return found.spec

    def prepare(
        self, proposal: Proposal, action: ActionId, draft: Draft | None, about: Deliberating
    ) -> Effect:
        """Render the exact bytes of a proposal's effect. Raises: InvalidInput."""
        tool = TOOL_OF[proposal.action_type]
        if proposal.tool != tool:
            raise InvalidInput(
                f"{proposal.action_type} is carried out by {tool}, not by {proposal.tool!r}.",
                field="tool",
                value=proposal.tool[:80],
            )
        if proposal.account != about.view.identifier or about.principal.tenant != self.tenant:
            raise InvalidInput("It is about another account.", field="account", value=proposal.account)
        task = Task(proposal, action, draft, about, self._premises)
        task.needs_class(ACTION_CLASSES[proposal.action_type], proposal.action_type)
        return self._acts(tool).render(task)

    def edited(self, action: Action, fields: Mapping[str, str]) -> Effect:
        """Render a stored effect again with other words. Raises: InvalidInput for anything that is not editable."""
        self._own(action)
        return self._acts(action.effect.tool).edited(action, fields, self._premises)

    def inside(self, action: Action, now: datetime) -> Inside:
        """Say what an inside tool writes. Raises: InvalidInput, NotFound."""
        self._own(action)
        tool = self.writes.get(action.effect.tool)
        if tool is None:
            raise NotFound(
                f"{action.effect.tool} writes no rows of ours.", field="tool", value=action.effect.tool
            )
        return tool.write(action, now)

    def outside(self, action: Action) -> Sent:
        """Hand an approved effect to its transport; a fault of the transport is an answer."""
        try:
            parcel = self._parcel(action)
            transport = self._transport(parcel)
        except RevloopError as refusal:
            return Sent("refused", str(refusal))
        except Exception as fault:  # an effect that cannot even be read is not handed over
            return Sent("refused", f"the stored effect cannot be read: {type(fault).__name__}")
        try:
            return transport.deliver(parcel, Approved.of(action.effect))
        except Exception as fault:  # nobody can say how far it came
            return Sent("unknown", f"{type(fault).__name__}: {fault}")

    def after(self, action: Action, now: datetime) -> Inside:
        """Say what is recorded once a transport has accepted. Raises: InvalidInput, NotFound."""
        self._own(action)
        return self._leaving(action).after(action, now)

    def probe(self, action: Action) -> Looked:
        """Look whether the effect is at the transport; what may have gone to a server stays unknown."""
        try:
            parcel = self._parcel(action)
            if mark_of(self.outbox, parcel).exists():
                return "unknown"
            return self._transport(parcel).look(parcel)
        except (RevloopError, OSError):
            return "unknown"

    def read(self, reading: Reading, unit: Unit, about: Deliberating | None) -> ReadResult:
        """Run a read tool and record the call; a refusal is a result."""
        tool = self.reads.get(reading.tool)
        reason = self._objection(tool, reading, unit, about)
        if tool is None or reason is not None:
            return self._recorded(unit, reading, tool, "refused", None, reason or "")
        desk = Desk(reading.principal, unit, about)
        try:
            value = self._run(tool, reading.arguments, desk)
        except TimeoutError:
            return self._recorded(
                unit, reading, tool, "timeout", None, f"no answer in {self.read_seconds:g} s"
            )
        except RevloopError as refusal:
            return self._recorded(unit, reading, tool, "refused", None, str(refusal))
        except Exception as fault:  # a tool that breaks must not break the loop
            return self._recorded(unit, reading, tool, "failed", None, f"{type(fault).__name__}: {fault}")
        return self._recorded(unit, reading, tool, "ok", value, reading.reason)

    def _objection(
        self, tool: Reads | None, reading: Reading, unit: Unit, about: Deliberating | None
    ) -> str | None:
        """Authorise and reserve: say why a call may not run."""
        if tool is None:
            return f"There is no read tool {reading.tool!r}."
        who = reading.principal
        if who.tenant != self.tenant or (about is not None and about.principal.tenant != self.tenant):
            return "It belongs to another tenant."
        if who.role.value not in tool.spec.roles:
            return f"The role {who.role.value} may not call {tool.spec.name}."
        if reading.run is not None:
            calls = [run for run in unit.runs.tool_runs_of(reading.run) if run.outcome != "refused"]
            spent = sum(run.cost_class == tool.spec.cost for run in calls)
            if spent >= self.run_budget.get(tool.spec.cost, 0):
                return f"The run's budget for {tool.spec.cost} calls is spent ({spent})."
        return None

    def _run(self, tool: Reads, arguments: Mapping[str, Json], desk: Desk) -> Json:
        """Run beside this thread and wait so long, except where the caller's transaction is read.

        Raises: TimeoutError, and whatever the tool raises.
        """
        if tool.uses_store:
            return tool.read(arguments, desk)
        return _bounded(lambda: tool.read(arguments, desk), self.read_seconds)

    def _recorded(
        self, unit: Unit, reading: Reading, tool: Reads | None, outcome: Ended, value: Json, detail: str
    ) -> ReadResult:
        sealed = digest(dict(reading.arguments))
        run = reading.run or ""
        tool_run = ToolRun(
            id=stable_id("tl", self.tenant, run, reading.tool, sealed, reading.now.isoformat()),
            run=reading.run,
            tool=reading.tool,
            principal=reading.principal.user,
            arguments_hash=sealed,
            cost_class=tool.spec.cost if tool else "CHEAP",
            outcome=outcome,
            detail=detail[:500],
            at=reading.now,
        )
        unit.runs.put_tool_run(tool_run)
        is_ok = outcome == "ok"
        return ReadResult(
            ok=is_ok, value=value, refusal=None if is_ok else detail or outcome, tool_run=tool_run
        )

    @property
    def _premises(self) -> Premises:
        return Premises(self.profile, self.users, self.key)

    def _acts(self, tool: str) -> Writes | Leaves:
        found = self.writes.get(tool) or self.leaves.get(tool)
        if found is None:
            raise InvalidInput(f"{tool} does nothing.", field="tool", value=tool)
        return found

    def _leaving(self, action: Action) -> Leaves:
        found = self.leaves.get(action.effect.tool)
        if found is None:
            raise NotFound(f"{action.effect.tool} does not leave.", field="tool", value=action.effect.tool)
        return found

    def _own(self, action: Action) -> None:
        if action.tenant != self.tenant:
            raise InvalidInput("The action belongs to another tenant.", field="tenant", value=action.tenant)

    def _parcel(self, action: Action) -> Parcel:
        """Wrap what was approved, nothing else. Raises: InvalidInput, NotFound."""
        self._own(action)
        if effect_hash(action.effect) != action.effect_hash:
            raise InvalidInput("The stored effect is not the one that was judged.", field="effect_hash")
        return self._leaving(action).parcel(action, self._premises)

    def _transport(self, parcel: Parcel) -> Transport:
        if self.is_frozen or not self.smtp_url or parcel.suffix == "ics":
            return FolderTransport(self.outbox)
        return SmtpTransport(Server.of(self.smtp_url), self.outbox)


def _bounded(work: Callable[[], Json], seconds: float) -> Json:
    """Wait for work on a thread of its own. Raises: TimeoutError, and what the work raises."""
    answers: Queue[tuple[Json, Exception | None]] = Queue(1)

    def answer() -> None:
        try:
            answers.put((work(), None))
        except Exception as fault:  # handed to the waiting thread
            answers.put((None, fault))

    Thread(target=answer, daemon=True, name="tool").start()
    try:
        value, fault = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if fault is not None:
        raise fault
    return value
