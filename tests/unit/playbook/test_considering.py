"""How rows live together: they give way, merge, share a ceiling, and come out in one order."""

import os
import subprocess
import sys
from decimal import Decimal

from agents.playbook.considering import before, consider
from agents.playbook.facts import situation_facts
from agents.playbook.forming import TOOLS
from state.ids import NodeKey
from tests.build import Story
from tests.conftest import ROOT
from tests.unit.playbook.desk import BOOK, REASONER, about, decide, fieldstone, kinds, one, proposals, rules
from tests.waiting import waited
from tools.catalog import TOOL_OF


def renewing() -> Story:
    return (
        Story().customer(owner="maya", name="Acme").person("Cy Champ", roles=["champion"])
        .contract(product="dispatch", seats=100, annual_value="80000", currency="USD",
                  ends_on="2026-04-30", notice_on="2026-03-31")
        .mail_in("cy@acme.example", "2026-02-25", "Fine.")
    )  # fmt: skip


def test_every_action_type_names_the_tool_of_the_catalog() -> None:
    assert dict(TOOLS) == dict(TOOL_OF)


def test_a_ticket_plan_takes_the_place_of_the_plain_renewal_mail() -> None:
    late = renewing().opened_ticket("SUP-1", "2026-02-16", 2)
    assert "renewal.follow_up:draft_email" in rules(decide(about(renewing())))
    said = rules(decide(about(late)))
    assert "renewal.ticket_plan:draft_email" in said
    assert "renewal.follow_up:draft_email" not in said


def test_a_row_that_holds_and_gives_way_is_named() -> None:
    burning = renewing().opened_ticket("SUP-1", "2026-03-09", 1)
    assert consider(about(burning), BOOK).gave_way == ("renewal.follow_up", "renewal.meet_buyer")


def test_a_customer_who_left_gets_nothing_even_with_nothing_to_clear_up() -> None:
    left = renewing().tell("account.churned", "2026-03-01", "crm", account="acme", churned_on="2026-03-01")
    assert proposals(decide(about(left))) == ()


def test_all_acts_on_one_contract_stay_under_what_is_not_yet_certain() -> None:
    said = decide(about(renewing().opened_ticket("SUP-1", "2026-02-16", 2)))
    acts = [p for p in proposals(said) if p.action_type != "send_email" and p.expected_value.amount > 0]
    assert sum((p.expected_value.amount for p in acts), Decimal(0)) <= Decimal(80_000) * Decimal("0.25")


def test_a_draft_and_its_send_carry_one_value_and_name_each_other() -> None:
    said = decide(about(renewing()))
    draft, send = one(said, "draft_email"), one(said, "send_email")
    assert send.arguments["draft"] == draft.id
    assert (send.expected_value, send.recipient, send.subject) == (
        draft.expected_value,
        draft.recipient,
        draft.subject,
    )
    assert (send.action_class, send.human_required, send.reversible) == (3, True, False)


def test_two_requests_of_one_person_are_one_card() -> None:
    story = (
        Story().account(owner="maya", name="Acme").person("Cy Champ")
        .mail_in("cy@acme.example", "2026-03-08", "Could you please send us your SOC 2 report?", subject="Report")
        .mail_in("cy@acme.example", "2026-03-09", "Could you please send us your security FAQ?", subject="Questions")
    )  # fmt: skip
    assert kinds(decide(about(story))) == {"draft_email", "send_email"}
    one(decide(about(story)), "send_email")


def test_a_known_purpose_turns_the_stated_order_round() -> None:
    facts = situation_facts(about(renewing()), BOOK.settings)
    usual = before(BOOK.plays, facts)
    assert "expansion.quote" in usual["renewal.ticket_plan"]
    expansion = facts["meeting.purpose"].__class__("expansion")
    turned = before(BOOK.plays, {**facts, "meeting.purpose": expansion})
    assert "renewal.ticket_plan" in turned["expansion.quote"]
    assert "expansion.quote" not in turned.get("renewal.ticket_plan", frozenset())


def test_who_only_asks_for_the_state_gets_no_proposal() -> None:
    assert proposals(decide(about(renewing(), "account"))) == ()


def test_who_asks_for_a_mail_gets_one() -> None:
    quiet = (
        Story()
        .customer(owner="maya", name="Acme")
        .person("Cy Champ")
        .mail_in("cy@acme.example", "2026-02-25", "Ok.")
    )
    assert proposals(decide(about(quiet))) == ()
    assert rules(decide(about(quiet, "draft"))) == [
        "asked.follow_up:draft_email",
        "asked.follow_up:send_email",
    ]


def test_every_proposal_cites_what_it_rests_on_and_names_the_same_card_twice() -> None:
    deliberating = about(renewing())
    first, second = decide(deliberating), decide(deliberating)
    assert first == second
    assert all(p.evidence and p.dedup_key and p.id for p in proposals(first))


def test_on_a_crm_alone_stale_deals_are_cards_of_their_own_owners_and_nobody_is_written_to() -> None:
    story = (
        Story()
        .account(owner="maya", name="Acme")
        .beside(sources={"crm": about(renewing()).around.sources["crm"]}, closed_cycles=tuple(range(1, 140)))
    )
    for number, owner in enumerate(("maya", "priya", "priya")):
        story.deal(
            "2025-09-01",
            deal=f"D-{number}",
            name=f"Deal {number}",
            stage="Discovery",
            opened_on="2025-09-01",
            owner=owner,
        )
    said = proposals(decide(about(story)))
    assert {p.action_type for p in said} == {"close_out"}
    assert sorted(str(p.owner) for p in said) == ["maya", "priya", "priya"]
    assert len({p.group for p in said}) == 2
    assert len({p.dedup_key for p in said}) == 3
    assert {p.subject for p in said} == {NodeKey(f"Opportunity/D-{n}") for n in range(3)}


def test_the_same_answer_in_processes_with_other_hash_seeds() -> None:
    script = (
        "from tests.unit.playbook.desk import decide, fieldstone\n"
        "sample = fieldstone()\n"
        "print(decide(sample.about(sample.of('S1'))).model_dump_json())\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


def test_the_reasoner_says_who_speaks() -> None:
    sample = fieldstone()
    said = waited(REASONER.deliberate(sample.about(sample.of("S8"))))
    assert (said.reasoner, REASONER.name, REASONER.hash) == ("playbook", "playbook", BOOK.hash)
