"""Competitors, discounts, the paper process, opt-outs and duplicate accounts."""

import pytest

from state.world.signal import Severity
from tests.build import PROFILE, Story, peer

ANN = "ann@acme.example"


def named(name: str, speaker: str = "them", stage: str = "Discovery") -> Story:
    story = Story().account().person("Ann Bell").deal(stage=stage)
    return story.reads(
        "competitor", "2026-03-04", f"also looking at {name}", speaker, name=name, names=[name]
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("RouteRight", True),
        ("Route Right", True),
        ("RouteRigth", False),
        ("Routeright.", True),
        ("Grainger", False),
    ],
)
def test_a_name_is_matched_to_the_dictionary_from_92(name: str, found: bool) -> None:
    assert named(name).has("COMPETITOR_ADDED") is found


def test_our_own_words_and_newsletters_add_no_competitor() -> None:
    assert not named("RouteRight", speaker="us").has("COMPETITOR_ADDED")
    news = (
        Story()
        .account()
        .person("Ann Bell")
        .mail_in(ANN, "2026-03-04", "We are looking at RouteRight.", bulk=True)
    )
    assert not news.has("COMPETITOR_ADDED")
    assert (
        not Story()
        .account()
        .mail_in(ANN, "2026-03-04", "We replaced RouteRight last year.")
        .has("COMPETITOR_ADDED")
    )


@pytest.mark.parametrize(("stage", "severity"), [
    ("Evaluation", Severity.MEDIUM), ("Proposal", Severity.HIGH), ("Negotiation", Severity.HIGH),
])  # fmt: skip
def test_a_competitor_is_high_in_the_final_two_stages(stage: str, severity: Severity) -> None:
    assert named("RouteRight", stage=stage).one("COMPETITOR_ADDED").severity is severity


def test_field_and_words_are_one_signal_per_competitor() -> None:
    story = named("RouteRight").deal("2026-03-06", competitors=["Route Right", "Crewline"])
    assert [s.sub_state for s in story.named("COMPETITOR_ADDED")] == ["Crewline", "RouteRight"]
    assert {e.source for e in story.one("COMPETITOR_ADDED", "RouteRight").evidence} == {"crm", "mail"}


def test_without_a_dictionary_names_are_not_judged() -> None:
    silences = named("RouteRight").silences(
        "COMPETITOR_ADDED", PROFILE.model_copy(update={"competitors": None})
    )
    assert [silence.reason for silence in silences] == ["not_configured"]


def test_a_discount_is_told_from_the_field_or_the_buyers_words() -> None:
    by_field = Story().account().deal(stage="Negotiation", discount_requested_percent="18")
    assert by_field.one("DISCOUNT_REQUESTED").text == "The buyer asked for a discount of 18%."
    by_words = Story().account().person("Ann Bell").deal(stage="Negotiation")
    by_words.mail_in(ANN, "2026-03-04", "Could you do a 12.5% discount?")
    assert by_words.one("DISCOUNT_REQUESTED").numbers == {"percent": "12.5"}
    assert not Story().account().deal(stage="Negotiation").has("DISCOUNT_REQUESTED")


def paper(close_on: str, step: str = "legal", status: str = "not_begun") -> Story:
    return (
        Story().account().deal(stage="Negotiation", close_on=close_on, amount="400000").process(step, status)
    )


@pytest.mark.parametrize(
    ("close_on", "risk"),
    [("2026-03-10", True), ("2026-04-02", True), ("2026-04-03", False), ("2026-03-09", False)],
)
def test_a_close_date_nearer_than_an_unbegun_step_is_a_risk(close_on: str, risk: bool) -> None:
    assert paper(close_on).has("PROCESS_SLIP_RISK") is risk


def test_running_and_finished_steps_and_unknown_processes_are_none() -> None:
    assert not paper("2026-03-31", status="running").has("PROCESS_SLIP_RISK")
    assert not paper("2026-03-31", status="finished").has("PROCESS_SLIP_RISK")
    assert not Story().account().deal(stage="Negotiation", close_on="2026-03-12").has("PROCESS_SLIP_RISK")


def test_steps_behind_an_unbegun_one_have_not_begun_either() -> None:
    assert paper("2026-03-31", "security_review").one("PROCESS_SLIP_RISK").sub_state == "legal"
    done = paper("2026-03-31", "security_review").process("legal", "finished")
    assert not done.has("PROCESS_SLIP_RISK"), "12 and 10 days are less than 21"


def test_an_opt_out_is_told_until_the_person_opts_in_again() -> None:
    story = Story().account().person("Nora Blake").consent("nora-blake", "2026-01-14")
    assert "since 14 January 2026" in story.one("CONSENT_OPTED_OUT").text
    assert not story.consent("nora-blake", "2026-03-01", "opted_in").has("CONSENT_OPTED_OUT")


def test_words_are_an_opt_out_until_a_later_opt_in() -> None:
    story = Story().account().person("Nora Blake")
    story.mail_in("nora@acme.example", "2026-01-14", "Please unsubscribe me from your mails.")
    assert story.one("CONSENT_OPTED_OUT").sub_state == "asked"
    assert not story.consent("nora-blake", "2026-03-01", "opted_in").has("CONSENT_OPTED_OUT")


@pytest.mark.parametrize(("name", "found"), [
    ("Quarrystone Limited", True), ("Quarry Stone GmbH", True), ("Quarry Stones Ltd", True), ("Granite Ltd", False),
])  # fmt: skip
def test_the_same_domain_and_nearly_the_same_name_are_a_duplicate(name: str, found: bool) -> None:
    story = Story().account(name="Quarry Stone Ltd", domain="q.example")
    assert story.beside(same_domain=(peer("other", name, "q.example"),)).has("DUPLICATE_ACCOUNT") is found


def test_without_a_peer_of_the_same_domain_nothing_is_a_duplicate() -> None:
    assert not Story().account(name="Quarry Stone Ltd", domain="q.example").has("DUPLICATE_ACCOUNT")


def test_a_peer_that_a_person_took_apart_is_no_duplicate() -> None:
    story = Story().account(name="Quarry Stone Ltd", domain="q.example")
    twin = peer("other", "Quarrystone Limited", "q.example").model_copy(update={"is_parted": True})
    assert not story.beside(same_domain=(twin,)).has("DUPLICATE_ACCOUNT")
