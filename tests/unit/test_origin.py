"""Who is behind a proposal that nobody verified: one company is one origin, whatever address it writes from."""

from agents.guardrail import History
from state.decision.origin import origin_of
from state.evidence import Evidence, Trust
from tests.build import NOW, Story
from tests.unit.critic.plans import proposal

FREE = ("gmail.com",)


def cited(record: str, trust: Trust = Trust.UNTRUSTED, source: str = "mail") -> Evidence:
    """Cite a text of a record."""
    return Evidence.model_validate(
        {
            "id": f"ev_{record}", "source": source, "record": record, "field": "text", "value": "v",
            "observed_at": NOW, "hash": "h", "trust": trust, "event": "e",
        }
    )  # fmt: skip


def origin(*evidence: Evidence) -> str:
    view = Story().customer(name="Acme", owner="maya").person("Raj Patel", "2026-02-02").view()
    return origin_of(proposal().model_copy(update={"evidence": evidence}), view, FREE)


def test_what_somebody_vouches_for_has_no_origin() -> None:
    assert origin(cited("m1", Trust.SYSTEM_OF_RECORD)) == ""


def test_an_unverified_record_without_a_sender_is_its_sources_at_the_account() -> None:
    assert origin(cited("n1", source="news")).startswith("news:")


def test_the_origin_most_of_it_rests_on_counts() -> None:
    found = origin(cited("n1", source="news"), cited("f1", source="form"), cited("f2", source="form"))
    assert found.startswith("form:")


def test_addresses_of_one_company_are_one_origin_and_of_a_free_host_each_its_own() -> None:
    story = Story().customer(name="Acme", owner="maya")
    senders = ("a@shady.example", "b@shady.example", "c@gmail.com", "d@gmail.com")
    for sender in senders:
        story = story.mail_in(sender, "2026-02-02", "Call me")
    view = story.view()
    records = {one.sender: one.identifier for one in view.mails}
    found = [
        origin_of(proposal().model_copy(update={"evidence": (cited(records[sender]),)}), view, FREE)
        for sender in senders
    ]
    assert found == ["mail:shady.example", "mail:shady.example", "mail:c@gmail.com", "mail:d@gmail.com"]


def test_other_open_cards_of_an_origin_count_and_a_card_never_itself() -> None:
    history = History(mails={}).also("mail:shady.example", "k1").also("mail:shady.example", "k2")
    assert history.about("mail:shady.example", "k2").open_untrusted == 1
    assert history.about("mail:shady.example", "k3").open_untrusted == 2
    assert history.about("mail:other.example", "k3").open_untrusted == 0
