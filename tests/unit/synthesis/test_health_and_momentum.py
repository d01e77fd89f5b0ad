"""Health numbers counted by hand, and momentum driver by driver at its noise floor."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.judgement import Judgement
from state.world.synthesis.health import half_up
from tests.build import PROFILE, Story, source, without_source
from tests.unit.synthesis.stories import acme, customer, harbor, judged


def component(story: Story, name: str) -> int | None:
    return judged(story).health.components.get(name)


def direction(found: Judgement, name: str) -> str:
    return next(driver.direction for driver in found.momentum.drivers if driver.name == name)


def test_harbor_is_86_by_five_inputs() -> None:
    """35 × 60 + 25 × 100 + 20 × 100 + 10 × 100 + 10 × 100 = 8600, over 100."""
    found = judged(harbor()).health
    assert found.components == {
        "usage": 60,
        "support": 100,
        "relationship": 100,
        "commercial": 100,
        "satisfaction": 100,
    }
    assert (found.score, found.missing) == (86, ())


def test_weights_are_renormalised_over_what_exists() -> None:
    """Usage 100 × 133 ÷ mean(171 × 28, 172 × 63) = 77.5; (35 × 77.5 + 25 × 80 + 20 × 100 + 10 × 100) ÷ 90 = 85.7."""
    found = judged(acme()).health
    assert found.components == {"usage": 77, "support": 80, "relationship": 100, "commercial": 100}
    assert (found.score, found.missing) == (86, ("satisfaction",))


def test_two_inputs_give_no_number() -> None:
    story = harbor().beside(sources=without_source("usage", "support", "calendar", "mail"))
    found = judged(story).health
    assert (found.score, tuple(found.components)) == (None, ("commercial",))


@given(st.integers(0, 200))
def test_rounding_is_half_up(twice: int) -> None:
    assert half_up(Fraction(twice, 2)) == (twice + 1) // 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [([50] * 172 + [25] * 28, 50), ([50] * 172 + [60] * 28, 100), ([0] * 172 + [9] * 28, None),
     ([50] * 27 + [40] * 28, None), ([50] * 28 + [40] * 28, 80)],
)  # fmt: skip
def test_usage_health_is_the_window_against_the_days_before(values: list[int], expected: int | None) -> None:
    assert component(customer().usage(values), "usage") == expected


def test_few_seats_used_cap_usage_health_below_half_only() -> None:
    for used, expected in ((49, 60), (50, 100)):
        assert (
            component(customer().usage([50] * 200).usage([used] * 200, series="seats_used"), "usage")
            == expected
        )


def test_stale_usage_is_missing_not_old() -> None:
    states = {**without_source("usage"), "usage": source("usage", hours_old=24 * 7 + 1)}
    assert component(harbor().beside(sources=states), "usage") is None


def test_support_health_loses_points_per_open_ticket_and_reopening() -> None:
    story = customer().opened_ticket("S-1", "2026-03-09", 1).opened_ticket("S-2", "2026-03-09", 2)
    story.opened_ticket("S-3", "2026-03-01", 3).ticket("S-3", "2026-03-02", status="closed").ticket(
        "S-3", "2026-03-03", reopened=True
    )
    assert component(story, "support") == 30
    assert component(story.opened_ticket("S-4", "2026-03-09", 1), "support") == 0
    assert component(customer(), "support") == 100
    assert component(Story("new").account(name="New"), "support") is None


def test_relationship_health_falls_a_point_a_day_after_the_grace() -> None:
    for day, expected in (("2026-02-24", 100), ("2026-02-23", 99), ("2025-12-01", 15), ("2025-11-01", 0)):
        assert (
            component(customer().person("Al Ray").mail_in("al@acme.example", day, "Hi."), "relationship")
            == expected
        ), day
    assert component(customer(), "relationship") == 0


def test_further_active_contacts_raise_relationship_health() -> None:
    story = customer().person("Al Ray").person("Bo Ray").mail_in("al@acme.example", "2026-02-03", "Hi.")
    assert component(story, "relationship") == 79
    assert component(story.mail_in("bo@acme.example", "2026-02-03", "Hi."), "relationship") == 89


def test_commercial_health_loses_points_per_warning() -> None:
    assert component(customer().contract("2026-02-01", invoice_overdue=True), "commercial") == 70
    assert component(customer().contract("2026-02-01", notice_received_on="2026-02-01"), "commercial") == 70
    assert component(customer().contract("2026-02-01", downgraded_on="2025-09-11"), "commercial") == 80
    assert component(customer().contract("2026-02-01", downgraded_on="2025-09-10"), "commercial") == 100


def test_satisfaction_needs_three_recent_ratings() -> None:
    story = customer()
    for number, rating in enumerate((5, 4)):
        story.ticket(f"S-{number}", "2026-03-01", severity=4, status="closed", rating=rating)
    assert component(story, "satisfaction") is None
    assert (
        component(story.ticket("S-9", "2025-12-09", severity=4, status="closed", rating=4), "satisfaction")
        is None
    )
    assert (
        component(story.ticket("S-8", "2025-12-12", severity=4, status="closed", rating=4), "satisfaction")
        == 87
    )


def test_acme_goes_down_by_users_and_touches() -> None:
    found = judged(acme()).momentum
    assert found.direction == "DOWN"
    assert {driver.name: driver.direction for driver in found.drivers} == {
        "stage": "unknown", "two_way_touches": "down", "active_contacts": "flat", "active_users": "down",
        "tickets": "flat", "customer_steps": "unknown",
    }  # fmt: skip
    assert all(driver.evidence for driver in found.drivers if driver.direction == "down")


def test_a_positive_driver_beside_a_negative_one_is_mixed() -> None:
    story = acme().deal("2026-01-05", name="More", kind="expansion", stage="Discovery", amount="64000")
    assert judged(story.deal("2026-03-01", stage="Evaluation")).momentum.direction == "MIXED"


def test_one_driver_alone_is_flat() -> None:
    story = (
        customer()
        .person("Al Ray")
        .mail_in("al@acme.example", "2025-06-01", "Hi.")
        .usage([50] * 172 + [60] * 28)
    )
    found = judged(story)
    assert direction(found, "active_users") == "up"
    assert found.momentum.direction == "FLAT"


def test_two_positive_drivers_are_up() -> None:
    story = (
        customer()
        .person("Al Ray")
        .mail_in("al@acme.example", "2025-06-01", "Hi.")
        .usage([50] * 172 + [60] * 28)
    )
    for day in ("2026-03-01", "2026-03-04"):
        story.mail_in("al@acme.example", day, "Hi.")
    found = judged(story)
    assert (direction(found, "two_way_touches"), found.momentum.direction) == ("up", "UP")


@pytest.mark.parametrize(("now", "expected"), [(55, "flat"), (56, "up"), (45, "flat"), (44, "down")])
def test_users_move_beyond_ten_percent(now: int, expected: str) -> None:
    assert direction(judged(customer().usage([50] * 172 + [now] * 28)), "active_users") == expected


@pytest.mark.parametrize(("recent", "expected"), [(1, "flat"), (2, "down")])
def test_two_more_tickets_are_worse_and_one_is_noise(recent: int, expected: str) -> None:
    story = customer()
    for number in range(recent):
        story.opened_ticket(f"S-{number}", "2026-03-05", 3)
    assert direction(judged(story), "tickets") == expected


def test_how_to_tickets_of_the_lowest_severity_do_not_weigh() -> None:
    story = customer().account(in_rollout=True)
    for number in range(12):
        story.opened_ticket(f"S-{number}", "2026-03-05", 4, kind="how_to")
    assert direction(judged(story), "tickets") == "flat"


def test_a_meeting_with_a_crowd_is_one_touch() -> None:
    crowd = [f"p{number}@acme.example" for number in range(5)]
    story = customer().meeting("2026-03-03T15:00", crowd, status="held")
    driver = next(one for one in judged(story).momentum.drivers if one.name == "two_way_touches")
    assert (driver.direction, driver.text) == (
        "flat",
        "Two-way touches: 1 in the last 28 days, 0 in the 28 before",
    )


def test_a_kept_promise_of_theirs_is_a_customer_side_step() -> None:
    story = customer()
    for number in (1, 2):
        story.reads("commitment", "2026-02-20", "I will send it.", actor_side="them", deliverable=f"form {number}",
                    status="closed", closed_on="2026-03-01")  # fmt: skip
    assert direction(judged(story), "customer_steps") == "up"


def test_fewer_than_three_drivers_with_data_are_unknown() -> None:
    story = acme().beside(sources=without_source("mail", "calendar", "notes"))
    assert judged(story).momentum.direction == "UNKNOWN"
    assert PROFILE.judgement.momentum.min_drivers == 3


def test_a_young_account_has_no_window_to_compare() -> None:
    story = (
        customer("young", "2026-02-01")
        .person("Al Ray", "2026-02-01")
        .mail_in("al@young.example", "2026-03-01", "Hi.")
    )
    assert direction(judged(story), "two_way_touches") == "unknown"
