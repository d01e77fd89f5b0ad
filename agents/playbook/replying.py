"""Answers to a seller's plain questions, composed from the judgement and cited."""

from collections.abc import Callable, Iterator, Mapping

from agents.playbook.loading import Playbook
from state.decision.brief import Statement
from state.evidence import Evidence
from state.ids import stable_id
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.detection.wording import day_text, initial
from state.world.judgement import Person
from state.world.signal import Severity

Line = tuple[str, str, tuple[Evidence, ...]]
"""(text, kind, evidence)."""
MOST = 6


def answer(question: str, about: Deliberating, book: Playbook) -> tuple[Statement, ...]:
    """Answer what is understood; say so when it is not."""
    topic = understood(question, book)
    lines = list(_ANSWERS[topic](about)) if topic is not None else list(_not_understood(about))
    return tuple(
        Statement.model_validate(
            {
                "id": stable_id("rp", about.view.situation.digest, topic or "none", str(place)),
                "text": text,
                "kind": kind,
                "evidence": evidence,
            }
        )
        for place, (text, kind, evidence) in enumerate(lines[:MOST])
    )


def understood(question: str, book: Playbook) -> str | None:
    """Find the topic most of whose words occur; ties by the order of the file."""
    padded = " " + " ".join("".join(c if c.isalnum() else " " for c in question.casefold()).split()) + " "
    counts = [
        (sum(f" {word.casefold()} " in padded for word in row.words), row.topic)
        for row in book.settings.replies
    ]
    best = max(counts, key=lambda entry: entry[0], default=(0, ""))
    return best[1] if best[0] else None


def _why(about: Deliberating) -> Iterator[Line]:
    judgement = about.judgement
    reason = judgement.posture_reason.rstrip(".")
    posture = judgement.posture.replace("_", " ").lower()
    yield f"{about.view.name} is {posture}: {reason}.", "fact", judgement.posture_evidence
    risks = [signal for signal in judgement.signals if signal.severity.rank >= Severity.MEDIUM.rank]
    for signal in sorted(risks, key=lambda one: (-one.severity.rank, one.name, one.subject)):
        if signal.is_posture_risk or signal.name == "COMMITMENT_OVERDUE":
            yield signal.text, "fact" if signal.kind == "observed" else "inferred", signal.evidence
    if not risks:
        yield "No signal of medium or high severity is live.", "inferred", ()


def _who(about: Deliberating) -> Iterator[Line]:
    people = [person for person in about.judgement.people if person.subject is not None]
    if not people:
        yield "Nobody at the account is known.", "unknown", ()
    for person in people:
        yield _person(person, about), "inferred" if person.is_inferred_champion else "fact", person.evidence


def _person(person: Person, about: Deliberating) -> str:
    roles = ", ".join(role.replace("_", " ") for role in person.roles) or "no role set"
    marks = [
        mark
        for mark, holds in (
            ("probably the champion", person.is_inferred_champion),
            ("cannot be reached", person.is_unreachable),
            ("has opted out of mail", person.has_opted_out),
        )
        if holds
    ]
    last = (
        "never in two-way touch"
        if person.last_touch is None
        else f"last touch {day_text(local_day(person.last_touch, about.around.zone))}"
    )
    return f"{person.name}: {roles}; {'; '.join((last, *marks))}."


def _unknowns(about: Deliberating) -> Iterator[Line]:
    for unknown in about.judgement.unknowns:
        yield unknown.text, "unknown", unknown.evidence
    for one in about.judgement.contradictions:
        yield one.text, "contradiction", one.sides
    for name in about.judgement.not_connected:
        yield f"No {name} source is connected.", "unknown", ()
    if not about.judgement.unknowns and not about.judgement.contradictions:
        yield "Nothing required is missing.", "inferred", ()


def _changes(about: Deliberating) -> Iterator[Line]:
    if about.baseline is not None:
        yield (
            f"{initial(about.baseline.text)}:",
            "fact" if about.baseline.evidence else "inferred",
            about.baseline.evidence,
        )
    for change in about.changes:
        day = local_day(change.at, about.around.zone)
        yield f"{day_text(day)}: {change.text}", "fact", change.evidence
    if not about.changes:
        yield "Nothing changed beyond the noise floor.", "inferred", ()


def _not_understood(about: Deliberating) -> Iterator[Line]:
    yield (
        f"I can say why {about.view.name} is at risk, who matters there, what is not known and what changed.",
        "inferred",
        (),
    )


_ANSWERS: Mapping[str, Callable[[Deliberating], Iterator[Line]]] = {
    "why_at_risk": _why,
    "who_matters": _who,
    "unknowns": _unknowns,
    "what_changed": _changes,
}
