"""The meeting brief: one page of cited sentences on an account and its next meeting, in the profile's form.

Invariant: a pure function of what one deliberation may read; every sentence cites records or is marked otherwise.
"""

from collections.abc import Callable, Mapping, Sequence

from agents.playbook.brief.activity import history, news, support, usage
from agents.playbook.brief.header import header, stated
from agents.playbook.brief.lines import Part
from agents.playbook.brief.opening import first_lines
from agents.playbook.brief.page import fitted, sections_of, statement_words
from agents.playbook.brief.people import people
from agents.playbook.brief.sheet import Sheet
from agents.playbook.brief.standing import changed, contradictions, open_promises, risks, unknowns
from agents.playbook.brief.talk import next_step, objections, talking_points, trial_close
from agents.playbook.brief.trade import competitor, contract, intent, opportunity
from agents.playbook.purpose import purpose_of
from agents.playbook.rows import PurposeWords
from agents.playbook.scene import next_meeting
from state.decision.brief import Brief
from state.decision.proposal import Proposal, Question
from state.ports.deciding import Deliberating

PLAIN_WORDS = tuple(PurposeWords(purpose=name, words=(name,)) for name in ("renewal", "expansion"))
"""Where no playbook says by which words a purpose is known."""

SECTIONS: Mapping[str, Callable[[Sheet], Part]] = {
    "people": people,
    "changed": changed,
    "open_promises": open_promises,
    "risks": risks,
    "unknowns": unknowns,
    "contradictions": contradictions,
    "opportunity": opportunity,
    "contract": contract,
    "intent": intent,
    "usage": usage,
    "support": support,
    "competitor": competitor,
    "history": history,
    "news": news,
    "talking_points": talking_points,
    "objections": objections,
    "trial_close": trial_close,
    "next_step": next_step,
}


def compose_brief(
    about: Deliberating,
    proposals: Sequence[Proposal],
    question: Question | None,
    *,
    words: Sequence[PurposeWords] = PLAIN_WORDS,
) -> Brief:
    """Write the brief for the account's next external meeting, or of the account where none is booked.

    Units: `word_count` counts the words of all sentences; the grey lines count towards the limit too.
    """
    meeting = next_meeting(about)
    purpose = stated(purpose_of(meeting, about, words), meeting, about)
    sheet = Sheet(about, proposals, question, purpose)
    head, form = header(sheet), about.profile.brief
    parts = {name: write(sheet) for name, write in SECTIONS.items()}
    laid = sections_of(about.view.identifier, first_lines(sheet, parts), parts, form)
    kept, cut = fitted(laid, form)
    return Brief(
        account=about.view.identifier,
        title=f"{about.view.name}: {head.title}" if head and head.title else about.view.name,
        meeting=head,
        word_count=sum(statement_words(section) for section in kept),
        sections=kept,
        cut=cut,
    )


__all__ = ["compose_brief"]
