"""The stakeholder map, the champion that may be inferred, and what nobody knows."""

from state.world.judgement import Judgement, Person
from tests.build import Story, without_source
from tests.unit.synthesis.stories import acme, customer, harbor, judged


def person(found: Judgement, name: str) -> Person:
    return next(one for one in found.people if one.name == name)


def unknowns(story: Story) -> dict[str, str]:
    return {unknown.id: unknown.text for unknown in judged(story).unknowns}


def late_deal(amount: str = "410000", stage: str = "Negotiation") -> Story:
    story = (
        Story("redwood")
        .account(name="Redwood Bank", owner="maya")
        .person("Rita Moe", "2026-02-01", roles=["champion", "economic_buyer"])
    )
    story.deal(
        "2026-01-15",
        name="Redwood",
        stage=stage,
        amount=amount,
        currency="USD",
        opened_on="2026-01-15",
        close_on="2026-03-31",
    )
    return story.mail_in("rita@redwood.example", "2026-03-06", "Fine.")


def advocate(touches: int = 3) -> Story:
    story = (
        late_deal()
        .person("Vic Fox", "2026-02-01")
        .contact("rita-moe", "2026-02-02", roles=["economic_buyer"])
    )
    for number in range(touches - 1):
        story.mail_in("vic@redwood.example", f"2026-02-{10 + number}", "Fine.")
    return story.mail_in("vic@redwood.example", "2026-02-27", "I forwarded your proposal to our CFO.")


def test_the_map_names_roles_touches_and_strangers() -> None:
    found = judged(acme())
    assert [(one.name, one.roles, one.is_active) for one in found.people] == [
        ("Sarah Chen", ("champion",), True), ("Martin Hale", ("economic_buyer",), False), ("Raj Patel", (), True),
        ("Ilse Brandt", (), False),
    ]  # fmt: skip
    assert person(found, "Ilse Brandt").subject is None
    sarah = person(found, "Sarah Chen")
    assert (sarah.last_touch_kind, str(sarah.last_touch)[:10]) == ("mail_in", "2026-02-12")
    assert all(one.evidence for one in found.people)


def test_our_own_people_and_role_mailboxes_are_not_stakeholders() -> None:
    story = (
        harbor()
        .mail_in("info@harbor.example", "2026-03-05", "Hi.")
        .meeting("2026-03-12", ["maya@fieldstone.example", "zed@harbor.example"])
    )
    assert {one.address for one in judged(story).people} == {
        "ann@harbor.example",
        "bob@harbor.example",
        "zed@harbor.example",
    }


def test_active_ends_after_60_days() -> None:
    for day, expected in (("2026-01-09", True), ("2026-01-08", False)):
        story = customer().person("Al Ray").mail_in("al@acme.example", day, "Hi.")
        assert person(judged(story), "Al Ray").is_active is expected


def test_a_hard_bounce_makes_unreachable_until_a_sign_of_life() -> None:
    story = harbor().bounce("ann@harbor.example", "2026-03-05")
    assert person(judged(story), "Ann Lee").is_unreachable
    assert not person(
        judged(story.mail_in("ann@harbor.example", "2026-03-06", "I am here.")), "Ann Lee"
    ).is_unreachable
    assert not person(
        judged(harbor().bounce("ann@harbor.example", "2026-03-05", "4.2.2")), "Ann Lee"
    ).is_unreachable


def test_who_opted_out_by_record_or_by_word_has_opted_out() -> None:
    assert person(judged(harbor().consent("ann-lee", "2026-01-14")), "Ann Lee").has_opted_out
    said = harbor().mail_in("ann@harbor.example", "2026-01-14", "Please unsubscribe me.")
    assert person(judged(said), "Ann Lee").has_opted_out
    assert not person(judged(said.consent("ann-lee", "2026-03-01", "opted_in")), "Ann Lee").has_opted_out


def test_an_old_stance_is_unknown() -> None:
    for day, expected in (("2025-09-12", "critic"), ("2025-09-10", "unknown")):
        assert person(judged(harbor().contact("ann-lee", day, stance="critic")), "Ann Lee").stance == expected


def test_three_touches_and_an_act_infer_a_champion_and_ask() -> None:
    found = judged(advocate())
    assert person(found, "Vic Fox").is_inferred_champion
    assert (
        unknowns(advocate())["champion"]
        == "Is Vic Fox the champion? Inferred from: “I forwarded your proposal to our CFO.”"
    )


