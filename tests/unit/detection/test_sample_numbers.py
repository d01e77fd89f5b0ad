"""The numbers of the planted situations, computed from hand-made events."""

from state.evidence import Trust
from state.world.signal import Severity
from tests.build import PROFILE, Story, peer


def acme() -> Story:
    story = Story("acme").customer(name="Acme Corp").person("Sarah Chen", roles=["champion"])
    story.person("Martin Hale", roles=["economic_buyer"], title="CFO").person(
        "Raj Patel", title="Depot manager"
    )
    story.contract(
        seats=230,
        annual_value="184000",
        currency="USD",
        starts_on="2025-05-01",
        ends_on="2026-04-30",
        notice_on="2026-03-31",
        sla_business_days=10,
    )
    story.usage([171] * 152 + [133] * 28)
    story.opened_ticket("SUP-4412", "2026-02-19", 2)
    for day in ("2025-11-14", "2025-12-10", "2026-01-20", "2026-02-12"):
        story.mail_in("sarah@acme.example", day)
    for day in ("2025-11-12", "2025-12-08", "2026-01-17", "2026-02-10", "2026-02-19", "2026-03-03"):
        story.mail_out("sarah@acme.example", day)
    story.meeting("2026-01-29T15:00", ["maya@fieldstone.example", "sarah@acme.example", "raj@acme.example"])
    return story.meeting("2026-03-11T14:00", ["maya@fieldstone.example", "ibrandt@acme.example"], agenda="")


def test_acme_ends_in_51_days_in_the_active_window() -> None:
    signal = acme().one("RENEWAL_WINDOW_ENTERED")
    assert (signal.sub_state, signal.severity) == ("active", Severity.MEDIUM)
    assert signal.numbers["days_left"] == "51"
    assert signal.text == "The contract ends on 30 April 2026, in 51 days."


def test_acme_can_give_notice_for_21_days() -> None:
    signal = acme().one("NOTICE_DEADLINE")
    assert (signal.numbers["days_left"], signal.severity) == ("21", Severity.MEDIUM)


def test_acme_uses_22_percent_less() -> None:
    signal = acme().one("USAGE_DROP_PERCENT")
    assert signal.text == "Active users, 28-day mean, fell from 171 to 133, by 22%."
    assert signal.severity is Severity.HIGH, "the renewal window makes it high"
    assert signal.is_posture_risk
    assert "133" in signal.evidence[0].value


def test_acme_ticket_is_13_business_days_old_against_10() -> None:
    signal = acme().one("SUPPORT_SEV2_AGING")
    assert (signal.numbers["business_days"], signal.numbers["allowed"]) == ("13", "10")
    assert signal.severity is Severity.MEDIUM
    assert signal.is_posture_risk


def test_acme_champion_is_silent_since_12_february_with_two_mails_unanswered() -> None:
    signal = acme().one("CHAMPION_WENT_COLD")
    assert signal.text.startswith("Sarah Chen, our champion, has been silent since 12 February 2026; 2 mails")
    assert (signal.numbers["silent_days"], signal.numbers["inbound"]) == ("26", "4")
    assert signal.severity is Severity.HIGH


def test_acme_has_two_high_risks_and_a_meeting_tomorrow() -> None:
    signals = acme().signals()
    high = {s.name for s in signals if s.is_posture_risk and s.severity is Severity.HIGH}
    assert high == {"USAGE_DROP_PERCENT", "CHAMPION_WENT_COLD"}
    assert any(s.name == "MEETING_UPCOMING" for s in signals)
    assert any(s.name == "STAKEHOLDER_GAP" and s.sub_state == "economic_buyer" for s in signals)


def test_eastgate_is_171_days_old_beyond_the_p99_of_212_deals() -> None:
    story = Story("eastgate").account(name="Eastgate Elevators")
    cycles = tuple(sorted([*range(1, 139), *[100] * 71, 138, 138, 138]))
    story.beside(closed_cycles=cycles)
    story.deal("2025-09-20", stage="Proposal", name="Eastgate 2026", opened_on="2025-09-20", amount="78000")
    signal = story.one("DEAL_STALE")
    assert len(cycles) == 212
    assert signal.text == (
        "Eastgate 2026 has been open for 171 days, longer than 99% of 212 closed deals took, 138 days."
    )
    assert signal.severity is Severity.HIGH


def test_eastgate_close_date_slipped_three_times() -> None:
    story = Story("eastgate").account().deal("2025-09-20", close_on="2025-10-31", stage="Proposal")
    story.deal("2025-10-30", close_on="2025-11-30").deal("2025-11-28", close_on="2026-01-31")
    signal = story.deal("2026-02-16", close_on="2026-03-31").one("CLOSE_DATE_SLIPPED")
    assert (signal.sub_state, signal.severity) == ("moved-3", Severity.HIGH)
    assert "from 31 January 2026 to 31 March 2026, its third slip" in signal.text


