"""What was believed on a day, and why."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.telling.believed import field_named
from state.errors import NotFound
from state.world.beliefs import Belief, beliefs_of
from tests.build import Story
from tests.unit.synthesis.stories import acme, granite

DEAL = "Opportunity/D-1"


def moved() -> Story:
    return granite().deal("2026-02-10", stage="Negotiation").deal("2026-02-12", stage="Proposal")


def believed(story: Story, field: str) -> list[tuple[str, bool, str]]:
    return [(one.value, one.is_in_force, one.reason) for one in beliefs_of(story.situation(), field)]


def test_each_belief_names_what_took_its_place() -> None:
    assert believed(moved(), "stage") == [
        ("Proposal", True, ""),
        ("Negotiation", False, "replaced by a later word of crm"),
        ("Proposal", False, "replaced by a later word of crm"),
    ]
    last = beliefs_of(moved().situation(), "stage")[-1]
    assert (last.superseded_value, last.superseded_at) == (
        "Negotiation",
        datetime(2026, 2, 10, 15, tzinfo=UTC),
    )


def test_a_day_knows_only_what_was_believed_then() -> None:
    past = moved().situation().as_of(datetime(2026, 2, 11, tzinfo=UTC))
    assert [(one.value, one.is_in_force) for one in beliefs_of(past, "stage")] == [
        ("Negotiation", True),
        ("Proposal", False),
    ]


def test_a_persons_word_outlives_a_later_import() -> None:
    story = moved().correct(DEAL, "stage", "Evaluation", "2026-02-13").deal("2026-02-14", stage="Negotiation")
    found = believed(story, "stage")
    assert found[:2] == [("Negotiation", False, "a person said otherwise"), ("Evaluation", True, "")]


def test_a_correction_says_what_it_corrected() -> None:
    story = granite().deal("2026-02-10", amount="1")
    wrong = story.events[-1]
    right = story.event("deal.updated", "2026-02-11", "crm", deal="D-1", amount="2")
    story.events.append(right.model_copy(update={"supersedes": wrong.id}))
    found = {one.value: one for one in beliefs_of(story.situation(), "amount")}
    assert (found["1"].reason, found["1"].superseded_by, found["1"].superseded_value) == (
        "corrected by crm", right.id, "2",
    )  # fmt: skip
    assert found["2"].is_in_force
    then = story.situation().as_of(datetime(2026, 2, 10, 20, tzinfo=UTC))
    assert next(one for one in beliefs_of(then, "amount") if one.value == "1").is_in_force


def in_force(found: tuple[Belief, ...]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for one in found:
        counts[one.subject, one.attribute] = counts.get((one.subject, one.attribute), 0) + one.is_in_force
    return counts


@given(st.integers(0, 700))
def test_of_each_field_exactly_one_belief_is_in_force_on_any_day(days: int) -> None:
    story = acme()
    past = story.situation().as_of(datetime.fromtimestamp(story.now.timestamp() - days * 86_400, UTC))
    assert set(in_force(beliefs_of(past)).values()) <= {1}


@pytest.mark.parametrize("words", ["close_on", "close on", "Close-Date", "close"])
def test_a_field_is_found_by_the_words_people_use(words: str) -> None:
    assert field_named(moved().situation(), words) == "close_on"


def test_an_unknown_field_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(NotFound, match="colour") as caught:
        field_named(moved().situation(), "colour")
    assert "amount" in str(caught.value.remedy)
