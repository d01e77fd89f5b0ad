"""Who stands in for whom: a record of the owner's own, for some days, and nothing that a file could say."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from graphs.bootstrap import House
from graphs.governing.standing_in import StandingIn
from graphs.perceiving.intake import ensure_tenant
from graphs.telling.inbox import inbox
from state.errors import Forbidden, InvalidInput, NotFound
from state.ids import AccountId, ActionId, UserId
from state.ledger.entry import Kind
from state.principal import Delegation, Principal, Role, User
from tests.graph.homes import TENANT
from tests.graph.test_loop import of_type, prep

MAYA, PRIYA, KIM = UserId("maya"), UserId("priya"), UserId("kim")


def person(user: str, role: Role = Role.SELLER, *, method: str = "local", channel: str = "cli") -> Principal:
    return Principal(tenant=TENANT, user=UserId(user), role=role, method=method, channel=channel)


def board(house: House, who: Principal | None = None) -> StandingIn:
    return StandingIn(house.parts, house.parts.tenancy.refresh(TENANT), who or person(MAYA))


def wanted(house: House, delegate: UserId = PRIYA, owner: UserId = MAYA, days: int = 5) -> Delegation:
    today = house.parts.tenancy(TENANT).today
    return Delegation(owner=owner, delegate=delegate, begins=today, ends=today + timedelta(days=days))


def named(house: House, who: Principal | None = None) -> bool:
    one = wanted(house)
    return board(house, who).name(one, board(house, who).name(one, None).code).done


def mail(house: House) -> ActionId:
    """Draft a mail in Maya's name."""
    found = of_type(prep(house, AccountId("oakhaven-hotels")), "send_email")
    assert found.action is not None
    return ActionId(found.action)


def seen_by(house: House, user: str) -> Sequence[str]:
    return [one.id for one in inbox(house.parts, house.parts.tenancy.refresh(TENANT), person(user)).cards]


def test_whom_the_owner_named_decides_until_the_owner_takes_it_back(house: House) -> None:
    first = mail(house)
    with pytest.raises(Forbidden):
        house.desk.approve(person(PRIYA), first)
    assert first not in seen_by(house, "priya")
    assert named(house)
    assert first in seen_by(house, "priya")
    assert first in seen_by(house, "maya")
    house.desk.approve(person(PRIYA), first)
    house.desk.undo(person(MAYA), first)
    board(house).end(MAYA)
    assert first not in seen_by(house, "priya")
    with pytest.raises(Forbidden):
        house.desk.approve(person(PRIYA), first)


def test_it_is_over_with_its_last_day_and_comes_with_no_file_or_import(house: House) -> None:
    assert named(house)
    tenancy = house.parts.tenancy.refresh(TENANT)
    ensure_tenant(house.parts, tenancy.tenant.model_copy(update={"delegations": ()}), tenancy.users)
    assert house.parts.tenancy(TENANT).stand_in(MAYA) == PRIYA
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.set_clock(TENANT, tenancy.now + timedelta(days=5))
    assert house.parts.tenancy.refresh(TENANT).stand_in(MAYA) == PRIYA
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.set_clock(TENANT, tenancy.now + timedelta(days=6))
    assert house.parts.tenancy.refresh(TENANT).stand_in(MAYA) is None
    assert MAYA not in {one.owner for one in board(house).listed()}


def test_naming_and_ending_are_entries_that_name_who_did_it(house: House) -> None:
    assert named(house)
    board(house, person("lee", Role.ADMIN)).end(MAYA)
    with house.parts.stores.read(TENANT) as unit:
        found = [one for one in unit.ledger.entries(limit=100_000) if one.kind is Kind.DELEGATION]
    assert [(one.user, one.method) for one in found[-2:]] == [("maya", "local"), ("lee", "local")]
    assert found[0].user == "installation", "the sample company came with one"


@pytest.mark.parametrize(
    "who",
    [person(PRIYA), person("dana", Role.MANAGER), person(MAYA, Role.AGENT), person("ada", Role.AUDITOR),
     person(MAYA, channel="chat"), person(MAYA, method="session"), person("lee", Role.ADMIN, method="api_key")],
    ids=["the stand-in", "manager", "agent", "auditor", "chat", "old sign-in", "key"],
)  # fmt: skip
def test_nobody_but_the_owner_or_an_admin_freshly_signed_in_names_anybody(
    house: House, who: Principal
) -> None:
    with pytest.raises(Forbidden):
        board(house, who).name(wanted(house), None)


def test_nobody_names_himself_or_somebody_who_decides_nothing_or_a_day_that_is_over(house: House) -> None:
    with pytest.raises(Forbidden, match="himself"):
        board(house).name(wanted(house, delegate=MAYA), None)
    with pytest.raises(Forbidden, match="himself"):
        board(house, person("lee", Role.ADMIN)).name(wanted(house, delegate=UserId("lee")), None)
    with pytest.raises(NotFound):
        board(house).name(wanted(house, delegate=UserId("ada")), None)
    with pytest.raises(InvalidInput):
        board(house).name(wanted(house, days=-1), None)
    past = wanted(house).model_copy(update={"begins": date(2020, 1, 1)})
    assert not board(house).name(past, None).done


def test_where_there_are_two_admins_one_besides_the_owner_agrees_and_a_word_counts_once(house: House) -> None:
    tenancy, lee = house.parts.tenancy.refresh(TENANT), person("lee", Role.ADMIN)
    second = User(id=KIM, name="Kim", email="kim@fieldstone.example", role=Role.ADMIN)
    with house.parts.stores.begin(TENANT) as unit:
        unit.tenants.create(tenancy.tenant, [*tenancy.users, second])
    assert [named(house), named(house)] == [False, False]
    assert house.parts.tenancy.refresh(TENANT).stand_in(MAYA) is None
    assert named(house, lee)
    board(house).end(MAYA)
    assert not named(house, lee)
