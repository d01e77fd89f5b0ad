"""Grounding: what a brief states as fact, and whatever a draft says, occurs in what it cites.

Invariant: a draft that would leave with a value nobody recorded is blocked; a brief's sentence loses its standing.
"""

import re
from collections.abc import Iterator

from agents.critic.review import Drafted, Review, found
from state.decision.brief import Statement
from state.decision.finding import Finding

NO_EVIDENCE = "fact_without_evidence"
NO_NUMBER = "number_without_evidence"
NO_NAME = "name_without_evidence"
UNGROUNDED = frozenset({NO_EVIDENCE, NO_NUMBER, NO_NAME})
CLAIMS = frozenset({"fact", "contradiction"})
_LENGTH = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -]minutes?\b", re.IGNORECASE
)
"""How long a talk would take is an offer, not a fact."""
_ADDRESS = re.compile(r"\S+@\S+")
"""Which addresses may stand in a draft is for compliance to say."""


def groundedness(review: Review) -> Iterator[Finding]:
    """Check the brief's facts and every sentence of every draft."""
    for statement in review.statements:
        if statement.kind in CLAIMS:
            yield from _of_brief(review, statement)
    for drafted in review.drafted:
        for statement in (_subject(drafted), *drafted.draft.statements):
            yield from _of_draft(review, drafted, statement)


def _of_brief(review: Review, statement: Statement) -> Iterator[Finding]:
    if not statement.evidence:
        text = "It is stated as a fact and cites nothing; cite the record that says it, or say that it is inferred."
        yield found("grounding", NO_EVIDENCE, statement.id, text, is_blocking=False)
        return
    for rule, text in _missing(review, statement):
        yield found("grounding", rule, statement.id, text, is_blocking=False, evidence=statement.evidence)


def _of_draft(review: Review, drafted: Drafted, statement: Statement) -> Iterator[Finding]:
    """Hold a sentence of a draft against what it cites, what its proposal rests on and whom it greets."""
    proposal = drafted.proposal
    greeted = review.about.view.contact(proposal.recipient)
    named = () if greeted is None else greeted.cite("name")
    cited = {item.id: item for item in (*statement.evidence, *proposal.evidence, *named)}
    text = _LENGTH.sub("", _ADDRESS.sub("", statement.text))
    whole = statement.model_copy(update={"text": text, "evidence": tuple(cited.values())})
    for rule, why in _missing(review, whole):
        yield found(
            "grounding", rule, proposal.id, why, is_blocking=drafted.leaves, evidence=statement.evidence
        )


def _subject(drafted: Drafted) -> Statement:
    """Read the subject line as a sentence that rests on what the whole draft cites."""
    cited = {item.id: item for statement in drafted.draft.statements for item in statement.evidence}
    operations = tuple(one for statement in drafted.draft.statements for one in statement.operations)
    return Statement(
        id=drafted.proposal.id,
        text=drafted.draft.subject,
        kind="fact",
        evidence=tuple(cited.values()),
        operations=operations,
    )


def _missing(review: Review, statement: Statement) -> Iterator[tuple[str, str]]:
    missing = review.grounding.missing_of(statement)
    said = f"“{_short(statement.text)}”"
    for value in missing.values:
        yield NO_NUMBER, f"“{value}” stands in no record that {said} cites; cite the record, or leave it out."
    for name in missing.names:
        yield NO_NAME, f"“{name}” is named in no record that {said} cites; cite the record, or leave it out."


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= 12 else " ".join(words[:12]) + " …"
