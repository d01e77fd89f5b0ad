"""How the world is touched: typed tools behind one gateway; nothing reaches a store or a transport around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.canonical import Json
from state.decision.proposal import Proposal
from state.evidence import Trust
from state.governance.action import Action
from state.governance.effect import Effect
from state.ids import ActionId, RunId, TraceId
from state.ports.deciding import Deliberating, Draft
from state.ports.running import CrmRecord, ToolRun
from state.ports.unit import Stores
from state.principal import Principal
from state.world.event import Event

CostClass = Literal["CHEAP", "MED", "EXP"]
UNTRACED = TraceId("")


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a tool declares; the gateway holds it to that."""

    name: str
    purpose: str
    kind: Literal["read", "inside", "outside"]
    """inside: writes only tables of ours, in the claiming transaction; outside: goes through a transport."""
    action_class: int
    risk: Literal["low", "medium", "high"]
    cost: CostClass
    arguments: type[BaseModel]
    result: type[BaseModel]
    effects: tuple[str, ...]
    """Every effect it can have, fan-out included; empty for a read."""
    reversible: bool = True
    editable: tuple[str, ...] = ()
    """Argument names an approver may change."""
    compensation: str | None = None
    deduplicates_by_key: bool = False
    trust_required: Mapping[str, Trust] = field(default_factory=dict)
    """By argument, the least trust of the record that states the address it stands for."""
    roles: tuple[str, ...] = ("seller", "manager", "admin", "agent")


@dataclass(frozen=True, slots=True)
class Reading:
    """One read through the gateway."""

    tool: str
    arguments: Mapping[str, Json]
    principal: Principal
    run: RunId | None
    reason: str
    """Why; a deep read without one is refused."""
    now: datetime
    trace: TraceId = UNTRACED


class ReadResult(BaseModel):
    """What a read brought back, with the record of the call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ok: bool
    value: Json
    refusal: str | None = None
    tool_run: ToolRun


@dataclass(frozen=True, slots=True)
class Inside:
    """What an inside tool writes: rows of the built-in CRM and the events that tell the situation of them."""

    records: tuple[CrmRecord, ...]
    events: tuple[Event, ...]
    receipt: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a transport answered."""

    kind: Literal["receipt", "refused", "not_done", "unknown"]
    detail: str
    is_mismatch: bool = False
    """Refused before it left, because it was not what was approved."""


class Gateway(Protocol):
    """Every call: authorise, budget, policy, run with a timeout, record."""

    def specs(self) -> tuple[ToolSpec, ...]:
        """Give the catalog by name."""
        ...

    def spec(self, tool: str) -> ToolSpec:
        """One tool. Raises: NotFound."""
        ...

    def prepare(
        self, proposal: Proposal, action: ActionId, draft: Draft | None, about: Deliberating
    ) -> Effect:
        """Render the exact bytes of a proposal's effect from verified references.

        Raises: InvalidInput when an argument does not resolve; such a proposal is blocked.
        """
        ...

    def edited(self, action: Action, fields: Mapping[str, str]) -> Effect:
        """Render the effect anew with other values of editable fields. Raises: InvalidInput naming the field."""
        ...

    def inside(self, action: Action, now: datetime) -> Inside:
        """Say what an inside tool writes; the caller writes it in the transaction that claims the action."""
        ...

    def outside(self, action: Action) -> Sent:
        """Hand an approved effect to its transport, under the action's key. Never raises for a transport fault."""
        ...

    def after(self, action: Action, now: datetime) -> Inside:
        """Say what is recorded once a transport has accepted (the mail in the thread, the meeting in the calendar)."""
        ...

    def probe(self, action: Action) -> Literal["found", "absent", "unknown", "different"]:
        """Look whether the effect is at the transport; unknown where it cannot be looked up, different where what is
        there under its name says something else.
        """
        ...

    def lag(self, action: Action) -> timedelta:
        """How long after a call has ended the transport may still not show what it took."""
        ...

    def read(self, reading: Reading, stores: Stores, about: Deliberating | None) -> ReadResult:
        """Run a read tool: reserve its budget, call it with no transaction of the caller's open, settle and record."""
        ...
