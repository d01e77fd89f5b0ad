"""What changed: the named baseline, the noise floor, and dated old → new changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.timeline import Change, baseline_of, changes
from tests.build import PROFILE, Story
from tests.unit.synthesis.stories import acme, customer, granite, harbor

FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


def told(story: Story, since: datetime = FEBRUARY) -> list[str]:
    return [change.text for change in changes(story.view(), since, PROFILE, story.around())]


def one(story: Story, attribute: str) -> Change:
    found = [c for c in changes(story.view(), FEBRUARY, PROFILE, story.around()) if c.attribute == attribute]
    assert len(found) == 1, told(story)
    return found[0]


def test_the_baseline_is_the_last_held_meeting() -> None:
    found = baseline_of(acme().view(), acme().around(), PROFILE)
    assert (found.kind, found.text) == ("meeting", "since the meeting of 29 January 2026")
    assert found.evidence


def test_without_a_meeting_the_baseline_is_the_last_two_way_touch() -> None:
    found = baseline_of(granite().view(), granite().around(), PROFILE)
    assert (found.kind, found.text) == (
        "touch",
        "since the last mail of 5 March 2026, as no meeting was held",
    )


def test_without_either_the_baseline_is_thirty_days_and_says_so() -> None:
    found = baseline_of(customer().view(), customer().around(), PROFILE)
    assert (found.kind, found.text) == (
        "days",
        "over the last 30 days, as no meeting was held and nobody was in touch",
    )
    assert (customer().now - found.at).days == PROFILE.judgement.change_baseline_days == 30


def test_a_cancelled_or_internal_meeting_is_no_baseline() -> None:
    story = granite().meeting("2026-03-09T14:00", ["gus@granite.example"], status="cancelled")
    story.meeting("2026-03-09T16:00", ["tom@fieldstone.example"], status="held")
    assert baseline_of(story.view(), story.around(), PROFILE).kind == "touch"


def test_acme_since_the_last_meeting_newest_first() -> None:
    story = acme()
    found = changes(story.view(), baseline_of(story.view(), story.around(), PROFILE), PROFILE, story.around())
    assert [(change.at.date().isoformat(), change.text) for change in found] == [
        ("2026-03-09", "Active users, 28-day mean: 171 → 133 (-22%)"),
        ("2026-03-06", "New address, not in the CRM: Ilse Brandt (ibrandt@acme.example)"),
        ("2026-02-24", "Said: “We plan two new regions from June, about 80 seats.”"),
        ("2026-02-19", "New ticket SUP-4412: severity 2, “Route board freezes”"),
    ]
    assert all(change.evidence for change in found)


def test_as_of_an_earlier_day_later_facts_are_not_told() -> None:
    story = acme(now=datetime(2026, 2, 20, 12, tzinfo=UTC))
    past = story.view().seen_from(PROFILE.company.verified_domains)
    view = type(past).of(past.situation.as_of(story.now), PROFILE.company.verified_domains)
    found = [change.text for change in changes(view, FEBRUARY, PROFILE, story.around())]
    assert found == ["New ticket SUP-4412: severity 2, “Route board freezes”"]


def test_a_stage_move_is_told_old_to_new_with_both_ends() -> None:
    found = one(granite().deal("2026-02-10", stage="Negotiation"), "stage")
    assert (found.old, found.new, found.at.date().isoformat()) == ("Proposal", "Negotiation", "2026-02-10")
    assert [item.value for item in found.evidence] == ["Proposal", "Negotiation"]


def test_an_amount_is_told_as_money_with_its_currency() -> None:
    texts = told(granite().deal("2026-02-10", amount="75000"))
    assert any(text.endswith("amount: $120,000 → $75,000") for text in texts), texts


def test_a_move_there_and_back_is_no_change() -> None:
    story = granite().deal("2026-02-10", stage="Negotiation").deal("2026-02-12", stage="Proposal")
    assert not any("stage" in text for text in told(story))


def test_a_lost_deal_is_told_as_lost_and_not_as_worth_nothing() -> None:
    texts = told(granite().closed("2026-03-05", "lost", amount="0"))
    assert any(text.endswith(" was lost") for text in texts)
    assert not any("amount" in text for text in texts)


@pytest.mark.parametrize(
    ("attribute", "value", "is_told"),
    [
        ("amount", "126000", False),
        ("amount", "126001", True),
        ("amount", "113999", True),
        ("close_on", "2026-04-07", False),
        ("close_on", "2026-04-08", True),
        ("close_on", "2026-03-23", True),
    ],
)
def test_what_lies_within_the_noise_floor_is_not_told(attribute: str, value: str, is_told: bool) -> None:
    story = granite().deal("2026-03-09", **{attribute: value})
    found = [c for c in changes(story.view(), FEBRUARY, PROFILE, story.around()) if c.attribute == attribute]
    assert bool(found) is is_told


@pytest.mark.parametrize(("now", "is_told"), [(55, False), (56, True), (44, True)])
def test_usage_is_compared_as_a_mean_beyond_ten_percent(now: int, is_told: bool) -> None:
    story = customer().usage([50] * 172 + [now] * 28)
    found = [
        c for c in changes(story.view(), FEBRUARY, PROFILE, story.around()) if c.attribute == "active_users"
    ]
    assert bool(found) is is_told


def test_people_promises_news_and_bounces_are_told() -> None:
    story = harbor().person("Cy Dole", "2026-02-10", title="CFO", created_on="2026-02-10")
    story.contact("bob-ray", "2026-02-12", active=False).bounce("ann@harbor.example", "2026-02-13")
    story.mail_out("ann@harbor.example", "2026-02-14", "I'll send the pricing by 6 March.")
    story.news("Harbor opens a clinic", "2026-02-15").consent("ann-lee", "2026-02-16")
    assert [text for text in told(story) if "ticket" not in text and "SUP" not in text] == [
        "Ann Lee, mail consent: opted_out",
        "News: “Harbor opens a clinic”",
        "Promised: “I'll send the pricing by 6 March.”, due 2026-03-06",
        "Mail bounced with 5.1.1: Ann Lee, ann@harbor.example",
        "Bob Ray, active: no",
        "New person: Cy Dole, CFO",
    ]


def test_what_was_there_before_is_not_new() -> None:
    assert told(customer()) == []


@given(st.integers(0, 400))
def test_no_change_lies_outside_its_span(days: int) -> None:
    story = acme()
    start = datetime.fromtimestamp(story.now.timestamp() - days * 86_400, UTC)
    found = changes(story.view(), start, PROFILE, story.around())
    assert all(start < change.at <= story.now and change.evidence for change in found)
    assert list(found) == sorted(found, key=lambda change: -change.at.timestamp())
