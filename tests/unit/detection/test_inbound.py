"""Replies, forms, opens, news and new people, at their borders."""

import pytest

from state.world.signal import Severity
from tests.build import PROFILE, Story

INES = "ines@acme.example"


def known(**more: object) -> Story:
    return Story().account().person("Ines Roth", **more)


def test_an_unanswered_personal_mail_is_told_until_somebody_answers() -> None:
    story = known().mail_in(INES, "2026-03-09T10:00", "Can you send the SOC 2 report?")
    assert story.one("REPLY_RECEIVED").severity is Severity.INFO
    assert not story.mail_out(INES, "2026-03-09T11:00").has("REPLY_RECEIVED")


def test_automatic_bulk_inside_and_old_mails_await_no_answer() -> None:
    assert not known().mail_in(INES, "2026-03-09", auto_reply=True).has("REPLY_RECEIVED")
    assert not known().mail_in(INES, "2026-03-09", bulk=True).has("REPLY_RECEIVED")
    assert not known().mail_in("tom@fieldstone.example", "2026-03-09").has("REPLY_RECEIVED")
    assert not known().mail_in(INES, "2026-02-07").has("REPLY_RECEIVED")


def test_a_reply_names_its_class_from_what_was_read() -> None:
    asked = known().mail_in(INES, "2026-03-09", "Please unsubscribe me from your mails.")
    assert asked.one("REPLY_RECEIVED").sub_state == "unsubscribe"
    assert known().mail_in(INES, "2026-03-09", "Fine.").one("REPLY_RECEIVED").sub_state == "other"


@pytest.mark.parametrize(
    ("kind", "severity"), [("pricing", "medium"), ("demo", "medium"), ("contact", "low")]
)
def test_demo_and_pricing_forms_are_medium(kind: str, severity: str) -> None:
    assert known().form(INES, "2026-03-09", kind).one("FORM_SUBMITTED").severity == severity


@pytest.mark.parametrize(("resolution", "found"), [("0.90", True), ("0.89", False)])
def test_a_form_needs_a_certain_account(resolution: str, found: bool) -> None:
    assert known().form(INES, "2026-03-09", resolution=resolution).has("FORM_SUBMITTED") is found


def test_spam_and_old_forms_are_not_told() -> None:
    assert not known().form(INES, "2026-03-09", spam=True).has("FORM_SUBMITTED")
    assert not known().form(INES, "2026-02-07").has("FORM_SUBMITTED")


def opened(*times: str, **more: object) -> Story:
    story = known().mail_out(INES, "2026-03-05T08:00", mail="ML-1")
    for time in times:
        story.opened(INES, time, **more)
    return story


@pytest.mark.parametrize(("times", "found"), [
    (("2026-03-05T10:00", "2026-03-05T10:30", "2026-03-06T09:00"), True),
    (("2026-03-05T10:00", "2026-03-06T09:00"), False),
    (("2026-03-05T10:00", "2026-03-05T10:20", "2026-03-05T10:40"), False),
    (("2026-03-05T10:00", "2026-03-06T09:00", "2026-03-08T10:00"), True),
    (("2026-03-05T09:59", "2026-03-06T09:00", "2026-03-08T10:00"), False),
    (("2026-03-05T08:01", "2026-03-05T10:30", "2026-03-06T09:00"), False),
    (("2026-03-05T08:01:01", "2026-03-05T10:30", "2026-03-06T09:00"), True),
    (("2026-03-05T10:00:00", "2026-03-05T10:00:10", "2026-03-06T09:00"), False),
    (("2026-03-05T10:00:00", "2026-03-05T10:00:11", "2026-03-06T09:00"), True),
])  # fmt: skip
def test_three_human_opens_in_two_hours_of_72(times: tuple[str, ...], found: bool) -> None:
    assert opened(*times).has("EMAIL_OPENED_MULTIPLE") is found


def test_opens_are_believed_by_half_and_proxies_and_strangers_not_at_all() -> None:
    times = ("2026-03-05T10:00", "2026-03-05T11:30", "2026-03-06T09:00")
    assert opened(*times).one("EMAIL_OPENED_MULTIPLE").confidence == 0.5
    assert not opened(*times, proxy=True).has("EMAIL_OPENED_MULTIPLE")
    stranger = Story().account()
    for time in times:
        stranger.opened("who@acme.example", time)
    assert not stranger.has("EMAIL_OPENED_MULTIPLE")


@pytest.mark.parametrize(("matched", "found"), [("domain", True), ("name_and_city", True), ("name", False)])
def test_news_need_more_than_a_name(matched: str, found: bool) -> None:
    story = known().news("Acme hires 14 dispatchers", "2026-03-08", kind="hiring", matched_by=matched)
    assert story.has("NEWS_EVENT") is found
    if found:
        assert (story.one("NEWS_EVENT").confidence, story.one("NEWS_EVENT").kind) == (0.5, "predicted")


def fresh(when: str = "2026-03-04", score: int = 84, fit: int = 78, **more: object) -> Story:
    return (
        Story()
        .account(fit_score=fit)
        .person("Daniel Kim", when, **{"fit_score": score, "title": "VP IT", **more})
    )


@pytest.mark.parametrize(("when", "score", "fit", "found"), [
    ("2026-03-10T11:00", 84, 78, True),
    ("2026-03-04", 84, 78, True), ("2026-03-03", 70, 50, True), ("2026-03-02", 84, 78, False),
    ("2026-03-04", 69, 78, False), ("2026-03-04", 84, 49, False),
])  # fmt: skip
def test_a_new_person_must_fit_at_an_account_that_fits(when: str, score: int, fit: int, found: bool) -> None:
    assert fresh(when, score, fit).has("NEW_CONTACT_HIGH_FIT") is found


def test_free_mail_competitors_opted_out_and_duplicates_are_not_told() -> None:
    assert not fresh(email="d@gmail.com").has("NEW_CONTACT_HIGH_FIT")
    assert not fresh(email="d@routeright.example").has("NEW_CONTACT_HIGH_FIT")
    assert not fresh().consent("daniel-kim", "2026-03-05").has("NEW_CONTACT_HIGH_FIT")
    twin = fresh().contact("other", "2025-01-01", name="Daniel Kim", email="dk@acme.example")
    assert not twin.has("NEW_CONTACT_HIGH_FIT")


def test_scores_are_computed_from_the_profile_where_the_crm_has_none() -> None:
    story = Story().account(industry="utilities", employees=2000, country="US")
    assert (
        story.person("Ann Bell", "2026-03-06", title="VP Operations")
        .one("NEW_CONTACT_HIGH_FIT")
        .numbers["tier"]
        == "A"
    )
    assert not story.person("Bob Low", "2026-03-06", title="Legal Assistant").named("NEW_CONTACT_HIGH_FIT")[
        1:
    ]


def test_without_an_icp_file_fit_is_not_configured() -> None:
    silences = fresh().silences("NEW_CONTACT_HIGH_FIT", PROFILE.model_copy(update={"icp": None}))
    assert [silence.reason for silence in silences] == ["not_configured"]
