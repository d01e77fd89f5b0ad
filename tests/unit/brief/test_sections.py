"""Each section: what it says of a told story, with what it cites, and why it is empty."""

import pytest

from state.world.profile import Profile
from tests.build import PROFILE, Story, source, without_source
from tests.unit.brief.pages import about, lines, loose, only, page, section, text

CYCLES = tuple([20] * 99 + [127])


def customer(**contract: object) -> Story:
    terms = {"product": "dispatch", "seats": 230, "annual_value": "184000", "currency": "USD"}
    dates = {
        "starts_on": "2025-05-01",
        "ends_on": "2026-04-30",
        "notice_on": "2026-03-31",
        "auto_renew": True,
    }
    return Story().customer(name="Acme", owner="maya").contract(**{**terms, **dates, **contract})


def prospect(**deal: object) -> Story:
    known = {
        "name": "Acme Dispatch",
        "amount": "32000",
        "currency": "USD",
        "stage": "Proposal",
        "owner": "maya",
    }
    return Story().account(name="Acme", owner="maya").deal(**{**known, "close_on": "2026-04-15", **deal})


def imported(deals: int, opened: str = "2025-01-02", fresh: int = 0) -> Story:
    """Tell an account of which only the CRM is known."""
    story = Story().account(name="Kan").beside(sources={"crm": source("crm")}, closed_cycles=CYCLES)
    for number in range(deals + fresh):
        day = opened if number < deals else "2026-03-02"
        owner = "tom" if number % 3 == 0 else "priya"
        story.deal(
            day,
            deal=f"D-{number}",
            opened_on=day,
            stage="Engaging",
            owner=owner,
            amount="500",
            currency="USD",
        )
    return story


def test_the_contract_says_seats_price_term_notice_and_renewal() -> None:
    assert only(page(customer()), "contract").text == (
        "230 seats of Dispatch; $184,000 a year; 1 May 2025 to 30 April (51 days left); notice by 31 March;"
        " renews automatically."
    )
    assert "does not renew automatically" in only(page(customer(auto_renew=False)), "contract").text


def test_days_left_are_kept_with_how_they_were_counted() -> None:
    operation = only(page(customer()), "contract").operations[0]
    assert (operation.name, operation.result) == ("days", "51")
    assert operation.inputs[-1] == "2026-03-10"


def test_a_deal_says_amount_stage_and_close_date() -> None:
    assert only(page(prospect()), "opportunity").text == "Acme Dispatch: $32,000, Proposal, closes 15 April."


def test_an_amount_that_is_only_the_list_price_is_inferred() -> None:
    told = only(page(prospect(amount_inferred=True)), "opportunity")
    assert told.kind == "inferred"
    assert "$32,000 (list price)" in told.text


def test_seats_that_were_spoken_of_are_priced_at_list() -> None:
    story = (
        customer()
        .person("Raj Patel")
        .mail_in("raj@acme.example", "2026-02-24", "We plan two new regions from June, about 80 seats.")
    )
    told = only(page(story), "opportunity")
    assert told.text == "Expansion: 80 seats of Dispatch are $64,000 a year at list price."
    assert told.operations[0].name == "product"
    assert {item.source for item in told.evidence} == {"mail", "crm", "profile"}
    assert "Probably wants more seats" in text(page(story), "intent")
    assert all(one.kind == "inferred" for one in section(page(story), "intent").statements)


def test_an_overdue_promise_of_ours_counts_business_days() -> None:
    story = prospect().reads(
        "commitment", "2026-02-27", "I promised the pricing by 6 March.", speaker="us", actor="maya",
        actor_side="us", deliverable="the pricing", due_on="2026-03-06",
    )  # fmt: skip
    brief = page(story)
    assert (
        only(brief, "open_promises").text
        == "Maya Ortiz promised “the pricing” by 6 March: overdue by 2 business days."
    )
    assert "Bring what we owe: the pricing." in lines(brief, "talking_points")


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-03-12", "by 12 March."), (None, "without a date.")],
)
def test_their_promise_is_named_with_or_without_a_day(due: str | None, said: str) -> None:
    story = prospect().person("Ann Ally").reads(
        "commitment", "2026-03-02", "I will send the numbers.", by="ann@acme.example",
        actor_side="them", deliverable="the numbers", due_on=due,
    )  # fmt: skip
    told = only(page(story), "open_promises").text
    assert told.startswith("Ann Ally promised “the numbers”")
    assert told.endswith(said)


