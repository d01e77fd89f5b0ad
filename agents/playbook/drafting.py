"""Words of a mail or quote from named slots: every sentence that states something cites what it states.

Invariant: a sentence with an unknown slot is left out; prices come from the price list, documents are customer-safe.
"""

from collections.abc import Iterator
from dataclasses import replace

from agents.playbook.facts import situation_facts
from agents.playbook.forming import stage_of
from agents.playbook.loading import Playbook
from agents.playbook.owners import Ownership
from agents.playbook.rows import DraftRow
from agents.playbook.scene import Known, Scene
from agents.playbook.signing import in_manner_of
from agents.playbook.slot_catalogue import SLOTS
from agents.playbook.slots import Said, Stage, first_filled, sentence
from agents.playbook.subject_facts import subject_facts
from agents.playbook.subjects import scenes
from agents.playbook.testing import Test
from state.decision.brief import Statement
from state.decision.proposal import Proposal
from state.errors import NotFound
from state.ids import UserId, stable_id
from state.ports.deciding import Deliberating, Draft
from state.world.judgement import Person

FALLBACK = "follow_up"


def write(proposal: Proposal, about: Deliberating, book: Playbook, reasoner: str) -> Draft:
    """Write the words of a proposal by its row's template, else by the plain follow-up.

    Raises: NotFound when the playbook has no plain follow-up either.
    """
    scene = scene_of(proposal, about, book)
    row = book.row(proposal.rule)
    template = book.drafts.get(row.draft if row is not None and row.draft is not None else FALLBACK)
    if template is None:
        raise NotFound(
            f"No draft is called {FALLBACK}.", field="drafts", value=FALLBACK, remedy="Restore the file."
        )
    sender = (
        UserId(proposal.arguments["in_name_of"]) if "in_name_of" in proposal.arguments else proposal.owner
    )
    stage = stage_of(book, scene, Ownership(proposal.owner, sender))
    facts: dict[str, Known] = {}
    if any(paragraph.when is not None for paragraph in template.paragraphs):
        facts = {**situation_facts(about, book.settings), **subject_facts(scene, book.settings)}
    subject = first_filled(template.subject, stage, SLOTS)
    return Draft(
        subject=about.view.name if subject is None else subject.text,
        statements=in_manner_of(tuple(_statements(template, stage, facts, proposal)), about.user(sender)),
        reasoner=reasoner,
    )


def scene_of(proposal: Proposal, about: Deliberating, book: Playbook) -> Scene:
    """Find the scene a proposal was formed in, its recipient included."""
    row = book.row(proposal.rule)
    found = () if row is None else scenes(row.subject, about, book.settings)
    scene = next((one for one in found if one.subject == proposal.subject), Scene(about, proposal.subject))
    return replace(scene, recipient=_person(proposal, about))


def _person(proposal: Proposal, about: Deliberating) -> Person | None:
    return about.person(proposal.recipient or None)


def _statements(
    template: DraftRow, stage: Stage, facts: dict[str, Known], proposal: Proposal
) -> Iterator[Statement]:
    for index, paragraph in enumerate(template.paragraphs):
        if paragraph.when is not None and Test((paragraph.when,))(facts) is None:
            continue
        said = first_filled(paragraph.text, stage, SLOTS)
        if said is not None:
            yield _statement(sentence(said), stable_id("ds", proposal.dedup_key, template.id, str(index)))


def _statement(said: Said, name: str) -> Statement:
    """Mark what rests on records as fact; what only we say or wish as inferred."""
    return Statement(
        id=name,
        text=said.text,
        kind="fact" if said.evidence else "inferred",
        evidence=said.evidence,
        operations=said.operations,
    )
