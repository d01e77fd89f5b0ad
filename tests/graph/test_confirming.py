"""Trust is raised by a person, for one exact value, and an entry proves it."""

import json

import pytest

from graphs.bootstrap import House
from graphs.perceiving.confirming import confirm
from graphs.perceiving.correcting import Corrected, correct
from state.errors import Forbidden, InvalidInput
from state.evidence import Trust
from state.ids import AccountId, NodeKey, UserId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.world.record import NodeKind
from state.world.situation import Situation
from tests.graph.homes import TENANT, principal_of

ACME = AccountId("acme-corp")


def loaded(house: House) -> Situation:
    with house.parts.stores.read(TENANT) as unit:
        return unit.situations.load(ACME)


def kinds(house: House) -> list[Kind]:
    with house.parts.stores.read(TENANT) as unit:
        return [entry.kind for entry in unit.ledger.entries()]


def somebody(house: House) -> tuple[NodeKey, str]:
    """Find a contact with a title, which an outsider could have written."""
    found = loaded(house)
    return next(
        (key, str(claim.value))
        for key in found.nodes(NodeKind.CONTACT)
        if (claim := found.current(key, "title")) is not None
    )


def vouch(house: House, attribute: str, value: str, principal: Principal | None = None) -> Corrected:
    key, _ = somebody(house)
    who = principal or principal_of(house)
    return confirm(house.parts, house.parts.tenancy(TENANT), who, ACME, key, attribute, value)


def trusts(house: House, attribute: str) -> list[tuple[str, Trust]]:
    key, _ = somebody(house)
    return [(str(claim.value), claim.trust) for claim in loaded(house).claims(key, attribute)]


def test_a_confirmed_value_counts_as_the_persons_word_and_the_entry_names_it(house: House) -> None:
    key, title = somebody(house)
    name = trusts(house, "name")
    done = vouch(house, "title", title)
    assert done.is_confirmed
    assert trusts(house, "title") == [(title, Trust.UNTRUSTED), (title, Trust.USER)]
    assert trusts(house, "name") == name
    with house.parts.stores.read(TENANT) as unit:
        last = unit.ledger.sealed(after=unit.ledger.head().seq - 1)[-1]
    told = json.loads(str(last.payload))
    assert (last.entry.kind, told["from"], told["to"], told["subject"]) == (
        Kind.TRUST_RAISED, "untrusted", "user", key,
    )  # fmt: skip
    assert title not in str(last.payload)


def test_a_value_that_nobody_said_is_not_confirmed(house: House) -> None:
    before = kinds(house)
    with pytest.raises(InvalidInput, match="No source says title"):
        vouch(house, "title", "Chief Canary")
    with pytest.raises(InvalidInput, match="Nothing says"):
        vouch(house, "shoe size", "44")
    assert kinds(house) == before


def test_what_is_trusted_already_is_not_confirmed_again(house: House) -> None:
    _, title = somebody(house)
    vouch(house, "title", title)
    correct(house.parts, house.parts.tenancy(TENANT), principal_of(house), ACME, "account", "city", "Oslo")
    with pytest.raises(InvalidInput, match="trusted already"):
        confirm(
            house.parts, house.parts.tenancy(TENANT), principal_of(house), ACME, "account", "city", "Oslo"
        )  # fmt: skip


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR])
def test_an_agent_and_an_auditor_raise_nothing(house: House, role: Role) -> None:
    before = kinds(house)
    who = Principal(tenant=TENANT, user=UserId("bot"), role=role)
    with pytest.raises(Forbidden):
        vouch(house, "title", somebody(house)[1], who)
    assert kinds(house) == before


def test_a_correction_to_what_a_mail_said_raises_trust_and_one_to_another_value_does_not(
    house: House,
) -> None:
    key, title = somebody(house)
    tenancy, me = house.parts.tenancy(TENANT), principal_of(house)
    correct(house.parts, tenancy, me, ACME, key, "title", "Something else")
    assert kinds(house)[-1] is Kind.VALIDATION
    correct(house.parts, tenancy, me, ACME, key, "title", title)
    assert kinds(house)[-1] is Kind.TRUST_RAISED