def test_no_open_promise_is_said_in_one_grey_line() -> None:
    assert section(page(prospect()), "open_promises").empty_reason == "No open promise on either side."


def test_what_changed_names_its_baseline() -> None:
    story = (
        prospect()
        .meeting("2026-02-20T15:00", ["cy@acme.example"], status="held")
        .deal("2026-03-05", amount="24000", currency="USD")
    )
    said = lines(page(story), "changed")
    assert said[0] == "Since the meeting of 20 February:"
    assert said[1].startswith("5 March: Acme Dispatch, amount:")


def test_a_report_is_inferred_wherever_it_stands() -> None:
    story = prospect().news("Acme names Laura Stein CFO", "2026-03-05", kind="person_joined", person="Laura Stein",
                            company="Acme", matched_by="domain")  # fmt: skip
    brief = page(story)
    told = [one for one in brief.statements() if "Laura Stein" in one.text]
    assert len(told) >= 2
    assert {one.kind for one in told} == {"inferred"}
    assert only(brief, "news").text == "5 March: “Acme names Laura Stein CFO” (not confirmed)."


def test_an_old_report_is_left_out() -> None:
    assert section(page(prospect().news("Acme moves", "2025-12-05")), "news").statements == ()


def test_a_contradiction_shows_both_sides_and_cites_them() -> None:
    story = (
        prospect(close_on="2026-03-31")
        .person("Helen Frost")
        .mail_in("helen@acme.example", "2026-03-05", "The budget moved to Q3, not before July.")
    )
    told = only(page(story), "contradictions")
    assert told.kind == "contradiction"
    assert "31 March" in told.text
    assert "not before July" in told.text
    assert len({item.source for item in told.evidence}) == 2
    assert section(page(story), "trial_close").statements == ()


def test_open_tickets_are_listed_the_worst_first() -> None:
    story = (
        customer()
        .opened_ticket("T-2", "2026-03-09", 3, subject="Slow map")
        .opened_ticket("T-1", "2026-03-06", 2, subject="Import fails")
    )
    said = lines(page(story), "support")
    assert said[0] == "T-1, severity 2, “Import fails”, open since 6 March (2 business days)."
    assert said[1].startswith("T-2, severity 3")
    assert lines(page(story), "talking_points")[0] == "First the plan for T-1: who, what, by when."


def test_closed_tickets_are_nothing_open() -> None:
    story = customer().opened_ticket("T-1", "2026-01-06", 3).ticket("T-1", "2026-01-09", status="closed")
    assert section(page(story), "support").empty_reason == "Nothing open."


@pytest.mark.parametrize(
    ("name", "sources"), [("usage", ("usage",)), ("support", ("support",)), ("news", ("news",))]
)
def test_a_source_that_is_not_there_is_said_to_be_not_connected(name: str, sources: tuple[str, ...]) -> None:
    story = customer().beside(sources=without_source(*sources))
    assert section(page(story), name).empty_reason == "Not connected."
    assert section(page(customer()), name).empty_reason != "Not connected."


def without(*parts: str) -> Profile:
    return PROFILE.model_copy(update=dict.fromkeys(parts))


def test_what_nobody_configured_is_said_to_be_so() -> None:
    assert section(page(prospect(), without("competitors")), "competitor").empty_reason == "Not configured."
    assert section(page(prospect()), "competitor").empty_reason == "No competitor named by the customer."


