"""Deals older than nearly every deal that ever closed, at the borders of n and of the percentiles."""

from datetime import timedelta

import pytest

from tests.build import TODAY, Story

HUNDRED = tuple(range(1, 101))
"""P99 is 99.01, P90 is 90.1, the longest 100."""


def aged(days: int, cycles: tuple[int, ...] = HUNDRED, **more: object) -> Story:
    opened = (TODAY - timedelta(days=days)).isoformat()
    return (
        Story()
        .account()
        .beside(closed_cycles=cycles)
        .deal(opened, opened_on=opened, stage="Discovery", **more)
    )


def names(story: Story) -> list[str]:
    return [s.name for s in story.signals() if s.name in ("DEAL_STALE", "DEAL_AGING")]


@pytest.mark.parametrize(
    ("age", "found"),
    [(90, []), (91, ["DEAL_AGING"]), (99, ["DEAL_AGING"]), (100, ["DEAL_STALE"])],
)
def test_a_deal_ages_above_p90_and_is_stale_above_p99(age: int, found: list[str]) -> None:
    assert names(aged(age)) == found


def test_exactly_the_percentile_is_not_above_it() -> None:
    flat = (50,) * 100
    assert names(aged(50, flat)) == []
    assert names(aged(51, flat)) == ["DEAL_STALE"]


@pytest.mark.parametrize(
    ("n", "age", "found"),
    [
        (100, 100, ["DEAL_STALE"]),
        (99, 99, ["DEAL_AGING"]),
        (99, 100, ["DEAL_STALE"]),
        (20, 20, []),
        (20, 21, ["DEAL_STALE"]),
        (19, 500, []),
    ],
)
def test_the_border_depends_on_how_many_deals_closed(n: int, age: int, found: list[str]) -> None:
    assert names(aged(age, tuple(range(1, n + 1)))) == found


def test_with_19_closed_deals_there_is_not_enough_data() -> None:
    silence = aged(500, tuple(range(1, 20))).silences("DEAL_STALE")[0]
    assert (silence.reason, silence.text) == ("not_enough_data", "Only 19 closed deals to compare with.")
    assert aged(500, tuple(range(1, 21))).silences("DEAL_STALE") == ()


@pytest.mark.parametrize(("n", "found"), [(20, ["DEAL_AGING"]), (19, [])])
def test_p90_needs_20_closed_deals(n: int, found: list[str]) -> None:
    assert names(aged(190, tuple(range(10, 10 * n + 1, 10)))) == found


def test_an_undated_deal_has_no_age() -> None:
    story = Story().account().beside(closed_cycles=HUNDRED).deal("2020-01-01", stage="Prospecting")
    assert names(story) == []


@pytest.mark.parametrize(("changed", "found"), [("2026-02-08", ["DEAL_AGING"]), ("2026-02-09", [])])
def test_a_stage_change_within_30_days_keeps_a_deal_young(changed: str, found: list[str]) -> None:
    assert names(aged(95).deal(changed, stage="Evaluation")) == found


PLAN = [{"step": "s1", "title": "Sign", "action_type": "send_email", "due_at": "2026-04-01T12:00:00Z"}]


@pytest.mark.parametrize(("touched", "planned", "found"), [
    ("2026-02-24", True, ["DEAL_AGING"]),
    ("2026-02-23", True, ["DEAL_STALE"]),
    ("2026-02-24", False, ["DEAL_STALE"]),
])  # fmt: skip
def test_a_two_way_touch_of_14_days_and_a_signed_dated_plan_excuse(
    touched: str, planned: bool, found: list[str]
) -> None:
    story = aged(200).mail_in("a@acme.example", touched)
    if planned:
        story.plan("2026-02-01", PLAN, kind="renewal", status="APPROVED")
    assert names(story) == found


def test_a_draft_plan_or_one_without_dates_ahead_excuses_nothing() -> None:
    touched = aged(200).mail_in("a@acme.example", "2026-03-09")
    assert names(touched.plan("2026-02-01", PLAN, status="DRAFT")) == ["DEAL_STALE"]
    assert names(
        touched.plan("2026-02-02", [{**PLAN[0], "due_at": "2026-03-01T12:00:00Z"}], status="ACTIVE")
    ) == ["DEAL_STALE"]


def test_no_future_cycle_is_needed_and_none_is_read_from_the_account() -> None:
    story = aged(100).deal("2026-01-01", deal="D-2", stage="Discovery", opened_on="2024-01-01")
    story.closed("2026-02-01", "won", "D-2")
    assert names(story) == ["DEAL_STALE"], "the account's own 762 days move no border"
