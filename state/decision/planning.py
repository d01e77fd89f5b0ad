"""What a reasoner returns: a reading of the account, and one of three decisions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from state.decision.brief import Brief
from state.decision.proposal import Proposal, Question
from state.evidence import Evidence


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Interpretation(_Frozen):
    """Said at every iteration, also when nothing is done."""

    happening: str
    changed: str
    matters_now: str


class Assessment(_Frozen):
    """Whether it is safe to decide, and what is missing or contradictory."""

    missing: tuple[str, ...]
    contradictory: tuple[str, ...]
    safe_to_decide: bool
    because: str


class Hypothesis(_Frozen):
    """An explanation that would change what is right, and what speaks for it."""

    id: str
    text: str
    likelihood: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()


class DataRequest(_Frozen):
    """Something to read before deciding; it goes back through the gateway at most twice."""

    kind: Literal["data_request"] = "data_request"
    tool: str
    arguments: dict[str, str]
    reason: str
    cost_class: Literal["CHEAP", "MED", "EXP"]


class Deliberation(_Frozen):
    """Proposals, best first, and at most one question."""

    kind: Literal["deliberation"] = "deliberation"
    proposals: tuple[Proposal, ...]
    question: Question | None = None
    odds: dict[str, str] = {}
    """Proposal id → how likely it stood where it stands; empty where the order was no draw."""


class NoAction(_Frozen):
    """A reasoned decision to do nothing, with the day to look again."""

    kind: Literal["no_action"] = "no_action"
    reasons: tuple[str, ...]
    look_again_at: datetime | None


Decision = Annotated[DataRequest | Deliberation | NoAction, Field(discriminator="kind")]


class Deliberated(_Frozen):
    """The whole answer of a reasoner for one iteration."""

    reasoner: str
    """`playbook` or `llm:<model>`; always says who spoke."""
    interpretation: Interpretation
    assessment: Assessment
    hypotheses: tuple[Hypothesis, ...]
    decision: Decision
    brief: Brief | None = None
    fell_back_because: str | None = None
