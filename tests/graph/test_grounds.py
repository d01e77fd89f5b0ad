"""What an approval rests on: a change of the person it reaches voids it, and unverified text marks it."""

from datetime import timedelta

import pytest

import agents.guardrail
from graphs.bootstrap import House
from graphs.hands import ground_of
from graphs.judging import rests_on_untrusted
from graphs.world import receive
from state.evidence import Trust
from state.governance.action import Action
from state.ids import AccountId, ActionId
from state.ports.planned import Planned
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


def test_a_name_alone_does_not_make_a_card_rest_on_unverified_text(house: House) -> None:
    action, _ = waiting_mail(house)
    with house.parts.stores.read(TENANT) as unit:
        artifact = next(a for a, kind in unit.runs.artifacts_of(action.run) if kind.startswith("planned."))
        planned = house.parts.document(unit, TENANT, artifact, Planned)
    mail = next(one for one in planned.proposals if one.id == action.proposal)
    sure = mail.evidence[0].model_copy(update={"trust": Trust.SYSTEM_OF_RECORD, "field": "ends_on"})
    name = sure.model_copy(update={"trust": Trust.UNTRUSTED, "field": "name"})
    text = sure.model_copy(update={"trust": Trust.UNTRUSTED, "field": "text"})
    assert not rests_on_untrusted(mail.model_copy(update={"evidence": (sure, name)}))
    assert rests_on_untrusted(mail.model_copy(update={"evidence": (sure, text)}))
    assert rests_on_untrusted(mail.model_copy(update={"evidence": (name,)}))
