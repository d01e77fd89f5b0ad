"""What there is to do is read from the rows, and a job done twice finds nothing left to do."""

import asyncio
import queue
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evals.bench.settled import CLOCK, TOWN
from evals.bench.stage import principal_of
from evals.bench.town import account_of, syncs, town
from graphs.bootstrap import House, bootstrap, shipped
from graphs.parts import as_found
from graphs.perceiving.due import due_scan
from graphs.perceiving.intake import Delivery, ensure_tenant, take_events
from graphs.runner import record_run
from graphs.working.abreast import Abreast
from graphs.working.jobs import (
    BUSY,
    EVERYONE,
    Wanted,
    beat,
    dead_workers,
    do,
    heard_last,
    leave,
    rank_of,
    settling,
    wanted,
)
from graphs.working.leasing import keep, leased
from graphs.working.scanning import scanner
from state.errors import Conflict
from state.ids import ActionId
from state.ports.queueing import Job, JobKind
from state.ports.world import Tenant
from state.settings import read_settings
from state.world.event import Event, parse_event
from tools.files import load_profile

LIVE = Delivery(is_live=True)
LOST = {"deal": "x-1", "outcome": "lost", "closed_on": "2026-03-10"}
ACCOUNT = account_of(1)
MINUTE = timedelta(minutes=1)
DEAD = "elsewhere|boot|1|1"


