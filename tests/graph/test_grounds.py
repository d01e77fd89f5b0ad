"""What an approval rests on: a change of the person it reaches voids it, and unverified text marks it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

import agents.guardrail
import graphs.nodes.deciding
from graphs.bootstrap import House
from graphs.governing.hands import ground_of
from graphs.perceiving.world import receive
from graphs.telling.card import CardOut
from graphs.telling.explaining import explain
from graphs.telling.inbox import card_of
from server.render.card_words import careful
from state.decision.dependence import FREE, Dependence
from state.decision.proposal import Proposal
from state.governance.action import Action
from state.ids import AccountId, ActionId
from state.ports.deciding import Deliberating, Reasoner
from state.world.event import parse_event
from tests.graph.homes import TENANT, principal_of


def waiting_mail(house: House) -> tuple[Action, str]:
    """Find the mail that waits at Oakhaven, and the contact it would reach."""
    report = house.runner.start(principal_of(house), AccountId("oakhaven-hotels"), "prep")
    mail = next(one for one in report.proposals if one.action_type == "send_email")
    with house.parts.stores.read(TENANT) as unit:
        return unit.actions.get(ActionId(str(mail.action))), str(mail.recipient)


def rests_on_role(house: House) -> bool:
    """Change the recipient's buying role, and say whether the mail's grounds differ."""
    action, recipient = waiting_mail(house)
    tenancy = house.parts.tenancy(TENANT)
    at = (tenancy.now - timedelta(minutes=1)).isoformat()
    contact = recipient.partition("/")[2]
    raw: dict[str, object] = {"id": "role-change", "source": "crm", "type": "contact.updated", "time": at}
    raw |= {"account": action.account, "data": {"contact": contact, "roles": ["legal"]}}
    with house.parts.stores.begin(TENANT) as unit:
        receive(unit, [parse_event(raw, TENANT)], tenancy.profile, tenancy.now)
    with house.parts.stores.begin(TENANT) as unit:
        return ground_of(house.parts, tenancy, unit, action).rest != action.rest_facts


def test_a_change_of_the_person_it_reaches_changes_what_it_rests_on(house: House) -> None:
    assert rests_on_role(house)


def test_the_recipients_attributes_are_what_sees_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents.guardrail, "RECIPIENT_ATTRIBUTES", ())
    assert not rests_on_role(house)


def changes_of_records(house: House) -> list[tuple[tuple[str, ...], CardOut]]:
    """Let a report say that a contact has left, and give the rules that met each change of a record, and its card."""
    report = house.runner.start(principal_of(house), AccountId("brightwater-utilities"), "scan")
    tenancy = house.parts.tenancy(TENANT)
    found = [one.action for one in report.proposals if one.action_type == "update_crm" and one.action]
    why = [explain(house.parts, tenancy, name).rules_hit for name in found]
    return list(zip(why, [card_of(house.parts, tenancy, name) for name in found], strict=True))


def test_what_a_report_decided_needs_a_person_and_the_card_says_what_it_changed(house: House) -> None:
    found = changes_of_records(house)
    assert found
    for hits, card in found:
        assert "class2-untrusted" in hits
        assert card.without_untrusted == ("it would not be proposed",)
        assert "words that nobody verified decide it; without them it would not be proposed" in careful(card)
        assert card.unverified


def test_without_the_counterfactual_the_report_would_pass_for_a_record(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_: Deliberating, proposals: Sequence[Proposal], __: Reasoner) -> dict[str, Dependence]:
        return {one.id: FREE for one in proposals}

    monkeypatch.setattr(graphs.nodes.deciding, "dependences", nothing)
    found = changes_of_records(house)
    assert found
    assert not any("class2-untrusted" in hits for hits, _ in found)


def test_what_was_never_tested_counts_as_decided_by_unverified_words(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs.nodes.deciding, "dependences", lambda *_: {})
    assert all("class2-untrusted" in hits for hits, _ in changes_of_records(house))
