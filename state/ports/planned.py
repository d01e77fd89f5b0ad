"""The recorded outcome of one planning step: what the reasoner said, its drafts, and what the critics found."""

from typing import get_args

from pydantic import BaseModel, ConfigDict

from state.canonical import Json, digest
from state.decision.dependence import Dependence
from state.decision.finding import Finding, Validator
from state.decision.planning import Deliberated, Deliberation
from state.decision.proposal import Proposal, Question
from state.ports.deciding import Draft, PlanCall


class Planned(BaseModel):
    """Pinned by content: a replay runs all code after it on the recorded output."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    iteration: int
    deliberated: Deliberated
    drafts: dict[str, Draft] = {}
    """Proposal id → words."""
    steps: tuple[PlanCall, ...] = ()
    """The begun steps of plans that it was to speak for."""
    dependences: dict[str, Dependence] = {}
    """Proposal id → what it owes to unverified words; one that is not here was not tested."""
    recollections: tuple[str, ...] = ()
    """Ids of what memory and data requests had brought when it was formed."""
    preferences: int = 0
    """The version of what was learned that it was ordered by; 0 before the first."""

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Best first; empty unless the decision is a deliberation."""
        decision = self.deliberated.decision
        return decision.proposals if isinstance(decision, Deliberation) else ()

    @property
    def odds(self) -> dict[str, str]:
        """Proposal id → how likely it stood where it stands; empty where the order was no draw."""
        decision = self.deliberated.decision
        return decision.odds if isinstance(decision, Deliberation) else {}

    @property
    def question(self) -> Question | None:
        """The one question, or none."""
        decision = self.deliberated.decision
        return decision.question if isinstance(decision, Deliberation) else None

    def is_dependent(self, proposal: str) -> bool:
        """Tell whether unverified words decide a proposal; what was not tested counts as decided by them."""
        found = self.dependences.get(proposal)
        return found is None or found.is_dependent

    @property
    def proposal_hash(self) -> str:
        """What a replay must reproduce."""
        return digest([proposal.model_dump(mode="json") for proposal in self.proposals])


class Criticized(BaseModel):
    """All findings of all validators on one plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[Finding, ...]

    def on(self, subject: str) -> tuple[Finding, ...]:
        """List findings about one proposal or statement."""
        return tuple(finding for finding in self.findings if finding.subject == subject)

    def tally(self) -> dict[str, Json]:
        """Count what each validator objects to and what it warns of; one that found nothing counts nought."""
        return {
            name: {
                "blocking": sum(one.is_blocking for one in self.findings if one.validator == name),
                "warning": sum(not one.is_blocking for one in self.findings if one.validator == name),
            }
            for name in get_args(Validator)
        }

    def is_blocked(self, subject: str) -> bool:
        """Tell whether any finding on the subject blocks."""
        return any(finding.is_blocking for finding in self.on(subject))