@dataclass
class Hand:
    """A clock that a test moves."""

    now: datetime = CLOCK

    def wall(self) -> datetime:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settle a little town whose clock moves by itself, and look at it once."""
    folder = tmp_path_factory.mktemp("town") / "home"
    house = opened(folder, Hand())
    users = load_profile([shipped() / "profile"]).company.users
    tenant = Tenant(id=TOWN, zone="America/New_York", currency="USD", clock=CLOCK, default_user=users[0].id)
    ensure_tenant(house.parts, tenant, users)
    take(house, [*syncs(TOWN, CLOCK), *town(TOWN, 3, CLOCK)], Delivery())
    tenancy = house.parts.tenancy(TOWN)
    for _ in due_scan(house.parts, tenancy, scanner(tenancy)):
        pass
    ensure_tenant(house.parts, tenant.model_copy(update={"clock": None}), users)
    house.close()
    return folder


@pytest.fixture
def house(settled: Path, tmp_path: Path, hand: Hand) -> Iterator[House]:
    """Open a copy of the town."""
    shutil.copytree(settled, tmp_path / "home")
    made = opened(tmp_path / "home", hand)
    yield made
    made.close()


def opened(folder: Path, hand: Hand) -> House:
    return bootstrap(read_settings({"home": str(folder), "tenant": TOWN}, {}), hand)


def take(house: House, events: list[Event], delivery: Delivery = LIVE) -> None:
    tenancy = house.parts.tenancy(TOWN)
    take_events(house.parts, tenancy, principal_of(house, TOWN), events, "test", delivery=delivery)


def told(name: str, at: datetime, account: str = ACCOUNT) -> Event:
    head = {"id": name, "account": account, "source": "crm", "type": "note.added", "time": at.isoformat()}
    body = {"note": name, "author": "maya", "text": "They asked for a call."}
    return parse_event({**head, "data": body}, TOWN)


def asked(house: House, kind: JobKind) -> list[Wanted]:
    return [one for one in wanted(house.parts, house.parts.tenancy.refresh(TOWN)) if one.job.kind is kind]


def done(house: House, job: Job) -> str:
    return do(house, job, principal_of(house, TOWN))


def test_what_happened_is_worth_a_loop_when_it_has_been_quiet_and_only_once(house: House, hand: Hand) -> None:
    take(house, [told("e-1", hand.now)])
    assert asked(house, JobKind.LOOP) == []
    hand.now += MINUTE
    (one,) = asked(house, JobKind.LOOP)
    assert (one.job.subject, one.job.account, one.delay_seconds) == (ACCOUNT, ACCOUNT, 0.0)
    assert done(house, one.job).startswith("ran run_")
    assert (done(house, one.job), asked(house, JobKind.LOOP)) == ("unchanged", [])


def test_within_a_quarter_of_an_hour_an_account_has_one_event_loop(house: House, hand: Hand) -> None:
    take(house, [told("e-1", hand.now)])
    hand.now += MINUTE
    done(house, asked(house, JobKind.LOOP)[0].job)
    take(house, [told("e-2", hand.now)])
    hand.now += 14 * MINUTE
    assert asked(house, JobKind.LOOP) == []
    hand.now += MINUTE
    assert [one.job.subject for one in asked(house, JobKind.LOOP)] == [ACCOUNT]


def test_the_daily_look_is_asked_for_once_from_six_in_the_tenants_zone(house: House, hand: Hand) -> None:
    hand.now = datetime(2026, 3, 10, 9, 59, tzinfo=UTC)  # 05:59 in New York
    assert asked(house, JobKind.DAILY) == []
    hand.now += MINUTE
    (first,) = asked(house, JobKind.DAILY)
    hand.now += timedelta(hours=13)
    assert [one.job.id for one in asked(house, JobKind.DAILY)] == [first.job.id]
    hand.now += timedelta(days=3)
    (missed,) = asked(house, JobKind.DAILY)
    assert missed.job.number == "2026-03-13"
    assert "read" in done(house, missed.job)


def test_a_tenant_whose_clock_stands_still_has_no_schedule(house: House) -> None:
    take(house, [told("e-1", CLOCK - timedelta(days=1))])
    tenancy = house.parts.tenancy(TOWN)
    ensure_tenant(house.parts, tenancy.tenant.model_copy(update={"clock": CLOCK + MINUTE}), tenancy.users)
    assert list(wanted(house.parts, house.parts.tenancy.refresh(TOWN))) == []


def test_an_account_that_another_process_holds_is_asked_for_again(house: House, hand: Hand) -> None:
    take(house, [told("e-1", hand.now)])
    hand.now += MINUTE
    (one,) = asked(house, JobKind.LOOP)
    with house.parts.stores.begin(TOWN) as unit:
        unit.actions.acquire(ACCOUNT, DEAD, hand.now + 5 * MINUTE, hand.now)
    assert (done(house, one.job), one.job.again().id) == (BUSY, one.job.id + ":1")


def test_a_worker_that_is_not_heard_of_loses_its_accounts_at_once(house: House, hand: Hand) -> None:
    with house.parts.stores.begin(TOWN) as unit:
        unit.actions.acquire(ACCOUNT, DEAD, hand.now + 5 * MINUTE, hand.now)
        unit.workers.beat(DEAD, hand.now, hand.now + timedelta(seconds=10))
    with pytest.raises(Conflict), leased(house.parts, TOWN, ACCOUNT):
        pass
    hand.now += timedelta(seconds=10)
    with leased(house.parts, TOWN, ACCOUNT):
        assert house.parts.leases[TOWN, ACCOUNT].fence == 2


def test_the_silent_are_dead_and_the_long_silent_are_struck_off(house: House, hand: Hand) -> None:
    beat(house.parts)
    with house.parts.stores.begin(EVERYONE) as unit:
        unit.workers.beat(DEAD, hand.now, hand.now + timedelta(seconds=10))
    assert dead_workers(house.parts) == ()
    hand.now += timedelta(seconds=10)
    beat(house.parts)
    assert (dead_workers(house.parts), len(heard_last(house.parts))) == ((DEAD,), 2)
    hand.now += 10 * MINUTE
    assert (dead_workers(house.parts), len(heard_last(house.parts))) == ((DEAD,), 1)
    leave(house.parts)
    assert heard_last(house.parts) == ()


def test_what_is_held_is_kept_while_its_holder_is_heard_and_what_is_lost_stays_lost(
    house: House, hand: Hand
) -> None:
    with leased(house.parts, TOWN, ACCOUNT):
        held = dict(house.parts.leases)
        hand.now += timedelta(seconds=50)
        keep(house.parts, held)
        with house.parts.stores.read(TOWN) as unit:
            assert unit.actions.lease(ACCOUNT) == replace(
                held[TOWN, ACCOUNT], until=hand.now + timedelta(seconds=60)
            )
    with house.parts.stores.begin(TOWN) as unit:
        taken = unit.actions.acquire(ACCOUNT, DEAD, hand.now + MINUTE, hand.now)
    keep(house.parts, held)
    with house.parts.stores.read(TOWN) as unit:
        assert unit.actions.lease(ACCOUNT) == taken


def test_two_wait_at_once_on_one_thread_and_an_account_stays_in_one_hand(house: House) -> None:
    acting, came, refused = Abreast(), asyncio.Event(), threading.Event()

    def held() -> int:
        with leased(house.parts, TOWN, ACCOUNT):
            refused_or_not.put(None)
            house.runner.wait(came.wait())
            with leased(house.parts, TOWN, ACCOUNT) as again:
                assert again is None
            return house.parts.leases[TOWN, ACCOUNT].fence

    def let_go() -> None:
        with pytest.raises(Conflict), leased(house.parts, TOWN, ACCOUNT):
            refused.set()
        came.set()

    refused_or_not: queue.Queue[None] = queue.Queue()
    with ThreadPoolExecutor(1) as other:
        fence = other.submit(acting.act, held)
        refused_or_not.get()
        acting.act(let_go)
        assert (fence.result(), refused.is_set()) == (1, False)
    acting.close(lambda: None, 0.0)


def test_an_action_that_a_person_released_goes_before_loops_and_these_before_the_daily_look() -> None:
    ranks = {
        kind: rank_of(Job(kind=kind, tenant=TOWN, subject="s", number="1"))
        for kind in (JobKind.ACT, JobKind.LOOP, JobKind.DAILY)
    }
    assert ranks[JobKind.ACT] < ranks[JobKind.LOOP] < ranks[JobKind.DAILY]


def test_who_waits_when_the_thread_ends_is_given_up_and_lets_go_of_its_account(house: House) -> None:
    acting, begun = Abreast(), threading.Event()

    def held() -> None:
        with leased(house.parts, TOWN, ACCOUNT):
            begun.set()
            house.runner.wait(asyncio.Event().wait())

    with ThreadPoolExecutor(1) as other:
        given_up = other.submit(acting.act, held)
        begun.wait()
        acting.close(lambda: None, 0.0)
        assert isinstance(given_up.exception(), CancelledError)
    assert house.parts.leases == {}


def test_a_run_sees_the_tenancy_as_its_command_found_it(house: House) -> None:
    found = house.parts.tenancy.refresh(TOWN)
    with as_found(found):
        ensure_tenant(house.parts, found.tenant.model_copy(update={"clock": CLOCK}), found.users)
        assert house.parts.tenancy.refresh(TOWN) is not found
        assert house.parts.tenancy(TOWN) is found
    assert house.parts.tenancy(TOWN) is not found


def test_a_run_that_nobody_holds_is_asked_for_and_gone_on_with(house: House, hand: Hand) -> None:
    tenancy = house.parts.tenancy(TOWN)
    with house.parts.stores.begin(TOWN) as unit:
        lease = unit.actions.acquire(ACCOUNT, DEAD, hand.now + MINUTE, hand.now)
        assert lease is not None
        run = record_run(tenancy, unit, scanner(tenancy), lease, "scan")
    assert asked(house, JobKind.SETTLE) == []
    hand.now += MINUTE
    (one,) = asked(house, JobKind.SETTLE)
    assert (one.job.subject, one.job.account) == (run.id, ACCOUNT)
    hand.now += timedelta(seconds=2)
    assert [again.job.id for again in asked(house, JobKind.SETTLE)] == [one.job.id]
    assert (done(house, one.job), done(house, one.job)) == ("1 run", "0 runs")
    assert asked(house, JobKind.SETTLE) == []


def test_what_a_dead_process_left_is_gone_on_with(house: House) -> None:
    job = settling(TOWN, DEAD)
    assert done(house, job) == "0 actions"


def test_an_action_that_is_not_due_is_left_alone(house: House) -> None:
    job = Job(kind=JobKind.ACT, tenant=TOWN, subject=ActionId("ac_none"), number="1", account=ACCOUNT)
    assert done(house, job) == "nothing was due"