def juniper(dip_last_year: bool) -> Story:
    """Fall by 61 % from 23 February to 6 March, as in the same weeks of 2025 where `dip_last_year`."""
    values = [100] * 546
    for offset in range(14):
        values[-17 + offset] = 39
        if dip_last_year:
            values[-17 - 364 + offset] = 42
    return Story("juniper").customer("2023-09-10").usage(values)


def test_juniper_is_on_spring_break_as_last_year() -> None:
    assert not juniper(dip_last_year=True).has("USAGE_DROP_PERCENT")


def test_juniper_without_a_break_last_year_is_a_drop() -> None:
    assert juniper(dip_last_year=False).one("USAGE_DROP_PERCENT").numbers["percent"] == "31%"


def test_zephyr_lost_a_quarter_of_its_value() -> None:
    story = Story("zephyr").account().deal("2026-01-05", amount="100000", currency="USD", stage="Negotiation")
    signal = story.deal("2026-03-09", amount="75000").one("DEAL_VALUE_DECREASED")
    assert (signal.severity, signal.numbers["percent"]) == (Severity.HIGH, "25%")
    assert "from $100,000 to $75,000, by 25%" in signal.text


def test_zephyr_regressed_twice_is_one_signal() -> None:
    story = Story("zephyr").account().deal("2026-01-05", stage="Negotiation")
    story.deal("2026-03-05", stage="Proposal").deal("2026-03-07", stage="Negotiation")
    story.deal("2026-03-09", stage="Proposal")
    assert story.one("DEAL_STAGE_REGRESSED").since.day == 9
    assert not story.has("DEAL_STAGE_ADVANCED")


def test_westfield_is_onboarding_on_day_12() -> None:
    story = Story("westfield").customer("2026-02-26").usage([90] * 92 + [9] * 28)
    assert not story.has("USAGE_DROP_PERCENT")


def test_westfield_on_day_75_is_a_drop() -> None:
    story = Story("westfield").customer("2025-12-25").usage([40] * 47 + [20] * 28)
    assert story.one("USAGE_DROP_PERCENT").numbers["percent"] == "50%"


def test_alder_asks_how_twelve_times_and_is_no_risk() -> None:
    story = Story("alder").customer(in_rollout=True)
    for number in range(12):
        story.opened_ticket(f"SUP-{number}", f"2026-03-0{1 + number % 8}", 4, kind="how_to", rating=5)
    assert not [s for s in story.signals() if s.name.startswith("SUPPORT")]


def test_vantage_opened_by_a_machine_is_nothing() -> None:
    story = Story("vantage").account().person("Vera Quist")
    story.mail_out("vera@vantage.example", "2026-03-09T10:00", mail="ML-9")
    for second in range(6):
        story.opened("vera@vantage.example", f"2026-03-09T10:00:0{4 + second // 3}", mail="ML-9")
    assert not story.has("EMAIL_OPENED_MULTIPLE")


def test_delmar_uses_194_of_200_seats_for_16_days() -> None:
    story = Story("delmar").customer().contract(seats=200, annual_value="160000", ends_on="2026-11-30")
    signal = story.usage([170] * 60 + [194] * 16, series="seats_used").one("SEAT_LIMIT_NEAR")
    assert signal.text == "194 of 200 seats are in use, at 90% or more for 16 days running."
    assert not story.has("RENEWAL_WINDOW_ENTERED"), "the window opens on 3 June"


def test_delmar_with_one_day_guests_is_nothing() -> None:
    story = Story("delmar").customer().contract(seats=200)
    story.usage([194] * 30, series="seats_used").usage([180] * 30, series="guest_users")
    assert not story.has("SEAT_LIMIT_NEAR")


def test_brightwater_champion_left_by_bounce_although_the_crm_says_active() -> None:
    story = Story("brightwater").account().person("Daniel Kim", "2025-11-18", roles=["champion"], active=True)
    story.news(
        "Daniel Kim joins Calder", "2026-03-01", kind="person_joined", person="Daniel Kim", company="Calder"
    )
    signal = story.bounce("daniel@brightwater.example", "2026-03-03").one("STAKEHOLDER_CHANGED")
    assert (signal.sub_state, signal.confidence, signal.severity) == ("left", 0.9, Severity.HIGH)
    assert {e.source for e in signal.evidence} == {"mail", "crm", "news"}


