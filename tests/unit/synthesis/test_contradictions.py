"""Two live claims on one attribute: both are kept, with tolerances, and what settles them."""

import pytest

from state.world.judgement import Contradiction
from tests.build import Story
from tests.unit.synthesis.stories import customer, granite, harbor, judged


def one(story: Story) -> Contradiction:
    found = judged(story).contradictions
    assert len(found) == 1, [contradiction.text for contradiction in found]
    return found[0]


def none(story: Story) -> bool:
    return judged(story).contradictions == ()


def test_the_crm_closes_before_the_buyer_will_decide() -> None:
    found = one(granite())
    assert (found.subject, found.attribute, found.is_critical_attribute) == (
        "Opportunity/D-1",
        "close_on",
        True,
    )
    assert found.text == (
        "CRM closes Granite 120 on 31 March 2026 (edited 8 March 2026); the buyer said on 5 March 2026:"
        " “The budget moved to Q3, not before July.”"
    )
    assert [(item.source, item.value) for item in found.sides] == [
        ("crm", "2026-03-31"),
        ("mail", "2026-07-01"),
    ]


def test_a_later_edit_that_cites_a_call_settles_it() -> None:
    assert none(granite("Call with Gus 7 March: budget is released, March stands."))


@pytest.mark.parametrize(
    ("note", "edited"),
    [("Amount checked.", "2026-03-08"), ("", "2026-03-08"), ("Call with Gus.", "2026-03-04")],
)
def test_a_note_without_a_ground_or_an_earlier_one_settles_nothing(note: str, edited: str) -> None:
    assert not none(granite(note, edited))


def test_a_date_within_seven_days_is_no_contradiction() -> None:
    for close_on, is_none in (("2026-06-24", True), ("2026-06-23", False)):
        story = granite().deal("2026-03-08T18:00", close_on=close_on)
        assert none(story) is is_none


def test_a_day_that_has_come_contradicts_nothing() -> None:
    story = Story("granite").account(name="Granite")
    story.deal("2025-06-01", name="G", stage="Proposal", close_on="2025-12-15")
    assert none(story.mail_in("gus@granite.example", "2025-06-05", "Not before January."))
    assert not none(story.mail_in("gus@granite.example", "2026-01-05", "Not before April."))


def test_a_person_recorded_as_active_whose_mail_bounced() -> None:
    story = harbor().contact("ann-lee", "2025-11-18", active=True).bounce("ann@harbor.example", "2026-03-04")
    story.news("Ann Lee joins Calder", "2026-03-05", kind="person_joined", person="Ann Lee", company="Calder")
    found = one(story)
    assert (found.attribute, found.is_critical_attribute) == ("active", True)
    assert found.text == (
        "CRM has Ann Lee as active (18 November 2025); mail bounced with 5.1.1 on 4 March 2026"
        " and a report of 5 March 2026 says otherwise."
    )
    assert {item.source for item in found.sides} == {"crm", "mail", "news"}
    assert none(story.contact("ann-lee", "2026-03-06", active=False))


def test_hearsay_alone_is_held_against_a_stated_record_only() -> None:
    news = {"kind": "person_joined", "person": "Ann Lee", "company": "Calder"}
    assert none(harbor().news("Ann Lee joins Calder", "2026-03-05", **news))
    assert not none(
        harbor()
        .contact("ann-lee", "2025-11-18", active=True)
        .news("Ann Lee joins Calder", "2026-03-05", **news)
    )


def flagged(*, flag: bool, runs: int) -> Story:
    story = Story("raven").account("2024-01-01", name="A-1", status="customer", churn_flag=flag)
    for number in range(runs):
        terms: dict[str, object] = {"seats": 10, "status": "active", "starts_on": "2024-02-01"}
        story.contract("2024-02-01", subscription=f"C-{number}", **terms)
    return story


def test_a_churn_flag_without_event_and_with_running_contracts() -> None:
    found = one(flagged(flag=True, runs=14))
    assert found.attribute == "churned"
    assert (
        found.text
        == "The record is flagged as churned, no churn event is known, and 14 contracts are running."
    )


def test_flags_that_agree_with_the_contracts_contradict_nothing() -> None:
    assert none(flagged(flag=False, runs=10))
    assert none(flagged(flag=True, runs=0))


def left(story: Story) -> Story:
    return story.tell("account.churned", "2024-06-01", "crm", account="raven", churned_on="2024-06-01")


def test_a_churn_event_against_a_flag_that_is_not_set() -> None:
    found = one(left(flagged(flag=False, runs=1)))
    assert found.attribute == "churned"
    assert found.text == "The record is not flagged as churned, and a churn event of 1 June 2024 is known."
    assert {side.field for side in found.sides} == {"status", "churned_on", "churn_flag"}


def test_flag_and_event_agree_only_when_no_contract_runs() -> None:
    assert none(left(flagged(flag=True, runs=0)))
    found = one(left(flagged(flag=True, runs=2)))
    assert found.text == (
        "The record is flagged as churned, a churn event of 1 June 2024 is known, and yet 2 contracts are running."
    )
    assert found.is_critical_attribute


def test_without_a_flag_only_a_contract_that_began_after_the_event_contradicts_it() -> None:
    story = left(Story("raven").account("2024-01-01", name="A-1", status="customer"))
    assert none(story.contract("2024-02-01", subscription="C-1", status="active", starts_on="2024-02-01"))
    later = story.contract("2024-07-01", subscription="C-9", status="active", starts_on="2024-07-01")
    assert one(later).text == "The customer churned, and 1 contract began after that."


def test_a_users_correction_stands_against_the_crm_until_it_agrees() -> None:
    story = harbor().contact("ann-lee", "2025-11-18", roles=["champion"])
    story.correct("Contact/ann-lee", "title", "VP Service", "2026-03-01").contact(
        "ann-lee", "2026-03-02", title="Dispatcher"
    )
    found = one(story)
    assert found.text == (
        "Ann Lee, title: Corrections and answers of our people says VP Service (1 March 2026)"
        " and CRM says Dispatcher (2 March 2026)."
    )
    assert none(story.contact("ann-lee", "2026-03-03", title="VP Service"))


def test_within_one_source_the_newer_claim_replaces_the_older() -> None:
    assert none(harbor().deal("2026-01-05", amount="1000").deal("2026-02-05", amount="90000"))


@pytest.mark.parametrize(
    ("billed", "is_none"), [("84000", True), ("84211", False), ("76000", True), ("75999", False)]
)
def test_money_contradicts_beyond_five_percent_of_the_larger(billed: str, is_none: bool) -> None:
    story = customer().tell(
        "subscription.updated", "2026-02-01", "billing", subscription="C-1", annual_value=billed
    )
    assert none(story) is is_none


def test_an_opt_out_in_words_against_a_recorded_consent() -> None:
    story = (
        harbor()
        .consent("ann-lee", "2025-05-01", "opted_in")
        .mail_in("ann@harbor.example", "2026-03-05", "Please unsubscribe me.")
    )
    assert one(story).attribute == "mail_consent"
    assert none(story.consent("ann-lee", "2026-03-06", "opted_out"))


def test_a_quiet_account_has_none() -> None:
    assert none(harbor())
