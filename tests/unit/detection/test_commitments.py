"""Promises at the borders of their dates, and what keeps them."""

import pytest

from state.world.signal import Severity
from tests.build import Story

ED = "ed@acme.example"


def promised(due: str | None, side: str = "us") -> Story:
    story = Story().account().person("Ed Moss")
    return story.reads(
        "commitment", "2026-02-27", "I will send pricing.", actor_side=side, actor="maya", deliverable="pricing",
        status="open", due_on=due, items=["pricing"],
    )  # fmt: skip


@pytest.mark.parametrize(("due", "name", "severity"), [
    ("2026-03-12", None, None),
    ("2026-03-11", "COMMITMENT_DUE", Severity.MEDIUM),
    ("2026-03-10", "COMMITMENT_DUE", Severity.MEDIUM),
    ("2026-03-09", "COMMITMENT_OVERDUE", Severity.MEDIUM),
    ("2026-03-06", "COMMITMENT_OVERDUE", Severity.HIGH),
    (None, None, None),
])  # fmt: skip
def test_our_promise_is_due_then_overdue_then_high(
    due: str | None, name: str | None, severity: Severity | None
) -> None:
    found = [(s.name, s.severity) for s in promised(due).signals() if s.name.startswith("COMMITMENT")]
    assert found == ([] if name is None else [(name, severity)])


def test_the_sentence_says_when() -> None:
    assert promised("2026-03-10").one("COMMITMENT_DUE").text.endswith("by 10 March 2026: due today.")
    assert promised("2026-03-11").one("COMMITMENT_DUE").text.endswith("due in 1 day.")
    assert promised("2026-03-08").one("COMMITMENT_OVERDUE").text.endswith("overdue by 2 days.")


def test_their_promise_never_becomes_high_and_none_is_a_posture_risk() -> None:
    theirs = promised("2026-02-28", "them").one("COMMITMENT_OVERDUE")
    assert (theirs.severity, theirs.sub_state) == (Severity.MEDIUM, "theirs")
    assert not promised("2026-02-28").one("COMMITMENT_OVERDUE").is_posture_risk


def test_a_tick_closes_a_promise() -> None:
    story = promised("2026-03-06")
    assert not story.tell(
        "commitment.closed", "2026-03-07", "user", commitment="rd-1", closed_on="2026-03-07"
    ).has("COMMITMENT_OVERDUE")


@pytest.mark.parametrize(("when", "text", "kept"), [
    ("2026-03-05", "Here is the pricing.", True),
    ("2026-02-26", "Here is the pricing.", False),
    ("2026-03-05", "Thanks for the call.", False),
])  # fmt: skip
def test_only_a_later_mail_with_the_promised_thing_keeps_it(when: str, text: str, kept: bool) -> None:
    assert promised("2026-03-06").mail_out(ED, when, text).has("COMMITMENT_OVERDUE") is not kept


def test_an_attachment_keeps_a_promise_and_their_mail_does_not_keep_ours() -> None:
    sent = promised("2026-03-06").mail_out(ED, "2026-03-05", "As agreed.", attachments=["pricing.pdf"])
    assert not sent.has("COMMITMENT_OVERDUE")
    assert promised("2026-03-06").mail_in(ED, "2026-03-05", "Here is our pricing.").has("COMMITMENT_OVERDUE")


def test_promising_again_delivers_nothing() -> None:
    story = promised("2026-03-06").mail_out(ED, "2026-03-05", "I will send the pricing by 9 March.")
    assert len(story.named("COMMITMENT_OVERDUE")) == 2
