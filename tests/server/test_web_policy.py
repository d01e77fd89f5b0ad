"""Policy over the web: the seven areas, what would be allowed, and a policy tried on what was recorded."""

import re

import pytest

from graphs.governing.letting import Letting
from state.governance.action import Status
from state.ids import UserId
from state.principal import Principal, Role
from tests.site import FIELDSTONE, Site

AREAS = (
    "1 · What each kind", "2 · What a person", "3 · What never", "4 · Limits", "5 · Tone", "6 · What may be read",
    "7 · Escalation",
)  # fmt: skip


def test_all_areas_rules_and_layers_stand_there_in_sentences_for_whoever_reads(looked_at: Site) -> None:
    page = looked_at.as_("ada").get("/policy")
    assert page.status == 200
    assert not [area for area in AREAS if area not in page.text]
    with looked_at.home.look(FIELDSTONE) as tenancy:
        rules = [rule for layer in tenancy.layers for rule in layer.rules]
    assert rules
    assert not [rule.id for rule in rules if f"rule {rule.id}," not in page.text]
    assert "stop switch off" in page.text
    assert "Priya Nair stands in" in page.text


@pytest.mark.parametrize(
    ("asked", "answer", "rule"),
    [
        ("action=send_email", "Only with a person", "external-needs-owner"),
        ("action=send_email&tick=recipient.opted_out", "No, it would not be done", "recipient-opted-out"),
        ("action=log_note", "Yes, it would run by itself", "class1-inside"),
        (
            "action=draft_quote&action.discount_percent=18",
            "Only with a person",
            "discount-needs-manager",
        ),
    ],
)
def test_one_supposed_action_is_answered_with_the_deciding_rule(
    looked_at: Site, asked: str, answer: str, rule: str
) -> None:
    page = looked_at.as_("maya").get(f"/policy?{asked}").text
    box = page[page.index("answer-box") :]
    assert answer in box
    assert rule in box[: box.index("</section>")]


def test_a_card_that_is_pasted_is_judged_anew_and_keeps_its_verdict(looked_at: Site) -> None:
    maya = looked_at.as_("maya")
    with looked_at.home.looking.stores.read(FIELDSTONE) as unit:
        card = next(
            one for one in unit.actions.listed((Status.PENDING,)) if one.action_type == "escalate_support"
        )
    page = maya.get(f"/policy?card=http://here/inbox/{card.id}%3Fjust=1").text
    box = page[page.index("answer-box") :]
    for said in ("Only with a person", "class2-level, layer base", "escalate support at Acme Corp: SUP-4412"):
        assert said in box
    assert maya.get("/policy?card=nothing").status == 422
    assert maya.get("/policy?card=ac_0000000000").status == 404


def test_a_fact_that_is_none_is_refused_with_the_nearest_word(looked_at: Site) -> None:
    found = looked_at.as_("maya").get("/policy?action=send_email&more=recipient.opted_ou%3Dtrue")
    assert found.status == 422
    assert "recipient.opted_out" in found.text
    assert looked_at.as_("maya").get("/policy?kept=zzzz").status == 404


def test_the_policy_in_force_tried_on_what_was_recorded_changes_nothing(site: Site) -> None:
    page = site.as_("lee").get("/policy").text
    kept = re.search(r'<option value="([0-9a-f]{64})"', page)
    assert kept is not None
    tried = site.as_("lee").get(f"/policy?kept={kept[1]}&days=30").text
    assert re.search(r"<strong>[1-9]\d* judgements", tried)
    assert ", 0 otherwise" in tried


def test_who_let_what_run_by_itself_and_the_stop_are_told(lone_site: Site) -> None:
    maya = Principal(tenant=FIELDSTONE, user=UserId("maya"), role=Role.SELLER)
    with lone_site.home.look(FIELDSTONE) as tenancy:
        letting = Letting(lone_site.home.looking, tenancy, maya)
        letting.on("update_crm", None, letting.on("update_crm", None, None).code)
    lone_site.as_("maya").post("/stop", reason="wrong price list")
    page = lone_site.as_("dana").get("/policy").text
    owners = page[page.index("Owners who let it run") :]
    assert "update CRM" in owners[: owners.index("</ul>")]
    assert "stop switch on" in page