def test_two_touches_or_no_act_infer_nobody() -> None:
    assert not person(judged(advocate(touches=2)), "Vic Fox").is_inferred_champion
    assert unknowns(advocate(touches=2))["champion"] == "Who speaks for us inside?"


def test_a_users_word_that_somebody_is_no_champion_holds() -> None:
    story = advocate().correct("Contact/vic-fox", "roles", None, "2026-03-01")
    assert not person(judged(story), "Vic Fox").is_inferred_champion


def test_acme_lacks_the_purpose_and_the_economic_buyers_view() -> None:
    found = unknowns(acme())
    assert list(found)[:2] == ["meeting_purpose", "economic_buyer_view"]
    assert (
        found["economic_buyer_view"]
        == "What does Martin Hale, the economic buyer, think? Nobody has met them."
    )
    assert len(found) <= 5


def test_only_the_economic_buyers_view_is_required() -> None:
    found = judged(acme().person("Nia Poe", roles=["user"])).unknowns
    assert [unknown.subject for unknown in found if unknown.id == "economic_buyer_view"] == [
        "Contact/martin-hale"
    ]


def test_an_agenda_or_an_answer_settles_the_purpose() -> None:
    agenda = acme().tell("meeting.updated", "2026-03-09", "calendar", meeting="M-2", agenda="Renewal terms")
    answer = acme().tell(
        "question.answered",
        "2026-03-09",
        "user",
        question="Q-1",
        topic="meeting_purpose",
        subject="M-2",
        answer="renewal",
        user="maya",
    )
    assert "meeting_purpose" not in unknowns(agenda)
    assert "meeting_purpose" not in unknowns(answer)


def test_the_buyers_view_is_known_for_60_days_after_a_touch() -> None:
    for day, is_unknown in (("2026-01-09", False), ("2026-01-08", True)):
        story = acme().mail_in("martin@acme.example", day, "We plan to stay.")
        assert ("economic_buyer_view" in unknowns(story)) is is_unknown


def test_a_role_confirmed_long_ago_is_asked_again_after_what_is_absent() -> None:
    assert (
        unknowns(acme())["champion"]
        == "Is Sarah Chen still the champion? Last confirmed on 10 September 2024."
    )
    fresh = acme().contact("sarah-chen", "2025-09-12", roles=["champion"])
    assert "champion" not in unknowns(fresh)


def test_a_champion_who_left_leaves_the_question_open() -> None:
    story = late_deal().bounce("rita@redwood.example", "2026-03-09")
    assert unknowns(story)["champion"] == "Who speaks for us inside?"


def test_no_recorded_paper_process_is_an_unknown_from_the_stage_that_needs_it() -> None:
    assert (
        unknowns(late_deal())["paper_process"]
        == "What is left to sign Redwood: security, legal, procurement?"
    )
    assert "paper_process" not in unknowns(late_deal(stage="Proposal"))


def test_a_step_that_takes_longer_than_is_left_is_an_unknown_until_it_is_finished() -> None:
    story = late_deal().process("security_review", "not_begun")
    assert unknowns(story)["paper_process"] == (
        "When does legal review begin? It takes 24 days at the median (n 9) and 21 days are left."
    )
    done = late_deal().process("security_review", "finished", "2026-03-06")
    assert "paper_process" not in unknowns(done)


def test_a_field_of_the_stage_is_unknown_until_somebody_says_it() -> None:
    story = late_deal("9000", "Discovery")
    assert unknowns(story)["identified_pain"] == "Nobody recorded: identified pain."
    told = story.correct("Opportunity/D-1", "identified_pain", "missed appointments", "2026-03-01")
    assert "identified_pain" not in unknowns(told)


def test_a_dated_promise_ahead_is_a_next_step() -> None:
    quiet = late_deal("9000", "Discovery")
    assert "next_step" in unknowns(quiet)
    assert "next_step" not in unknowns(
        quiet.mail_in("rita@redwood.example", "2026-03-09", "I'll send the order form by Friday.")
    )


def test_absence_needs_a_source() -> None:
    story = acme().beside(sources=without_source("mail", "calendar"))
    assert "economic_buyer_view" not in unknowns(story)
    assert judged(story).not_connected == ("calendar", "mail")


def test_unknowns_carry_what_depends_on_them_in_order() -> None:
    found = judged(acme()).unknowns
    assert [unknown.worth for unknown in found] == sorted((unknown.worth for unknown in found), reverse=True)
    assert found[0].worth == 184000
