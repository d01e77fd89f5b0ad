"""Workers and moved accounts in every store: who is there, and where something happened."""

from datetime import timedelta

from state.ids import TenantId
from state.ports.acting import EVERYWHERE
from state.ports.unit import Stores
from state.ports.views import ViewRow
from tests.contract.world import ACCOUNT, ELSEWHERE, admit, company, told
from tests.fakes.drafts import NOW, OTHER, TENANT, WALL

EVERYONE = TenantId(EVERYWHERE)
LEASE = timedelta(seconds=10)


def test_a_worker_is_heard_again_and_again_and_known_since_its_first_word(stores: Stores) -> None:
    with stores.begin(EVERYONE) as unit:
        unit.workers.beat("b", WALL, WALL + LEASE)
        unit.workers.beat("a", WALL + LEASE, WALL + 2 * LEASE)
        unit.workers.beat("b", WALL + LEASE, WALL + 3 * LEASE)
    with stores.read(TENANT) as unit:
        found = [(one.worker, one.since, one.until) for one in unit.workers.listed()]
    assert found == [("b", WALL, WALL + 3 * LEASE), ("a", WALL + LEASE, WALL + 2 * LEASE)]


def test_only_one_strikes_a_worker_off(stores: Stores) -> None:
    with stores.begin(EVERYONE) as unit:
        unit.workers.beat("a", WALL, WALL + LEASE)
        assert (unit.workers.end("a"), unit.workers.end("a")) == (True, False)
        assert unit.workers.listed() == ()


def test_an_account_counts_as_moved_by_what_came_since_the_last_look(stores: Stores) -> None:
    batch = [company(), told("e-1", day=1, late=1), told("e-2", day=4)]
    apart = [company("e-other", ELSEWHERE)]
    with stores.begin(TENANT) as unit:
        for event in (*batch, *apart):
            unit.events.receive([event])
        admit(unit, *batch, *apart)
        unit.views.put(ViewRow(account=ACCOUNT, version=1))
        unit.views.put(ViewRow(account=ELSEWHERE, version=1))
    with stores.begin(TENANT) as unit:
        (found,) = unit.views.moved(9)
        assert (found.account, found.version, found.events) == (ACCOUNT, 3, 2)
        assert (found.first_at, found.latest_at) == (NOW + timedelta(days=2), NOW + timedelta(days=4))
        unit.views.put(ViewRow(account=ACCOUNT, version=1, look_at=NOW))
        assert unit.views.moved(9) == ()
    with stores.read(OTHER) as unit:
        assert unit.views.moved(9) == ()
