"""Who came, left or changed, and who is missing, at the borders."""

from datetime import timedelta

import pytest

from state.world.signal import Severity
from tests.build import TODAY, Story, source, without_source

INSIDE = "maya@fieldstone.example"


def known(**more: object) -> Story:
    return Story().account().person("Daniel Kim", **more)


def test_a_hard_bounce_means_left_and_a_soft_one_nothing() -> None:
    assert known().bounce("daniel@acme.example", "2026-03-03").one("STAKEHOLDER_CHANGED").sub_state == "left"
    assert not known().bounce("daniel@acme.example", "2026-03-03", "4.2.2").has("STAKEHOLDER_CHANGED")
    assert not known().bounce("daniel@acme.example", "2026-03-03", "5.7.1").has("STAKEHOLDER_CHANGED")


def test_a_distribution_address_is_nobody() -> None:
    story = known(email="info@acme.example").bounce("info@acme.example", "2026-03-03")
    assert not story.has("STAKEHOLDER_CHANGED")


def test_a_later_mail_from_the_address_takes_a_bounce_back() -> None:
    story = known().bounce("daniel@acme.example", "2026-03-03")
    assert not story.mail_in("daniel@acme.example", "2026-03-05").has("STAKEHOLDER_CHANGED")


@pytest.mark.parametrize(("source_", "confidence"), [("crm", 0.95), ("user", 1.0)])
def test_crm_and_user_say_that_somebody_left(source_: str, confidence: float) -> None:
    story = known(active=True)
    if source_ == "crm":
        story.contact("daniel-kim", "2026-03-04", active=False)
    else:
        story.correct("Contact/daniel-kim", "active", value=False, when="2026-03-04")
    signal = story.one("STAKEHOLDER_CHANGED")
    assert (signal.sub_state, signal.confidence, signal.severity) == ("left", confidence, Severity.MEDIUM)


@pytest.mark.parametrize("kind", ["person_left", "person_joined"])
def test_news_alone_makes_it_possible_and_no_risk(kind: str) -> None:
    story = known(roles=["champion"])
    story.news("Move", "2026-03-01", kind=kind, person="Daniel Kim", company="Calder", matched_by="domain")
    signal = story.one("STAKEHOLDER_CHANGED")
    assert (signal.sub_state, signal.confidence, signal.kind) == ("possibly_left", 0.5, "predicted")
    assert not signal.is_posture_risk


def test_news_that_somebody_joined_this_company_is_no_departure() -> None:
    story = known().account(name="Acme Corp")
    story.news("Move", "2026-03-01", kind="person_joined", person="Daniel Kim", company="Acme Corp")
    assert not story.has("STAKEHOLDER_CHANGED")


@pytest.mark.parametrize(("role", "severity"), [("champion", Severity.HIGH), ("economic_buyer", Severity.HIGH),
                                                ("user", Severity.MEDIUM)])  # fmt: skip
def test_a_champion_or_economic_buyer_who_left_is_high(role: str, severity: Severity) -> None:
    story = known(roles=[role]).bounce("daniel@acme.example", "2026-03-03")
    assert story.one("STAKEHOLDER_CHANGED").severity is severity


@pytest.mark.parametrize(("when", "joined"), [("2026-02-08T13:00", True), ("2026-02-08T11:00", False)])
def test_a_new_person_is_told_for_30_days(when: str, joined: bool) -> None:
    story = Story().account().person("New Face", when)
    assert [s.sub_state for s in story.named("STAKEHOLDER_CHANGED")] == (["joined"] if joined else [])


def test_the_people_a_new_account_came_with_did_not_join() -> None:
    assert not Story().account("2026-03-02").person("New Face", "2026-03-02").has("STAKEHOLDER_CHANGED")


def test_title_and_role_changes_are_told_but_corrections_are_not() -> None:
    story = known(title="Analyst", roles=["champion"]).person(
        "Daniel Kim", "2026-03-04", title="Director", roles=[]
    )
    assert [s.sub_state for s in story.named("STAKEHOLDER_CHANGED")] == ["role", "title"]
    assert story.one("STAKEHOLDER_CHANGED", "role").is_posture_risk
    corrected = known(title="Analyst").correct("Contact/daniel-kim", "title", "Director", "2026-03-04")
    assert not corrected.has("STAKEHOLDER_CHANGED")


def gap(touched: str, stage: str = "Proposal") -> Story:
    story = Story().account().person("Eva Boss", roles=["economic_buyer"])
    return story.deal(stage=stage, amount="9000").mail_in("eva@acme.example", touched)


@pytest.mark.parametrize(("touched", "missing"), [("2026-01-09", False), ("2026-01-08", True)])
def test_the_economic_buyer_is_missed_after_60_days(touched: str, missing: bool) -> None:
    assert gap(touched).has("STAKEHOLDER_GAP", "economic_buyer") is missing


