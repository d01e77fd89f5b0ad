"""A seller's plain questions are answered from the judgement, cited; what is not understood is said so."""

import pytest

from agents.playbook.replying import understood
from state.decision.brief import Statement
from tests.unit.playbook.desk import BOOK, REASONER, fieldstone
from tests.waiting import waited


def answers(question: str, story: str = "S1") -> tuple[Statement, ...]:
    sample = fieldstone()
    return waited(REASONER.reply(question, sample.about(sample.of(story))))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Why is Acme at risk?", "why_at_risk"),
        ("Who matters at Acme?", "who_matters"),
        ("What don't we know about Acme?", "unknowns"),
        ("What changed at Acme since our last meeting?", "what_changed"),
        ("What is the weather like?", None),
    ],
)  # fmt: skip
def test_a_question_is_understood_by_its_words(question: str, topic: str | None) -> None:
    assert understood(question, BOOK) == topic


def test_why_at_risk_names_posture_and_risks_with_evidence() -> None:
    first, *risks = answers("Why is it at risk?")
    assert "Acme Corp is critical: " in first.text
    assert any("Sarah Chen" in line.text for line in risks)
    assert all(line.evidence for line in (first, *risks))


def test_who_matters_lists_people_with_role_and_last_touch() -> None:
    lines = answers("Who matters?")
    assert any("Martin Hale: economic buyer; never in two-way touch" in line.text for line in lines)


def test_what_is_not_known_is_marked_unknown() -> None:
    lines = answers("What don't we know?")
    assert lines
    assert lines[0].kind == "unknown"


def test_what_changed_begins_with_the_baseline() -> None:
    first, *changed = answers("What changed since our last meeting?")
    assert first.text == "Since the meeting of 29 January 2026:"
    assert changed[0].text.startswith("9 March 2026: Active users")


def test_out_of_scope_is_said() -> None:
    (line,) = answers("Sing me a song")
    assert line.text.startswith("I can say why")
