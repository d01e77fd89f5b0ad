"""The playbook reasoner: deterministic, offline, the same answer for the same situation in every process."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from agents.playbook import drafting, replying, telling
from agents.playbook.considering import Considered, before, consider
from agents.playbook.loading import Playbook
from agents.playbook.ordering import odds_of
from agents.playbook.rows import PurposeWords
from state.decision.brief import Brief, Statement
from state.decision.planning import Deliberated, Deliberation, NoAction
from state.decision.proposal import Proposal, Question
from state.ports.deciding import Deliberating, Draft


class Compose(Protocol):
    """Writes the meeting brief."""

    def __call__(
        self,
        about: Deliberating,
        proposals: Sequence[Proposal],
        question: Question | None,
        *,
        words: Sequence[PurposeWords],
    ) -> Brief:
        """Compose one page."""
        ...


class PlaybookReasoner:
    """Implements `state.ports.deciding.Reasoner` by the rows of `playbooks/`."""

    def __init__(self, book: Playbook, compose: Compose | None = None) -> None:
        self._book = book
        self._compose = compose

    @property
    def name(self) -> str:
        """Who speaks."""
        return "playbook"

    @property
    def hash(self) -> str:
        """Digest of the playbook's files."""
        return self._book.hash

    @property
    def book(self) -> Playbook:
        """What it goes by."""
        return self._book

    async def deliberate(self, about: Deliberating) -> Deliberated:
        """Interpret, suppose, propose, ask and write the brief."""
        about = _ours(about)
        considered = consider(about, self._book)
        question = None if considered.weighed is None else considered.weighed.question
        decision: Deliberation | NoAction = (
            Deliberation(
                proposals=considered.proposals, question=question, odds=self._odds(about, considered)
            )
            if considered.proposals or question is not None
            else telling.no_action(about, considered)
        )
        brief = self.page(about, considered.proposals, question)
        return Deliberated(
            reasoner=self.name,
            interpretation=telling.interpretation(about, considered.proposals),
            assessment=telling.assessment(about, considered.proposals),
            hypotheses=telling.hypotheses(about, self._book, considered),
            decision=decision,
            brief=brief,
        )

    def _odds(self, about: Deliberating, considered: Considered) -> dict[str, str]:
        return odds_of(about, considered.proposals, before(self._book.plays, considered.facts))

    def candidates(self, about: Deliberating) -> tuple[Proposal, ...]:
        """Say what the rows propose, best first."""
        return consider(_ours(about), self._book).proposals

    def page(
        self, about: Deliberating, proposals: Sequence[Proposal], question: Question | None
    ) -> Brief | None:
        """Write the brief, when a person asked for one."""
        if about.intent != "prep" or self._compose is None:
            return None
        return self._compose(about, proposals, question, words=self._book.settings.purposes)

    async def draft(self, proposal: Proposal, about: Deliberating) -> Draft:
        """Write the words of one proposal."""
        return drafting.write(proposal, _ours(about), self._book, self.name)

    async def reply(self, question: str, about: Deliberating) -> tuple[Statement, ...]:
        """Answer a seller's question from what is known."""
        return replying.answer(question, _ours(about), self._book)


def _ours(about: Deliberating) -> Deliberating:
    """Look at the account with the tenant's own mail domains known."""
    return replace(about, view=about.view.seen_from(about.profile.company.verified_domains))
