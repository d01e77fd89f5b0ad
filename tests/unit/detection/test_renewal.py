"""Renewal windows and notice dates, at their borders."""

from datetime import timedelta

import pytest

from state.world.signal import Severity
from tests.build import TODAY, Story


def ends_in(days: int, value: str = "10000", **more: object) -> Story:
    ends = (TODAY + timedelta(days=days)).isoformat()
    return Story().customer("2024-01-01").contract(annual_value=value, currency="USD", ends_on=ends, **more)


@pytest.mark.parametrize(
    ("value", "window"), [("100000", 180), ("99999", 120), ("25000", 120), ("24999", 90)]
)
def test_the_window_opens_by_tier(value: str, window: int) -> None:
    assert ends_in(window, value).has("RENEWAL_WINDOW_ENTERED")
    assert not ends_in(window + 1, value).has("RENEWAL_WINDOW_ENTERED")


@pytest.mark.parametrize(
    ("days", "sub_state", "severity"),
    [
        (91, "early", Severity.LOW),
        (90, "active", Severity.MEDIUM),
        (45, "active", Severity.MEDIUM),
        (0, "active", Severity.MEDIUM),
        (-1, "overdue", Severity.MEDIUM),
    ],
)
def test_sub_state_and_severity_follow_the_days(days: int, sub_state: str, severity: Severity) -> None:
    signal = ends_in(days, "30000").one("RENEWAL_WINDOW_ENTERED")
    assert (signal.sub_state, signal.severity) == (sub_state, severity)


@pytest.mark.parametrize(("days", "severity"), [(46, Severity.MEDIUM), (45, Severity.HIGH)])
def test_an_open_risk_makes_the_last_45_days_high(days: int, severity: Severity) -> None:
    story = ends_in(days).opened_ticket("SUP-1", "2026-03-09", 1)
    assert story.one("RENEWAL_WINDOW_ENTERED").severity is severity


def test_the_sentence_turns_when_the_contract_has_ended() -> None:
    assert ends_in(0).one("RENEWAL_WINDOW_ENTERED").text.endswith("10 March 2026, today.")
    assert ends_in(-1).one("RENEWAL_WINDOW_ENTERED").text.endswith("1 day ago, and no renewal is recorded.")


def test_the_window_is_late_from_the_day_after_the_notice_date() -> None:
    assert ends_in(30, notice_on="2026-03-10").one("RENEWAL_WINDOW_ENTERED").sub_state == "active"
    assert ends_in(30, notice_on="2026-03-09").one("RENEWAL_WINDOW_ENTERED").sub_state == "late"


@pytest.mark.parametrize(
    "change", [{"status": "cancelled"}, {"status": "renewed"}, {"renewal_signed_on": "2026-03-01"}]
)
def test_a_closed_renewal_opens_no_window(change: dict[str, object]) -> None:
    story = ends_in(30, notice_on="2026-03-20").contract("2026-03-01", **change)
    assert not story.has("RENEWAL_WINDOW_ENTERED")
    assert not story.has("NOTICE_DEADLINE")


def test_a_won_renewal_deal_closes_the_window_but_last_years_does_not() -> None:
    deal = {"deal": "D-R", "kind": "renewal", "stage": "Negotiation"}
    assert (
        not ends_in(30)
        .deal("2026-02-01", **deal)
        .closed("2026-03-01", "won", "D-R")
        .has("RENEWAL_WINDOW_ENTERED")
    )
    assert (
        ends_in(30)
        .deal("2025-02-01", **deal)
        .closed("2025-04-01", "won", "D-R")
        .has("RENEWAL_WINDOW_ENTERED")
    )


@pytest.mark.parametrize(("product", "open_"), [("insights", True), ("dispatch", False)])
def test_a_renewal_deal_of_another_product_decides_nothing(product: str, open_: bool) -> None:
    story = ends_in(30, product="dispatch").deal("2026-02-01", kind="renewal", product=product)
    assert story.closed("2026-03-01", "won").has("RENEWAL_WINDOW_ENTERED") is open_


def test_a_churned_account_has_no_window() -> None:
    story = ends_in(30).tell("account.churned", "2026-01-31", "crm", account="acme")
    assert not story.has("RENEWAL_WINDOW_ENTERED")


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (31, None),
        (30, Severity.MEDIUM),
        (15, Severity.MEDIUM),
        (14, Severity.HIGH),
        (0, Severity.HIGH),
        (-1, None),
    ],
)
def test_notice_is_told_from_30_days_and_high_from_14(days: int, severity: Severity | None) -> None:
    found = ends_in(120, notice_on=(TODAY + timedelta(days=days)).isoformat()).named("NOTICE_DEADLINE")
    assert [signal.severity for signal in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize("auto_renew", [True, False])
def test_notice_is_told_whether_or_not_the_contract_renews_by_itself(auto_renew: bool) -> None:
    assert ends_in(60, notice_on="2026-03-31", auto_renew=auto_renew).has("NOTICE_DEADLINE")


def test_notice_that_was_given_is_not_awaited() -> None:
    assert not ends_in(60, notice_on="2026-03-31", notice_received_on="2026-03-02").has("NOTICE_DEADLINE")
