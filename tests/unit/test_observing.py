"""Outcomes that records tell: each once, in order, and none that an outsider can write."""

from graphs.learning.observing import observed
from tests.build import PROFILE, Story


def told(story: Story) -> list[tuple[str, str]]:
    return [(one.outcome, str(one.at.date())) for one in observed(PROFILE, story.view())]


def test_won_lost_renewed_and_gone_are_outcomes_and_reopened_is_none() -> None:
    story = Story().customer().deal().closed("2026-02-01", "lost").closed("2026-02-03", "reopened")
    story.closed("2026-02-09", "won").contract(status="active").contract("2026-02-20", status="renewed")
    story.tell("account.churned", "2026-03-01", "crm", account="acme", churned_on="2026-03-01")
    assert told(story) == [
        ("lost", "2026-02-01"),
        ("won", "2026-02-09"),
        ("renewed", "2026-02-20"),
        ("churned", "2026-03-01"),
    ]


def test_a_stage_further_is_an_outcome_and_a_stage_back_is_none() -> None:
    story = Story().account().deal("2026-01-05", stage="Discovery").deal("2026-02-01", stage="Proposal")
    story.deal("2026-02-10", stage="Discovery").deal("2026-02-20", stage="Proposal")
    assert told(story) == [("stage_advanced", "2026-02-01"), ("stage_advanced", "2026-02-20")]


def test_what_an_outsider_can_write_tells_no_outcome() -> None:
    story = Story().account().deal()
    story.tell("deal.closed", "2026-02-01", "form", deal="D-1", outcome="won", closed_on="2026-02-01")
    assert told(story) == []


def test_only_the_account_that_left_is_about_every_subject() -> None:
    story = Story().customer().deal().closed("2026-02-09", "won")
    story.tell("account.churned", "2026-03-01", "crm", account="acme", churned_on="2026-03-01")
    won, gone = observed(PROFILE, story.view())
    assert (won.is_about("Opportunity/D-1"), won.is_about("Opportunity/D-2"), won.is_about(None)) == (
        True,
        False,
        False,
    )
    assert gone.is_about("Opportunity/D-2")
