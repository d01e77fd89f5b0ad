"""The one table of what may happen to a plan, as data, and the plan itself.

Invariant: nothing else moves a plan; the database trigger and the pure step are made from these rows. A plan carries
no permission: each step's action has its own verdict and, where it is due, its own approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Literal, NewType

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from state.governance.action import NONE, Outcome
from state.governance.condition import Condition
from state.ids import AccountId, ActionId, TenantId, UserId
from state.principal import Principal

PlanId = NewType("PlanId", str)
PlanType = Literal["renewal", "onboarding", "revival", "expansion", "upsell"]


class PlanStatus(StrEnum):
    """Where a plan is."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_over(self) -> bool:
        """Nothing happens to it any more."""
        return self in OVER


OVER = (PlanStatus.COMPLETED, PlanStatus.FAILED, PlanStatus.CANCELLED)

# Columns: D A R P C F K (R: active, running). A letter: moves there; = stays; n no-op; x refused.
PLAN_ROWS = """
approve      Ax  n   n   n   x x x
activate     x   Rx  x   x   x x x
pause        x   x   P   n   x x x
resume       x   x   n   Rx  x x x
cancel       K   K   K   K   x x n
cancel_step  =x  =x  =x  =x  x x x
begin_step   x   x   =x  x   x x x
place_step   x   x   =x  x   x x x
look_later   x   x   =x  x   x x x
end_step     x   x   PF=x =x n n n
complete     x   x   Cx  x   x x x
fail         x   x   F   x   x x x
"""
_LETTERS = dict(zip("DARPCFK", PlanStatus, strict=True))
_MARKS = {"=": Outcome.STAYS, "n": Outcome.NOOP, "x": Outcome.REFUSED}


class PlanEvent(StrEnum):
    """A row of the table."""

    APPROVE = "approve"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    CANCEL_STEP = "cancel_step"
    BEGIN_STEP = "begin_step"
    PLACE_STEP = "place_step"
    """Its actions are known, or that it has none, and why."""
    LOOK_LATER = "look_later"
    END_STEP = "end_step"
    COMPLETE = "complete"
    FAIL = "fail"


BEGINNINGS: Mapping[str, frozenset[PlanStatus]] = {
    "draft": frozenset({PlanStatus.DRAFT}),
    "adopt": frozenset(PlanStatus),
}
"""How a plan comes to be: drafted from a template, or taken over from a system of record as it stands there."""


@dataclass(frozen=True, slots=True)
class PlanCell:
    """What one event may do in one status."""

    targets: frozenset[PlanStatus]
    outcomes: frozenset[Outcome]
    """Without a move; `MOVED` is added where there are targets."""


def _cell(marks: str) -> PlanCell:
    targets = frozenset(_LETTERS[mark] for mark in marks if mark in _LETTERS)
    outcomes = frozenset(_MARKS[mark] for mark in marks if mark in _MARKS)
    return PlanCell(targets, outcomes | {Outcome.MOVED} if targets else outcomes)


def _rows() -> dict[PlanEvent, dict[PlanStatus, PlanCell]]:
    lines = (line.split() for line in PLAN_ROWS.strip().splitlines())
    return {PlanEvent(name): dict(zip(PlanStatus, map(_cell, marks), strict=True)) for name, *marks in lines}


PLAN_TABLE = _rows()


@cache
def plan_cells() -> frozenset[tuple[str, str, str]]:
    """List every (event, from, to) that may be recorded; `to` equals `from` where nothing moves."""
    found = {(name, NONE, status.value) for name, ends in BEGINNINGS.items() for status in ends}
    for event, row in PLAN_TABLE.items():
        for status, cell in row.items():
            found |= {(event.value, status.value, target.value) for target in cell.targets}
            if cell.outcomes - {Outcome.MOVED}:
                found.add((event.value, status.value, status.value))
    return frozenset(found)


