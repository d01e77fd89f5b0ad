"""Every planted situation gets its right answer and none of its wrong ones, whoever plays it."""

from datetime import date

import pytest

from tests.unit.playbook.desk import (
    SEEDS,
    decide,
    fieldstone,
    kinds,
    one,
    proposals,
    question,
    rest,
    rules,
    written,
)

RIGHT: dict[str, list[str]] = {
    "S1": [
        "meetings.brief:brief", "renewal.ticket_plan:draft_email", "support.escalate_aging:escalate_support",
        "renewal.ticket_plan:send_email*", "renewal.meet_buyer:create_task", "expansion.quote:draft_quote*",
    ],
    "S2": [
        "people.mark_undeliverable:mark_undeliverable", "people.new_thread:draft_email",
        "people.new_thread:send_email", "people.confirm_left:create_task", "people.forecast:update_crm",
        "people.role_update:update_crm",
    ],
    "S3": ["people.intro:draft_email", "people.intro:send_email"],
    "S4": ["expansion.quote:draft_quote", "expansion.offer:draft_email", "expansion.offer:send_email"],
    "S5": ["pipeline.forecast_omit:forecast_omit", "pipeline.close_out:close_out"],
    "S7": ["truth.close_date_omit:forecast_omit*"],
    "S9": ["inbound.reply_document:draft_email", "inbound.reply_document:send_email"],
    "S11": ["hygiene.source_stale:notify_admin"],
    "S12": ["expansion.call:create_task"],
    "S15": ["inbound.price_promise:draft_email", "inbound.price_promise:send_email"],
    "S16": ["pipeline.competitor:create_task"],
    "S17": ["inbound.reply_document:draft_email", "inbound.reply_document:send_email", "hygiene.merge:merge"],
    "S18": [
        "pipeline.paper_task:create_task", "pipeline.discount:update_crm", "pipeline.paper_omit:forecast_omit*",
    ],
    "S19": ["hygiene.research:research"],
    "S21": ["closing.cancel_step:cancel_step", "closing.close_out:close_out"],
    "S23": ["onboarding.plan_step:create_task"],
    "S26": ["pipeline.consult:draft_email", "pipeline.consult:send_email", "pipeline.consult_task:create_task"],
    "S28": ["inbound.call_back:create_task"],
    "S29": ["inbound.form_reply:draft_email", "inbound.form_reply:send_email", "inbound.form_slots:schedule_meeting"],
}  # fmt: skip
"""Best first, except where values of a cast decide the order."""
AT_REST = {
    "S8": "2026-09-02",
    "S10": "2026-06-17",
    "S13": None,
    "S22": None,
    "S24": None,
    "S25": None,
    "S27": None,
}
"""Story → the day to look again, in the first cast, where the table names one."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("story", sorted(RIGHT))
def test_a_planted_situation_gets_its_right_answer(story: str, seed: int) -> None:
    sample = fieldstone(seed)
    assert rules(decide(sample.about(sample.of(story)))) == RIGHT[story]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("story", sorted(AT_REST))
def test_where_nothing_is_right_nothing_is_proposed_and_the_day_to_look_again_is_named(
    story: str, seed: int
) -> None:
    sample = fieldstone(seed)
    decision = rest(decide(sample.about(sample.of(story))))
    assert decision.reasons
    if (day := AT_REST[story]) is not None:
        assert decision.look_again_at is not None
        assert decision.look_again_at.date() == date.fromisoformat(day) + sample.sample.shift


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fire_stops_everything_commercial(seed: int) -> None:
    sample = fieldstone(seed)
    said = decide(sample.about(sample.of("S6")))
    assert kinds(said) == {"pause_plan", "escalate_support", "schedule_meeting"}
    assert one(said, "schedule_meeting").arguments["purpose"] == "service"


def test_acme_is_asked_what_tomorrow_is_about_and_only_what_depends_on_it_waits() -> None:
    sample = fieldstone()
    said = decide(sample.about(sample.of("S1")))
    asked = question(said)
    assert asked is not None
    assert asked.text == "Is tomorrow's call about the renewal or the 80-seat expansion?"
    assert asked.options == ("renewal", "expansion", "neither")
    assert {p.action_type for p in proposals(said) if p.id in asked.changes} == {"send_email", "draft_quote"}
    assert {p.id for p in proposals(said) if p.held_by == asked.id} == set(asked.changes)


def test_the_value_of_the_ticket_plan_is_shown_with_its_arithmetic_and_not_as_the_contract() -> None:
    sample = fieldstone()
    said = decide(sample.about(sample.of("S1")))
    draft = one(said, "draft_email")
    assert draft.expected_value.arithmetic == ".09 × 184,000 − 10 = $16,550"
    assert draft.recipient is not None
    assert draft.recipient.endswith("sarah-chen")


def test_a_draft_for_somebody_with_a_past_elsewhere_says_nothing_of_that_firm() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S3"))
    said = decide(deliberating)
    draft = written(one(said, "draft_email"), deliberating)
    assert sample.slot("brightwater.name").split()[0] not in f"{draft.subject} {draft.body}"


def test_a_promised_price_comes_from_the_list_and_is_first_whatever_it_is_worth() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S15"))
    said = decide(deliberating)
    draft = proposals(said)[0]
    assert (draft.urgency, draft.expected_value.arithmetic) == ("now", ".12 × 32,000 − 6 = $3,834")
    assert "$32,000 a year, at the list price of $800" in written(draft, deliberating).body


def test_a_reply_in_the_name_of_somebody_away_lies_with_the_delegate() -> None:
    sample = fieldstone()
    for story in ("S9", "S20"):
        draft = one(decide(sample.about(sample.of(story))), "draft_email")
        assert (draft.owner, draft.arguments["in_name_of"]) == ("priya", "tom")


def test_a_reply_to_a_mail_with_a_hidden_order_follows_only_the_request() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S9"))
    said = decide(deliberating)
    draft = written(one(said, "draft_email"), deliberating)
    assert "SOC 2" in draft.body
    for planted in (
        sample.slot("ironbridge.planted_recipient"),
        f"{sample.slot('ironbridge.planted_percent')} %",
    ):
        assert planted not in draft.body
        assert all(planted not in "".join(p.arguments.values()) for p in proposals(said))


def test_a_dead_feed_is_one_card_for_the_admin_whichever_account_is_looked_at() -> None:
    sample = fieldstone()
    said = [decide(sample.about(sample.of("S11", place))) for place in range(3)]
    notices = [one(each, "notify_admin") for each in said]
    assert {notice.owner for notice in notices} == {"lee"}
    assert len({notice.dedup_key for notice in notices}) == 1


def test_a_discount_is_the_owners_card_with_the_percentage_policy_judges_by() -> None:
    sample = fieldstone()
    card = one(decide(sample.about(sample.of("S18"))), "update_crm")
    assert (card.owner, card.arguments["discount_percent"], card.human_required) == ("maya", "18", True)


def test_the_question_about_the_paper_process_holds_only_the_forecast() -> None:
    sample = fieldstone()
    said = decide(sample.about(sample.of("S18")))
    asked = question(said)
    assert asked is not None
    assert asked.topic == "paper_process"
    assert asked.changes == (one(said, "forecast_omit").id,)


def test_a_seasonal_break_is_named_as_the_reason_to_rest() -> None:
    sample = fieldstone()
    assert any("seasonal" in reason for reason in rest(decide(sample.about(sample.of("S10")))).reasons)


def test_stale_deals_of_one_owner_share_one_card() -> None:
    sample = fieldstone()
    card = one(decide(sample.about(sample.of("S5"))), "close_out")
    assert card.owner == "priya"
    assert card.group is not None
