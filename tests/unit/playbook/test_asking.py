"""The one question: closed, short, worth the time, never twice, never late."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agents.playbook.purpose import purpose_of, read_purpose
from agents.playbook.scene import next_meeting
from tests.build import NOW, PROFILE, Story
from tests.unit.playbook.desk import BOOK, about, decide, fieldstone, proposals, question


def between_two() -> Story:
    """Tell of a renewal and an expansion, both live, and a meeting tomorrow that names neither."""
    return (
        Story().customer(owner="maya", name="Acme").person("Cy Champ", roles=["champion"])
        .contract(product="dispatch", seats=100, annual_value="80000", currency="USD",
                  ends_on="2026-04-30", notice_on="2026-03-31")
        .mail_in("cy@acme.example", "2026-02-25", "We open two new sites, we need about 30 more seats.")
        .meeting("2026-03-11T14:00", ["cy@acme.example", "maya@fieldstone.example"], meeting="M-1", title="Sync")
    )  # fmt: skip


def test_an_open_purpose_is_asked_about_in_at_most_25_words_with_a_way_out() -> None:
    asked = question(decide(about(between_two())))
    assert asked is not None
    assert asked.topic == "meeting_purpose"
    assert len(asked.text.split()) <= 25
    assert asked.options[-1] == "neither"
    assert asked.expires_at == NOW.replace(day=11, hour=14) - timedelta(hours=2)
    assert asked.worth > 0
    assert asked.owner == "maya"


@pytest.mark.parametrize(
    "told",
    [
        lambda s: s.tell("meeting.updated", "2026-03-09", "calendar", meeting="M-1", agenda="Renewal terms"),
        lambda s: s.tell("meeting.updated", "2026-03-09", "calendar", meeting="M-1", title="Expansion workshop"),
        lambda s: s.mail_in("cy@acme.example", "2026-03-05", "The new sites are on hold, we will not need the seats."),
        lambda s: s.tell("question.answered", "2026-03-10T11:00", "user", question="q", topic="meeting_purpose",
                         subject="Meeting/M-1", answer="renewal", user="maya"),
    ],
    ids=["agenda", "title", "taken back", "answered"],
)  # fmt: skip
def test_what_is_known_is_not_asked(told: Callable[[Story], Story]) -> None:
    assert question(decide(about(told(between_two())))) is None


def test_any_answer_ends_the_asking() -> None:
    story = between_two().tell(
        "question.answered", "2026-03-10T11:00", "user",
        question="q", topic="meeting_purpose", subject="M-1", answer="neither", user="maya",
    )  # fmt: skip
    said = decide(about(story))
    assert question(said) is None
    assert not any(p.held_by for p in proposals(said))


def test_a_question_that_would_change_nothing_is_not_asked() -> None:
    sample = fieldstone()
    account = sample.of("S6")
    mail = sample.event(
        account, "mail.received", "2026-03-09", "mail", mail="X-1",
        sender=sample.slot("fjord.sponsor.email"), text="We open two new sites, we need about 40 more seats.",
    )  # fmt: skip
    assert question(decide(sample.about(account, mail))) is None


def test_the_purpose_is_told_with_its_basis() -> None:
    deliberating = about(between_two())
    found = purpose_of(next_meeting(deliberating), deliberating, BOOK.settings.purposes)
    assert found.kind == "unclear"
    assert found.basis == (
        "a renewal is in its window and an expansion is on the table; neither agenda nor title says which"
    )
    assert found.evidence


def test_words_count_as_words() -> None:
    words = BOOK.settings.purposes
    assert read_purpose("Renewal 2026", words) == "renewal"
    assert read_purpose("Prerenewals", words) is None
    assert read_purpose("Renewal and expansion", words) is None


def flagged(flag: bool, owner: str | None = "maya") -> Story:
    story = Story().customer(owner=owner, name="Acme", churn_flag=flag)
    for number in range(3):
        story.contract(
            subscription=f"C-{number}", annual_value="9000", currency="USD", seats=5, status="active"
        )
    return story


def test_a_churn_flag_beside_running_contracts_is_asked_about_and_verified_not_believed() -> None:
    said = decide(about(flagged(flag=True)))
    asked = question(said)
    assert asked is not None
    assert asked.topic == "contradiction_churn"
    assert [p.rule for p in proposals(said)] == ["truth.verify_churn"]


def test_without_the_flag_there_is_nothing_to_ask() -> None:
    assert question(decide(about(flagged(flag=False)))) is None


def test_nobodys_task_waits_for_whoever_holds_the_queue_and_joins_one_group() -> None:
    (mine,) = proposals(decide(about(flagged(flag=True))))
    (nobodys,) = proposals(decide(about(flagged(flag=True, owner=None))))
    assert (mine.action_class, nobodys.action_class) == (1, 2)
    assert nobodys.owner == PROFILE.company.queues.unassigned
    assert nobodys.group is not None


def test_an_account_that_left_by_one_record_only_is_verified_too() -> None:
    story = flagged(flag=False).tell("account.churned", "2026-01-31", "crm", account="acme")
    said = decide(about(story))
    assert [p.rule for p in proposals(said)] == ["truth.verify_churn"]
    assert question(said) is None