class StepState(StrEnum):
    """Where one step is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    """Its condition did not hold."""
    MISSED = "missed"
    """Policy or a person refused it, it failed, or it expired."""
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """It may still be done."""
        return self in (StepState.WAITING, StepState.RUNNING)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wait(_Frozen):
    """The gap before a step, counted from the end of what it comes after."""

    days: int = Field(default=0, ge=0, le=730)
    business: bool = False


class Step(_Frozen):
    """One step: what is done, when it is due, and what became of it."""

    step: str
    title: str
    rule: str
    """The playbook's row that says what is done and in which words."""
    action_type: str
    after: tuple[str, ...] = ()
    wait: Wait = Wait()
    when: Condition | None = None
    if_unmet: Literal["skip", "wait", "fail"] = "skip"
    """What a condition that does not hold, or a row that has nothing to propose, comes to."""
    patience_days: int = Field(default=14, ge=0, le=365)
    """How long `wait` waits before it skips."""
    if_missed: Literal["pause", "go_on", "fail"] = "pause"
    due_at: AwareDatetime
    state: StepState = StepState.WAITING
    began_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    look_at: AwareDatetime | None = None
    """Its condition is looked at again then."""
    actions: tuple[ActionId, ...] = ()
    run: str = ""
    verdict: str = ""
    """What policy said, or `unformed` where its row had nothing to propose."""
    verdict_rule: str = ""
    reason: str = ""

    @property
    def is_unplaced(self) -> bool:
        """It has begun, and what became of its proposal is not known yet."""
        return self.state is StepState.RUNNING and not self.actions and not self.verdict


class Plan(_Frozen):
    """Several steps over days for one account; it moves only through the table."""

    id: PlanId
    tenant: TenantId
    account: AccountId
    type: PlanType
    title: str
    template: str
    owner: UserId | None = None
    zone: str
    pause_when: Condition | None = None
    cancel_when: Condition | None = None
    steps: tuple[Step, ...] = Field(min_length=1, max_length=50)
    status: PlanStatus = PlanStatus.DRAFT
    version: int = 0
    """Counts recorded events; the store compares and sets it."""
    created_at: AwareDatetime
    since: AwareDatetime
    """When it came into this status."""
    approved_by: UserId | None = None
    activated_at: AwareDatetime | None = None
    reason: str = ""

    def step(self, name: str) -> Step | None:
        """Find a step by its name."""
        return next((step for step in self.steps if step.step == name), None)

    def is_ready(self, step: Step) -> bool:
        """Everything it comes after has ended."""
        return all(not before.state.is_open for before in self.steps if before.step in step.after)

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """Steps that may still be done."""
        return tuple(step for step in self.steps if step.state.is_open)

    @property
    def next_at(self) -> datetime | None:
        """When time alone calls for something; None where only an action's end, a person or nothing does."""
        if self.status is not PlanStatus.ACTIVE:
            return None
        if not self.open_steps:
            return self.since
        return min((at for step in self.steps if (at := self._calls_at(step)) is not None), default=None)

    def _calls_at(self, step: Step) -> datetime | None:
        if step.state is StepState.WAITING and self.is_ready(step):
            return step.due_at if step.look_at is None else max(step.due_at, step.look_at)
        is_settled = step.state is StepState.RUNNING and not step.actions
        return (step.began_at or self.since) if is_settled else None


class PlanHappening(_Frozen):
    """One event with the fields of its own; what an event does not need is left out."""

    event: PlanEvent
    at: AwareDatetime
    by: Principal | None = None
    """None: the orchestrator."""
    reason: str = ""
    step: str = ""
    end: StepState | None = None
    due: dict[str, AwareDatetime] = {}
    """When activated: step → when it is due."""
    kept: tuple[str, ...] = ()
    """Steps whose effect has begun and cannot be taken back."""
    actions: tuple[ActionId, ...] = ()
    run: str = ""
    verdict: str = ""
    verdict_rule: str = ""
    look_at: AwareDatetime | None = None
