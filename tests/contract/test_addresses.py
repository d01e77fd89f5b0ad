"""What every index of addresses does alike, and what is read into it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from graphs.perceiving.resolving import account_of
from graphs.perceiving.world import admit_due, receive
from state.ids import AccountId, EventId
from state.ports.addressing import Merge
from state.ports.unit import Stores, Unit
from state.world.resolution.address import WHOLE_DOMAIN, AddressClaim
from tests.build import PROFILE
from tests.contract.world import ACCOUNT, ELSEWHERE, admit, company, told
from tests.fakes.drafts import NOW, OTHER, TENANT


def said(
    contact: str,
    address: str | None,
    *,
    account: AccountId = ACCOUNT,
    since: datetime = NOW,
    is_verified: bool | None = True,
    has_address: bool = True,
) -> AddressClaim:
    """Make a claim about one contact's address."""
    return AddressClaim(
        account, contact, since, address, has_address=has_address, is_verified=is_verified
    )  # fmt: skip


def known(stores: Stores, *addresses: str) -> list[tuple[str, str | None, bool]]:
    """Read who has addresses: contact, address, verified."""
    with stores.read(TENANT) as unit:
        return [(row.contact, row.address, row.is_verified) for row in unit.addresses.known(addresses)]


def note(stores: Stores, *claims: AddressClaim) -> None:
    """Keep claims in a transaction of their own."""
    with stores.begin(TENANT) as unit:
        unit.addresses.note(claims)


def test_addresses_and_domains_are_found_by_what_they_are(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example"), said(WHOLE_DOMAIN, "@x.example"), said("ann", "ann@y.example"))
    assert known(stores, "ed@x.example", "@x.example") == [
        (WHOLE_DOMAIN, "@x.example", True), ("ed", "ed@x.example", True),
    ]  # fmt: skip
    assert known(stores, "nobody@x.example") == []


def test_a_new_address_takes_the_place_of_the_old_one(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example"))
    note(stores, said("ed", "ed@new.example", since=NOW + timedelta(days=1)))
    assert known(stores, "ed@x.example") == []
    assert known(stores, "ed@new.example") == [("ed", "ed@new.example", True)]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_late_older_claim_changes_nothing(stores: Stores, is_one_batch: bool) -> None:
    late = said("ed", "old@x.example", since=NOW - timedelta(days=9))
    batches = [[said("ed", "ed@x.example"), late]] if is_one_batch else [[said("ed", "ed@x.example")], [late]]
    for batch in batches:
        note(stores, *batch)
    assert known(stores, "ed@x.example", "old@x.example") == [("ed", "ed@x.example", True)]


def test_a_claim_without_an_address_only_says_whether_it_is_verified(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example"))
    note(stores, said("ed", None, has_address=False, is_verified=False))
    note(stores, said("new", None, has_address=False, is_verified=True))
    assert known(stores, "ed@x.example") == [("ed", "ed@x.example", False)]


def test_a_cleared_address_belongs_to_nobody(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example"))
    note(stores, said("ed", None))
    assert known(stores, "ed@x.example") == []


def test_one_address_can_stand_in_two_accounts(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example", account=ELSEWHERE), said("ed", "ed@x.example"))
    with stores.read(TENANT) as unit:
        found = unit.addresses.known(["ed@x.example"])
    assert [row.account for row in found] == sorted([ACCOUNT, ELSEWHERE])


def test_equal_addresses_of_two_tenants_do_not_meet(stores: Stores) -> None:
    note(stores, said("ed", "ed@x.example"))
    with stores.begin(OTHER) as unit:
        assert unit.addresses.known(["ed@x.example"]) == ()
        unit.addresses.note([said("eve", "ed@x.example")])
    assert known(stores, "ed@x.example") == [("ed", "ed@x.example", True)]


def test_many_claims_in_one_batch_are_all_kept(stores: Stores) -> None:
    note(stores, *(said(f"c{number}", f"c{number}@x.example") for number in range(1203)))
    assert len(known(stores, *(f"c{number}@x.example" for number in range(1203)))) == 1203


def told_of_quarry(unit: Unit) -> None:
    """Receive a company with a contact, and another company of its domain's neighbour."""
    ed = told("e-ed", "contact.updated", {"contact": "ed", "email": "ed@alder.example"})
    domains = [company(f"e-{name}", account=name, domain=f"{name}.example") for name in (ACCOUNT, ELSEWHERE)]
    receive(unit, [ed, *domains], PROFILE, NOW)


def test_what_is_admitted_can_be_looked_up_in_the_same_transaction(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        told_of_quarry(unit)
        lookup = account_of(unit)
        asked: tuple[list[str], ...] = (
            ["ed@alder.example"],
            ["new@birch.example"],
            ["who@cedar.example"],
            [],
        )
        assert [lookup(one) for one in asked] == [ACCOUNT, ELSEWHERE, None, None]
        assert lookup(["ed@alder.example", "new@birch.example"]) is None


def test_an_event_that_is_not_yet_visible_says_nothing(stores: Stores) -> None:
    later = told("e-ed", "contact.updated", {"contact": "ed", "email": "ed@alder.example"}, day=3)
    with stores.begin(TENANT) as unit:
        receive(unit, [later], PROFILE, NOW)
        assert account_of(unit)(["ed@alder.example"]) is None
        admit_due(unit, PROFILE, NOW + timedelta(days=3))
        assert account_of(unit)(["ed@alder.example"]) == ACCOUNT


def test_who_wants_no_mail_is_remembered_by_a_hash_and_per_tenant(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.addresses.suppress(["a" * 64, "b" * 64])
        unit.addresses.suppress(["a" * 64])
    with stores.read(TENANT) as unit:
        assert unit.addresses.suppressed(["a" * 64, "c" * 64]) == {"a" * 64}
        assert unit.addresses.suppressed([]) == frozenset()
    with stores.read(OTHER) as unit:
        assert unit.addresses.suppressed(["a" * 64]) == frozenset()


def test_a_merged_account_is_listed_and_met_no_more_until_it_is_taken_back(stores: Stores) -> None:
    merge = Merge(ELSEWHERE, ACCOUNT, EventId("e-merge"))
    with stores.begin(TENANT) as unit:
        admit(unit, company("e-1", domain="x.example"), company("e-2", account=ELSEWHERE, domain="x.example"))
        assert [peer.account for peer in unit.situations.peers("x.example", ACCOUNT)] == [ELSEWHERE]
        unit.merges.put(merge)
        assert [row.account for row in unit.situations.accounts()] == [ACCOUNT]
        assert unit.situations.peers("x.example", ACCOUNT) == ()
        assert unit.situations.account(ELSEWHERE) is not None
        unit.merges.put(replace(merge, is_undone=True))
        assert {row.account for row in unit.situations.accounts()} == {ACCOUNT, ELSEWHERE}
        assert unit.merges.listed() == (replace(merge, is_undone=True),)
        for one in (ACCOUNT, ELSEWHERE):
            assert [peer.is_parted for peer in unit.situations.peers("x.example", one)] == [True]
    with stores.read(OTHER) as unit:
        assert unit.merges.listed() == ()


def test_other_names_of_an_account_can_be_taken_back(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        admit(unit, company("e-1", aliases=["Alder GmbH"]), company("e-2", city="Kassel"))
        assert [row.aliases for row in unit.situations.accounts()] == [("Alder GmbH",)]
        admit(unit, company("e-3", aliases=[]))
        assert [row.aliases for row in unit.situations.accounts()] == [()]
