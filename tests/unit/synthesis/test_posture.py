"""Postures of whole situations, counted by hand, and what a grave posture must rest on."""

import pytest

from state.evidence import Trust
from state.world.judgement import Health
from state.world.profile import Profile
from state.world.signal import Severity
from state.world.synthesis.case import Case
from state.world.synthesis.measures import Outlook
from state.world.synthesis.posture import posture_of
from tests.build import PROFILE, Story, source, without_source
from tests.unit.synthesis.stories import acme, customer, harbor, judged, signal


def test_two_high_risks_in_the_active_window_are_critical() -> None:
    found = judged(acme())
    assert found.posture == "CRITICAL"
    assert found.posture_reason.startswith(
        "2 high risks with 51 days to the contract's end on 30 April 2026:"
    )
    assert {item.source for item in found.posture_evidence} >= {"crm", "mail", "usage"}
    assert found.tier == "A"


def test_one_high_risk_less_is_only_at_risk() -> None:
    story = acme()
    sarah_answers = story.mail_in("sarah@acme.example", "2026-03-04", "Sorry for the silence.")
    assert judged(sarah_answers).posture == "AT_RISK"


def test_two_high_risks_far_from_the_end_are_at_risk() -> None:
    story = customer()
    found = judged(
        story,
        signal(story, "USAGE_DROP_PERCENT", Severity.HIGH),
        signal(story, "CHAMPION_WENT_COLD", Severity.HIGH),
    )
    assert found.posture == "AT_RISK"


def test_a_healthy_customer_is_healthy_and_says_by_what() -> None:
    found = judged(harbor())
    assert (found.posture, found.posture_reason) == ("HEALTHY", "Health is 86 by 5 inputs; no risk is live.")


def test_a_churned_customer_is_churned_whatever_else_is_live() -> None:
    story = customer("union").deal(name="Union 22", stage="Proposal", amount="22000", opened_on="2026-01-05")
    story.tell("account.churned", "2026-01-31", "crm", account="union", churned_on="2026-01-31")
    found = judged(story, signal(story, "USAGE_DROP_PERCENT", Severity.HIGH))
    assert (found.posture, found.posture_reason) == ("CHURNED", "Churned on 31 January 2026.")


def test_a_withdrawn_churn_record_makes_a_customer_again() -> None:
    story = customer("union").tell("account.churned", "2026-01-31", "crm", account="union")
    assert judged(story.account("2026-02-03", status="customer")).posture != "CHURNED"


def test_an_account_without_data_is_unknown_and_says_what_is_needed() -> None:
    story = Story("xenon").account("2026-03-09", name="Xenon Labs", created_on="2026-03-09")
    found = judged(story)
    assert found.posture == "UNKNOWN"
    assert found.posture_reason == "Not enough data. Needed: a two-way touch, an open deal with its stage."
    old = {name: source(name, hours_old=44) for name in ("mail", "calendar")}
    story.deal("2026-02-01", stage="Proposal").mail_in("ann@xenon.example", "2026-03-01", "Hi.")
    late = judged(story.beside(sources=old))
    assert late.posture_reason == "Not enough data. Needed: a mailbox or calendar that is up to date."
    assert [unknown.id for unknown in found.unknowns] == ["data"]
    assert found.momentum.direction == "UNKNOWN"
    assert found.health.score is None


def test_nine_weeks_of_data_name_a_posture() -> None:
    story = (
        customer("xenon", "2026-01-05")
        .person("Ann Lee")
        .usage([60] * 63)
        .usage([70] * 63, series="seats_used")
    )
    assert judged(story.mail_in("ann@xenon.example", "2026-03-04", "Going well.")).posture == "HEALTHY"


def test_a_new_customer_without_data_is_unknown_by_its_missing_inputs() -> None:
    story = Story("xenon").account(
        "2026-03-09", name="Xenon Labs", status="customer", created_on="2026-03-09"
    )
    found = judged(story)
    assert found.posture == "UNKNOWN"
    assert found.health.missing == ("usage", "commercial", "satisfaction")


def test_day_60_is_onboarding_and_day_61_is_not() -> None:
    for since, expected in (("2026-01-09", True), ("2026-01-08", False)):
        assert (judged(customer("westfield", since)).posture == "ONBOARDING") is expected


