"""What every store of tenants, raw events and memory does alike."""

from datetime import timedelta

import pytest

from state.errors import NotFound
from state.ids import EventId, TenantId
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from tests.contract.world import ACCOUNT, ELSEWHERE, passage, someone, told
from tests.fakes.drafts import NOW, OTHER, TENANT


def tenant(name: TenantId = TENANT, currency: str = "USD") -> Tenant:
    return Tenant(id=name, zone="UTC", currency=currency, clock=NOW, default_user=someone("uma").id)


def people(unit: Unit) -> list[str]:
    known = unit.tenants.company(TENANT)
    return [] if known is None else [user.id for user in known[1]]


def test_a_tenant_made_again_replaces_itself_and_its_users(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.tenants.create(tenant(), [someone("vic"), someone("uma")])
    with stores.begin(TENANT) as unit:
        assert people(unit) == ["uma", "vic"]
        unit.tenants.create(tenant(currency="EUR"), [someone("max")])
        assert people(unit) == ["max"]
    with stores.read(OTHER) as unit:
        assert unit.tenants.listed() == (tenant(currency="EUR"),)
        assert (unit.tenants.get(OTHER), unit.tenants.company(OTHER)) == (None, None)


def test_each_tenant_remembers_which_installation_works_for_it(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        assert unit.tenants.instance(TENANT) is None
        unit.tenants.set_instance(TENANT, "one")
        unit.tenants.set_instance(TENANT, "two")
        assert (unit.tenants.instance(TENANT), unit.tenants.instance(OTHER)) == ("two", None)


def test_only_the_named_tenants_clock_moves(stores: Stores) -> None:
    later = NOW + timedelta(days=1)
    with stores.begin(OTHER) as unit:
        unit.tenants.create(tenant(OTHER), [])
    with stores.begin(TENANT) as unit:
        unit.tenants.create(tenant(), [])
        unit.tenants.set_clock(TENANT, later)
        assert [one.clock for one in unit.tenants.listed()] == [later, NOW]
        with pytest.raises(NotFound):
            unit.tenants.set_clock(TenantId("nobody"), later)


def fail_after_writing(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.tenants.create(tenant(), [])
        unit.events.receive([told("e-1")])
        raise ZeroDivisionError


def test_what_fails_in_a_transaction_is_not_kept(stores: Stores) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(stores)
    with stores.read(TENANT) as unit:
        assert unit.tenants.listed() == ()
        assert unit.events.counts() == {}


def test_a_redelivery_is_counted_and_not_kept(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        first = unit.events.receive([told("e-1"), told("e-2"), told("e-1")])
        again = unit.events.receive([told("e-2")])
        assert (first.received, first.new, first.duplicate, again.new, again.duplicate) == (3, 2, 1, 0, 1)
        assert unit.events.counts() == {"waiting": 2}


def test_a_different_content_under_a_known_id_is_kept_as_a_conflict_and_never_folded(stores: Stores) -> None:
    other = told("e-1", data={"note": "e-1", "author": "vic", "text": "Another text"})
    with stores.begin(TENANT) as unit:
        counted = unit.events.receive([told("e-1"), other, other])
        assert (counted.new, counted.conflict, counted.duplicate) == (1, 1, 1)
        assert unit.events.get(EventId("e-1")) == told("e-1")
        assert unit.events.due(NOW) == (told("e-1"),)
        assert unit.events.counts() == {"waiting": 1, "conflict": 1}


def test_an_event_without_an_account_is_parked_but_a_sync_is_not(stores: Stores) -> None:
    sync = told("e-sync", "source.synced", {"feed": "crm"}, account=None)
    with stores.begin(TENANT) as unit:
        counted = unit.events.receive([told("e-lost", account=None), sync])
        assert (counted.new, counted.parked) == (2, 1)
        assert unit.events.due(NOW) == (sync,)
        assert unit.events.counts() == {"parked": 1, "waiting": 1}


def test_the_future_is_invisible_until_it_has_happened_and_is_known(stores: Stores) -> None:
    early, late = told("e-past", day=-1), told("e-recorded-late", day=-3, late=5)
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-future", day=4), late, early])
        assert [event.id for event in unit.events.due(NOW)] == ["e-past"]
        assert unit.events.next_due(NOW) == NOW + timedelta(days=2)
        assert [e.id for e in unit.events.due(NOW + timedelta(days=2))] == ["e-past", "e-recorded-late"]
        assert unit.events.next_due(NOW + timedelta(days=4)) is None


def test_a_folded_event_is_due_no_more_and_of_one_account_only_its_own_are(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1"), told("e-2"), told("e-3", account=ELSEWHERE)])
        unit.events.mark_folded([EventId("e-1")])
        assert [event.id for event in unit.events.due(NOW, ACCOUNT)] == ["e-2"]
        assert [event.id for event in unit.events.due(NOW)] == ["e-2", "e-3"]
        assert unit.events.counts() == {"folded": 1, "waiting": 2}
        assert unit.events.receive([told("e-1")]).duplicate == 1


def test_an_event_is_read_back_as_it_came(stores: Stores) -> None:
    event = told("e-1", "deal.updated", {"deal": "D-9", "amount": "10.50", "stage": None})
    with stores.begin(TENANT) as unit:
        unit.events.receive([event])
    with stores.read(TENANT) as unit:
        found = unit.events.get(EventId("e-1"))
        assert found is not None
        assert (found, found.hash) == (event, event.hash)


def test_equal_event_ids_of_two_tenants_do_not_meet(stores: Stores) -> None:
    theirs = told("e-1", data={"note": "e-1", "author": "eve", "text": "Theirs"}, tenant=OTHER)
    with stores.begin(TENANT) as unit:
        unit.events.receive([told("e-1")])
        unit.events.mark_folded([EventId("e-1")])
    with stores.begin(OTHER) as unit:
        assert unit.events.get(EventId("e-1")) is None
        assert unit.events.receive([theirs]).new == 1
        assert unit.events.due(NOW) == (theirs,)
    with stores.read(TENANT) as unit:
        assert unit.events.get(EventId("e-1")) == told("e-1")


def test_memory_finds_words_in_one_account_only_best_first(stores: Stores) -> None:
    mine = [passage("p-1", "the gateway fails"), passage("p-2", "the gateway fails, the gateway leaks")]
    with stores.begin(TENANT) as unit:
        unit.memory.remember([*mine, passage("p-3", "gateway elsewhere", ELSEWHERE), passage("p-4", "calm")])
        found = unit.memory.search("Gateway leaks", ACCOUNT, 5)
        assert [one.evidence.id for one in found] == ["p-2", "p-1"]
        assert [one.evidence.id for one in unit.memory.search("gateway leaks", ACCOUNT, 1)] == ["p-2"]
        assert unit.memory.search("nothing such", ACCOUNT, 5) == ()
        assert [one.evidence.id for one in unit.memory.search("gateway", ELSEWHERE, 5)] == ["p-3"]


def test_memory_keeps_the_first_text_of_an_id_and_reads_in_the_order_asked(stores: Stores) -> None:
    with stores.begin(TENANT) as unit:
        unit.memory.remember([passage("p-1", "first"), passage("p-2", "second")])
        unit.memory.remember([passage("p-1", "changed")])
        assert [one.text for one in unit.memory.by_ids(["p-2", "p-9", "p-1"])] == ["second", "first"]


def test_equal_passages_of_two_tenants_do_not_meet(stores: Stores) -> None:
    for name, text in ((TENANT, "our secret"), (OTHER, "their secret")):
        with stores.begin(name) as unit:
            unit.memory.remember([passage("p-1", text)])
    with stores.read(TENANT) as unit:
        assert [one.text for one in unit.memory.by_ids(["p-1"])] == ["our secret"]
        assert [one.text for one in unit.memory.search("secret", ACCOUNT, 5)] == ["our secret"]
