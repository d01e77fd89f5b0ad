"""Why people meet: what the agenda, the title or the owner's answer says; else what is on the table.

Invariant: a purpose is named with its basis; with two things on the table and no word about either it is unclear.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.playbook.expansion import asked, expansion_deal
from agents.playbook.rows import PurposeWords
from state.evidence import Evidence
from state.ids import NodeKey
from state.ports.deciding import Deliberating
from state.world.view import Entity, Meeting

TOPIC = "meeting_purpose"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a meeting is about, and how we know."""

    kind: str
    """A purpose of settings.yaml, `unclear` or `none`."""
    basis: str
    evidence: tuple[Evidence, ...] = ()


def purpose_of(meeting: Meeting | None, about: Deliberating, words: Sequence[PurposeWords]) -> Purpose:
    """Tell the purpose of a meeting: the owner's answer, its agenda, its title, else what is on the table."""
    if meeting is None:
        return Purpose("none", "no meeting is booked")
    answered = answer_to(about, TOPIC, meeting.key)
    if answered is not None:
        said = answered.text("answer") or ""
        kind = read_purpose(said, words)
        if kind is not None:
            return Purpose(kind, f"you answered “{said}”", answered.cite("answer"))
    for field, text in (("agenda", meeting.agenda), ("title", meeting.title)):
        kind = read_purpose(text, words)
        if kind is not None:
            return Purpose(kind, f"its {field} says so", meeting.cite(field))
    return _on_the_table(about)


def _on_the_table(about: Deliberating) -> Purpose:
    live = [
        Purpose(kind, basis, evidence)
        for kind, basis, evidence in (
            ("renewal", "a renewal is in its window", _renewal(about)),
            ("expansion", "an expansion is on the table", _expansion(about)),
        )
        if evidence
    ]
    if not live:
        return Purpose("unclear", "neither agenda nor title says it")
    if len(live) == 1:
        return Purpose(live[0].kind, f"{live[0].basis}; neither agenda nor title says it", live[0].evidence)
    both = " and ".join(one.basis for one in live)
    return Purpose(
        "unclear", f"{both}; neither agenda nor title says which", (*live[0].evidence, *live[1].evidence)
    )


def _renewal(about: Deliberating) -> tuple[Evidence, ...]:
    signal = about.judgement.signal("RENEWAL_WINDOW_ENTERED")
    return () if signal is None or signal.sub_state == "early" else signal.evidence


def _expansion(about: Deliberating) -> tuple[Evidence, ...]:
    node, deal = asked(about), expansion_deal(about)
    if node is not None:
        return node.cite("text")
    return () if deal is None else deal.cite("kind")


def read_purpose(text: str, words: Iterable[PurposeWords]) -> str | None:
    """Find the one purpose whose words occur; None when no or several purposes do."""
    padded = " " + " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split()) + " "
    found = [row.purpose for row in words if any(f" {word.casefold()} " in padded for word in row.words)]
    return found[0] if len(found) == 1 else None


def answer_to(about: Deliberating, topic: str, subject: NodeKey) -> Entity | None:
    """Find the owner's latest answer on a topic about a subject."""
    names = {subject, subject.partition("/")[2]}
    answers = [
        node for node in about.view.answers if node.text("topic") == topic and node.text("subject") in names
    ]
    return max(answers, key=lambda node: (node.first_seen, node.key), default=None)
