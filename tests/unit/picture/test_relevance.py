"""How much a seller must see something, and what fits on one picture."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.picture import MOST, Candidate, chosen_of, picture_of, relevance
from state.world.picture.relevance import BASE, PER_KIND, Kind
from state.world.signal import Severity
from tests.build import PROFILE, Story
from tests.unit.synthesis.stories import acme, granite, harbor, judged

KINDS = st.sampled_from(sorted(BASE))
WEIGHTS = st.decimals(0, 1, places=2)
SEVERITIES = tuple(Severity)


@given(KINDS, WEIGHTS, st.booleans(), st.integers(0, 9))
def test_severity_weight_and_urgency_never_lower_a_score(
    kind: Kind, weight: Decimal, urgent: bool, place: int
) -> None:
    scores = [relevance(kind, severity=s, weight=weight, is_urgent=urgent, place=place) for s in SEVERITIES]
    assert all(one <= other for one, other in pairwise([relevance(kind, place=place), *scores]))
    assert relevance(kind, weight=weight, is_urgent=True) >= relevance(kind, is_urgent=urgent)
    assert all(0 <= score <= 100 for score in scores)


@given(KINDS, st.integers(0, 20))
def test_a_later_place_never_raises_a_score(kind: Kind, place: int) -> None:
    assert relevance(kind, place=place + 1) <= relevance(kind, place=place)


def test_a_high_risk_stands_before_everything_that_is_calm() -> None:
    high = relevance("risk", severity=Severity.HIGH, is_urgent=True)
    assert high > max(relevance(kind) for kind in BASE)
    assert relevance("contradiction", is_urgent=True) > relevance(
        "risk", severity=Severity.MEDIUM, is_urgent=True
    )


def candidate(number: int, kind: Kind = "risk") -> Candidate:
    return Candidate(kind, f"k-{number:03d}", "label", f"Title {number}", "note", "plain", 100 - number)


def test_of_many_alike_only_a_few_push_others_out() -> None:
    found = [*(candidate(number) for number in range(40)), *(candidate(50 + n, "person") for n in range(4))]
    chosen = chosen_of(found)
    assert len(chosen) == MOST
    assert sum(one.kind == "person" for one in chosen) == 4
    assert [one.key for one in chosen[:PER_KIND]] == [f"k-{number:03d}" for number in range(PER_KIND)]
    assert [one.score for one in chosen] == sorted((one.score for one in chosen), reverse=True)


def pictured(story: Story) -> dict[str, tuple[str, str]]:
    found = picture_of(story.view(), judged(story), story.around(), PROFILE)
    assert [one.number for one in found.items] == list(range(1, len(found.items) + 1))
    return {one.title: (one.kind, one.tone) for one in found.items}


def test_a_silent_champion_is_linked_to_the_risk_that_says_so() -> None:
    found = picture_of(acme().view(), judged(acme()), acme().around(), PROFILE)
    cold = next(one for one in found.items if one.note == "Champion went cold")
    champion = next(one for one in found.items if one.title == "Sarah Chen")
    assert champion.number in cold.links
    assert cold.number in champion.links
    assert found.headline.startswith("CRITICAL: 2 high risks")


def test_both_sides_of_a_contradiction_are_shown_with_the_deal() -> None:
    found = pictured(granite())
    assert found["Granite 120"] == ("deal", "plain")
    assert any(kind == "contradiction" and tone == "bad" for kind, tone in found.values())
    assert found["“The budget moved to Q3, not before July.”"] == ("said", "plain")


@pytest.mark.parametrize(("due", "tone"), [("2026-03-09", "bad"), ("2026-03-10", "plain")])
def test_our_overdue_promise_is_bad_news(due: str, tone: str) -> None:
    story = harbor().reads(
        "commitment", "2026-03-02", "I'll send the price.", speaker="us", actor_side="us", due_on=due
    )
    assert pictured(story)["I'll send the price."] == ("promise", tone)


def test_a_crowded_account_shows_its_best_and_counts_the_rest() -> None:
    story = acme()
    for number in range(30):
        story.deal("2026-03-01", deal=f"D-{number}", name=f"Deal {number}", stage="Prospecting")
    found = picture_of(story.view(), judged(story), story.around(), PROFILE)
    assert len(found.items) == MOST
    assert found.left_out > 20
    assert {"risk", "contract", "person", "unknown"} <= {one.kind for one in found.items}