def test_ashford_is_a_dead_feed_and_no_drop() -> None:
    story = Story("ashford").customer().usage([80] * 100 + [0] * 18, feed="eu-pipe")
    story.beside(silent_feeds={"eu-pipe": ("2026-02-20", 3)})
    signal = story.one("SOURCE_STALE")
    assert signal.to_admin
    assert "0 for 3 accounts since 20 February 2026" in signal.text
    assert not story.has("USAGE_DROP_PERCENT")


def test_one_account_at_zero_alone_is_a_drop() -> None:
    story = Story("ashford").customer().usage([80] * 100 + [0] * 18, feed="eu-pipe")
    assert not story.has("SOURCE_STALE")
    assert story.one("USAGE_DROP_PERCENT").severity is Severity.HIGH


def test_quarry_stone_has_a_twin() -> None:
    story = Story("quarry").account(name="Quarry Stone Ltd", domain="quarrystone.example")
    story.beside(same_domain=(peer("quarry-2", "Quarrystone Limited", "quarrystone.example"),))
    assert story.one("DUPLICATE_ACCOUNT").numbers["other"] == "Quarrystone Limited"


def redwood(review: str, day: str) -> Story:
    story = Story("redwood").account().deal(stage="Negotiation", amount="410000", close_on="2026-03-31")
    return story.process("security_review", review, day)


def test_redwood_has_21_days_for_a_step_of_24() -> None:
    signal = redwood("not_begun", "2026-02-20").one("PROCESS_SLIP_RISK")
    assert (signal.numbers["days_left"], signal.numbers["median_days"], signal.numbers["n"]) == (
        "21",
        "24",
        "9",
    )
    assert signal.kind == "predicted"


def test_redwood_with_the_review_finished_is_on_track() -> None:
    assert not redwood("finished", "2026-03-06").has("PROCESS_SLIP_RISK")


def test_oakhaven_promise_is_overdue_by_two_business_days() -> None:
    story = Story("oakhaven").account().note("I will send 40-seat pricing by 6 March.", "2026-02-27")
    signal = story.one("COMMITMENT_OVERDUE", "ours")
    assert signal.severity is Severity.HIGH
    assert not signal.is_posture_risk


def test_oakhaven_promise_is_kept_by_the_mail_that_delivers() -> None:
    story = Story("oakhaven").account().note("I will send 40-seat pricing by 6 March.", "2026-02-27")
    story.mail_out("ed@oakhaven.example", "2026-03-05", "Here is the pricing for 40 seats, as agreed.")
    assert not story.has("COMMITMENT_OVERDUE")


def test_pinnacle_buyer_names_a_competitor_once() -> None:
    story = Story("pinnacle").account().person("Ann Bell").deal(stage="Discovery")
    story.mail_in("ann@pinnacle.example", "2026-03-04", "We are also looking at RouteRight.")
    story.mail_in("ann@pinnacle.example", "2026-03-06", "We are still considering Route Right.")
    story.mail_out("ann@pinnacle.example", "2026-03-07", "RouteRight has quoted you?", bulk=True)
    signal = story.one("COMPETITOR_ADDED")
    assert (signal.sub_state, len({e.record for e in signal.evidence})) == ("RouteRight", 2)


def test_birchwood_asked_for_silence_until_june() -> None:
    story = Story("birchwood").account().person("Bea Lind").deal("2025-11-01", stage="Evaluation")
    assert story.has("NO_MEETING_IN_21_DAYS")
    assert not story.mail_in("bea@birchwood.example", "2026-02-17", "Please call me in June.").has(
        "NO_MEETING_IN_21_DAYS"
    )


def test_cobalt_has_a_form_and_three_people_of_two_teams() -> None:
    story = Story("cobalt").account()
    for name, department in (("Ines Roth", "Operations"), ("Max Orr", "Operations"), ("Lu Han", "Finance")):
        story.person(name, department=department)
        story.mail_in(f"{name.partition(' ')[0].lower()}@cobalt.example", "2026-03-06")
    story.form("ines@cobalt.example", "2026-03-10T02:10")
    form = story.one("FORM_SUBMITTED")
    assert (form.severity, form.trust) == (Severity.MEDIUM, Trust.UNTRUSTED)
    assert story.one("MULTI_THREAD_ENGAGEMENT").numbers["people"] == "3"


def test_xenon_has_nothing_to_say() -> None:
    story = Story("xenon").account("2026-03-09", name="Xenon Labs")
    assert story.signals() == ()


def test_every_threshold_comes_from_the_profile() -> None:
    strict = PROFILE.signals.usage_drop_percent.model_copy(update={"share": 0.5})
    signals = PROFILE.signals.model_copy(update={"usage_drop_percent": strict})
    profile = PROFILE.model_copy(update={"signals": signals})
    assert not any(s.name == "USAGE_DROP_PERCENT" for s in acme().signals(profile))