def test_a_competitor_brings_the_first_question_of_its_battle_card() -> None:
    story = prospect().person("Ruth Adler").note(
        'Call with Ruth Adler. Ruth said: "We are also looking at RouteRight."', "2026-03-04", kind="call",
        participants=["ruth@acme.example"],
    )  # fmt: skip
    brief = page(story)
    assert "RouteRight" in only(brief, "competitor").text
    asked = [one for one in section(brief, "talking_points").statements if one.text.startswith("Ask: ")]
    assert asked[0].evidence[0].record == "battle-card-routeright"
    assert asked[0].text.removeprefix("Ask: ") in str(asked[0].evidence[0].quote)
    assert only(brief, "objections").text.startswith("“We are also looking at somebody else”")


def test_the_objection_that_fits_is_quoted_from_the_sheet() -> None:
    story = customer().opened_ticket("T-1", "2026-02-06", 2, subject="Import fails")
    told = only(page(story), "objections")
    assert told.kind == "inferred"
    assert told.text.startswith("“We have an open ticket that is not solved”: Do not sell.")
    assert (told.evidence[0].source, told.evidence[0].record) == ("knowledge", "objection-sheet")


def test_nothing_said_and_no_risk_brings_no_objection() -> None:
    assert section(page(prospect()), "objections").empty_reason == "No objection recorded."


def test_a_step_shows_the_value_of_doing_it_never_the_deal_amount() -> None:
    story = customer().person("Cy Champ", roles=["champion"]).opened_ticket("T-1", "2026-02-06", 2)
    said = text(page(story), "next_step")
    assert "(expected value $" in said
    assert "184,000" not in said


def test_who_asked_for_silence_gets_no_trial_close() -> None:
    story = prospect().person("Rita Salas")
    assert section(page(story), "trial_close").statements != ()
    waiting = story.mail_in("rita@acme.example", "2026-02-17", "Please call me in June.")
    assert section(page(waiting), "trial_close").statements == ()


def test_with_a_crm_alone_that_is_said_once() -> None:
    brief = page(imported(0, fresh=3))
    assert (
        only(brief, "unknowns").text
        == "Only the CRM is connected: meetings, mail, usage and tickets are not known."
    )
    for name in ("people", "usage", "support", "history", "news"):
        assert section(brief, name).empty_reason == "Not connected."


def test_stale_deals_are_one_line_with_owners_and_the_oldest() -> None:
    told = only(page(imported(4, fresh=5)), "risks")
    assert told.text.startswith("4 of 9 open deals are older than ")
    assert (
        "which 99% of closed deals did not reach: Priya Nair 2, Tom Becker 2; the oldest, D-0, 432 days."
        in told.text
    )
    assert {operation.name for operation in told.operations} == {"count", "limit", "days"}


def test_one_stale_deal_is_told_by_itself() -> None:
    told = only(page(imported(1, fresh=2)), "risks").text
    assert told.startswith("D-0 has been open for 432 days")


def test_usage_says_the_mean_before_and_now_and_seats_in_use() -> None:
    story = customer().usage([100] * 92 + [60] * 28).usage([200] * 20, series="seats_used")
    said = lines(page(story), "usage")
    assert said[0] == "Active users, 28-day mean: 100 to 60."
    assert said[1] == "200 of 230 seats in use (87%)."


def test_counted_uses_are_told_without_calling_them_users() -> None:
    story = Story().customer()
    for day, feature, uses in (
        ("2026-02-01", "maps", 50),
        ("2026-02-11", "maps", 3),
        ("2026-03-09", "reports", 4),
    ):
        story.tell("usage.counted", day, "usage", use=f"U-{day}", feature=feature, day=day, uses=uses)
    assert lines(page(story), "usage") == [
        "7 uses of 2 features in the last 28 days; no series of active users."
    ]
    assert loose(page(story), about(story)) == {}
    quiet = (
        Story()
        .customer()
        .tell("usage.counted", "2026-02-10", "usage", use="U-1", feature="maps", day="2026-02-10", uses=1)
    )
    assert lines(page(quiet), "usage") == [
        "1 use of 1 feature last on 10 February; no series of active users."
    ]
