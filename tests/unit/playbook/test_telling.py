"""What is said at every turn, also when nothing is done, and the next day on which something changes by itself."""

from datetime import date

import pytest

from agents.playbook.timing import next_border
from tests.build import Story
from tests.unit.playbook.desk import about, decide, fieldstone, rest

STORIES = tuple(f"S{number}" for number in range(1, 30))


@pytest.mark.parametrize("story", STORIES)
def test_every_turn_says_what_happens_what_changed_and_what_matters(story: str) -> None:
    sample = fieldstone()
    said = decide(sample.about(sample.of(story)))
    for text in (said.interpretation.happening, said.interpretation.changed, said.interpretation.matters_now):
        assert text.endswith((".", "”", "?"))
        assert text.count("..") == 0
    assert said.assessment.because


def test_a_leading_proposal_on_a_disputed_date_is_not_safe_to_decide() -> None:
    sample = fieldstone()
    said = decide(sample.about(sample.of("S7")))
    assert not said.assessment.safe_to_decide
    assert said.assessment.contradictory


def test_with_no_data_the_rest_says_what_is_needed() -> None:
    sample = fieldstone()
    decision = rest(decide(sample.about(sample.of("S24"))))
    assert any("Not enough data" in reason for reason in decision.reasons)
    assert decision.look_again_at is not None


def border(story: Story) -> date | None:
    found = next_border(about(story))
    return None if found is None else found[0].date()


def test_the_next_border_is_the_earliest_that_is_still_to_come() -> None:
    story = (
        Story()
        .customer(owner="maya")
        .contract(annual_value="62000", currency="USD", ends_on="2026-12-31", seats=70)
    )
    assert border(story) == date(2026, 9, 2)
    assert border(story.reads("call_back", "2026-03-01", "Call us in May.", on="2026-05-01")) == date(
        2026, 5, 1
    )


def test_the_day_that_is_told_is_the_day_in_the_companys_zone() -> None:
    story = (
        Story().customer(owner="maya").contract(annual_value="62000", currency="USD", ends_on="2026-12-31")
    )
    reasons = rest(decide(about(story.beside(zone="Europe/Berlin")))).reasons
    assert any("opens on 2 September 2026" in reason for reason in reasons), reasons


def test_a_deal_comes_back_on_the_day_it_passes_the_ninetieth_percentile() -> None:
    cycles = tuple(range(1, 101))
    story = Story().account(owner="maya").deal("2026-01-01", stage="Discovery", opened_on="2026-01-01")
    assert border(story.beside(closed_cycles=cycles)) == date(2026, 4, 2)


def test_a_prospect_comes_back_on_the_day_it_turns_quiet() -> None:
    story = (
        Story().account(owner="maya").person("Cy Champ").mail_in("cy@acme.example", "2026-03-09", "Hello.")
    )
    assert border(story) == date(2026, 3, 31)


def test_without_any_border_no_day_is_invented() -> None:
    assert border(Story().account(owner="maya", status="prospect")) is None
