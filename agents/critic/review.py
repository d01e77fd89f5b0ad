"""What the critics look at: one plan beside everything its reasoner could read.

Invariant: a critic only reads; what it objects to is a finding, never an exception.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from state.decision.brief import Statement
from state.decision.finding import Finding, Validator
from state.decision.grounding import Grounding, Names
from state.decision.mention import Mention, values_of
from state.decision.proposal import Proposal
from state.evidence import Evidence
from state.ports.deciding import Deliberating, Draft
from state.ports.planned import Planned
from state.world.judgement import Person

OUTWARD = frozenset({"send_email", "schedule_meeting"})
WRITTEN = frozenset({"send_email", "draft_email", "schedule_meeting", "draft_quote"})
"""Meant for somebody outside, now or later."""
_SPACED = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”„‘’–—…•·×→«»", " "))
"""Punctuation, as it is read between words."""


@dataclass(frozen=True)
class Drafted:
    """The words of one proposal."""

    proposal: Proposal
    draft: Draft

    @cached_property
    def text(self) -> str:
        """Subject and body."""
        return f"{self.draft.subject}\n{self.draft.body}"

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Lower-case words in order."""
        return words_of(self.text)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Values it names."""
        return values_of(self.text)

    @property
    def leaves(self) -> bool:
        """Tell whether these words go outside."""
        return leaves(self.proposal)


@dataclass(frozen=True)
class Review:
    """One plan under review."""

    planned: Planned
    about: Deliberating

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Best first."""
        return self.planned.proposals

    @cached_property
    def drafted(self) -> tuple[Drafted, ...]:
        """Every proposal that has words, an invitation's own among them."""
        drafts = self.planned.drafts
        said = ((one, _invitation(one) or drafts.get(one.id)) for one in self.proposals)
        return tuple(Drafted(one, draft) for one, draft in said if draft is not None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Of the brief."""
        brief = self.planned.deliberated.brief
        return () if brief is None else brief.statements()

    @cached_property
    def grounding(self) -> Grounding:
        """The law of evidence with this account's names; what it has read of a situation it reads once."""
        about = self.about
        given = (about.judgement.people, about.around, about.profile, about.users)
        return about.view.once("grounding", given, lambda: Grounding(names_of(about)))

    @cached_property
    def qualification(self) -> frozenset[str]:
        """Facts that stages require, which age by their own confirmation."""
        lines = self.about.profile.pipeline.pipelines
        return frozenset(fact for line in lines for stage in line.stages for fact in stage.required_facts)

    def recipient(self, proposal: Proposal) -> Person | None:
        """Find the row of the stakeholder map a proposal is addressed to."""
        return self.about.person(proposal.recipient or None)


def _invitation(proposal: Proposal) -> Draft | None:
    """Read what an invitation says to those invited as a draft; None where it says nothing of its own."""
    title, agenda = (proposal.arguments.get(name, "") for name in ("title", "agenda"))
    if proposal.action_type != "schedule_meeting" or not (title or agenda):
        return None
    said = Statement(id=proposal.id, text=agenda, kind="fact", evidence=proposal.evidence)
    return Draft(subject=title, statements=(said,) if agenda else (), reasoner="")


def leaves(proposal: Proposal) -> bool:
    """Tell whether a proposal reaches somebody outside."""
    return proposal.action_type in OUTWARD or proposal.action_class == 3


def names_of(about: Deliberating) -> Names:
    """Name what must be cited where it occurs, and what is ours or the account's own."""
    view, company = about.view, about.profile.company
    known = [
        *(contact.name for contact in view.contacts),
        *(deal.name for deal in view.deals),
        *(person.name for person in about.judgement.people if " " in person.name),
        *(peer.name for peer in about.around.same_domain),
    ]
    free = [
        *(view.name, *view.texts("aliases"), company.name),
        *(user.name for user in about.users),
        *(user.name.split()[0] for user in about.users),
        *(user.title for user in about.users if user.title),
        *(product.name for product in company.products),
        *(source.title for source in about.profile.sources.sources),
        *(stage.name for line in about.profile.pipeline.pipelines for stage in line.stages),
    ]
    zones = [about.around.zone, *(one.text("zone") or "" for one in view.booked_meetings(about.now)), "UTC"]
    return Names(tuple(known), tuple(free), tuple(dict.fromkeys(zone for zone in zones if zone)))


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into lower-case words."""
    return tuple(text.casefold().translate(_SPACED).split())


def runs(words: tuple[str, ...], length: int) -> Iterator[str]:
    """Yield every run of so many words, padded so that it matches whole words only."""
    for start in range(len(words) - length + 1):
        yield f" {' '.join(words[start : start + length])} "


def found(
    validator: Validator,
    rule: str,
    subject: str,
    text: str,
    *,
    is_blocking: bool,
    evidence: tuple[Evidence, ...] = (),
) -> Finding:
    """Make a finding."""
    return Finding(
        validator=validator, rule=rule, subject=subject, is_blocking=is_blocking, text=text, evidence=evidence
    )
