"""The one way to every tool: who may, how often, what exactly, how long, and a record of each call.

Invariant: nothing leaves but the stored effect of an action of this tenant, and a tenant with a frozen clock writes
only to its own folder, whatever the settings say.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from state.canonical import Json
from state.decision.proposal import ACTION_CLASSES, Proposal
from state.errors import InvalidInput, NotFound, RevloopError, Unavailable
from state.governance.action import Action
from state.governance.budget import SHIPPED, Budget
from state.governance.effect import Effect, effect_hash
from state.ids import ActionId, TenantId
from state.ports.clock import Clock, WallClock
from state.ports.deciding import Deliberating, Draft
from state.ports.tooling import CostClass, Inside, Reading, ReadResult, Sent, ToolSpec
from state.ports.unit import Stores
from state.principal import User
from state.world.profile import Profile
from tools.breaker import Breakers
from tools.bulkhead import Bulkhead
from tools.catalog import LEAVES, READS, TOOL_OF, WRITES, Leaves, Reads, Writes
from tools.catalog.task import Premises, Task
from tools.catalog.tool import Desk
from tools.egress import Egress
from tools.keys import Key
from tools.retrying import Patience
from tools.transports import Approved, FolderTransport, Looked, Parcel, SmtpTransport, Transport
from tools.transports.sent import SentFolder
from tools.transports.smtp import Server, mark_of
from tools.transports.webhook import WebhookTransport
from tools.turnstile import Ended, Turnstile

READ_SECONDS = 10.0
LEASES, LEAST_LEASE = 6, timedelta(seconds=60)
"""How many times the longest wait a call may hold its reservation."""


@dataclass(frozen=True)
class TenantGateway:
    """The gateway of one tenant; implements `state.ports.tooling.Gateway`."""

    profile: Profile
    folder: Path
    """The tenant's own folder, which bears the tenant's id."""
    keys: Callable[[], Sequence[Key]] = field(repr=False)
    """Reads the tenant's secrets, the newest last; another process may have turned them since."""
    smtp_url: str = field(repr=False)
    egress: Egress = field(repr=False)
    sent: SentFolder | None = field(repr=False)
    """Where the mail server keeps what it was given; None: it cannot be asked."""
    is_frozen: bool
    notify_url: str = field(default="", repr=False, kw_only=True)
    """Where what one of us is told is posted; empty: a file in the outbox."""
    run_budget: Mapping[CostClass, int]
    """Units: calls per run by cost class; a class that is not named has none."""
    users: Sequence[User]
    reads: Mapping[str, Reads] = field(default_factory=lambda: READS, repr=False)
    writes: Mapping[str, Writes] = field(default_factory=lambda: WRITES, repr=False)
    leaves: Mapping[str, Leaves] = field(default_factory=lambda: LEAVES, repr=False)
    read_seconds: float = READ_SECONDS
    budget: Budget = SHIPPED
    clock: Clock = field(default_factory=WallClock, repr=False)
    breakers: Breakers = field(default_factory=Breakers, repr=False)
    bulkhead: Bulkhead = field(default_factory=Bulkhead, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def tenant(self) -> TenantId:
        """Whose gateway it is."""
        return TenantId(self.folder.name)

    @property
    def outbox(self) -> Path:
        """Where mails, invitations and notifications are written when nothing else is set."""
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
            return Sent("refused", str(refusal), is_mismatch=refusal.field == "effect_hash")
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
        """Look whether the effect is at the transport; what may have gone to a server no folder of ours can tell."""
        try:
            parcel = self._parcel(action)
            transport = self._transport(parcel)
            if isinstance(transport, FolderTransport) and mark_of(self.outbox, parcel).exists():
                return "unknown"
            return transport.look(parcel)
        except (RevloopError, OSError):
            return "unknown"

    def lag(self, action: Action) -> timedelta:
        """Say how long it may take until a look shows what was taken: a folder of ours shows it at once."""
        self._own(action)
        return self.sent.lag if self.sent is not None else timedelta(0)

    def read(self, reading: Reading, stores: Stores, about: Deliberating | None) -> ReadResult:
        """Reserve, run and settle a read, each in its own short transaction; a refusal is a result."""
        tool = self.reads.get(reading.tool)
        with stores.begin(self.tenant) as unit:
            ticket = self._turnstile.enter(unit, tool.spec if tool else None, reading, about)
            if tool is None or isinstance(ticket, Ended):
                assert isinstance(ticket, Ended), "what is no tool never enters"
                return self._turnstile.leave(unit, reading, None, tool.spec.cost if tool else "CHEAP", ticket)
        ended = self._called(tool, reading, stores, about)
        with stores.begin(self.tenant) as unit:
            return self._turnstile.leave(unit, reading, ticket, tool.spec.cost, ended)

    def _called(self, tool: Reads, reading: Reading, stores: Stores, about: Deliberating | None) -> Ended:
        """Call a tool unless it rests or too many run; what it does to us is an outcome."""
        breaker = self.breakers.of(self.tenant, tool.spec.name)
        cost = tool.spec.cost
        if not self.bulkhead.takes(self.tenant, cost):
            busy = f"{self.bulkhead.running(self.tenant, cost)} {cost} calls are running already. Ask again later."
            return Ended("refused", busy, code="bulkhead")
        if not breaker.admits(self.clock.wall()):
            self.bulkhead.gives_back(self.tenant, cost)
            failing = f"{tool.spec.name} failed {breaker.failures} times in a row and rests. Ask again later."
            return Ended("refused", failing, code="breaker")
        ended = self._tried(tool, reading, stores, about)
        if ended.outcome in ("failed", "timeout"):
            breaker.failed(self.clock.wall())
        else:
            breaker.succeeded()
        return ended

    def _tried(self, tool: Reads, reading: Reading, stores: Stores, about: Deliberating | None) -> Ended:
        """Run beside this thread and wait so long, trying again after what passes."""
        patience = Patience(self.read_seconds, self.sleep)

        def work() -> Json:
            try:
                return patience.run(lambda: _looked(tool, reading, stores, about))
            finally:
                self.bulkhead.gives_back(self.tenant, tool.spec.cost)

        try:
            value = _bounded(work, self.read_seconds)
        except TimeoutError:
            return Ended("timeout", f"no answer in {self.read_seconds:g} s", attempts=patience.attempts)
        except Unavailable as fault:
            return Ended("failed", str(fault), attempts=patience.attempts)
        except RevloopError as refusal:
            return Ended("refused", str(refusal), code="arguments", attempts=patience.attempts)
        except Exception as fault:  # a tool that breaks must not break the loop
            return Ended("failed", f"{type(fault).__name__}: {fault}", attempts=patience.attempts)
        return Ended("ok", reading.reason, value, attempts=patience.attempts)

    @property
    def _turnstile(self) -> Turnstile:
        return Turnstile(
            tenant=self.tenant,
            zone=self.profile.company.zone,
            budget=self.budget,
            run_budget=self.run_budget,
            clock=self.clock,
            lease=max(LEAST_LEASE, timedelta(seconds=LEASES * self.read_seconds)),
            is_frozen=self.is_frozen,
        )

    @property
    def _premises(self) -> Premises:
        return Premises(self.profile, self.users, self.keys())

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
        if self.is_frozen:
            return FolderTransport(self.outbox)
        if self.notify_url and parcel.suffix == "json":
            return WebhookTransport(self.notify_url, self.outbox, self.egress)
        if not self.smtp_url or parcel.suffix != "eml":
            return FolderTransport(self.outbox)
        return SmtpTransport(Server.of(self.smtp_url), self.outbox, self.egress, self.sent)


def _looked(tool: Reads, reading: Reading, stores: Stores, about: Deliberating | None) -> Json:
    """Let a tool look; one that reads the stores has a transaction of its own. Raises: whatever the tool raises."""
    if not tool.uses_store:
        return tool.read(reading.arguments, Desk(reading.principal, None, about))
    with stores.read(reading.principal.tenant) as unit:
        return tool.read(reading.arguments, Desk(reading.principal, unit, about))


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
