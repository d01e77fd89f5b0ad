"""Words of mails: what states something cites it, what is not known is left out, prices come from the list."""

import pytest

from agents.playbook.documents import document_for
from state.world.knowledge import Scope
from tests.build import Story
from tests.unit.playbook.desk import BOOK, about, decide, fieldstone, one, proposals, written

STORIES = tuple(f"S{number}" for number in range(1, 30))


@pytest.mark.parametrize("story", STORIES)
def test_every_fact_of_a_draft_cites_a_record_and_no_placeholder_is_left(story: str) -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of(story))
    for proposal in proposals(decide(deliberating)):
        if proposal.action_type not in ("draft_email", "send_email", "draft_quote"):
            continue
        draft = written(proposal, deliberating)
        assert draft.statements
        assert "{" not in draft.subject + draft.body
        assert len(draft.body.split()) <= 150
        for statement in draft.statements:
            assert (statement.kind == "fact") == bool(statement.evidence)
            digits = [word for word in statement.text.split() if any(letter.isdigit() for letter in word)]
            assert not digits or statement.evidence, statement.text


@pytest.mark.parametrize("story", STORIES)
def test_no_draft_offers_a_discount(story: str) -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of(story))
    words = [
        written(p, deliberating) for p in proposals(decide(deliberating)) if p.action_type.startswith("draft")
    ]
    assert not any(
        "discount" in draft.body.casefold() or ("%" in draft.body and " off" in draft.body) for draft in words
    )


def test_a_send_has_the_words_of_its_draft() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S15"))
    said = decide(deliberating)
    draft, send = (written(one(said, kind), deliberating) for kind in ("draft_email", "send_email"))
    assert (draft.subject, draft.body) == (send.subject, send.body)


def test_a_mail_is_signed_by_whom_it_speaks_for() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S9"))
    assert written(one(decide(deliberating), "draft_email"), deliberating).body.endswith(
        "Tom Becker\nAccount Executive"
    )


def test_a_sentence_whose_slot_has_no_value_is_left_out() -> None:
    story = (
        Story().account(owner="maya", name="Acme").person("Cy Champ").form("cy@acme.example", "2026-03-09")
    )
    deliberating = about(story)
    draft = written(one(decide(deliberating), "draft_email"), deliberating)
    assert "per seat and year" not in draft.body
    assert "thank you for your pricing request" in draft.body.casefold()


def test_a_promise_of_a_price_the_list_does_not_know_becomes_a_task() -> None:
    story = (
        Story()
        .account(owner="maya", name="Acme")
        .person("Cy Champ")
        .note(
            "I promised to send the pricing for 40 Gizmo licences by 6 March.",
            "2026-02-27",
            participants=["cy@acme.example"],
        )
    )
    said = decide(about(story))
    assert {p.rule for p in proposals(said)} == {"inbound.kept_promise"}


def test_only_a_customer_safe_document_is_ever_chosen() -> None:
    sample = fieldstone()
    deliberating = sample.about(sample.of("S9"))
    table = BOOK.settings.documents
    assert document_for(("dpa",), "", table, deliberating) is None
    found = document_for(("soc2_report",), "", table, deliberating)
    assert found is not None
    assert found.scope is Scope.CUSTOMER_SAFE
    assert document_for((), "the battle card routeright", table, deliberating) is None