def test_the_gap_begins_at_the_proposal_stage_or_in_the_active_window() -> None:
    assert not gap("2025-06-01", stage="Evaluation").has("STAKEHOLDER_GAP")
    story = Story().customer().person("Eva Boss").contract(ends_on="2026-06-08")
    assert story.has("STAKEHOLDER_GAP", "economic_buyer")
    assert not Story().customer().person("Eva Boss").contract(ends_on="2026-06-09").has("STAKEHOLDER_GAP")


@pytest.mark.parametrize(("amount", "people", "missing"), [
    ("9000", 1, False), ("9000", 0, True), ("30000", 2, True), ("30000", 3, False), ("100000", 4, True),
    ("100000", 5, False),
])  # fmt: skip
def test_active_contacts_are_expected_by_tier(amount: str, people: int, missing: bool) -> None:
    story = (
        Story().account().person("Eva Boss", roles=["economic_buyer"]).deal(stage="Proposal", amount=amount)
    )
    names = ["Ann One", "Bob Two", "Cyd Three", "Dan Four", "Eli Five"][:people]
    for name in names:
        story.person(name).mail_in(f"{name.partition(' ')[0].lower()}@acme.example", "2026-02-20")
    assert story.has("STAKEHOLDER_GAP", "active_contacts") is missing


def test_our_own_attendees_are_no_active_contacts() -> None:
    story = gap("2025-06-01").meeting("2026-03-02T15:00", [INSIDE])
    assert story.one("STAKEHOLDER_GAP", "active_contacts").numbers["active_contacts"] == "0"


def test_without_a_fresh_touch_source_nobody_is_missed() -> None:
    story = gap("2025-06-01").beside(sources=without_source("mail", "calendar"))
    assert not story.has("STAKEHOLDER_GAP")
    assert story.silences("STAKEHOLDER_GAP")[0].reason == "not_connected"
    story.beside(sources={"mail": source("mail", hours_old=25)})
    assert story.silences("STAKEHOLDER_GAP")[0].reason == "stale"


TEAMS = (("Ann One", "Finance"), ("Bob Two", "Operations"), ("Cyd Three", "Operations"))


def threads(people: int = 3, when: str = "2026-03-06", departments: int = 2) -> Story:
    story = Story().account()
    for name, department in TEAMS[:people]:
        story.person(name, department=department if departments == 2 else "Operations")
        story.mail_in(f"{name.partition(' ')[0].lower()}@acme.example", when)
    return story


@pytest.mark.parametrize(
    ("people", "when", "departments", "found"),
    [
        (3, "2026-02-25", 2, True),
        (2, "2026-03-06", 2, False),
        (3, "2026-02-24", 2, False),
        (3, "2026-03-06", 1, False),
    ],
)
def test_three_people_of_two_departments_within_14_days(
    people: int, when: str, departments: int, found: bool
) -> None:
    assert threads(people, when, departments).has("MULTI_THREAD_ENGAGEMENT") is found


def test_two_people_in_the_28_days_before_make_it_nothing_new() -> None:
    assert threads().mail_in("ann@acme.example", "2026-02-10").has("MULTI_THREAD_ENGAGEMENT")
    both = threads().mail_in("ann@acme.example", "2026-02-10").mail_in("bob@acme.example", "2026-02-11")
    assert not both.has("MULTI_THREAD_ENGAGEMENT")


@pytest.mark.parametrize(("days", "found"), [(13, True), (14, False)])
def test_the_third_person_must_be_within_the_14_days(days: int, found: bool) -> None:
    story = threads(2).person("Cyd Three", department="Operations")
    assert (
        story.mail_in("cyd@acme.example", TODAY - timedelta(days=days)).has("MULTI_THREAD_ENGAGEMENT")
        is found
    )


@pytest.mark.parametrize(("days", "found"), [(41, False), (42, True)])
def test_the_28_days_before_end_six_weeks_ago(days: int, found: bool) -> None:
    story = threads().mail_in("ann@acme.example", TODAY - timedelta(days=days))
    assert (
        story.mail_in("bob@acme.example", TODAY - timedelta(days=days)).has("MULTI_THREAD_ENGAGEMENT")
        is found
    )


@pytest.mark.parametrize(("days", "missing"), [(60, False), (61, True)])
def test_a_contact_is_active_for_60_days(days: int, missing: bool) -> None:
    story = Story().account().person("Ann One").deal(stage="Proposal", amount="9000")
    story.mail_in("ann@acme.example", TODAY - timedelta(days=days))
    assert story.has("STAKEHOLDER_GAP", "active_contacts") is missing


def test_one_meeting_with_a_crowd_counts_once() -> None:
    story = Story().account()
    for name, department in TEAMS:
        story.person(name, department=department)
    crowd = [f"{name.partition(' ')[0].lower()}@acme.example" for name, _ in TEAMS]
    assert not story.meeting("2026-03-05T15:00", [INSIDE, *crowd]).has("MULTI_THREAD_ENGAGEMENT")
