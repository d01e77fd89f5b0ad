"""What was done is taken back by an action of its own, judged and approved like any other; nothing is forgotten."""

from dataclasses import replace

import pytest

from graphs.bootstrap import House
from graphs.governing.compensating import COMPENSATES, compensated, say_wrong, why_not
from graphs.telling.explaining import explain
from state.errors import Conflict, Denied, Forbidden
from state.governance.action import Action, Status
from state.governance.approval import GrantKind
from state.ids import AccountId
from state.principal import Role
from state.world.view import AccountView
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_autonomy import person

BRIGHTWATER = AccountId("brightwater-utilities")
MAYA = person("maya")


@pytest.fixture
def ran(house: House) -> Action:
    """Carry out a change of a deal's forecast that its owner approved."""
    house.runner.start(principal_of(house), BRIGHTWATER, "scan")
    with house.parts.stores.read(TENANT) as unit:
        card = next(one for one in unit.actions.listed((Status.PENDING,)) if one.action_type == "update_crm")
    house.desk.approve(MAYA, card.id, card.card_hash)
    return house.desk.release(MAYA, card.id).action


def category(house: House, action: Action) -> str | None:
    """Read what the deal's forecast says now."""
    with house.parts.stores.read(TENANT) as unit:
        view = AccountView.of(unit.situations.load(BRIGHTWATER))
    deal = next(one for one in view.deals if one.key == action.effect.arguments["subject"])
    return deal.text("forecast_category")


def test_what_was_done_is_taken_back_by_a_new_action(house: House, ran: Action) -> None:
    assert (ran.status, category(house, ran)) == (Status.EXECUTED, "best_case")
    decided = house.desk.undo(MAYA, ran.id)
    fresh = decided.action
    assert (decided.code, fresh.status, fresh.effect.arguments["values"]) == (
        COMPENSATES, Status.PENDING, {"forecast_category": "commit"},
    )  # fmt: skip
    why = explain(house.parts, house.parts.tenancy(TENANT), fresh.id).why_now
    assert (why, fresh.summary.startswith("Takes back: ")) == ("Maya Ortiz takes it back.", True)
    house.desk.approve(MAYA, fresh.id, fresh.card_hash)
    assert house.desk.release(MAYA, fresh.id).is_done
    assert category(house, ran) == "commit"
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.get(ran.id).status is Status.EXECUTED
        assert not unit.autonomy.violations("playbook", ran.created_at)
    with pytest.raises(Denied, match="says so already"):
        house.desk.undo(MAYA, ran.id)


def test_asking_twice_names_the_same_card(house: House, ran: Action) -> None:
    assert house.desk.undo(MAYA, ran.id).action.id == house.desk.undo(MAYA, ran.id).action.id


def test_a_card_that_was_said_no_to_is_not_asked_for_again(house: House, ran: Action) -> None:
    house.desk.reject(MAYA, house.desk.undo(MAYA, ran.id).action.id, "it stays")
    with pytest.raises(Conflict, match="is cancelled already"):
        house.desk.undo(MAYA, ran.id)


def test_nobody_else_takes_it_back_and_an_agent_never(house: House, ran: Action) -> None:
    for who in (person("tom"), person("maya", Role.AGENT), person("ada", Role.AUDITOR)):
        with pytest.raises(Forbidden):
            house.desk.undo(who, ran.id)


def test_what_has_no_compensation_says_why(house: House, ran: Action) -> None:
    tenancy, row = house.parts.tenancy.refresh(TENANT), ran.effect.arguments
    emptied = replace(ran.effect, arguments={**row, "before": {"forecast_category": None}})
    closed = replace(ran.effect, arguments={**row, "values": {"outcome": "lost"}})
    told = [
        replace(ran, status=Status.PENDING),
        replace(ran, effect=replace(ran.effect, external=True)),
        replace(ran, effect=replace(ran.effect, compensation=None)),
        replace(ran, effect=emptied),
        replace(ran, effect=closed),
    ]
    words = (
        "not done",
        "cannot be taken back",
        "Nothing takes back",
        "was empty before",
        "in the CRM itself",
    )
    assert [word in why_not(one) for one, word in zip(told, words, strict=True)] == [True] * len(words)
    assert why_not(ran) == ""
    with pytest.raises(Forbidden):
        compensated(house.parts, tenancy, person("priya"), ran.id)


def test_taking_back_what_ran_by_itself_counts_against_the_agent_once(house: House, ran: Action) -> None:
    tenancy = house.parts.tenancy.refresh(TENANT)
    assert ran.grant is not None
    by_itself = replace(ran, grant=replace(ran.grant, kind=GrantKind.POLICY))
    in_chat = MAYA.model_copy(update={"channel": "chat"})
    counted = []
    for who, action in ((in_chat, by_itself), (MAYA, ran), (MAYA, by_itself), (MAYA, by_itself)):
        say_wrong(house.parts, tenancy, who, action)
        with house.parts.stores.read(TENANT) as unit:
            counted.append([one.breach.value for one in unit.autonomy.violations("playbook", ran.created_at)])
    assert counted == [[], [], ["reverted"], ["reverted"]]
