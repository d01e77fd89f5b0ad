"""Support signals at their borders."""

from datetime import timedelta

import pytest

from state.world.signal import Severity
from tests.build import TODAY, Story, source


def contracted(sla: int | None = 10) -> Story:
    return Story().customer().contract(**({} if sla is None else {"sla_business_days": sla}))


@pytest.mark.parametrize(("opened", "aging", "severity"), [
    ("2026-02-24", False, None),
    ("2026-02-23", True, Severity.MEDIUM),
    ("2026-02-10", True, Severity.MEDIUM),
    ("2026-02-09", True, Severity.HIGH),
])  # fmt: skip
def test_a_severe_ticket_ages_past_the_sla_and_is_high_at_twice(
    opened: str, aging: bool, severity: Severity | None
) -> None:
    found = contracted().opened_ticket("SUP-1", opened, 2).named("SUPPORT_SEV2_AGING")
    assert [s.severity for s in found] == ([severity] if aging else [])


def test_presidents_day_is_no_business_day() -> None:
    days = (
        contracted()
        .opened_ticket("SUP-1", "2026-02-13", 2)
        .one("SUPPORT_SEV2_AGING")
        .numbers["business_days"]
    )
    assert days == "16", "2026-02-16 does not count"


@pytest.mark.parametrize(("opened", "aging"), [("2026-03-03", False), ("2026-03-02", True)])
def test_without_a_contract_term_five_business_days_are_allowed(opened: str, aging: bool) -> None:
    assert contracted(None).opened_ticket("SUP-1", opened, 1).has("SUPPORT_SEV2_AGING") is aging


def test_severity_three_closed_merged_and_duplicate_do_not_age() -> None:
    assert not contracted().opened_ticket("SUP-1", "2026-01-05", 3).has("SUPPORT_SEV2_AGING")
    for status in ("closed", "merged", "duplicate"):
        story = (
            contracted().opened_ticket("SUP-1", "2026-01-05", 2).ticket("SUP-1", "2026-03-09", status=status)
        )
        assert not story.has("SUPPORT_SEV2_AGING")


def test_days_that_end_waiting_on_the_customer_are_not_counted() -> None:
    story = contracted().opened_ticket("SUP-1", "2026-02-19", 2)
    story.ticket("SUP-1", "2026-02-23", status="waiting_on_customer")
    assert not story.ticket("SUP-1", "2026-02-26", status="open").has("SUPPORT_SEV2_AGING"), "13 less 3"
    shorter = contracted().opened_ticket("SUP-1", "2026-02-19", 2)
    shorter.ticket("SUP-1", "2026-02-23", status="waiting_on_customer").ticket(
        "SUP-1", "2026-02-25", status="open"
    )
    assert shorter.one("SUPPORT_SEV2_AGING").numbers["business_days"] == "11"


def arrivals(recent: int, old: int = 6, severity: int = 3, since: str = "2024-09-10") -> Story:
    story = Story().customer(since)
    for number in range(recent):
        story.opened_ticket(f"N-{number}", TODAY - timedelta(days=number % 14), severity)
    for number in range(old):
        story.opened_ticket(f"O-{number}", TODAY - timedelta(days=14 + number % 91), severity)
        story.ticket(f"O-{number}", TODAY - timedelta(days=13), status="closed")
    return story


def test_arrivals_above_the_accounts_own_poisson_limit_are_a_risk() -> None:
    limit = int(arrivals(9).one("SUPPORT_RISK_EMERGING", "arrivals").numbers["limit"])
    assert limit == 4, "one ticket per fortnight is usual"
    assert not arrivals(limit - 1).has("SUPPORT_RISK_EMERGING")
    assert arrivals(limit).one("SUPPORT_RISK_EMERGING").severity is Severity.MEDIUM


@pytest.mark.parametrize(("age", "risk"), [(14, False), (104, False), (105, True)])
def test_usual_arrivals_are_those_of_the_13_weeks_before_the_fortnight(age: int, risk: bool) -> None:
    story = arrivals(3, 0)
    for number in range(6):
        story.opened_ticket(f"O-{number}", TODAY - timedelta(days=age), 3)
    assert story.has("SUPPORT_RISK_EMERGING", "arrivals") is risk


def test_severity_four_never_arrives_as_a_risk() -> None:
    assert not arrivals(12, severity=4).has("SUPPORT_RISK_EMERGING")


def test_arrivals_need_eight_weeks_of_history() -> None:
    assert arrivals(6, 0, since="2026-01-13").has("SUPPORT_RISK_EMERGING")
    young = arrivals(6, 0, since="2026-01-14")
    assert not young.has("SUPPORT_RISK_EMERGING")
    assert young.silences("SUPPORT_RISK_EMERGING")[0].reason == "not_enough_data"


@pytest.mark.parametrize(("severities", "found"), [
    ((1,), {"open_sev1": Severity.HIGH}),
    ((2,), {}),
    ((2, 2), {"open_sev2": Severity.MEDIUM}),
    ((1, 2), {"open_sev1": Severity.HIGH, "open_sev2": Severity.MEDIUM}),
])  # fmt: skip
def test_open_severe_tickets_are_a_risk(severities: tuple[int, ...], found: dict[str, Severity]) -> None:
    story = Story().customer("2026-03-01")
    for number, severity in enumerate(severities):
        story.opened_ticket(f"SUP-{number}", "2026-03-09", severity)
    assert {s.sub_state: s.severity for s in story.named("SUPPORT_RISK_EMERGING")} == found


@pytest.mark.parametrize(("count", "found"), [(1, False), (2, True)])
def test_two_reopenings_are_a_risk(count: int, found: bool) -> None:
    story = Story().customer().opened_ticket("SUP-1", "2026-02-20", 4)
    for number in range(count):
        story.ticket("SUP-1", f"2026-03-0{4 + number}", reopened=True)
    assert story.has("SUPPORT_RISK_EMERGING", "reopened") is found


@pytest.mark.parametrize(
    ("ratings", "found"), [((2, 2), True), ((2, 3), False), ((1,), False), ((5, 1, 2), True)]
)
def test_two_bad_ratings_in_a_row_are_a_risk(ratings: tuple[int, ...], found: bool) -> None:
    story = Story().customer()
    for number, rating in enumerate(ratings):
        story.opened_ticket(f"SUP-{number}", "2026-02-10", 4)
        story.ticket(f"SUP-{number}", f"2026-03-0{1 + number}", rating=rating, status="closed")
    assert story.has("SUPPORT_RISK_EMERGING", "ratings") is found


def test_a_stale_support_source_says_nothing_of_trends() -> None:
    story = arrivals(9).beside(sources={"support": source("support", hours_old=25)})
    assert not story.has("SUPPORT_RISK_EMERGING")
    assert story.has("SOURCE_STALE", "support")


def test_a_raised_severity_is_told_once() -> None:
    story = (
        Story().customer().opened_ticket("SUP-1", "2026-03-02", 3).ticket("SUP-1", "2026-03-09", severity=1)
    )
    assert story.one("SUPPORT_ESCALATED").severity is Severity.INFO
    calmer = (
        Story().customer().opened_ticket("SUP-1", "2026-03-02", 2).ticket("SUP-1", "2026-03-09", severity=3)
    )
    assert not calmer.has("SUPPORT_ESCALATED")
