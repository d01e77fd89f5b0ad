"""The form of the playbook's plan templates: steps over days, each a row of the playbook or a row of its own.

Invariant: a template names no condition beyond the facts of an account, no template beyond named slots, no address.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from agents.playbook.rows import Name, Part, Row
from state.decision.proposal import ActionType
from state.governance.condition import Condition
from state.governance.plan import PlanType, Wait


class StepRow(Part):
    """One step of a template."""

    step: Name
    title: str = Field(min_length=1, max_length=120)
    row: Name | None = None
    """A row of the playbook: what it would propose then."""
    does: Row | None = None
    """Or a row of its own."""
    after: tuple[Name, ...] | None = None
    """Steps it comes after; left out: the one before it."""
    wait: Wait = Wait()
    when: Condition | None = None
    if_unmet: Literal["skip", "wait", "fail"] = "skip"
    patience_days: int = Field(default=14, ge=0, le=365)
    if_missed: Literal["pause", "go_on", "fail"] = "pause"

    @property
    def rule(self) -> Name:
        """The id of the row that says what is done."""
        return self.does.id if self.does is not None else str(self.row)

    @model_validator(mode="after")
    def _one_row(self) -> "StepRow":
        if (self.row is None) == (self.does is None):
            raise ValueError("a step names a row of the playbook, or has one of its own")
        return self


class PlanFile(Part):
    """One template."""

    type: PlanType
    also: tuple[PlanType, ...] = ()
    """Other types for which it serves where another system recorded a plan."""
    title: str
    family: Name
    """Of its own rows; what makes the family give way makes them give way."""
    pause_when: Condition | None = None
    cancel_when: Condition | None = None
    stands_for: dict[ActionType, Name] = Field(default_factory=dict)
    """Of a plan recorded elsewhere, which says of a step only what kind it is: the row that says how it is done."""
    steps: tuple[StepRow, ...] = Field(min_length=1, max_length=50)

    def conditions(self) -> Iterator[Condition]:
        """Yield what a plan itself asks of the account."""
        asked = (self.pause_when, self.cancel_when, *(step.when for step in self.steps))
        yield from (one for one in asked if one is not None)

    @model_validator(mode="after")
    def _in_order(self) -> "PlanFile":
        before: set[str] = set()
        for step in self.steps:
            if step.step in before:
                raise ValueError(f"two steps are called {step.step}")
            if unknown := set(step.after or ()) - before:
                raise ValueError(f"{step.step} comes after {min(unknown)}, which is no earlier step")
            before.add(step.step)
        return self


class ByHandFile(Part):
    """What a step is whose kind has no row: something the owner does."""

    does: Row
