"""Close dates, stages and amounts that move, at their borders."""

from datetime import UTC, datetime

import pytest

from state.world.detection import slips
from state.world.signal import Severity
from tests.build import PROFILE, Story


def closing(first: str, then: str, at: str = "2026-03-05") -> Story:
    return Story().account().deal("2026-01-05", close_on=first, stage="Proposal").deal(at, close_on=then)


@pytest.mark.parametrize(
    ("then", "slipped"), [("2026-04-06", False), ("2026-04-07", True), ("2026-03-20", False)]
)
def test_seven_days_later_is_a_slip_and_earlier_is_none(then: str, slipped: bool) -> None:
    assert closing("2026-03-31", then).has("CLOSE_DATE_SLIPPED") is slipped


@pytest.mark.parametrize(("minutes", "slipped"), [("14:15", False), ("14:16", True)])
def test_a_date_corrected_within_15_minutes_never_slipped(minutes: str, slipped: bool) -> None:
    story = closing("2026-03-16", "2026-06-30", "2026-03-05T14:00").deal(
        f"2026-03-05T{minutes}", close_on="2026-03-16"
    )
    deal = story.view().open_deals[0]
    assert bool(slips(deal, PROFILE.signals.close_date_slipped)) is slipped
    assert not story.has("CLOSE_DATE_SLIPPED"), "it stands where it stood"


@pytest.mark.parametrize(("first", "then", "severity"), [
    ("2026-03-12", "2026-03-26", Severity.MEDIUM),
    ("2026-03-26", "2026-04-02", Severity.HIGH),
])  # fmt: skip
def test_a_slip_across_the_fiscal_quarter_is_high(first: str, then: str, severity: Severity) -> None:
    assert closing(first, then).one("CLOSE_DATE_SLIPPED").severity is severity


def test_the_second_slip_is_high_and_another_signal() -> None:
    signal = closing("2026-01-31", "2026-03-12", "2026-01-20").deal("2026-03-06", close_on="2026-03-25")
    assert signal.one("CLOSE_DATE_SLIPPED").sub_state == "moved-2"
    assert signal.one("CLOSE_DATE_SLIPPED").severity is Severity.HIGH


@pytest.mark.parametrize(("close_on", "passed"), [
    ("2026-03-10", False), ("2026-03-09", True), ("2026-03-06", True),
])  # fmt: skip
def test_an_open_deal_passes_its_close_date_after_one_business_day(close_on: str, passed: bool) -> None:
    assert (
        Story().account().deal(close_on=close_on, stage="Proposal").has("CLOSE_DATE_SLIPPED", "passed")
        is passed
    )


def test_a_friday_has_not_passed_on_saturday() -> None:
    story = (
        Story(now=datetime(2026, 3, 7, 15, tzinfo=UTC))
        .account()
        .deal(close_on="2026-03-06", stage="Proposal")
    )
    assert not story.has("CLOSE_DATE_SLIPPED")


def test_a_slip_is_forgotten_after_30_days_and_when_the_deal_closes() -> None:
    assert not closing("2026-03-16", "2026-03-30", "2026-02-07").has("CLOSE_DATE_SLIPPED")
    assert not closing("2026-03-16", "2026-03-30").closed("2026-03-09").has("CLOSE_DATE_SLIPPED")


def staged(*stages: tuple[str, str], pipeline: str = "New business") -> Story:
    story = Story().account()
    for when, stage in stages:
        story.deal(when, stage=stage, pipeline=pipeline)
    return story


def test_a_stage_falls_and_rises_by_the_order_of_its_pipeline() -> None:
    back = staged(("2026-01-05", "Negotiation"), ("2026-03-05", "Discovery"))
    on = staged(("2026-01-05", "Discovery"), ("2026-03-05", "Negotiation"))
    assert back.one("DEAL_STAGE_REGRESSED").severity is Severity.HIGH
    assert on.one("DEAL_STAGE_ADVANCED").severity is Severity.INFO
    assert not on.has("DEAL_STAGE_REGRESSED")


def test_the_same_names_have_another_order_in_another_pipeline() -> None:
    assert staged(("2026-01-05", "Review"), ("2026-03-05", "Proposal"), pipeline="Renewal").has(
        "DEAL_STAGE_ADVANCED"
    )
    assert not staged(("2026-01-05", "Review"), ("2026-03-05", "Proposal")).has("DEAL_STAGE_ADVANCED")


