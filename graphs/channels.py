"""The channels of the graphs: references and small values only; each node declares the few it reads.

Invariant: nothing here grows with the situation; graphs, plans and briefs are named by id and digest.
`TypedDict` is that of typing_extensions: before Python 3.12 Studio can read the schema of no other.
"""

from operator import add
from typing import Annotated

from typing_extensions import TypedDict


class SituationRef(TypedDict):
    """A pinned version of one account's situation."""

    account: str
    version: int
    digest: str


class Request(TypedDict):
    """Who asked for what; written once by whoever starts the run."""

    tenant: str
    run: str
    account: str
    intent: str
    user: str
    role: str
    channel: str
    method: str
    trace: str
    thread: str


class Card(TypedDict):
    """What an interrupt shows: the HITLRequest shape of LangChain's human-in-the-loop."""

    action_requests: list[dict[str, object]]
    review_configs: list[dict[str, object]]


class Branches(TypedDict):
    """What the guard decided about the proposals, by action id."""

    run_now: list[str]
    ask_approval: list[dict[str, object]]
    """Shape: {action, card} for each action that this run put up for approval."""
    question: dict[str, object] | None
    """Shape: {question, card}."""
    waiting: list[str]
    """Actions of earlier runs that still wait, or run after a delay."""


class PromptInput(TypedDict):
    """What starts the loop in Studio: an account by name or id, asked by the local user."""

    account: str


class LoopInput(TypedDict):
    """What starts the loop."""

    request: Request
    iteration: int
    opened: list[str]
    """Actions that another branch of this run already put up."""


class LoopState(TypedDict):
    """All channels of one run; one writer each, but the two that branches add to."""

    request: Request
    iteration: int
    opened: list[str]
    now: str
    """The tenant's business clock when the run looked, ISO 8601 in UTC."""
    situation: SituationRef
    signals: list[str]
    recollections: list[str]
    reads: int
    plan: str
    plan_kind: str
    findings: str
    branches: Branches
    performed: Annotated[list[str], add]
    decided: Annotated[list[str], add]
    outcomes: list[str]
    report: str


class PerceiveInput(TypedDict):
    """Reads: the request."""

    request: Request


class SynthesizeInput(TypedDict):
    """Reads: the pinned situation."""

    request: Request
    now: str
    situation: SituationRef


class PlanInput(TypedDict):
    """Reads: the situation and what memory brought back."""

    request: Request
    now: str
    situation: SituationRef
    recollections: list[str]
    iteration: int


class FetchInput(TypedDict):
    """Reads: the plan that asked for data."""

    request: Request
    now: str
    situation: SituationRef
    plan: str
    recollections: list[str]
    reads: int


class CriticizeInput(TypedDict):
    """Reads: the plan."""

    request: Request
    now: str
    situation: SituationRef
    plan: str


class GuardInput(TypedDict):
    """Reads: the plan and the critics' findings."""

    request: Request
    now: str
    situation: SituationRef
    plan: str
    findings: str
    iteration: int
    opened: list[str]


class ExecuteInput(TypedDict):
    """Reads: ids of actions that may run now."""

    request: Request
    actions: list[str]


class ApproveInput(TypedDict):
    """Reads: one action and the card that shows it."""

    request: Request
    action: str
    card: Card


class ApproveState(ApproveInput):
    """The branch of one approval."""

    answer: object
    performed: Annotated[list[str], add]
    decided: Annotated[list[str], add]


class ClarifyInput(TypedDict):
    """Reads: the one question."""

    request: Request
    question: str
    card: Card
    iteration: int
    opened: list[str]


class ClarifyState(LoopState):
    """The branch of the one question: after the answer it decides again."""

    question: str
    card: Card
    answer: object


class BranchOutput(TypedDict):
    """What a branch hands back."""

    performed: Annotated[list[str], add]
    decided: Annotated[list[str], add]


class CloseInput(TypedDict):
    """Reads: what was performed and decided."""

    request: Request
    now: str
    situation: SituationRef
    plan: str
    performed: list[str]
    decided: list[str]
    outcomes: list[str]
