"""How the graph asks somebody to decide: the Reasoner protocol and everything a reasoner may look at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.decision.brief import Statement
from state.decision.planning import Deliberated
from state.decision.preferences import Preferences
from state.decision.proposal import Proposal
from state.evidence import Evidence, Trust
from state.ids import NodeKey, UserId
from state.principal import Principal, User
from state.world.judgement import Judgement, Person
from state.world.knowledge import KnowledgeDocument
from state.world.profile import Profile
from state.world.surroundings import Surroundings
from state.world.timeline import Baseline, Change
from state.world.view import AccountView

Intent = Literal["prep", "scan", "draft", "account"]
"""prep: a person asked and gets a brief; scan: nobody asked; draft: a person asked for a mail; account: state only."""


class Recollection(BaseModel):
    """A passage brought back by memory, with where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    score: float
    scope: Literal["account", "customer_safe", "internal", "legal"]
    title: str
    trust: Trust
    evidence: Evidence


class OpenAction(BaseModel):
    """An action of this account that is already waiting or was decided lately."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    dedup_key: str
    action_type: str
    status: str
    summary: str


class PlanCall(BaseModel):
    """A step of a plan that has begun: what its row proposes is to be judged like anything else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: str
    step: str
    rule: str
    """The row's id."""


@dataclass(frozen=True)
class Deliberating:
    """All that one deliberation may read; the trust of what comes out is the least of what is in here."""

    principal: Principal
    intent: Intent
    view: AccountView
    judgement: Judgement
    around: Surroundings
    profile: Profile
    users: Sequence[User]
    knowledge: Sequence[KnowledgeDocument] = ()
    recollections: Sequence[Recollection] = ()
    baseline: Baseline | None = None
    changes: Sequence[Change] = ()
    open_actions: Sequence[OpenAction] = ()
    steps: Sequence[PlanCall] = ()
    iteration: int = 0
    preferences: Preferences | None = None
    """What was learned: it may move the order inside a band, and nothing else."""
    preferences_version: int = 0

    @property
    def now(self) -> datetime:
        """The tenant's business clock, UTC."""
        return self.around.now

    def person(self, subject: NodeKey | None) -> Person | None:
        """Find the row of the stakeholder map for a contact's record."""
        people = self.judgement.people
        rows = self.view.once(
            "people by record", (people,), lambda: {one.subject: one for one in reversed(people)}
        )
        return None if subject is None else rows.get(subject)

    def person_at(self, address: str) -> Person | None:
        """Find the row of the stakeholder map for an address, in lower case."""
        people = self.judgement.people
        rows = self.view.once(
            "people by address", (people,), lambda: {one.address: one for one in reversed(people)}
        )
        return rows.get(address)

    @property
    def unreachable(self) -> Collection[str]:
        """Addresses that bounced for good, or whose owner has left."""
        people = self.judgement.people
        return self.view.once(
            "unreachable", (people,), lambda: {one.address for one in people if one.is_unreachable}
        )

    def user(self, user: UserId | str | None) -> User | None:
        """Look a user up by id."""
        return next((person for person in self.users if person.id == user), None)


class Draft(BaseModel):
    """Words for one outgoing or internal text; recipients and amounts are never in here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    statements: tuple[Statement, ...]
    reasoner: str

    @property
    def body(self) -> str:
        """The text as it would be sent, one paragraph per statement."""
        return "\n\n".join(statement.text for statement in self.statements)


class Reasoner(Protocol):
    """Decides and writes; deterministic playbook or model, one contract."""

    @property
    def name(self) -> str:
        """`playbook` or `llm:<model>`."""
        ...

    @property
    def hash(self) -> str:
        """Digest of the files it goes by; recorded with each run."""
        ...

    async def deliberate(self, about: Deliberating) -> Deliberated:
        """Interpret, hypothesise, propose, ask and write the brief, in one go (one model call, not five)."""
        ...

    def candidates(self, about: Deliberating) -> tuple[Proposal, ...]:
        """Say what could be proposed, by code alone, best first: no model is asked, and no words are written."""
        ...

    async def draft(self, proposal: Proposal, about: Deliberating) -> Draft:
        """Write the words of one proposal."""
        ...

    async def reply(self, question: str, about: Deliberating) -> tuple[Statement, ...]:
        """Answer a seller's question about the account from what is known."""
        ...
