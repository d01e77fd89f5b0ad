"""The head and the first three lines: which meeting, who comes, why, and what to aim for."""

import pytest

from state.decision.brief import Brief
from tests.build import Story
from tests.unit.brief.pages import compose, lines, page, section, text
from tests.unit.playbook.desk import fieldstone

GUESTS = ["cy@acme.example", "new@acme.example", "maya@fieldstone.example"]


def between_two(**meeting: object) -> Story:
    """Tell of a renewal and an expansion, both live, and of a meeting tomorrow."""
    return (
        Story().customer(name="Acme", owner="maya").person("Cy Champ", roles=["champion"], title="Head of Dispatch")
        .person("Bea Buyer", roles=["economic_buyer"])
        .contract(product="dispatch", seats=100, annual_value="80000", currency="USD",
                  ends_on="2026-04-30", notice_on="2026-03-31")
        .mail_in("cy@acme.example", "2026-02-25", "We open two new sites, we need about 30 more seats.")
        .meeting("2026-03-11T14:00", GUESTS, meeting="M-1",
                 **{"title": "Sync", "zone": "America/New_York", "place": "Video call", **meeting})
    )  # fmt: skip


def answered(story: Story, answer: str) -> Story:
    return story.tell(
        "question.answered", "2026-03-10T11:00", "user",
        question="q", topic="meeting_purpose", subject="Meeting/M-1", answer=answer, user="maya",
    )  # fmt: skip


def purpose(brief: Brief) -> tuple[str, str]:
    assert brief.meeting is not None
    return brief.meeting.purpose, brief.meeting.purpose_basis


def test_the_head_names_time_zone_place_and_the_people_from_outside() -> None:
    head = page(between_two()).meeting
    assert head is not None
    assert (head.zone, head.place, head.title) == ("America/New_York", "Video call", "Sync")
    assert head.starts_at.isoformat() == "2026-03-11T14:00:00+00:00"
    assert head.ends_at is not None
    known, stranger = head.attendees
    assert (known.name, known.is_known, known.roles) == ("Cy Champ", True, ("champion",))
    assert known.last_touch is not None
    assert known.last_touch.date().isoformat() == "2026-02-25"
    assert (stranger.name, stranger.is_known, stranger.stance) == ("new@acme.example", False, "unknown")


def test_a_purpose_nobody_named_is_unclear_and_both_are_covered() -> None:
    brief = page(between_two())
    kind, basis = purpose(brief)
    assert kind == "unclear"
    assert "renewal" in basis
    assert "expansion" in basis
    assert "the renewal (ends 30 April) or the expansion (30 seats)" in lines(brief, "first_lines")[0]
    assert "“Would you renew before 31 March?”" in lines(brief, "trial_close")
    assert "“If 30 seats are ready in time, who signs?”" in lines(brief, "trial_close")


@pytest.mark.parametrize(
    ("told", "kind", "basis"),
    [
        (between_two(agenda="Renewal terms"), "renewal", "its agenda says so"),
        (between_two(title="Expansion workshop"), "expansion", "its title says so"),
        (answered(between_two(), "the renewal"), "renewal", "you answered “the renewal”"),
        (answered(between_two(agenda="Renewal terms"), "expansion"), "expansion", "you answered “expansion”"),
        (answered(between_two(), "a farewell lunch"), "a farewell lunch", "you answered so"),
        (
            between_two(agenda="Data residency in Frankfurt"),
            "Data residency in Frankfurt",
            "its agenda says so",
        ),
    ],
    ids=["agenda", "title", "answer", "answer before agenda", "other answer", "other agenda"],
)
def test_a_stated_purpose_is_taken_with_its_basis(told: Story, kind: str, basis: str) -> None:
    assert purpose(page(told)) == (kind, basis)


def test_a_known_purpose_leaves_the_other_one_out_of_the_close() -> None:
    brief = page(between_two(agenda="Renewal terms"))
    assert lines(brief, "trial_close") == ["“Would you renew before 31 March?”"]
    assert lines(brief, "first_lines")[0].startswith(
        "Objective: agree the way to the renewal before 31 March."
    )
    growth = page(between_two(agenda="Expansion"))
    assert lines(growth, "trial_close") == ["“If 30 seats are ready in time, who signs?”"]
    assert "30-seat expansion" in lines(growth, "first_lines")[0]


def test_the_fallback_is_the_open_ticket_before_anything_else() -> None:
    with_ticket = between_two().opened_ticket("T-1", "2026-03-02", 2, subject="Import fails")
    assert lines(page(with_ticket), "first_lines")[0].endswith("Fallback: a date for solving T-1.")
    assert lines(page(between_two()), "first_lines")[0].endswith("Fallback: a call with Bea Buyer.")


def test_without_a_meeting_the_account_gets_the_same_sections() -> None:
    company = fieldstone(7)
    brief = compose(company.about(company.of("S7"), intent="prep"))
    assert brief.meeting is None
    assert [one.id for one in brief.sections][:3] == ["first_lines", "people", "changed"]
    assert "Fallback" not in lines(brief, "first_lines")[0] or len(lines(brief, "next_step")) > 1


def test_an_account_without_anything_says_so_under_every_head() -> None:
    brief = page(Story().account("2026-03-09", name="Xenon"))
    assert lines(brief, "first_lines")[0] == "Objective: nothing is due."
    assert lines(brief, "first_lines")[2] == "What can go wrong: no live risk is known."
    empty = {one.id for one in brief.sections if not one.statements}
    assert {"people", "opportunity", "contract", "risks", "history", "news"} <= empty
    assert "Not enough data" in text(brief, "unknowns")


def test_who_comes_who_does_not_and_who_has_not_accepted() -> None:
    story = between_two(
        attendees=[
            {"email": "cy@acme.example", "status": "needs_action"},
            {"email": "ilse@acme.example", "name": "Ilse Brandt", "status": "accepted"},
        ]
    )
    said = lines(page(story), "people")
    assert said[0] == "Cy Champ, Head of Dispatch, champion: last mail 25 February; has not accepted."
    assert said[1] == "Ilse Brandt (ilse@acme.example): not in the CRM."
    assert said[2] == "Not invited: Bea Buyer, economic buyer: never in touch."


def test_an_inferred_champion_makes_the_line_inferred() -> None:
    story = Story().customer(name="Acme").person("Ann Ally")
    for day in ("2026-02-03", "2026-02-12", "2026-02-20"):
        story.mail_in("ann@acme.example", day, "Good progress.")
    story.mail_in(
        "ann@acme.example", "2026-03-02", "I forwarded your proposal to our CFO and recommended it."
    )
    found = [one for one in section(page(story), "people").statements if "probably our champion" in one.text]
    assert [one.kind for one in found] == ["inferred"]


def test_somebody_who_cannot_be_reached_or_wants_no_mail_is_marked() -> None:
    story = (
        Story()
        .customer(name="Acme")
        .person("Gone Guy")
        .person("Quiet Quinn")
        .consent("quiet-quinn", "2026-01-14")
    )
    said = text(page(story.bounce("gone@acme.example", "2026-03-03")), "people")
    assert "Gone Guy: never in touch; cannot be reached." in said
    assert "Quiet Quinn: never in touch; no mail." in said


def test_the_question_takes_the_place_of_the_unknown_it_asks_about() -> None:
    said = lines(page(between_two()), "unknowns")
    assert said[0].startswith("Asked: Is tomorrow's call about the renewal or the 30-seat expansion?")
    assert not any("What is the meeting" in line for line in said)