def test_seats_that_run_out_are_room_to_grow_unless_a_high_risk_is_live() -> None:
    story = (
        customer("delmar")
        .person("Di Ray")
        .mail_in("di@delmar.example", "2026-03-02", "Three new depots, about 60 seats.")
    )
    story.usage([97] * 200, series="seats_used").usage([95] * 200)
    assert judged(story).posture == "EXPANDING"
    assert judged(story, signal(story, "SUPPORT_RISK_EMERGING", Severity.HIGH)).posture == "AT_RISK"


def test_open_severe_tickets_are_at_risk_by_one_system_of_record() -> None:
    story = (
        customer("fjord")
        .person("Finn Dahl")
        .mail_in("finn@fjord.example", "2026-03-02", "Please look at it.")
    )
    for number, severity in enumerate((1, 1, 2, 2, 2)):
        story.opened_ticket(f"SUP-{number}", "2026-03-06", severity)
    found = judged(story)
    assert found.posture == "AT_RISK"
    assert {item.source for item in found.posture_evidence} == {"support"}


def test_a_medium_risk_is_watched() -> None:
    story = customer("pinnacle")
    story.note(
        'buyer on the call: "also looking at RouteRight"',
        "2026-03-04",
        kind="call",
        participants=["ed@pinnacle.example"],
    )
    assert judged(story).posture == "WATCH"


def test_our_overdue_promise_is_no_posture_risk() -> None:
    story = harbor().note("Maya promised 40-seat pricing by 6 Mar.", "2026-02-27")
    found = judged(story)
    assert found.has("COMMITMENT_OVERDUE")
    assert found.posture == "HEALTHY"


def test_notice_received_is_critical_at_once() -> None:
    story = harbor().contract("2026-03-09", notice_received_on="2026-03-09")
    found = judged(story)
    assert (found.posture, found.posture_reason) == ("CRITICAL", "Notice was received on 9 March 2026.")


def test_one_outsiders_mail_of_notice_is_watched_until_a_second_source_says_it() -> None:
    story = harbor().mail_in("ann@harbor.example", "2026-03-09", "We have decided not to renew.")
    assert judged(story).posture == "WATCH"
    story.note("Ann said: we will not renew.", "2026-03-09T18:00")
    assert judged(story).posture == "CRITICAL"


@pytest.mark.parametrize(
    ("trust", "sources", "posture"),
    [
        (Trust.SYSTEM_OF_RECORD, 1, "AT_RISK"),
        (Trust.UNTRUSTED, 2, "AT_RISK"),
        (Trust.UNTRUSTED, 1, "WATCH"),
        (Trust.MODEL, 1, "WATCH"),
    ],
)
def test_at_risk_needs_two_sources_or_a_system_of_record(trust: Trust, sources: int, posture: str) -> None:
    story = harbor()
    assert (
        judged(
            story, signal(story, "STAKEHOLDER_CHANGED", Severity.HIGH, trust=trust, sources=sources)
        ).posture
        == posture
    )


def test_a_signal_of_a_stale_source_does_not_count() -> None:
    story = harbor().opened_ticket("SUP-9", "2026-03-09", 1)
    assert judged(story).posture == "AT_RISK"
    risk = story.one("SUPPORT_RISK_EMERGING")
    states = {**without_source("support"), "support": source("support", hours_old=25)}
    assert judged(story.beside(sources=states), risk).posture != "AT_RISK"


def test_the_borders_come_from_the_profile() -> None:
    rule = PROFILE.judgement.posture.model_copy(
        update={"healthy_from_health": 87, "at_risk_below_health": 87}
    )
    strict = PROFILE.model_copy(update={"judgement": PROFILE.judgement.model_copy(update={"posture": rule})})
    assert isinstance(strict, Profile)
    assert judged(harbor(), profile=strict).posture == "AT_RISK"


@pytest.mark.parametrize(
    ("score", "posture"), [(39, "AT_RISK"), (40, "WATCH"), (59, "WATCH"), (60, "HEALTHY"), (None, "UNKNOWN")]
)
def test_health_alone_decides_at_its_borders(score: int | None, posture: str) -> None:
    story = customer()
    cited = story.view().cite("name")
    health = Health(
        score=score,
        components={"usage": 1, "support": 1, "commercial": 1},
        missing=("satisfaction",),
        evidence=cited,
    )
    assert posture_of(Case(Outlook(story.view(), story.around(), PROFILE), (), health))[0] == posture


def test_good_health_by_two_inputs_is_not_enough() -> None:
    story = customer()
    health = Health(score=90, components={"usage": 90, "support": 90}, missing=("satisfaction",))
    assert posture_of(Case(Outlook(story.view(), story.around(), PROFILE), (), health))[0] == "UNKNOWN"
