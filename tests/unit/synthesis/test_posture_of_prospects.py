"""Postures of prospects at the borders of their rules, and of tenants that have a CRM alone."""

from state.world.signal import Severity
from tests.build import Story, without_source
from tests.unit.synthesis.stories import granite, judged, signal


def prospect(stage: str = "Proposal", **deal: object) -> Story:
    story = Story("dunmore").account(name="Dunmore", owner="maya").person("Eve Hart")
    terms: dict[str, object] = {"name": "Dunmore 90", "stage": stage, "amount": "90000", "currency": "USD"}
    return story.deal("2025-12-01", **{**terms, "opened_on": "2025-12-01", "close_on": "2026-05-29", **deal})


def test_a_prospect_in_touch_is_engaged_on_day_21_quiet_on_22_and_dormant_on_90() -> None:
    for day, posture in (
        ("2026-02-17", "ENGAGED"),
        ("2026-02-16", "QUIET"),
        ("2025-12-11", "QUIET"),
        ("2025-12-10", "DORMANT"),
    ):
        story = (
            Story("birchwood")
            .account(name="Birchwood Ferries")
            .person("Bea Orr")
            .mail_in("bea@birchwood.example", day, "Hi.")
        )
        assert judged(story).posture == posture, day


def test_the_buyer_who_asked_for_june_is_engaged_and_needs_no_next_step() -> None:
    story = prospect("Discovery").mail_in("eve@dunmore.example", "2026-02-17", "Call me in June.")
    found = judged(story)
    assert found.posture == "ENGAGED"
    assert "next_step" not in {unknown.id for unknown in found.unknowns}
    still = prospect("Discovery").mail_in("eve@dunmore.example", "2026-02-17", "Thanks.")
    assert "next_step" in {unknown.id for unknown in judged(still).unknowns}


def test_without_a_touch_source_silence_says_nothing() -> None:
    story = prospect("Discovery").mail_in("eve@dunmore.example", "2025-11-01", "Hi.")
    assert judged(story).posture == "DORMANT"
    assert judged(story.beside(sources=without_source("mail", "calendar"))).posture == "UNKNOWN"


def test_a_stage_up_or_a_finished_step_lately_is_advancing() -> None:
    assert judged(prospect("Discovery").deal("2026-02-17T15:00", stage="Evaluation")).posture == "ADVANCING"
    assert judged(prospect("Discovery").deal("2026-02-16", stage="Evaluation")).posture != "ADVANCING"
    step = prospect("Discovery").tell(
        "process.updated",
        "2026-03-06",
        "crm",
        process="P-1",
        deal="D-1",
        step="legal",
        status="finished",
        finished_on="2026-03-06",
    )
    assert judged(step).posture == "ADVANCING"


def test_a_stage_that_went_up_and_back_is_not_advancing() -> None:
    story = prospect("Discovery").deal("2026-03-05", stage="Evaluation").deal("2026-03-08", stage="Discovery")
    assert judged(story).posture != "ADVANCING"


def test_a_stale_deal_or_two_slips_in_silence_are_stalled() -> None:
    cycles = tuple(range(20, 140))
    stale = prospect("Negotiation", opened_on="2025-09-20").beside(closed_cycles=cycles)
    assert judged(stale).posture == "STALLED"
    slipped = prospect("Discovery", close_on="2026-01-30").mail_in("eve@dunmore.example", "2026-02-17", "Hi.")
    slipped.deal("2026-01-20", close_on="2026-02-27").deal("2026-02-20", close_on="2026-04-30")
    assert judged(slipped).posture == "STALLED"


def test_a_high_risk_on_a_late_deal_is_at_risk_and_on_an_early_one_is_not() -> None:
    for stage, posture in (("Proposal", "AT_RISK"), ("Evaluation", "ENGAGED")):
        story = prospect(stage).mail_in("eve@dunmore.example", "2026-03-05", "Hi.")
        assert (
            judged(story, signal(story, "DEAL_STAGE_REGRESSED", Severity.HIGH, "Opportunity/D-1")).posture
            == posture
        )


def test_a_high_risk_on_an_early_deal_beside_a_late_one_is_not_at_risk() -> None:
    story = prospect("Evaluation").mail_in("eve@dunmore.example", "2026-03-05", "Hi.")
    story.deal(
        "2026-01-05",
        deal="D-2",
        stage="Proposal",
        amount="9000",
        opened_on="2026-01-05",
        close_on="2026-05-29",
    )
    assert (
        judged(story, signal(story, "DEAL_STAGE_REGRESSED", Severity.HIGH, "Opportunity/D-1")).posture
        == "ENGAGED"
    )
    assert judged(story, signal(story, "COMPETITOR_ADDED", Severity.HIGH)).posture == "AT_RISK"


def test_a_prospect_whose_last_deal_was_lost_is_lost_until_another_opens() -> None:
    story = prospect().closed("2026-02-20", "lost")
    assert judged(story).posture == "LOST"
    assert judged(story.deal("2026-03-01", deal="D-2", stage="Discovery", amount="9000")).posture != "LOST"


def test_a_crm_alone_gives_stalled_or_unknown_and_says_once_what_is_missing() -> None:
    crm = without_source("support", "usage", "calendar", "mail", "news", "notes", "form", "user", "clock")
    story = prospect("Proposal", opened_on="2025-09-20").beside(
        sources=crm, closed_cycles=tuple(range(20, 140))
    )
    found = judged(story)
    assert (found.posture, found.unknowns) == ("STALLED", ())
    assert found.not_connected == ("support", "usage", "calendar", "mail", "news")
    young = prospect("Discovery", opened_on="2026-03-01").beside(sources=crm)
    assert [unknown.id for unknown in judged(young).unknowns] == ["data"]


def test_a_buyers_later_date_leaves_the_posture_alone() -> None:
    assert judged(granite()).posture == "ENGAGED"
