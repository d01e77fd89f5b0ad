"""A policy with a date comes into force by the sweep when the date has come, and not a moment before."""

from datetime import datetime, timedelta

import pytest

from graphs.bootstrap import House
from graphs.governing.activating import ActivationOut
from graphs.governing.effecting import Effecting
from state.errors import Conflict, Forbidden, InvalidInput, NotFound
from state.governance.action import Status
from state.governance.policy import Layer
from state.ledger.entry import Kind
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_activating import LEE, NO_ESCALATION, activated, board, entries, shipped, wider
from tests.graph.test_autonomy import card, found, person

DAY = timedelta(days=1)


def until(house: House, at: datetime) -> None:
    """Let the clock come so far, and sweep."""
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.set_clock(TENANT, at)
    house.desk.sweep(house.parts.tenancy.refresh(TENANT), principal_of(house))


def tomorrow(house: House) -> datetime:
    return house.parts.tenancy.refresh(TENANT).now + DAY


def to_come(house: House, layers: tuple[Layer, ...], at: datetime) -> ActivationOut:
    """Look at a policy with its date, then agree to exactly that."""
    return board(house).activate(layers, "test", board(house).activate(layers, "", None, at).code, at)


def acts(house: House) -> list[object]:
    return [one["act"] for one in entries(house, Kind.POLICY_ACTIVATED)]


def test_a_dated_policy_counts_from_its_date_on(house: House) -> None:
    before, at = card(house), tomorrow(house)
    told = to_come(house, (*shipped(house), NO_ESCALATION), at)
    assert (told.done, told.effective_at) == (True, at)
    assert [one.state for one in board(house).history()] == ["to_come", "in_force"]
    until(house, at - timedelta(seconds=1))
    assert (found(house).status, acts(house)) == (Status.PENDING, ["first", "to_come"])
    until(house, at)
    assert (found(house).id, found(house).status) == (before.id, Status.CANCELLED)
    assert (acts(house)[-1], house.parts.tenancy.refresh(TENANT).judge.version) == ("activated", told.version)
    until(house, at + DAY)
    assert acts(house).count("activated") == 1


def test_a_date_is_taken_back_before_it_comes(house: House) -> None:
    at = tomorrow(house)
    told = to_come(house, (*shipped(house), NO_ESCALATION), at)
    tenancy = house.parts.tenancy.refresh(TENANT)
    with pytest.raises(Forbidden):
        Effecting(house.parts, tenancy, person("maya")).withdraw(told.version)
    assert Effecting(house.parts, tenancy, LEE).withdraw(told.version[:8]).version == told.version
    until(house, at)
    assert (acts(house)[-1], house.parts.tenancy.refresh(TENANT).judge.version) == ("withdrawn", told.was)
    with pytest.raises(NotFound):
        Effecting(house.parts, tenancy, LEE).withdraw(told.version)


def test_a_yes_to_one_date_is_no_yes_to_another_and_a_past_date_is_none(house: House) -> None:
    layers, at = (*shipped(house), NO_ESCALATION), tomorrow(house)
    code = board(house).activate(layers, "", None, at).code
    for other in (None, at + DAY):
        with pytest.raises(Conflict):
            board(house).activate(layers, "test", code, other)
    with pytest.raises(InvalidInput):
        board(house).activate(layers, "test", None, at - DAY)


def test_a_date_lapses_where_another_policy_came_between(house: House) -> None:
    at = tomorrow(house)
    told = to_come(house, wider(house), at)
    between = activated(house, (*shipped(house), NO_ESCALATION))
    until(house, at)
    assert acts(house)[-1] == "lapsed"
    assert house.parts.tenancy.refresh(TENANT).judge.version == between.version != told.version
