"""A policy takes effect by activation alone: seen first, agreed where it widens, and open actions are judged anew."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from graphs.bootstrap import House
from graphs.governing.activating import Activating, ActivationOut
from graphs.keeping.configuring import judge_of
from state.errors import Conflict, Forbidden, InvalidInput
from state.governance.action import Action, Status
from state.governance.policy import BoundSet, Exemption, Layer, LayerKind
from state.ids import UserId
from state.ledger.entry import Kind
from state.principal import Role, User
from tests.graph.homes import TENANT, Home
from tests.graph.test_autonomy import card, found, person
from tests.unit.policy_table import MAIL, facts

LEE = person("lee", Role.ADMIN)
NO_ESCALATION = Layer.model_validate(
    {
        "layer": "tenant",
        "rules": [
            {
                "id": "no-escalation",
                "kind": "deny",
                "reason": "Nobody escalates this week.",
                "when": {"fact": "action.type", "op": "eq", "value": "escalate_support"},
            }
        ],
    }
)


def board(house: House) -> Activating:
    return Activating(house.parts, house.parts.tenancy.refresh(TENANT), LEE)


def activated(house: House, layers: Sequence[Layer]) -> ActivationOut:
    """Look, then activate exactly that."""
    return board(house).activate(layers, "test", board(house).activate(layers, "", None).code)


def shipped(house: House) -> tuple[Layer, ...]:
    return tuple(house.parts.tenancy.refresh(TENANT).layers)


def wider(house: House) -> tuple[Layer, ...]:
    """Allow L3, which the shipped policy does not."""
    base, *others = shipped(house)
    bounds = BoundSet.model_validate({**base.bounds.model_dump(), "max_level": "L3"})
    return (base.model_copy(update={"bounds": bounds}), *others)


def entries(house: House, kind: Kind) -> list[dict[str, object]]:
    with house.parts.stores.read(TENANT) as unit:
        sealed = [one for one in unit.ledger.sealed(limit=10_000) if one.entry.kind is kind]
    return [json.loads(one.payload or "{}") for one in sealed]


def test_the_files_policy_is_in_force_from_the_first_day_with_an_entry(house: House) -> None:
    first = entries(house, Kind.POLICY_ACTIVATED)
    assert [one["act"] for one in first] == ["first"]
    assert first[0]["version"] == house.parts.tenancy(TENANT).judge.version
    assert [one.state for one in board(house).history()] == ["in_force"]


def test_an_edited_file_alone_changes_nothing(home: Home) -> None:
    folder = home.path / "tenants" / "fieldstone" / "policies"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "base.yaml").write_text("not a policy", encoding="utf-8")
    house = home.house()
    before = entries(house, Kind.POLICY_ACTIVATED)[0]["version"]
    assert house.parts.tenancy.refresh(TENANT).judge.version == before
    house.close()


def test_a_denied_open_card_ends_in_the_transaction_that_activates(house: House) -> None:
    before = card(house)
    told = activated(house, (*shipped(house), NO_ESCALATION))
    assert (told.done, told.wider) == (True, False)
    after: Action = found(house)
    assert (after.id, after.status, after.reason) == (before.id, Status.CANCELLED, "denied")
    last = entries(house, Kind.POLICY_ACTIVATED)[-1]
    assert (last["act"], last["version"]) == ("activated", told.version)
    assert house.parts.tenancy(TENANT).judge.version == told.version
    assert any(before.id in line for line in told.open_actions)


def test_an_approval_given_under_the_old_policy_is_void(house: House) -> None:
    house.runner.start(person("maya"), card(house).account, "scan")
    with house.parts.stores.read(TENANT) as unit:
        mails = [one for one in unit.actions.listed((Status.PENDING,)) if one.is_external]
    owner = person(mails[0].assignee or mails[0].owner)
    approved = house.desk.approve(owner, mails[0].id).action
    activated(house, (*shipped(house), NO_ESCALATION))
    with house.parts.stores.read(TENANT) as unit:
        after = unit.actions.get(approved.id)
    assert (after.status, after.grant) == (Status.PENDING, None)


def test_only_an_admin_who_saw_it_activates(house: House) -> None:
    layers = (*shipped(house), NO_ESCALATION)
    for who in (person("maya"), person("lee", Role.ADMIN, channel="chat"), person("lee", Role.AGENT)):
        with pytest.raises(Forbidden):
            Activating(house.parts, house.parts.tenancy(TENANT), who).activate(layers, "", None)
    with pytest.raises(Conflict):
        board(house).activate(layers, "", "00000000")
    with pytest.raises(InvalidInput):
        board(house).activate(shipped(house), "", None)


def test_what_widens_waits_for_a_second_admin_and_can_be_rolled_back(house: House) -> None:
    tenancy = house.parts.tenancy.refresh(TENANT)
    second = User(id=UserId("kim"), name="Kim", email="kim@x.example", role=Role.ADMIN)
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.create(tenancy.tenant, [*tenancy.users, second])
    first = activated(house, wider(house))
    assert (first.wider, first.done, first.agreed) == (True, False, ("lee",))
    assert not activated(house, wider(house)).done
    assert house.parts.tenancy.refresh(TENANT).judge.version == first.was
    kim = Activating(house.parts, house.parts.tenancy(TENANT), person("kim", Role.ADMIN))
    asked = kim.kept(first.version[:12])
    assert kim.activate(asked.layers, "", first.code).done
    assert board(house).before().version == first.was
    assert activated(house, board(house).before().layers).done


def test_what_is_in_force_is_told_once_per_change(house: House) -> None:
    before = [one for one in entries(house, Kind.CONFIG) if one["act"] == "in_force"]
    house.parts.tenancy.refresh(TENANT)
    activated(house, (*shipped(house), NO_ESCALATION))
    house.parts.tenancy.refresh(TENANT)
    after = [one for one in entries(house, Kind.CONFIG) if one["act"] == "in_force"]
    assert len(after) == len(before) + 1
    assert {name for name in after[-1] if after[-1][name] != before[-1][name]} == {"policy", "was"}


def exempted(house: House, until: date) -> tuple[Layer, ...]:
    """Let tasks be made for one agent although a rule denies it, until a day."""
    rule = NO_ESCALATION.rules[0]
    when = {"fact": "account.status", "op": "eq", "value": "prospect"}
    exception = Exemption.model_validate({"when": when, "until": until, "reason": "A pilot with prospects."})
    layer = NO_ESCALATION.model_copy(
        update={"rules": (rule.model_copy(update={"exceptions": (exception,)}),)}
    )
    return (*shipped(house), layer)


def test_an_exception_ends_with_its_day_and_the_version_stays(house: House) -> None:
    day = date(2026, 3, 31)
    layers = exempted(house, day)
    asked = facts({"action.type": "escalate_support", "action.class": 2, "account.status": "prospect"})
    kinds = [judge_of(layers, one)(asked).verdict.kind for one in (day, day + timedelta(days=1))]
    assert kinds == ["require_approval", "deny"]
    assert judge_of(layers, day).version == judge_of(layers, day + timedelta(days=1)).version
    assert judge_of(layers, day)(facts(MAIL)).verdict.kind == "require_approval"


def test_confidence_may_not_stand_in_an_exception() -> None:
    bad = NO_ESCALATION.model_dump(mode="json", by_alias=True)
    bad["layer"] = LayerKind.TENANT
    bad["rules"][0]["exceptions"] = [
        {
            "when": {"fact": "confidence", "op": "ge", "value": "0.9"},
            "until": "2026-03-31",
            "reason": "x" * 12,
        }
    ]
    with pytest.raises(ValueError, match="hidden not"):
        Layer.model_validate(bad)