@pytest.mark.parametrize(("minutes", "found"), [("10:15", False), ("10:16", True)])
def test_a_step_reverted_within_15_minutes_was_none(minutes: str, found: bool) -> None:
    story = staged(
        ("2026-01-05", "Proposal"), ("2026-03-05T10:00", "Discovery"), (f"2026-03-05T{minutes}", "Proposal")
    )
    assert not story.has("DEAL_STAGE_REGRESSED")
    assert story.has("DEAL_STAGE_ADVANCED") is found


def test_another_name_of_the_same_stage_is_no_move() -> None:
    story = staged(("2026-01-05", "Proposal"), ("2026-03-05", "Quote"))
    assert not story.has("DEAL_STAGE_ADVANCED")
    assert not story.has("DEAL_STAGE_REGRESSED")


def valued(before: str, after: str, currency: str = "USD", **more: object) -> Story:
    story = Story().account().deal("2026-01-05", amount=before, currency="USD", stage="Proposal", **more)
    return story.deal("2026-03-09", amount=after, currency=currency)


@pytest.mark.parametrize(("before", "after", "name"), [
    ("100000", "90001", None),
    ("100000", "90000", "DEAL_VALUE_DECREASED"),
    ("24990", "22491", None),
    ("25000", "22500", "DEAL_VALUE_DECREASED"),
    ("100000", "109999", None),
    ("100000", "110000", "DEAL_VALUE_INCREASED"),
])  # fmt: skip
def test_value_moves_by_ten_percent_and_2500(before: str, after: str, name: str | None) -> None:
    found = [s.name for s in valued(before, after).signals() if s.name.startswith("DEAL_VALUE")]
    assert found == ([] if name is None else [name])


@pytest.mark.parametrize(("after", "severity"), [("75001", Severity.MEDIUM), ("75000", Severity.HIGH)])
def test_a_quarter_less_is_high(after: str, severity: Severity) -> None:
    assert valued("100000", after).one("DEAL_VALUE_DECREASED").severity is severity


def test_another_currency_or_a_list_price_is_no_move() -> None:
    assert not valued("100000", "75000", "EUR").has("DEAL_VALUE_DECREASED")
    assert not valued("100000", "75000", amount_inferred=True).has("DEAL_VALUE_DECREASED")


def test_the_amount_is_one_of_the_tenants_currency_or_not_judged() -> None:
    story = Story().account().deal("2026-01-05", amount="100000", currency="JPY", stage="Proposal")
    story.deal("2026-03-09", amount="50000", currency="JPY")
    assert not story.has("DEAL_VALUE_DECREASED"), "50,000 yen are less than 2,500 dollars"
    (quiet,) = story.silences("DEAL_VALUE_DECREASED")
    assert (quiet.reason, quiet.text) == ("not_configured", "No rate turns JPY into USD.")


@pytest.mark.parametrize(("other", "split"), [("25000", True), ("24000", False)])
def test_a_deal_split_in_two_of_equal_sum_lost_nothing(other: str, split: bool) -> None:
    story = valued("100000", "75000").deal("2026-03-09T18:00", deal="D-2", amount=other, currency="USD")
    assert story.has("DEAL_VALUE_DECREASED") is not split


@pytest.mark.parametrize(("when", "split"), [("2026-03-10T15:00", True), ("2026-03-10T15:01", False)])
def test_a_split_happens_within_a_day(when: str, split: bool) -> None:
    story = valued("100000", "75000").deal(when, deal="D-2", amount="25000", currency="USD")
    story.now = datetime(2026, 3, 10, 20, tzinfo=UTC)
    assert story.has("DEAL_VALUE_DECREASED") is not split


def test_a_value_that_came_back_is_no_longer_decreased() -> None:
    assert not valued("100000", "75000").deal("2026-03-09T20:00", amount="100000").has("DEAL_VALUE_DECREASED")


def test_a_close_is_told_once_by_its_outcome_and_reopening_too() -> None:
    story = Story().account().deal(stage="Proposal").closed("2026-03-02", "lost")
    assert story.one("DEAL_CLOSED").sub_state == "lost"
    assert story.closed("2026-03-06", "reopened").one("DEAL_CLOSED").sub_state == "reopened"
    assert not Story().account().deal(stage="Proposal").closed("2026-02-07").has("DEAL_CLOSED")
