"""A trigger makes an alert and the action drafted for it in one transaction, and tells the same once."""

from datetime import timedelta

import pytest

from graphs.bootstrap import House
from graphs.telling.inbox import inbox
from state.decision.trigger import Trigger, TriggerMap
from state.governance.action import Status
from state.ledger.entry import Kind
from state.ports.alerting import Alert
from state.stores.alerts import SqlAlerts
from state.world.signal import Severity
from tests.graph.homes import TENANT, principal_of
from tests.graph.test_autonomy import FJORD, card, person
from tests.graph.test_sleeping import later


def told(house: House) -> list[Alert]:
    with house.parts.stores.read(TENANT) as unit:
        return [one for one in unit.alerts.waiting(person("priya").user) if one.kind == "signal"]


def test_an_alert_and_the_card_it_is_for_come_in_one_transaction(house: House) -> None:
    escalation = card(house)
    mine = next(one for one in told(house) if one.action == escalation.id)
    assert (mine.account, mine.default, mine.is_otherwise) == (FJORD, "escalate_support", False)
    with house.parts.stores.read(TENANT) as unit:
        entries = unit.ledger.of_action(escalation.id)
    assert {one.entry.kind for one in entries} == {Kind.ACTION, Kind.SIGNAL}
    assert len({one.entry.trace for one in entries}) == 1


class BrokenOffError(Exception):
    """The process would have died here."""


def test_a_card_without_its_alert_does_not_come_about(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking_off(*_: object) -> None:
        raise BrokenOffError

    monkeypatch.setattr(SqlAlerts, "put", breaking_off)
    with pytest.raises(BrokenOffError):
        house.runner.start(principal_of(house), FJORD, "scan")
    with house.parts.stores.read(TENANT) as unit:
        assert unit.actions.listed(tuple(Status), account=FJORD) == ()
    assert told(house) == []


def test_the_same_is_told_once_within_its_days(house: House) -> None:
    card(house)
    first = {one.matter for one in told(house)}
    later(house, 1)
    house.runner.start(principal_of(house), FJORD, "scan")
    matters = [one.matter for one in told(house)]
    assert first
    assert sorted(matters) == sorted(set(matters))
    later(house, 15)
    house.runner.start(principal_of(house), FJORD, "scan")
    assert len(told(house)) >= len(matters)


def test_a_card_says_when_another_kind_than_the_maps_default_was_drafted(house: House) -> None:
    tenancy = house.parts.tenancy(TENANT)
    rows = tuple(
        Trigger(signal=one.signal, least=one.least, default="tag") for one in tenancy.triggers.triggers
    )
    vars(tenancy)["triggers"] = TriggerMap(triggers=rows)
    escalation = card(house)
    found = inbox(house.parts, house.parts.tenancy(TENANT), person("priya"), FJORD)
    shown = next(one for one in found.cards if one.id == escalation.id)
    assert (shown.instead_of, bool(shown.alert)) == ("tag", True)


def test_what_began_long_ago_is_history_and_told_to_nobody(house: House) -> None:
    card(house)
    with house.parts.stores.read(TENANT) as unit:
        run = unit.runs.latest(FJORD)
        assert run is not None
        signal = next(one for one in unit.runs.signals_of(run.id) if one.severity is Severity.HIGH)
    rows = TriggerMap(triggers=(Trigger(signal=signal.name, least=Severity.LOW, default="tag"),))
    assert rows.row_of(signal, signal.since + timedelta(days=30)) is not None
    assert rows.row_of(signal, signal.since + timedelta(days=30, seconds=1)) is None
    assert rows.is_told(signal.since, [(signal.since, "medium")], Severity.MEDIUM)
    assert not rows.is_told(signal.since, [(signal.since, "medium")], Severity.HIGH)
